"""What records ask of those who make things from them: alerts, scores, dossiers, exports."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa


class Derived(Protocol):
    """A kind of thing made from records, which must follow what becomes of them."""

    @property
    def name(self) -> str:
        """What the things are, such as "alert"."""
        ...

    def affected(self, tx: sa.Connection, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Return the ids of the things that were made from these records."""
        ...

    def apply(self, tx: sa.Connection, change: str, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Erase, block or mark them as the change of their records asks; return which were changed."""
        ...
