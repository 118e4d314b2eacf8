"""What a node does about records by itself: prove, remind, raise the alarm, forget what was on its way.

Proofs are sent once a checkpoint covers their leaf, and again whenever a holder farther on has proved
its part. A holder that lets its time pass is an alarm with evidence; it is never counted as done.
"""

import threading
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.records import change_store
from cordillera.trust.records.applying import Applying, ended_messages
from cordillera.trust.records.change_store import ChangeRow, ReportRow, TaskRow
from cordillera.trust.records.changing import Changing
from cordillera.trust.records.model import DoneData, HolderDone
from cordillera.trust.records.orders import prove
from cordillera.trust.records.sending import KEEP, Notice, Sender

BATCH: Final = 200
SCOPE: Final = Scope.node("records")
PAUSE_SECONDS: Final = 1.0


class Duties:
    """The worker of records."""

    def __init__(self, parts: ExchangeParts, changing: Changing, applying: Applying) -> None:
        self._parts = parts
        self._changing = changing
        self._applying = applying
        self._sender = Sender(parts)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        while not stop.is_set():
            try:
                busy = self.run_once()
            except CordilleraError:
                busy = 0
            if not busy:
                stop.wait(PAUSE_SECONDS)

    def run_once(self) -> int:
        """Do what is due; return how many things were done."""
        with self._parts.store.transaction(SCOPE) as tx:
            told = sum(self._report(tx, row) for row in change_store.reports(tx, BATCH))
        with self._parts.store.transaction(SCOPE) as tx:
            again = change_store.unsent(tx, BATCH)
            for task in again:
                self._changing.tell_again(tx, task)
            forgotten = ended_messages(tx, self._applying)
        with self._parts.store.transaction(SCOPE) as tx:
            late = change_store.late(tx, self._parts.clock.now(), BATCH)
            for task in late:
                self._escalate(tx, task)
        return told + len(again) + forgotten + len(late)

    def _report(self, tx: sa.Connection, row: ReportRow) -> bool:
        """Send our proof, with those of everyone after us, unless the partner was told all of it."""
        change = change_store.changes(tx, [row.change_id])[row.change_id]
        proved = prove(tx, self._parts.ledger, change.leaf, str(change.id))
        if proved is None or change.applied_at is None:
            return False
        tasks = [task for task in change_store.tasks(tx, [change.id]) if task.holder != row.asker]
        data = self._data(change, tasks, row, proved)
        digest = sha256(
            msgspec.json.encode((sorted(one.holder for one in data.onward), sorted(data.waiting_for)))
        ).hex()
        if digest == row.told:
            return False
        self._send(tx, change, row, data)
        complete = not data.waiting_for
        change_store.reported(tx, msgspec.structs.replace(row, told=digest, complete=complete))
        return True

    def _data(
        self, change: ChangeRow, tasks: list[TaskRow], row: ReportRow, proved: tuple[str, str]
    ) -> DoneData:
        own = self._parts.identity.id
        onward: dict[str, HolderDone] = {}
        waiting: set[str] = set()
        for task in tasks:
            if not task.done:
                waiting.add(task.holder)
                continue
            told = shapes.decode(task.done, DoneData)
            onward |= {one.holder: one for one in (told.done, *told.onward)}
            waiting |= set(told.waiting_for)
        away = {own, row.asker}
        applied = change.applied_at or change.made_at
        done = HolderDone(own, change.effect, applied, change.derived, *proved)
        return DoneData(
            change.id,
            change.record_id,
            done,
            tuple(one for name, one in sorted(onward.items()) if name not in away),
            tuple(sorted(waiting - away - set(onward))),
        )

    def _send(self, tx: sa.Connection, change: ChangeRow, row: ReportRow, data: DoneData) -> UUID:
        now = self._parts.clock.now()
        key = self._parts.sealer.new_key(tx, "record.done", now + KEEP)
        notice = Notice(
            type="record.done",
            peer=row.asker,
            agreement_id=row.agreement_id,
            thread=change.id,
            agency=change.agency,
            key=key,
            data=data,
        )
        return self._sender.send(tx, notice)

    def _escalate(self, tx: sa.Connection, task: TaskRow) -> None:
        """Note that a holder let its time pass: people and the supervisor see it, with what was sent when."""
        now = self._parts.clock.now()
        change_store.save_task(tx, msgspec.structs.replace(task, escalated_at=now))
        event = Event(
            kind=LeafKind.ESCALATED,
            actor="node",
            agency=task.agency,
            purpose="record.overdue",
            agreement_id=task.agreement_id,
            message_id=str(task.change_id),
            peer=task.holder,
            detail={"state": task.state, "sent": task.sent_at.isoformat(), "due": task.due_at.isoformat()},
            subject_ref=str(task.record_id),
        )
        self._parts.ledger.record(tx, event)
