"""Deadlines kept: opened with what must be decided, closed by the person who decides, escalated otherwise."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import NODE, Scope, Store
from cordillera.trust.followup import deadline_store as sql
from cordillera.trust.followup.deadline_store import NewDeadline
from cordillera.trust.followup.timers import RULES, Deadline, Level, next_level
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

__all__ = ["Deadlines", "Finisher", "NewDeadline"]

BATCH: Final = 200
RUNS: Final = 50
PURPOSE: Final = "deadlines"

Finisher = Callable[[sa.Connection, Deadline], None]
"""What ends by itself when nobody decided: it may erase, and never approve, answer or refuse."""


class Deadlines:
    """The deadlines of a node."""

    def __init__(self, ledger: Ledger, clock: Clock, finishers: Mapping[str, Finisher] | None = None) -> None:
        self._ledger = ledger
        self._clock = clock
        self._finishers = dict(finishers or {})

    def open(self, tx: sa.Connection, new: NewDeadline) -> None:
        """Open a deadline."""
        sql.insert(tx, uuid7(), new, self._clock.now())

    def close(self, tx: sa.Connection, kind: str, ref: UUID, by: str) -> bool:
        """Close a deadline, because `by` did what was asked; False when none was open."""
        return sql.close(tx, kind, ref, self._clock.now(), by)

    def of(self, tx: sa.Connection, refs: Sequence[UUID]) -> dict[UUID, list[Deadline]]:
        """Return the deadlines about some things, by thing."""
        found: dict[UUID, list[Deadline]] = {}
        for one in sql.about(tx, refs):
            found.setdefault(one.ref, []).append(one)
        return found

    def escalated(
        self, tx: sa.Connection, level: Level = Level.ESCALATED, limit: int = 200
    ) -> tuple[Deadline, ...]:
        """Return what is overdue and open, the most pressing first."""
        return tuple(sql.open_ones(tx, level, limit))

    def run_once(self, store: Store, _clock: Clock | None = None) -> int:
        """Take the next step of every deadline that is ripe, at most one each; return how many were taken."""
        now, taken = self._clock.now(), 0
        for _ in range(RUNS):
            with store.transaction(Scope.node(PURPOSE)) as tx:
                ripe = [(one, next_level(one, now)) for one in sql.ripe(tx, now, RULES, BATCH)]
                steps = [(one, level) for one, level in ripe if level is not None]
                for one, level in steps:
                    self._step(tx, one, level, now)
            taken += len(steps)
            if len(steps) < BATCH:
                break
        return taken

    def _step(self, tx: sa.Connection, one: Deadline, level: Level, now: datetime) -> None:
        sql.raise_level(tx, one.id, level, now)
        told = {"deadline": one.kind, "level": level.name.lower(), "ref": str(one.ref)}
        event = Event(
            kind=LeafKind.ESCALATED,
            actor=NODE,
            agency=one.agency,
            purpose=PURPOSE,
            agreement_id=one.agreement_id,
            peer=one.peer,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=str(one.ref),
        )
        self._ledger.record(tx, event)
        finish = self._finishers.get(one.kind)
        if level is Level.ENDED and finish is not None:
            finish(tx, one)
            sql.close(tx, one.kind, one.ref, now, NODE)
