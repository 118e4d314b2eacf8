"""What officers concluded before about some subjects: each decision with the line of its alert."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.review.decision_store import DecisionStore
from cordillera.trust.review.model import AlertRow, Decision
from cordillera.trust.review.store import AlertStore, about

MOST: Final = 50


class Previous(msgspec.Struct, frozen=True):
    """A decision, undone or not, on an alert about one of the subjects asked for."""

    alert: AlertRow
    decision: Decision


class PreviousDecisions:
    """Opens decisions for an officer whose consultation is written down already."""

    def __init__(self, sealer: FieldSealer, clock: Clock) -> None:
        self._alerts = AlertStore(sealer, clock)
        self._decisions = DecisionStore(sealer, clock)

    def about(self, tx: sa.Connection, kind: str, refs: Sequence[str]) -> tuple[Previous, ...]:
        """Return the decisions on alerts about subjects of a kind, the newest first; of the first `MOST`."""
        found = about(tx, kind, refs[:MOST])
        stored = [self._alerts.get(tx, alert_id) for alert_id in found.values()]
        told = [
            Previous(one.row, decision) for one in stored for decision in self._decisions.of_alert(tx, one)
        ]
        return tuple(sorted(told, key=_newest))

    def alert_of(self, tx: sa.Connection, kind: str, ref: str) -> UUID | None:
        """Return the alert about a subject, if there is one."""
        return about(tx, kind, [ref]).get(ref)


def _newest(one: Previous) -> tuple[float, str]:
    return -one.decision.decided_at.timestamp(), str(one.decision.id)
