"""The names of organisations or vessels by their words: which may reach a score, and never one too few.

A name is kept under each of its words, under neighbouring words written as one, under its numbers, under its
initials, and its entry under the keys of its documents. `reached` returns every name that can score
`least` bits: for each it bounds the score from above with the parts of `organisations_core.align`:

1. a word asked for earns at most its gain with the nearest word of the name, or costs what a missing word
   costs; what the shorter side cannot pair contradicts;
2. a single pair of words in longer names, numbers and places cost exactly what `rules` takes;
3. the whole name equal adds where every word has a partner;
4. a name that is joined to fit, or fits as an acronym, is not bounded but compared.

Rows are only ever added; an index holds which entries stand (`kinds_index.py`), so indexes may share them.

>>> rows = Rows(SubjectKind.VESSEL)
>>> rows.add(ListedPerson("7", (ListedName("SEA STAR III"),), kind=SubjectKind.VESSEL))
>>> [row.entry.entry_id for row in rows.reached("M/V Sea Star 3", 4.25)]
['7']
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from threading import Lock
from typing import Final

import msgspec

from cordillera.engines.names import constants
from cordillera.engines.names import organisations_weights as w
from cordillera.engines.names.documents_schemes import identify
from cordillera.engines.names.exact_keys import identity_keys
from cordillera.engines.names.model import ListedName, ListedPerson, SubjectKind
from cordillera.engines.names.neighbourhood import Neighbourhoods
from cordillera.engines.names.organisations import Reading
from cordillera.engines.names.organisations_compare import (
    FORM_CODES,
    bare_numbers,
    likeness_of,
    number_rules,
    place_rules,
    read_kind,
)
from cordillera.engines.names.organisations_core import GRID, JOINED, LEAST_GAIN, earned, share_told
from cordillera.engines.names.vessels import vessel_names

__all__ = ["ListedName", "Row", "Rows", "readings"]

_SLACK: Final = 0.05  # bits: what rounding of at most 48 words to 1/1024 may add
_TWO: Final = 2
_VESSEL_NAMES: Final = 4


class Row(msgspec.Struct, frozen=True, eq=False):
    """One name of an entry as read."""

    entry: ListedPerson
    reading: Reading


class Rows:
    """Names of one kind by what is in them; threads may ask while others add."""

    def __init__(self, kind: SubjectKind) -> None:
        self._kind = kind
        self._likeness = likeness_of(kind)
        self._words = Neighbourhoods()
        self._joins = Neighbourhoods()
        self._told: dict[str, float] = {}
        self._by_word: dict[str, list[Row]] = defaultdict(list)
        self._by_join: dict[str, list[Row]] = defaultdict(list)
        self._by_number: dict[str, list[Row]] = defaultdict(list)
        self._by_initials: dict[str, list[Row]] = defaultdict(list)
        self._single: dict[str, list[Row]] = defaultdict(list)
        self._by_key: dict[int, list[ListedPerson]] = defaultdict(list)
        self._adding = Lock()
        self.count = 0

    def add(self, entry: ListedPerson) -> None:
        """Keep an entry's names and documents."""
        with self._adding:
            for name in entry.names[: constants.MAX_NAMES]:
                for reading in readings(self._kind, name.full):
                    self._add(Row(entry, reading))
            for key in set(identity_keys(map(identify, entry.documents))):
                self._by_key[key].append(entry)

    def holding(self, keys: Iterable[int]) -> Iterator[ListedPerson]:
        """Yield the entries with a document under one of these keys (`exact_keys.identity_keys`)."""
        for key in keys:
            yield from self._by_key.get(key, ())

    def reached(self, text: str, least: float) -> Iterator[Row]:
        """Yield the names that may score `least` bits with a name, some more than once."""
        for own in readings(self._kind, text):
            yield from self._not_bounded(own)
            for row, gains in self._touched(own).items():
                if self._bound(own, row.reading, gains) >= least:
                    yield row

    def _add(self, row: Row) -> None:
        reading = row.reading
        for word, bits in zip(reading.words, reading.information, strict=True):
            self._told[word.text] = bits
            self._words.tokens.add(word.text)
            _put(self._by_word, word.text, row)
        for joined in _joined(reading):
            self._joins.tokens.add(joined)
            _put(self._by_join, joined, row)
        for number in bare_numbers(reading.numbers):
            _put(self._by_number, number, row)
        for initials in reading.initials:
            _put(self._by_initials, initials, row)
        if len(reading.words) == 1:
            _put(self._single, reading.words[0].text, row)
        self.count += 1

    def _not_bounded(self, own: Reading) -> Iterator[Row]:
        """Condition 4."""
        for word in {word.text for word in own.words}:
            yield from self._near(word, self._joins, self._by_join)
        for joined in _joined(own):
            yield from self._near(joined, self._words, self._by_word)
        if len(own.words) == 1:
            yield from self._by_initials.get(own.words[0].text, ())
        for initials in own.initials:
            yield from self._single.get(initials, ())

    def _near(self, text: str, hoods: Neighbourhoods, held: dict[str, list[Row]]) -> Iterator[Row]:
        for word in self._alike(text, hoods):
            if self._likeness(text, word).units >= JOINED:
                yield from held.get(word, ())

    def _touched(self, own: Reading) -> dict[Row, dict[int, int]]:
        """Return the names that share a word or a number, with the best gain of each word asked for."""
        found: dict[Row, dict[int, int]] = {}
        for number in bare_numbers(own.numbers):
            for row in self._by_number.get(number, ()):
                found.setdefault(row, {})
        for at, (word, bits) in enumerate(zip(own.words, own.information, strict=True)):
            for other in self._alike(word.text, self._words):
                alike = self._likeness(word.text, other)
                gain = earned(round(min(bits, self._told[other]) * GRID), alike.units)
                if not alike.units or gain < LEAST_GAIN:
                    continue
                for row in self._by_word.get(other, ()):
                    gains = found.setdefault(row, {})
                    gains[at] = max(gains.get(at, gain), gain)
        return found

    def _alike(self, text: str, hoods: Neighbourhoods) -> Iterator[str]:
        """Yield the words that may be like a word, by likeness or because a legal form is written on one."""
        reach = hoods.reach(text)
        found = {hoods.tokens.text(number) for number in reach.numbers.tolist()}
        if self._kind is SubjectKind.ORGANISATION:
            longer = (text + code for code in FORM_CODES)
            shorter = (text.removesuffix(code) for code in FORM_CODES if text.endswith(code))
            found.update(one for one in (*longer, *shorter) if hoods.tokens.number(one) >= 0)
        yield from found

    def _bound(self, own: Reading, other: Reading, gains: dict[int, int]) -> float:
        """Return bits that the pair score of two names does not exceed (conditions 1 to 3)."""
        weights = w.WEIGHTS[self._kind]
        costs = [share_told(bits) for bits in own.information]
        least = [w.EXTRA * share for share in costs]
        bits = w.PRIOR + weights.prior + _SLACK
        bits += sum(max(gains[at] / GRID if at in gains else one, one) for at, one in enumerate(least))
        against = min(len(costs) - len(gains), len(other.words) - len(gains))  # 1
        if against > 0:
            bits += sum(sorted(costs)[:against]) * (w.CONTRADICTS - w.EXTRA)
        if len(gains) == 1 and len(costs) + len(other.words) > _TWO:  # 2
            bits += w.ONE_WORD
        bits += sum(rule[1] for rule in number_rules(own, other, weights))
        if self._kind is SubjectKind.ORGANISATION:
            bits += w.FORM_EQUAL + sum(rule[1] for rule in place_rules(own, other))
        if len(gains) == len(costs) == len(other.words):  # 3
            bits += weights.whole
        return bits


def readings(kind: SubjectKind, text: str) -> list[Reading]:
    """Return a name as read; the name of a vessel with its former names apart."""
    texts = vessel_names(text)[:_VESSEL_NAMES] if kind is SubjectKind.VESSEL else (text,)
    return [read_kind(kind, one) for one in texts]


def _joined(reading: Reading) -> Iterator[str]:
    for one, two in pairwise(reading.words):
        yield one.text + two.text


def _put(held: dict[str, list[Row]], key: str, row: Row) -> None:
    """Keep a name under a key once, however often the key comes in it."""
    if not held[key] or held[key][-1] is not row:
        held[key].append(row)
