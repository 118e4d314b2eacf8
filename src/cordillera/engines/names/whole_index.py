"""A whole list ready to be asked: persons, organisations and vessels, each by the rules of their kind.

A subject is compared with entries of its own kind only; aircraft have a mark that must agree, as ships have,
and are compared as these are. Addresses are nobody's entry.

>>> index = WholeIndex([ListedPerson("7", (ListedName("VELEZ, John"),)),
...     ListedPerson("8", (ListedName("VELEZ S.A."),), kind=SubjectKind.ORGANISATION)])
>>> [[match.entry_id for match in found] for found in index.screen([
...     Subject("1", "John Velez"), Subject("2", "Vélez Sociedad Anónima", kind=SubjectKind.ORGANISATION)])]
[['7'], ['8']]
"""

from collections.abc import Iterable, Mapping, Sequence

from cordillera.engines.names.conclude import Match
from cordillera.engines.names.kinds_index import KindIndex
from cordillera.engines.names.model import ListedName, ListedPerson, Subject, SubjectKind
from cordillera.engines.names.screen_index import ALERT_BITS, ListIndex

__all__ = ["KINDS", "ListedName", "ListedPerson", "Match", "WholeIndex"]

KINDS = (SubjectKind.PERSON, SubjectKind.ORGANISATION, SubjectKind.VESSEL)
"""What the entries of a list may be compared as."""


class WholeIndex:
    """A list in memory; threads may share it and change it."""

    def __init__(self, entries: Iterable[ListedPerson] = ()) -> None:
        by_kind: dict[SubjectKind, list[ListedPerson]] = {kind: [] for kind in KINDS}
        for entry in entries:
            by_kind[entry.kind].append(entry)
        self.persons = ListIndex(by_kind[SubjectKind.PERSON])
        self._kinds: Mapping[SubjectKind, KindIndex] = {
            kind: KindIndex(kind, by_kind[kind]) for kind in KINDS if kind is not SubjectKind.PERSON
        }

    def __len__(self) -> int:
        return len(self.persons) + sum(map(len, self._kinds.values()))

    @property
    def names(self) -> int:
        """The number of names that can be found."""
        return self.persons.names + sum(index.names for index in self._kinds.values())

    def add_all(self, entries: Sequence[ListedPerson]) -> None:
        """Add entries, each in the place of the one with the same id; one may have become another kind."""
        for kind in KINDS:
            mine = [entry for entry in entries if entry.kind is kind]
            if kind is SubjectKind.PERSON:
                self.persons.add_all(mine)
            else:
                for entry in mine:
                    self._kinds[kind].add(entry)
            self._leave(kind, mine)

    def _leave(self, kind: SubjectKind, entries: Iterable[ListedPerson]) -> None:
        """Take entries off that have become of this kind where they stood before."""
        others = [index for other, index in self._kinds.items() if other is not kind]
        for entry in entries:
            for index in others:
                index.remove(entry.entry_id)
            if kind is not SubjectKind.PERSON:
                self.persons.remove(entry.entry_id)

    def remove(self, entry_id: str) -> bool:
        """Take an entry off; tell whether one was there."""
        return any([self.persons.remove(entry_id), *(one.remove(entry_id) for one in self._kinds.values())])

    def fork(self) -> "WholeIndex":
        """Return an index of the same entries; what changes in one of the two is not seen in the other."""
        other = WholeIndex()
        other.persons = self.persons.fork()
        other._kinds = {kind: index.fork() for kind, index in self._kinds.items()}
        return other

    def screen(self, subjects: Sequence[Subject], threshold: float = ALERT_BITS) -> list[tuple[Match, ...]]:
        """Return for each subject, in order, its matches of at least `threshold` bits, the best first."""
        people = [subject for subject in subjects if subject.kind is SubjectKind.PERSON]
        found = iter(self.persons.screen(people, threshold))
        return [
            next(found) if subject.kind is SubjectKind.PERSON else self._other(subject, threshold)
            for subject in subjects
        ]

    def _other(self, subject: Subject, threshold: float) -> tuple[Match, ...]:
        index = self._kinds.get(subject.kind)
        return () if index is None else index.screen(subject, threshold)
