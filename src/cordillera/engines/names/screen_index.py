"""A list ready to be asked, changing or not: the interface of the matcher.

A subject's candidates come from the index (`candidates.py`, `postings_kernel.py`): every name whose words
can earn enough for the threshold, with the evidence that keys and years allow; then names are scored, and
the evidence of those that can still reach the threshold is weighed. Nothing is cut off by rank or number.

>>> index = ListIndex([ListedPerson("7", (ListedName("VELEZ, John"),))])
>>> [match.entry_id for match in index.screen([Subject("row 1", "Jhon Beles")], threshold=-4.0)[0]]
['7']
"""

from collections.abc import Iterable, Sequence
from threading import Lock, local

import msgspec
import numpy as np

from cordillera.engines.names import weights as w
from cordillera.engines.names.candidates import CLASHES, Asked, ask, penalties
from cordillera.engines.names.conclude import Match, conclude
from cordillera.engines.names.core import Side, read_parts, side_of
from cordillera.engines.names.evidence import Facts, facts_of
from cordillera.engines.names.evidence_bound import asked_year, most_evidence
from cordillera.engines.names.exact_keys import asked_birth_keys, identity_keys
from cordillera.engines.names.listed import ListedName, ListedPerson
from cordillera.engines.names.live import LiveNames, Part
from cordillera.engines.names.model import Subject
from cordillera.engines.names.parts import NameParts
from cordillera.engines.names.postings import Ints
from cordillera.engines.names.postings_kernel import reaching
from cordillera.engines.names.scoring import best_names

__all__ = ["ALERT_BITS", "ListIndex", "ListedName", "ListedPerson", "Match"]

ALERT_BITS = w.LIST_THRESHOLD


_LAST_STAMP = 2**31 - 2


