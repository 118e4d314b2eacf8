"""Decisions and cleared pairs in PostgreSQL. Reasons are sealed; a cleared pair is a keyed hash only."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import FieldSealer, Place
from cordillera.trust.review.model import Decision, Outcome, Ruling
from cordillera.trust.review.ports import Officer
from cordillera.trust.review.store import StoredAlert, insert_row


class DecisionStore:
    """What officers concluded, and the memory of who was found not to be the listed person."""

    def __init__(self, sealer: FieldSealer, clock: Clock) -> None:
        self._sealer = sealer
        self._clock = clock

    def insert(self, tx: sa.Connection, alert: StoredAlert, officer: Officer, ruling: Ruling) -> UUID:
        """Store a decision with its sealed reason; return its id."""
        decision_id = uuid7()
        insert_row(
            tx,
            "review_decision",
            {
                "id": decision_id,
                "alert_id": alert.row.id,
                "agency": alert.row.agency,
                "outcome": ruling.outcome.value,
                "officer_id": officer.officer_id,
                "officer_name": officer.name,
                "decided_at": self._clock.now(),
                "key_id": alert.key.key_id,
                "reason": self._sealer.seal(alert.key, _reason_place(decision_id), ruling.reason.encode()),
                "erase_after": alert.keep.erase_after,
                "review_at": alert.keep.review_at,
            },
        )
        return decision_id

    def of_alert(self, tx: sa.Connection, alert: StoredAlert) -> tuple[Decision, ...]:
        """Return the decisions on an alert, the oldest first, undone ones included."""
        rows = tx.execute(
            sa.text(
                "SELECT id, alert_id, outcome, reason, officer_id, officer_name, decided_at, undone_at"
                " FROM review_decision WHERE alert_id = :alert ORDER BY decided_at, id"
            ),
            {"alert": alert.row.id},
        )
        return tuple(
            Decision(
                id=row.id,
                alert_id=row.alert_id,
                outcome=Outcome(row.outcome),
                reason=self._sealer.open(alert.key, _reason_place(row.id), row.reason).decode(),
                officer_id=row.officer_id,
                officer_name=row.officer_name,
                decided_at=row.decided_at,
                undone_at=row.undone_at,
            )
            for row in rows
        )

    def pair(self, identity: str, finding: str) -> bytes:
        """Return the blind index of "this subject is not that entry"."""
        return self._sealer.blind("review_cleared.pair", f"{identity}|{finding}")

    def remember(
        self, tx: sa.Connection, alert: StoredAlert, decision_id: UUID, pairs: Sequence[bytes]
    ) -> None:
        """Keep the pairs an officer cleared, for as long as the alert itself."""
        for pair in pairs:
            row = {
                "id": uuid7(),
                "pair": pair,
                "desk": alert.row.desk,
                "agency": alert.row.agency,
                "decision_id": decision_id,
                "cleared_at": self._clock.now(),
                "erase_after": alert.keep.erase_after,
                "review_at": alert.keep.review_at,
            }
            insert_row(tx, "review_cleared", row, unless=("desk", "agency", "pair"))


def cleared(tx: sa.Connection, desk: str, agency: str, pairs: Sequence[bytes]) -> set[bytes]:
    """Return those of the pairs that an officer has cleared."""
    if not pairs:
        return set()
    found = tx.execute(
        sa.text(
            "SELECT pair FROM review_cleared WHERE desk = :desk AND agency = :agency AND pair = ANY(:pairs)"
        ),
        {"desk": desk, "agency": agency, "pairs": list(pairs)},
    )
    return {bytes(pair) for pair in found.scalars()}


def mark_undone(tx: sa.Connection, decision_id: UUID, now: datetime) -> None:
    """Take a decision back, and with it what it had cleared."""
    tx.execute(
        sa.text("UPDATE review_decision SET undone_at = :now WHERE id = :id"), {"now": now, "id": decision_id}
    )
    tx.execute(sa.text("DELETE FROM review_cleared WHERE decision_id = :id"), {"id": decision_id})


def ask_again(tx: sa.Connection, decision_id: UUID) -> None:
    """Forget what a decision had cleared, though the decision stands: a redress number was revoked."""
    tx.execute(sa.text("DELETE FROM review_cleared WHERE decision_id = :id"), {"id": decision_id})


def _reason_place(decision_id: UUID) -> Place:
    return Place("review_decision", "reason", str(decision_id))
