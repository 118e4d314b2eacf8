"""What of access expires: accounts long revoked, sessions, delays after wrong passwords, upload tokens.

Rows of one table that are due go together, under one tombstone: none of them is sealed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.foundation.store.database import NODE
from cordillera.trust.access import store
from cordillera.trust.safeguards.model import DueGroup, DueReview

_OFFICER: Final = "officer"


class ErasableRows:
    """The rows of one table of access."""

    def __init__(self, table: str) -> None:
        self._table = table

    @property
    def name(self) -> str:
        """The kind of record, for the tombstone leaf."""
        return f"access.{self._table}"

    @property
    def tables(self) -> Sequence[str]:
        """The table it erases from."""
        return (self._table,)

    def due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueGroup, ...]:  # noqa: ARG002 - the port's shape
        """Return all rows that are due as one group, or nothing."""
        newest = store.newest_due(tx, self._table, now)
        return () if newest is None else (DueGroup(self.name, self._table, NODE, newest),)

    def erase(self, tx: sa.Connection, group: DueGroup) -> int:
        """Delete them; return how many went."""
        return store.delete_due(tx, self._table, group.erase_after)

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:
        """Return accounts whose need should be confirmed; sessions and delays go by themselves."""
        if self._table != _OFFICER:
            return ()
        found = store.officers_to_review(tx, now, limit)
        return tuple(DueReview(self.name, officer, NODE, review, erase) for officer, review, erase in found)

    def keys_of(self, tx: sa.Connection, group: DueGroup) -> tuple[UUID, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: no field here is sealed."""
        return ()


ERASABLES: Final = tuple(
    ErasableRows(table) for table in ("officer_session", _OFFICER, "login_delay", "machine_token")
)