class _Scratch(local):
    """Arrays that a thread reuses from question to question."""

    def __init__(self) -> None:
        self.slots = np.full(0, -1, np.int32)
        self.stamps = np.zeros(0, np.int32)
        self.stamp = 0

    def ready(self, tokens: int, names: int) -> tuple[Ints, Ints, int]:
        """Return scratch large enough, and a stamp not used before."""
        if len(self.slots) < tokens:
            self.slots = np.full(tokens + tokens // 4, -1, np.int32)
        if len(self.stamps) < names or self.stamp >= _LAST_STAMP:
            self.stamps = np.zeros(names + names // 4, np.int32)
            self.stamp = 0
        self.stamp += 1
        return self.slots, self.stamps, self.stamp


class _Question(msgspec.Struct, frozen=True):
    """A subject read for the index: its name, what it asks, its facts and the keys of these."""

    subject: Subject
    parts: NameParts
    side: Side
    asked: Asked
    facts: Facts
    births: dict[int, float]
    numbers: tuple[int, ...]


class ListIndex:
    """The names, dates and documents of a list, ready to be asked; threads may share it and change it.

    It keeps single words that it was asked for, never a whole name.
    """

    def __init__(self, persons: Iterable[ListedPerson] = ()) -> None:
        self._live = LiveNames(persons)
        self._scratch = _Scratch()
        self._asking = Lock()  # the neighbourhoods kept are shared by the threads that ask

    @property
    def names(self) -> int:
        """The number of names that can be found."""
        return self._live.names

    def add(self, person: ListedPerson) -> None:
        """Add a person, or put it in the place of the one with the same id; the next question sees it."""
        self._live.add_all([person])

    def add_all(self, persons: Sequence[ListedPerson]) -> None:
        """Add or replace persons at once."""
        self._live.add_all(persons)

    def replace(self, person: ListedPerson) -> None:
        """Put a person in the place of the one with the same id: an alias or a date has changed."""
        self._live.add_all([person])

    def remove(self, entry_id: str) -> bool:
        """Take a person off; tell whether one was there."""
        return self._live.remove(entry_id)

    def __len__(self) -> int:
        return len(self._live)

    def settle(self) -> None:
        """Merge what has gathered and wait for it: for tests and before a list is saved."""
        self._live.wait()
        self._live.merge()

    def screen(self, subjects: Sequence[Subject], threshold: float = ALERT_BITS) -> list[tuple[Match, ...]]:
        """Return for each subject, in order, its matches of at least `threshold` bits, the best first.

        One match per listed person: the name that fits best.
        """
        return [self._matches(subject, threshold) for subject in subjects]

    def candidates(self, subject: Subject, threshold: float = ALERT_BITS) -> frozenset[str]:
        """Return the ids of the persons that are compared for a subject: all that can reach `threshold`."""
        question = self._read(subject)
        found = set()
        for part in self._live.parts:
            persons = {int(part.segment.persons[row]) for row in self._rows(question, part, threshold)}
            found |= {part.people.person(number).entry_id for number in persons}
        return frozenset(found)

    def _matches(self, subject: Subject, threshold: float) -> tuple[Match, ...]:
        question = self._read(subject)
        found: list[Match] = []
        for part in self._live.parts:
            rows = self._rows(question, part, threshold)
            for person, best in best_names(question.side, self._live, part, rows).items():
                match = conclude(question, part.people.person(person), best, threshold)
                if match is not None:
                    found.append(match)
        return tuple(sorted(found, key=lambda match: (-match.score, match.entry_id)))

    def _read(self, subject: Subject) -> _Question:
        parts = read_parts(subject.full_name, subject.given_names, subject.family_names, may_be_cut=True)
        side, facts = side_of(parts), facts_of(subject)
        with self._asking:
            asked = ask(side, self._live.hoods, self._live.told)
        return _Question(
            subject,
            parts,
            side,
            asked,
            facts,
            asked_birth_keys(facts.births),
            tuple(identity_keys(facts.numbers)) if facts.numbers else (),
        )

    def _rows(self, question: _Question, part: Part, threshold: float) -> list[int]:
        """Return the names of a part that can reach the threshold, and of persons with a number in common."""
        if not len(part.people):
            return []
        asked, segment, facts = question.asked, part.segment, question.facts
        most = most_evidence(facts.births, places=bool(facts.places))
        whole = round(threshold * w.GRID) - w.PRIOR - max(w.INITIAL, 0) * asked.initials
        needed = np.array([whole - int(bits * w.GRID) for bits in most.by_years], np.int32)
        born, born_needed = _born(question, part, whole, most.places)
        held = part.rows_of(part.people.holding(question.numbers)) if question.numbers else []
        slots, stamps, stamp = self._scratch.ready(len(self._live.tokens), segment.names)
        rows = reaching(
            asked.starts,
            asked.tokens,
            asked.gains,
            asked.admits,
            asked_year(facts.births),
            needed,
            segment.starts,
            segment.tokens,
            segment.persons,
            segment.keys,
            segment.places,
            segment.rows,
            part.people.years,
            part.alive,
            born,
            born_needed,
            segment.roles,
            self._live.tokens.letters().lengths,
            penalties(asked),
            np.array(question.side.roles, np.uint8),
            CLASHES,
            slots,
            stamps,
            stamp,
        )
        stands = [row for row in held if part.alive[segment.persons[row]]]
        return sorted({*rows.tolist(), *stands})


def _born(question: _Question, part: Part, whole: int, places: float) -> tuple[Ints, Ints]:
    """Return the names of persons whose births meet a key, and the gains that each needs."""
    found: dict[int, float] = {}
    for key, bits in question.births.items():
        for person in part.people.born([key]):
            found[person] = max(bits, found.get(person, 0.0))
    rows, needed = [], []
    for person, bits in found.items():
        of_person = part.rows_of([person])
        rows += of_person
        needed += [whole - int((bits + places) * w.GRID)] * len(of_person)
    return np.array(rows, np.int32), np.array(needed, np.int32)
