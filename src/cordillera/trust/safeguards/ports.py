"""What safeguards asks of every package that keeps records about people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.safeguards.model import DueGroup, DueReview


class Erasable(Protocol):
    """A kind of record that expires. Each package supplies one per record group; runtime joins them."""

    @property
    def name(self) -> str:
        """The kind of record, as the tombstone leaf names it."""
        ...

    @property
    def tables(self) -> Sequence[str]:
        """Every table whose rows it erases."""
        ...

    def due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueGroup, ...]:
        """Return record groups whose `erase_after` has come, the oldest first."""
        ...

    def erase(self, tx: sa.Connection, group: DueGroup) -> int:
        """Delete, or blank, what the group held; return how many rows. Its key is destroyed already."""
        ...

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:
        """Return records a person should look at, because their need is in question."""
        ...

    def keys_of(self, tx: sa.Connection, group: DueGroup) -> tuple[UUID, ...]:
        """Return the data keys that seal the group; none where nothing is sealed."""
        ...
