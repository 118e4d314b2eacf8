"""Fishing by inches: many questions in one case, many cases by one officer, numbers asked in a row.

Each question allowed by itself may be part of a search that no agreement allows (PCSC 5(1), 16(2)(c)). What
is kept to see it are keyed hashes of case references and document numbers, and of each number's two
neighbours; never the numbers. An alarm stops nobody: it is a leaf, and a line on the supervisor's list.

>>> neighbours("P-AB0000009")
('P-AB0000008', 'P-AB0000010')
>>> neighbours("none")
()
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import ExchangeSettings
from cordillera.foundation.store.database import NODE, Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.exchange import vigilance_store as sql
from cordillera.trust.exchange.ports import Asked, Officer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

WINDOW: Final = timedelta(hours=24)
KEPT: Final = timedelta(days=30)
ALARM_KEPT: Final = timedelta(days=731)
PURPOSE: Final = "vigilance"
_TAIL = re.compile(r"^(.*?)(\d{3,})$")
_CASE, _DOCUMENT = "flow_asked.case", "flow_asked.document"


class Limits(msgspec.Struct, frozen=True):
    """From which number within a day an alarm is raised."""

    per_case: int = 500
    cases_per_officer: int = 60
    in_a_row: int = 5

    @classmethod
    def of(cls, settings: ExchangeSettings) -> "Limits":
        """Return the limits that a node was set to."""
        return cls(settings.fishing_questions, settings.fishing_cases, settings.fishing_numbers)


class Vigilance:
    """Watches what is asked."""

    def __init__(
        self, ledger: Ledger, sealer: FieldSealer, clock: Clock, limits: Limits | None = None
    ) -> None:
        self._ledger = ledger
        self._sealer = sealer
        self._clock = clock
        self.limits = limits or Limits()

    def asked(self, tx: sa.Connection, questions: Sequence[Asked]) -> None:
        """Remember questions by their hashes (fills the exchange's `AskWatcher`)."""
        now = self._clock.now()
        rows = [
            self._row(one, numbers, uuid7() if at else one.payload.msg_id, now)
            for one in questions
            for at, numbers in enumerate(one.numbers)
        ]
        sql.insert(tx, rows)

    def _row(self, asked: Asked, numbers: Sequence[str], row_id: UUID, now: datetime) -> sql.AskedRow:
        return sql.AskedRow(
            id=row_id,
            agency=asked.officer.agency,
            officer=asked.officer.officer_id,
            case_blind=self._sealer.blind(_CASE, asked.payload.legal.case_ref),
            documents=[self._sealer.blind(_DOCUMENT, number) for number in numbers],
            neighbours=[self._sealer.blind(_DOCUMENT, n) for number in numbers for n in neighbours(number)],
            asked_at=now,
            erase_after=now + KEPT,
            review_at=now + KEPT,
        )

    def run_once(self, store: Store, _clock: Clock | None = None) -> int:
        """Look at the last day, and raise each alarm once a day; return how many are new."""
        now = self._clock.now()
        with store.transaction(Scope.node(PURPOSE)) as tx:
            since = now - WINDOW
            found = [
                *(("case", one) for one in sql.busy_cases(tx, since, self.limits.per_case)),
                *(("officer", one) for one in sql.busy_officers(tx, since, self.limits.cases_per_officer)),
                *(("sequence", one) for one in sql.rows_of_numbers(tx, since, self.limits.in_a_row)),
            ]
            return sum(self._raise(tx, kind, one, now) for kind, one in found)

    def alarms(self, tx: sa.Connection, limit: int = 100) -> tuple[sql.Alarm, ...]:
        """Return alarms, those nobody has looked at first."""
        return tuple(sql.alarms(tx, limit))

    def seen(self, tx: sa.Connection, officer: Officer, alarm_id: UUID, note: str) -> bool:
        """Record that a supervisor looked into an alarm, and what they found; False when none waited."""
        if not sql.mark_seen(tx, alarm_id, officer.officer_id, self._clock.now()):
            return False
        told = {"act": "alarm seen", "note": note.strip()}
        self._note(tx, LeafKind.REVIEWED, told, (officer.officer_id, officer.agency), str(alarm_id))
        return True

    def _raise(self, tx: sa.Connection, kind: str, one: sql.Suspicion, now: datetime) -> bool:
        alarm_id = uuid7()
        if not sql.raise_alarm(tx, alarm_id, kind, one, now, now + ALARM_KEPT):
            return False
        told = {"alarm": kind, "count": str(one.count), "alarm_id": str(alarm_id)}
        self._note(tx, LeafKind.ESCALATED, told, (NODE, one.agency), str(alarm_id))
        return True

    def _note(
        self, tx: sa.Connection, kind: LeafKind, told: dict[str, str], by: tuple[str, str], ref: str
    ) -> None:
        event = Event(
            kind=kind,
            actor=by[0],
            agency=by[1],
            purpose=PURPOSE,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=ref,
        )
        self._ledger.record(tx, event)


def neighbours(number: str) -> tuple[str, ...]:
    """Return the numbers just before and after one that ends in at least three digits."""
    found = _TAIL.match(number.strip())
    if found is None:
        return ()
    head, tail = found[1], found[2]
    around = (int(tail) - 1, int(tail) + 1)
    return tuple(f"{head}{value:0{len(tail)}d}" for value in around if value >= 0)
