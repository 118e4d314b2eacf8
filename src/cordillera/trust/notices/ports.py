"""What notices ask of others; the composition root decides who answers."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.explain import Term
from cordillera.trust.notices.model import NoticeContent


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A notice whose conditions were just accepted, for the watch: whom to look out for, and why."""

    record_id: UUID
    agency: str
    sender: str
    content: NoticeContent
    score: float
    terms: tuple[Term, ...]
    due_at: datetime
    erase_after: datetime
    review_at: datetime


class Watch(Protocol):
    """Puts an accepted notice before the officers at the border."""

    def accepted(self, tx: sa.Connection, notice: Accepted) -> None:
        """Raise an alert with the ground `partner_notice`."""
        ...
