"""Recording what became of a traveller after a confirmed alert; rules learn their precision from it."""

from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import disposition_store as sql
from cordillera.desks.travellers.disposition_core import Recorded, check_disposition
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.model import Alert
from cordillera.trust.review.ports import Officer
from cordillera.trust.review.service import ReviewService


class Disposed(msgspec.Struct, frozen=True):
    """An alert with its dispositions, the newest first: that one stands."""

    alert: Alert
    recorded: tuple[Recorded, ...]


class Dispositions:
    """Records and shows dispositions."""

    def __init__(self, ledger: Ledger, sealer: FieldSealer, clock: Clock, review: ReviewService) -> None:
        self._ledger = ledger
        self._sealer = sealer
        self._clock = clock
        self._review = review

    def open(self, tx: sa.Connection, officer: Officer, alert_id: UUID) -> Disposed:
        """Open an alert with its dispositions (which writes the leaf); raise `AlertNotFound`."""
        alert = self._review.get(tx, officer, alert_id)
        return Disposed(alert, sql.of_alert(tx, self._sealer, alert_id))

    def record(self, tx: sa.Connection, officer: Officer, alert_id: UUID, said: tuple[str, str]) -> Recorded:
        """Record a disposition with its reason; the conditions are those of `check_disposition`.

        Raises `AlertNotFound` too. An earlier one stays in sight; the newest stands.
        """
        alert = self._review.get(tx, officer, alert_id)
        disposition, reason = check_disposition(alert.row, *said)
        recorded = Recorded(
            id=uuid7(),
            alert_id=alert_id,
            disposition=disposition,
            officer_id=officer.officer_id,
            officer_name=officer.name,
            at=self._clock.now(),
            reason=reason,
        )
        sql.add(tx, self._sealer, recorded, (alert.row.agency, alert.keep))
        told = {"act": "disposition", "disposition": disposition.value, "alert": str(alert_id)}
        event = Event(
            kind=LeafKind.DECISION,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps({**told, "reason": reason}),
            detail={**told, "officer": officer.name},
            subject_ref=str(alert_id),
        )
        self._ledger.record(tx, event)
        return recorded
