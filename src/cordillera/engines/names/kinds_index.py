"""The organisations or the vessels of a list, ready to be asked; what comparing with every one returns.

`kinds_rows.py` returns which names may reach the threshold, `kinds_conclude.py` compares the entry. An entry
that shares a document is always compared. Below LOWEST every entry is.

>>> index = KindIndex(SubjectKind.ORGANISATION, [ListedPerson("7", (ListedName("Fabrika Azul S.A."),))])
>>> [match.entry_id for match in index.screen(Subject("1", "Fábrica Azul", kind=SubjectKind.ORGANISATION))]
['7']
"""

from collections.abc import Iterable
from typing import Final

from cordillera.engines.names import weights as w
from cordillera.engines.names.conclude import Match
from cordillera.engines.names.exact_keys import identity_keys
from cordillera.engines.names.kinds_conclude import compare_entry, facts_asked, name_asked
from cordillera.engines.names.kinds_rows import ListedName, Rows
from cordillera.engines.names.listed import ListedPerson
from cordillera.engines.names.model import Subject, SubjectKind

__all__ = ["LOWEST", "KindIndex", "ListedName", "ListedPerson", "Match"]

LOWEST: Final = -6.0
"""Bits that a name in which nothing fits does not reach: see `kinds_conclude.NOTHING_FITS`."""
_DEAD: Final = 1_000  # rows of entries that are gone, before a fork builds the rows anew


class KindIndex:
    """Entries of one kind; threads may share it and change it."""

    def __init__(self, kind: SubjectKind, entries: Iterable[ListedPerson] = ()) -> None:
        self.kind = kind
        self._rows = Rows(kind)
        self._entries: dict[str, ListedPerson] = {}
        for entry in entries:
            self.add(entry)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def names(self) -> int:
        """The number of names that can be found."""
        return sum(len(entry.names) for entry in self._entries.values())

    def add(self, entry: ListedPerson) -> None:
        """Add an entry, or put it in the place of the one with the same id; the next question sees it."""
        self._rows.add(entry)
        self._entries[entry.entry_id] = entry

    def remove(self, entry_id: str) -> bool:
        """Take an entry off; tell whether one was there."""
        return self._entries.pop(entry_id, None) is not None

    def fork(self) -> "KindIndex":
        """Return an index of the same entries; what changes in one of the two is not seen in the other."""
        if self._rows.count > 2 * self.names + _DEAD:
            return KindIndex(self.kind, list(self._entries.values()))
        other = KindIndex(self.kind)
        other._rows, other._entries = self._rows, dict(self._entries)
        return other

    def screen(self, subject: Subject, threshold: float = w.LIST_THRESHOLD) -> tuple[Match, ...]:
        """Return the entries that score at least `threshold` bits, the best first."""
        compared = (compare_entry(subject, entry) for entry in self.candidates(subject, threshold))
        found = [match for match in compared if match.score >= threshold]
        return tuple(sorted(found, key=lambda match: (-match.score, match.entry_id)))

    def candidates(self, subject: Subject, threshold: float = w.LIST_THRESHOLD) -> list[ListedPerson]:
        """Return the entries that are compared: all that can reach `threshold`."""
        if threshold <= LOWEST:
            return list(self._entries.values())
        keys = identity_keys(facts_asked(subject).numbers)
        found = {row.entry.entry_id: row.entry for row in self._rows.reached(name_asked(subject), threshold)}
        found.update((entry.entry_id, entry) for entry in self._rows.holding(keys))
        return [entry for key, entry in found.items() if self._entries.get(key) is entry]
