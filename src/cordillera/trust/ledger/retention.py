"""What of the ledger expires: the sealed detail of a month, two years after it. Leaves stay (ADR 0005)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from cordillera.foundation.store.database import NODE
from cordillera.trust.ledger import store
from cordillera.trust.ledger.service import REVIEW_BEFORE
from cordillera.trust.safeguards.model import DueGroup, DueReview


class MonthDetails:
    """The details of one month: one data key, destroyed together, then the rows go."""

    name = "ledger_detail"
    tables: Sequence[str] = ("ledger_detail",)

    def due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueGroup, ...]:
        """Return months whose details are due, the oldest first."""
        months = store.months_due(tx, now, limit)
        return tuple(DueGroup(self.name, due.month, NODE, due.erase_after) for due in months)

    def erase(self, tx: sa.Connection, group: DueGroup) -> int:
        """Remove the month's details; return how many rows went. Its key is destroyed already."""
        return store.erase_details(tx, str(group.ref))

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:
        """Return months that are erased within thirty days, so that a legal hold can be considered."""
        soon = store.months_due(tx, now + REVIEW_BEFORE, limit)
        return tuple(
            DueReview(self.name, due.month, NODE, due.erase_after - REVIEW_BEFORE, due.erase_after)
            for due in soon
            if due.erase_after > now
        )

    def keys_of(self, tx: sa.Connection, group: DueGroup) -> tuple[UUID, ...]:
        """Return the month's data key."""
        key = store.month_key(tx, str(group.ref))
        return () if key is None else (key,)


ERASABLES = (MonthDetails(),)
