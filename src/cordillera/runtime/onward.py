"""A question to one partner tells it what another one gave: that needs the giver's consent (PCSC 13(2)).

Fills the exchange's `OnwardRule`. A traveller who stands at our border is known from the carrier, and asking
about them tells nothing of a list; a person known only from a notice is known from whoever gave it.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.runtime.watch import KIND
from cordillera.trust.exchange.errors import OnwardUnconsented
from cordillera.trust.records.consenting import ASKED
from cordillera.trust.records.errors import NoSuchRecord
from cordillera.trust.records.service import Records
from cordillera.trust.review.store import AlertStore

_CONDITION: Final = 5


class OnwardOfNotices:
    """Asks the consents of the record behind an alert, or of the record that a question is about."""

    def __init__(self, alerts: AlertStore, records: Callable[[], Records]) -> None:
        self._alerts = alerts
        self._records = records

    def ensure(self, tx: sa.Connection, subject_ref: str, partner_id: str, purpose: str) -> None:
        """Raise `OnwardUnconsented` unless one of these holds.

        1. The question is about no notice's alert and no record.
        2. The record is ours, or came from the partner who is asked.
        3. Its originator's consent names this partner and purpose, granted and not withdrawn.
        """
        record_id = self._record_of(tx, subject_ref)
        if record_id is None:  # 1
            return
        records = self._records()
        try:
            record = records.get(tx, record_id)
        except NoSuchRecord:  # 1
            return
        if record.origin in {records.own, partner_id}:  # 2
            return
        granted = (
            (one.side, one.state, one.recipient, one.purpose) for one in records.consents(tx, record_id)
        )
        if (ASKED, "granted", partner_id, purpose) not in granted:  # 3
            raise OnwardUnconsented(condition=_CONDITION, giver=record.origin, recipient=partner_id)

    def _record_of(self, tx: sa.Connection, subject_ref: str) -> UUID | None:
        try:
            about = UUID(subject_ref)
        except ValueError:
            return None
        subject = self._alerts.subject(tx, about)
        if subject is None:
            return about
        kind, ref = subject
        return UUID(ref) if kind == KIND else None
