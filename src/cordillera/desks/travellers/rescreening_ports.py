"""What screening again asks of others: which lists are in use, and what a new version of one changed."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.ports import ListHit, ScreeningSubject


class ListInUse(msgspec.Struct, frozen=True):
    """The active version of a list; `list_date` is an ISO date, or ""."""

    list_name: str
    version: UUID
    list_date: str


class Changes(Protocol):
    """What differs in a version of a list, ready to be asked."""

    @property
    def entries(self) -> int:
        """How many entries are asked: those added and those changed."""
        ...

    def touches(self, entry_id: str) -> bool:
        """Tell whether an entry is one of them."""
        ...

    def screen(
        self, tx: sa.Connection, subjects: Sequence[ScreeningSubject]
    ) -> tuple[tuple[ListHit, ...], ...]:
        """Return the candidates of each subject among them, the best first."""
        ...


class ChangingLists(Protocol):
    """The lists of a node as they change."""

    def in_use(self, tx: sa.Connection) -> tuple[ListInUse, ...]:
        """Return the active version of every list."""
        ...

    def changes(self, tx: sa.Connection, since: Sequence[UUID], now: ListInUse) -> Changes:
        """Return what `now` changed since any of the versions `since`; all of it when one is unknown."""
        ...

    def standing(self, tx: sa.Connection, list_name: str, entry_ids: Collection[str]) -> frozenset[str]:
        """Return which of some entries stand in the active version of a list."""
        ...
