"""A list of persons made ready to screen many subjects: the interface of the matcher.

Built once per list version, then asked in batches. A name of the list is a candidate when the words that
it shares with the subject make up enough weight of either name (a bound that no score above the threshold
can miss, docs/screening.md), or when a document number is shared. Candidates are scored by `compare.py`.

>>> index = ListIndex([ListedPerson("7", (ListedName("VELEZ, John"),))])
>>> [match.entry_id for match in index.screen([Subject("row 1", "Jhon Beles")])[0]]
['7']
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.names import constants
from cordillera.engines.names.birth import weigh_birth
from cordillera.engines.names.compare import (
    NameComparison,
    PreparedSubject,
    compare_names,
    conclude,
    prepare,
    with_quality,
)
from cordillera.engines.names.documents import document_key, weigh_documents
from cordillera.engines.names.model import ListedName, ListedPerson, Match, Subject
from cordillera.engines.names.neighbours import Near, Neighbours
from cordillera.engines.names.normalise import Name, read_name
from cordillera.engines.names.pairing import LONGEST_RUN, Side, weigh, words_that_may_be_cut
from cordillera.engines.names.similarity import Likeness
from cordillera.engines.names.vocabulary import Vocabulary

_BATCH: Final = 2_048  # subjects whose words are looked up together
_KEPT_WORDS: Final = 60_000  # words whose neighbourhood is kept between batches
_SLACK: Final = 0.01  # rounding of terms to the grid
_MOST_EVIDENCE: Final = constants.BIRTH_EXACT


class _Row(msgspec.Struct, frozen=True):
    """One name of the list, read and weighed."""

    person: int
    name: ListedName
    side: Side


class _Reach(msgspec.Struct, frozen=True):
    """Where a word of a subject leads: its neighbours, the rows they stand in, and their weight there."""

    near: Near
    rows: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]


class ListIndex:
    """The names and documents of a list, ready to be asked; threads may share it.

    It keeps single words that it was asked for, never a whole name.
    """

    def __init__(self, persons: Iterable[ListedPerson]) -> None:
        self._persons = tuple(persons)
        read = [_read_names(person) for person in self._persons]
        self.vocabulary = Vocabulary(
            {word.text for _, name in names for word in name.words} for names in read
        )
        self._rows = [
            _Row(number, listed, weigh(name, self.vocabulary))
            for number, names in enumerate(read)
            for listed, name in names
        ]
        self._totals = np.array([sum(row.side.weights) or 1.0 for row in self._rows], dtype=np.float32)
        self._postings = self._post()
        self._neighbours = Neighbours(self.vocabulary.words())
        self._documents = _document_index(self._persons)
        self._kept: OrderedDict[tuple[str, bool], _Reach] = OrderedDict()
        self._asked = Lock()  # the neighbourhoods kept are shared by the threads that ask

    @property
    def names(self) -> int:
        """The number of names that can be found."""
        return len(self._rows)

    def screen(
        self, subjects: Sequence[Subject], threshold: float = constants.ALERT_THRESHOLD
    ) -> list[tuple[Match, ...]]:
        """Return for each subject, in order, its matches at or above `threshold`, the best first.

        One match per listed person: the name that fits best.
        """
        found: list[tuple[Match, ...]] = []
        for start in range(0, len(subjects), _BATCH):
            prepared = [prepare(subject) for subject in subjects[start : start + _BATCH]]
            with self._asked:
                self._look_up(prepared)
                found.extend(self._matches(subject, threshold) for subject in prepared)
        return found

    def _post(self) -> dict[str, tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]]:
        places: dict[str, dict[int, float]] = defaultdict(dict)
        for number, row in enumerate(self._rows):
            words, weights = row.side.name.words, row.side.weights
            for i, word in enumerate(words):
                places[word.text][number] = places[word.text].get(number, 0.0) + weights[i]
            for text, weight in _joined(row.side):
                places[text].setdefault(number, weight)
        return {
            text: (np.fromiter(rows, np.int32, len(rows)), np.fromiter(rows.values(), np.float32, len(rows)))
            for text, rows in places.items()
        }

    def _look_up(self, subjects: Iterable[PreparedSubject]) -> None:
        wanted = {key for subject in subjects for key in _keys(subject.name)}
        missing = sorted(wanted - self._kept.keys())
        near = self._neighbours.of(sorted({text for text, _ in missing}))
        for key in missing:
            text, cut = key
            others = {**self._neighbours.beginning_with(text), **near[text]} if cut else near[text]
            self._kept[key] = self._reach(text, others)
        for key in wanted:
            self._kept.move_to_end(key)
        while len(self._kept) > max(_KEPT_WORDS, len(wanted)):
            self._kept.popitem(last=False)

    def _reach(self, text: str, near: Near) -> _Reach:
        parts = [self._postings[word] for word in {text, *near} if word in self._postings]
        if not parts:
            return _Reach(near, np.empty(0, np.int32), np.empty(0, np.float32))
        rows = np.concatenate([rows for rows, _ in parts])
        weights = np.concatenate([weights for _, weights in parts])
        unique, place = np.unique(rows, return_inverse=True)
        return _Reach(near, unique, np.bincount(place, weights).astype(np.float32))

    def _matches(self, subject: PreparedSubject, threshold: float) -> tuple[Match, ...]:
        own = weigh(subject.name, self.vocabulary)
        best: dict[int, tuple[NameComparison, ListedName]] = {}
        for number in self._candidates(subject, own, threshold):
            row = self._rows[number]
            compared = compare_names(own, row.side, self._edges(subject.name, row.side))
            rival = best.get(row.person)
            value = with_quality(compared.value, row.name)
            if rival is None or value > with_quality(rival[0].value, rival[1]):
                best[row.person] = compared, row.name
        matches = [
            conclude(subject, self._persons[person], name, compared)
            for person, (compared, name) in best.items()
            if self._estimate(subject, person, with_quality(compared.value, name)) >= threshold - _SLACK
        ]
        kept = [match for match in matches if match.score >= threshold]
        return tuple(sorted(kept, key=lambda match: (-match.score, match.entry_id)))

    def _candidates(self, subject: PreparedSubject, own: Side, threshold: float) -> list[int]:
        """Return the rows whose shared words can reach the threshold, and those of shared documents."""
        by_document = {
            row for document in subject.documents for row in self._documents_rows(document_key(document))
        }
        needed = threshold - _MOST_EVIDENCE - _SLACK
        reaches, weights = self._reaches(own)
        if not reaches or not self._rows:
            return sorted(by_document)
        rows = np.concatenate([reach.rows for reach in reaches])
        listed = np.bincount(rows, np.concatenate([reach.weights for reach in reaches]), len(self._rows))
        repeated = np.repeat(np.array(weights), [len(reach.rows) for reach in reaches])
        shared = np.bincount(rows, repeated, len(self._rows))
        enough = (listed >= needed * self._totals) | (shared >= needed * (sum(own.weights) or 1.0))
        return sorted({int(row) for row in np.nonzero(enough)[0]} | by_document)

    def _reaches(self, own: Side) -> tuple[list[_Reach], list[float]]:
        words = own.name.words
        cut = words_that_may_be_cut(own.name)
        found = [(self._kept[word.text, i in cut], own.weights[i]) for i, word in enumerate(words)]
        found += [(self._exact(text), weight) for text, weight in _joined(own) if text in self._postings]
        return [reach for reach, _ in found], [weight for _, weight in found]

    def _exact(self, text: str) -> _Reach:
        rows, weights = self._postings[text]
        return _Reach({}, rows, weights)

    def _edges(self, name: Name, listed: Side) -> dict[tuple[int, int], Likeness]:
        cut = words_that_may_be_cut(name)
        texts = [word.text for word in listed.name.words]
        edges = {}
        for i, word in enumerate(name.words):
            near = self._kept[word.text, i in cut].near
            for j, text in enumerate(texts):
                if text in near:
                    edges[i, j] = near[text]
        return edges

    def _estimate(self, subject: PreparedSubject, person: int, value: float) -> float:
        entry = self._persons[person]
        shared = weigh_documents(subject.documents, entry.documents)
        return (
            value
            + weigh_birth(subject.birth, entry.births).contribution
            + (shared.contribution if shared else 0.0)
        )

    def _documents_rows(self, key: str) -> list[int]:
        persons = self._documents.get(key, ()) if key else ()
        return [number for number, row in enumerate(self._rows) if row.person in persons] if persons else []


def _read_names(person: ListedPerson) -> list[tuple[ListedName, Name]]:
    names = person.names[: constants.MAX_NAMES]
    return [(name, read_name(name.full, name.given, name.family)) for name in names]


def _keys(name: Name) -> list[tuple[str, bool]]:
    cut = words_that_may_be_cut(name)
    return [(word.text, i in cut) for i, word in enumerate(name.words)]


def _joined(side: Side) -> list[tuple[str, float]]:
    """Return the texts of neighbouring words written as one, with their weight together."""
    words, weights = side.name.words, side.weights
    return [
        ("".join(word.text for word in words[start:end]), sum(weights[start:end]))
        for start in range(len(words) - 1)
        for end in range(start + 2, min(start + LONGEST_RUN, len(words)) + 1)
    ]


def _document_index(persons: Sequence[ListedPerson]) -> dict[str, set[int]]:
    index: dict[str, set[int]] = defaultdict(set)
    for number, person in enumerate(persons):
        for document in person.documents:
            key = document_key(document)
            if key:
                index[key].add(number)
    return index
