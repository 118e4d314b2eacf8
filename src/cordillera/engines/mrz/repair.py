"""Characters that optical readers confuse, taken as another only where that is proven, and always told.

A digit in a place for letters, or a letter in a place for digits, is impossible by the standard; a number or
optional data are changed only when exactly one change of one character (or of all characters of one kind)
makes the check digit hold; of several, the only one with the fewest borders between digits and letters.
What stays ambiguous is left as it was read.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from cordillera.engines.mrz.checkdigit import check_digit
from cordillera.engines.mrz.core import checks, composite_holds, long_number
from cordillera.engines.mrz.layouts import COMPOSITE_PLACE, ISSUER, LAYOUTS, Layout, MrzFormat, Span
from cordillera.engines.mrz.model import Ground, Repair
from cordillera.engines.mrz.states import is_state

_AS_DIGIT: Final = str.maketrans("OQDUILZSGBK", "0000112568<")
_AS_CHECK: Final = str.maketrans("OQDUILZSGB", "0000112568")
_AS_LETTER: Final = str.maketrans("012568", "OIZSGB")
_AS_FILLER: Final = str.maketrans("KC", "<<")
_PAIRS: Final = (("O", "0"), ("I", "1"), ("S", "5"), ("B", "8"), ("Z", "2"), ("Q", "0"), ("D", "0"))
_SWAPS: Final = _PAIRS + tuple((other, one) for one, other in _PAIRS)
_FEW_BORDERS: Final = 2
_FILLER_LIKE: Final = frozenset("<KCLES")
_RUN: Final = re.compile("<+(?:K{3,}|C{3,})[KC<]*$")


class Repairer:
    """One zone, field by field; holds what was changed and why."""

    def __init__(self, zone: str, name: MrzFormat) -> None:
        self.zone = zone
        self.name = name
        self.layout: Layout = LAYOUTS[name]
        self.repairs: list[Repair] = []
        self.candidates: tuple[str, ...] = ()

    def run(self) -> None:
        """Try every field; the zone and the repairs change together or not at all."""
        self._type()
        self._state("issuer", ISSUER)
        self._state("nationality", self.layout.nationality)
        self._names()
        self._date("birth_date", self.layout.birth)
        self._date("expiry_date", self.layout.expiry)
        self._number()
        if self.layout.has_optional_check:
            self._checked("optional", self.layout.optional[0])
        self._composite()

    def _at(self, span: Span) -> str:
        return self.zone[span[0] : span[1]]

    def _put(self, field: str, first: int, text: str, ground: Ground) -> None:
        before = self.zone[first : first + len(text)]
        self.repairs += [
            Repair(field, first + at, old, new, ground)
            for at, (old, new) in enumerate(zip(before, text, strict=True))
            if old != new
        ]
        self.zone = self.zone[:first] + text + self.zone[first + len(text) :]

    def _type(self) -> None:
        first = self.zone[0].translate(_AS_LETTER)
        if first != self.zone[0] and first in self.layout.types:
            self._put("document_type", 0, first, Ground.ALPHABET)

    def _state(self, field: str, span: Span) -> None:
        """Letters for digits, then fillers for K and C, if only that gives a code of the standard."""
        told = self._at(span)
        if is_state(told):
            return
        letters = told.translate(_AS_LETTER)
        tried = [letters, letters[0] + letters[1:].translate(_AS_FILLER)]
        found = next((each for each in tried if is_state(each)), None)
        if found is not None:
            self._put(field, span[0], found, Ground.STATE_CODE)

    def _names(self) -> None:
        span = self.layout.names
        self._put("names", span[0], self._at(span).translate(_AS_LETTER), Ground.ALPHABET)
        text = self._at(span)
        end = _end_of_names(text)
        self._put("names", span[0] + end, "<" * (len(text) - end), Ground.ALPHABET)

    def _date(self, field: str, span: Span) -> None:
        """Dates and their check digits hold no letters; taken only if the check digit then holds."""
        if checks(self.zone, span):
            return
        text, digit = self._at(span).translate(_AS_DIGIT), self.zone[span[1]].translate(_AS_CHECK)
        if digit == check_digit(text):
            self._put(field, span[0], text + digit, Ground.CHECK_DIGIT)

    def _number(self) -> None:
        if not long_number(self.zone, self.layout):
            self.candidates = self._checked("document_number", self.layout.number)

    def _checked(self, field: str, span: Span) -> tuple[str, ...]:
        """Repair a field under its check digit; gives the candidates when there is more than one, or none."""
        text, digit = self._at(span), self.zone[span[1]].translate(_AS_CHECK)
        if checks(self.zone, span) or digit == "<":
            return ()
        if digit == check_digit(text):
            self._put(field, span[0], text + digit, Ground.CHECK_DIGIT)
            return ()
        tried = (*_confusions(text), *_of_one_kind(text))
        fitting = [other for other in tried if check_digit(other) == digit]
        chosen = _chosen(text, fitting)
        if chosen:
            self._put(field, span[0], chosen + digit, Ground.CHECK_DIGIT)
            return ()
        return tuple(other.replace("<", "") for other in fitting)

    def _composite(self) -> None:
        """A letter for the digit; on cards, one confusion in the optional data, which only it covers."""
        place = COMPOSITE_PLACE.get(self.name)
        if place is None or composite_holds(self.zone, self.name, self.layout):
            return
        before = self.zone
        digit = before[place].translate(_AS_CHECK)
        if self._holds_with(place, digit):
            self._put("composite", place, digit, Ground.CHECK_DIGIT)
        elif not self.layout.has_optional_check and not self._number_is_open():
            self._optional_of_card()

    def _number_is_open(self) -> bool:
        return bool(long_number(self.zone, self.layout)) or not checks(self.zone, self.layout.number)

    def _optional_of_card(self) -> None:
        fields = [(span, self._at(span)) for span in self.layout.optional]
        chosen = [
            (span, _chosen(text, [each for each in _confusions(text) if self._holds_with(span[0], each)]))
            for span, text in fields
        ]
        if sum(bool(text) for _, text in chosen) == 1:
            span, text = next(each for each in chosen if each[1])
            self._put("optional", span[0], text, Ground.CHECK_DIGIT)

    def _holds_with(self, first: int, text: str) -> bool:
        zone = self.zone[:first] + text + self.zone[first + len(text) :]
        return composite_holds(zone, self.name, self.layout)


def _confusions(text: str) -> Iterator[str]:
    """The text with one confused character exchanged."""
    for one, other in _SWAPS:
        places = [at for at, letter in enumerate(text) if letter == one]
        yield from (text[:at] + other + text[at + 1 :] for at in places)


def _of_one_kind(text: str) -> Iterator[str]:
    """The text with all characters of one kind exchanged: a reader that confuses one confuses all."""
    yield from (text.replace(one, other) for one, other in _SWAPS if text.count(one) > 1)


def _chosen(text: str, fitting: list[str]) -> str:
    """The only text that fits, or of several the one most likely issued; else "".

    1. Of several, the one with fewest borders between digits and letters, at most two, is taken.
    2. Of those alike in this, the one with fewest changes; of those alike in both, none.
    """
    if len(fitting) == 1:
        return fitting[0]
    ranks = sorted((_borders(other), _changes(text, other), other) for other in fitting)
    if not ranks or ranks[0][0] > _FEW_BORDERS or ranks[0][:2] == ranks[1][:2]:
        return ""
    return ranks[0][2]


def _changes(text: str, other: str) -> int:
    return sum(one != new for one, new in zip(text, other, strict=True))


def _borders(text: str) -> int:
    """How often a digit follows a letter or a letter a digit: issuers number in few runs of each."""
    return sum(one.isdigit() != other.isdigit() for one, other in pairwise(text.rstrip("<")))


def _end_of_names(text: str) -> int:
    """Where the fillers behind the names begin, seeing through K, C, L, E and S read in their place.

    1. Behind a second double filler only fillers can stand.
    2. Three K or three C alike behind a filler are no name. Right behind letters they stay: nobody can tell
       how many of them are the name's.
    """
    end = len(text)
    separator = text.find("<<")
    closing = text.find("<<", separator + 2) if separator > 0 else -1
    if closing > 0 and set(text[closing:]) <= _FILLER_LIKE:
        end = closing
    run = _RUN.search(text, 0, end)
    return run.start() if run else end
