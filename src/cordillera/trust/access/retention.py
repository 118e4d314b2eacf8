"""What of access expires: accounts long revoked, sessions, delays after wrong passwords, upload tokens.

Rows of one table that are due go together, under one tombstone: none of them is sealed.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from cordillera.foundation.store.database import NODE
from cordillera.trust.access import store
from cordillera.trust.safeguards.model import DueReview
from cordillera.trust.safeguards.ports import Erasable
from cordillera.trust.safeguards.store import ErasableTogether


class ErasableOfficers(ErasableTogether):
    """Accounts, whose need is confirmed at intervals while they live."""

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:
        """Return accounts whose need should be confirmed."""
        found = store.officers_to_review(tx, now, limit)
        return tuple(DueReview(self.name, officer, NODE, review, erase) for officer, review, erase in found)


ERASABLES: Final[tuple[Erasable, ...]] = (
    ErasableTogether("officer_session", "access.officer_session"),
    ErasableOfficers("officer", "access.officer"),
    ErasableTogether("login_delay", "access.login_delay"),
    ErasableTogether("machine_token", "access.machine_token"),
)
