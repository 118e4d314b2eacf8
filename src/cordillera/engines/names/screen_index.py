"""A list ready to be asked, changing or not: the interface of the matcher.

Subjects are read (`questions.py`) and asked in batches: compiled code (`screen_kernel.py`) finds every name
whose words can earn enough for the threshold, with the evidence that keys and years allow, and scores it. For
what can still reach the threshold the evidence is weighed and the readable comparison writes the terms.
Nothing is cut off by rank or number.

>>> index = ListIndex([ListedPerson("7", (ListedName("VELEZ, John"),))])
>>> [match.entry_id for match in index.screen([Subject("row 1", "Jhon Beles")], threshold=-4.0)[0]]
['7']
"""

from collections.abc import Iterable, Sequence
from threading import local
from typing import Final

import numpy as np

from cordillera.engines.names import weights as w
from cordillera.engines.names.arrays import scratch as new_room
from cordillera.engines.names.conclude import Match, conclude
from cordillera.engines.names.listed import ListedName, ListedPerson
from cordillera.engines.names.live import LiveNames, Part
from cordillera.engines.names.model import Subject
from cordillera.engines.names.postings import CODES
from cordillera.engines.names.questions import Question, ask, read_question
from cordillera.engines.names.row_kernel import PARTS, UNKNOWN
from cordillera.engines.names.scoring import Scored, best_names, joins
from cordillera.engines.names.screen_arrays import HINTS, Facts, Scratch
from cordillera.engines.names.screen_kernel import screen
from cordillera.engines.names.spelling import LONGEST

__all__ = ["ALERT_BITS", "ListIndex", "ListedName", "ListedPerson", "Match"]

ALERT_BITS = w.LIST_THRESHOLD
_LAST_STAMP: Final = 2**50
_BATCH: Final = 256  # questions that are asked at once


class _Scratch(local):
    """Arrays that a thread reuses from question to question."""

    def __init__(self) -> None:
        self.arrays = _scratch(0, 0)
        self.stamp = 1

    def ready(self, tokens: int, names: int, questions: int) -> tuple[Scratch, int]:
        """Return scratch large enough, and the first of as many stamps not used before."""
        if len(self.arrays.slots) < tokens or len(self.arrays.stamps) < names or self.stamp >= _LAST_STAMP:
            self.arrays, self.stamp = _scratch(tokens + tokens // 4, names + names // 4), 1
        first, self.stamp = self.stamp, self.stamp + questions
        return self.arrays, first


def _scratch(tokens: int, names: int) -> Scratch:
    return Scratch(
        np.full(tokens, -1, np.int32),
        np.zeros(names, np.int64),
        np.zeros(HINTS, np.uint8),
        np.zeros(CODES, np.int32),
        new_room(),
        np.zeros(2 * PARTS + 1, np.int64),
        np.zeros(2 * PARTS * LONGEST, np.uint8),
    )


class ListIndex:
    """The names, dates and documents of a list, ready to be asked; threads may share it and change it.

    It keeps single words that it was asked for, never a whole name.
    """

    def __init__(self, persons: Iterable[ListedPerson] = (), live: LiveNames | None = None) -> None:
        self._live = LiveNames(persons) if live is None else live
        self._scratch = _Scratch()

    def __getstate__(self) -> LiveNames:
        """Return the list as it is now: a whole index travels to another process."""
        return self._live

    def __setstate__(self, live: LiveNames) -> None:
        self._live, self._scratch = live, _Scratch()

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

    def fork(self) -> "ListIndex":
        """Return an index of the same persons; what changes in one of the two is not seen in the other."""
        return ListIndex(live=self._live.fork())

    def settle(self) -> None:
        """Merge what has gathered and wait for it: for tests and before a list is saved."""
        self._live.wait()
        self._live.merge()

    def screen(self, subjects: Sequence[Subject], threshold: float = ALERT_BITS) -> list[tuple[Match, ...]]:
        """Return for each subject, in order, its matches of at least `threshold` bits, the best first.

        One match per listed person: the name that fits best.
        """
        found = []
        for start in range(0, len(subjects), _BATCH):
            questions = [read_question(subject) for subject in subjects[start : start + _BATCH]]
            found += self._matches(questions, threshold)
        return found

    def candidates(self, subject: Subject, threshold: float = ALERT_BITS) -> frozenset[str]:
        """Return the ids of the persons that are compared for a subject: all that can reach `threshold`."""
        found = set()
        for part, scored in self._rows([read_question(subject)], threshold, judge=False):
            persons = {int(part.segment.persons[row]) for row, _ in scored.get(0, ())}
            found |= {part.people.person(number).entry_id for number in persons}
        return frozenset(found)

    def _matches(self, questions: Sequence[Question], threshold: float) -> list[tuple[Match, ...]]:
        found: list[list[Match]] = [[] for _ in questions]
        for part, scored in self._rows(questions, threshold, judge=True):
            for number, rows in scored.items():
                question = questions[number]
                for person, best, evidence in best_names(question, self._live, part, rows, threshold):
                    match = conclude(question, person, best, evidence, threshold)
                    if match is not None:
                        found[number].append(match)
        return [tuple(sorted(one, key=lambda match: (-match.score, match.entry_id))) for one in found]

    def _rows(
        self, questions: Sequence[Question], threshold: float, *, judge: bool
    ) -> list[tuple[Part, dict[int, list[Scored]]]]:
        """Return for each part and question the names that may match, with their scores as far as known."""
        live = self._live
        parts = [part for part in live.parts if len(part.people)]
        lexicon = live.lexicon()  # after the parts: it holds all their words
        asked, facts = ask(questions, live.hoods, threshold)
        found = []
        for part in parts:
            scratch, stamp = self._scratch.ready(len(lexicon.told), part.segment.names, len(questions))
            rows = screen(asked, facts, part.arrays, lexicon, scratch, stamp, judge)
            found.append((part, self._by_question(questions, part, (rows.tolist(), _least(facts)))))
        return found

    def _by_question(
        self, questions: Sequence[Question], part: Part, found: tuple[list[list[int]], list[int]]
    ) -> dict[int, list[Scored]]:
        """Return the names by question, and those of persons with a number in common, in order."""
        by_question: dict[int, dict[int, int]] = {}
        rows, least = found
        for number, row, told, may_join in rows:
            score = told
            if may_join:
                if joins(questions[number], self._live, part, row):
                    score = UNKNOWN
                elif score < least[number]:
                    continue
            by_question.setdefault(number, {})[row] = score
        for number, question in enumerate(questions):
            if question.numbers:
                for row in part.rows_of(part.people.holding(question.numbers)):
                    if part.alive[part.segment.persons[row]]:
                        by_question.setdefault(number, {}).setdefault(row, UNKNOWN)
        return {number: sorted(scored.items()) for number, scored in by_question.items()}


def _least(facts: Facts) -> list[int]:
    """Return for each question the score without which no evidence makes a name a match."""
    by_years, ends = facts.least[:, 1:].min(axis=1, initial=2**30).tolist(), facts.births.tolist()
    by_key = facts.birth_least.tolist()
    return [
        min([years, *by_key[start:end]]) for years, start, end in zip(by_years, ends, ends[1:], strict=False)
    ]
