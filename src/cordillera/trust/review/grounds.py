"""What becomes of an alert when a list takes its ground away: a note, and an offer to close, never more.

A machine raises alerts and appends to them; only an officer closes one (DESIGN 4.2). When the entry that
a finding rests on is removed from its list, or changed so that it no longer resembles the subject, the
finding gets a note. An alert that is not decided and whose findings all have one is offered for closing.

>>> Why("removed")
<Why.REMOVED: 'removed'>
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review import grounds_store as sql
from cordillera.trust.review.core import NODE, finding_identity
from cordillera.trust.review.model import AlertRow, AlertStatus, Finding, Outcome
from cordillera.trust.review.store import AlertStore

_COLUMN = "review_finding.identity"


class Why(StrEnum):
    """How a ground was lost: the entry left the list, resembles no more, or a newer finding tells of it."""

    REMOVED = "removed"
    CHANGED = "changed"
    RENEWED = "renewed"


class ListNow(msgspec.Struct, frozen=True):
    """The list that takes grounds away, and its date: an ISO date, or ""."""

    name: str
    date: str


class Grounded(msgspec.Struct, frozen=True):
    """An alert that points to a list, with its findings."""

    row: AlertRow
    findings: tuple[Finding, ...]


class GroundNote(msgspec.Struct, frozen=True):
    """A finding that lost its ground: which entry, by which list of which date, when, and why."""

    list_name: str
    list_date: str
    entry_id: str
    listed_name: str
    why: Why
    noted_at: datetime


class Grounds(msgspec.Struct, frozen=True):
    """The notes of an alert; `offered`: no ground remains and an officer may close it."""

    notes: tuple[GroundNote, ...] = ()
    offered: bool = False


class GroundKeeper:
    """Keeps the notes."""

    def __init__(self, ledger: Ledger, sealer: FieldSealer, clock: Clock) -> None:
        self._ledger = ledger
        self._sealer = sealer
        self._clock = clock
        self._alerts = AlertStore(sealer, clock)

    def on_list(
        self, tx: sa.Connection, desk: str, list_name: str, last: UUID, limit: int
    ) -> tuple[Grounded, ...]:
        """Return alerts that point to a list and whose findings count, after `last`, in order."""
        stored = [self._alerts.get(tx, one) for one in sql.alerts_on(tx, desk, list_name, last, limit)]
        return tuple(Grounded(one.row, self._alerts.findings(tx, one)) for one in stored)

    def of(self, tx: sa.Connection, alert_id: UUID) -> Grounds:
        """Return the notes of an alert; raise `AlertNotFound`."""
        stored = self._alerts.get(tx, alert_id)
        rows = {row.identity: row for row in sql.notes(tx, alert_id)}
        if not rows:
            return Grounds()
        return self._told(stored.row, self._alerts.findings(tx, stored), rows)

    def mark(
        self,
        tx: sa.Connection,
        alert_id: UUID,
        verdicts: Sequence[tuple[Finding, Why | None]],
        by: ListNow,
    ) -> Grounds:
        """Note which findings lost their ground (None: it stands); a leaf tells when that is something new.

        Findings that are in no verdict keep what they have. Raises `AlertNotFound`.
        """
        stored = self._alerts.get(tx, alert_id, lock=True)
        before = {row.identity: row for row in sql.notes(tx, alert_id)}
        judged = {self._blind(finding): why for finding, why in verdicts}
        again = [key for key, why in judged.items() if why is None and key in before]
        fresh = [
            self._row(
                stored.row.agency, (alert_id, key), why, (by, stored.keep.erase_after, stored.keep.review_at)
            )
            for key, why in judged.items()
            if why is not None and (key not in before or before[key].why != why)
        ]
        if again or fresh:
            sql.replace(tx, alert_id, again, fresh)
            self._leaf(tx, stored.row, by, [row.why for row in fresh])
        if again and stored.row.outcome is Outcome.NO_GROUND:  # the reason for closing it is gone
            self._alerts.move(tx, alert_id, AlertStatus.OPEN, outcome=None, decision_id=None)
        return self.of(tx, alert_id)

    def _told(
        self, alert: AlertRow, findings: Sequence[Finding], rows: Mapping[bytes, sql.GroundRow]
    ) -> Grounds:
        lost = [(finding, rows.get(self._blind(finding))) for finding in findings]
        notes = tuple(
            GroundNote(
                row.list_name,
                row.list_date,
                finding.listed.entry_id if finding.listed else "",
                finding.listed.name if finding.listed else "",
                Why(row.why),
                row.noted_at,
            )
            for finding, row in lost
            if row is not None
        )
        open_still = alert.status is not AlertStatus.DECIDED
        return Grounds(notes, offered=open_still and all(row is not None for _, row in lost))

    def _blind(self, finding: Finding) -> bytes:
        return self._sealer.blind(_COLUMN, finding_identity(finding))

    def _row(
        self, agency: str, key: tuple[UUID, bytes], why: Why, by: tuple[ListNow, datetime, datetime]
    ) -> sql.GroundRow:
        source, erase_after, review_at = by
        return sql.GroundRow(
            alert_id=key[0],
            identity=key[1],
            agency=agency,
            why=why.value,
            list_name=source.name,
            list_date=source.date,
            noted_at=self._clock.now(),
            erase_after=erase_after,
            review_at=review_at,
        )

    def _leaf(self, tx: sa.Connection, alert: AlertRow, by: ListNow, why: Sequence[str]) -> None:
        told = {"alert": str(alert.id), "list": by.name, "list_date": by.date}
        told["ground"] = " ".join(sorted(set(why))) or "stands again"
        event = Event(
            kind=LeafKind.RESCREENED,
            actor=NODE,
            agency=alert.agency,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=str(alert.id),
        )
        self._ledger.record(tx, event)
