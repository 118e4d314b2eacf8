"""Changes and consents as people see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from cordillera.foundation import shapes
from cordillera.trust.records.change_store import ChangeRow, TaskRow
from cordillera.trust.records.changing import Detail
from cordillera.trust.records.consent_store import ConsentRow
from cordillera.trust.records.core import overdue
from cordillera.trust.records.model import Change, Consent, DoneData, Kind, Task
from cordillera.trust.records.orders import read_order


def change_view(row: ChangeRow, detail: Detail, tasks: Sequence[TaskRow], now: datetime) -> Change:
    """Return a change with each holder's part in it."""
    order, _ = read_order(row.signed)
    return Change(
        change_id=row.id,
        record_id=row.record_id,
        kind=cast("Kind", row.kind),
        issuer=row.issuer,
        received_from=row.received_from,
        version=row.version,
        state=row.state,
        effect=row.effect,
        reason=detail.reason,
        court_ref=order.court_ref,
        ruled_by=row.ruled_by,
        seconded_by=row.seconded_by,
        made_at=row.made_at,
        due_at=row.due_at,
        applied_at=row.applied_at,
        leaf=row.leaf,
        derived=row.derived,
        tasks=tuple(task_view(task, now) for task in tasks),
    )


def task_view(row: TaskRow, now: datetime) -> Task:
    """Return a holder's part in a change."""
    done = shapes.decode(row.done, DoneData) if row.done else None
    return Task(
        change_id=row.change_id,
        record_id=row.record_id,
        holder=row.holder,
        agreement_id=row.agreement_id,
        state=row.state,
        complete=row.complete,
        error=row.error,
        due_at=row.due_at,
        sent_at=row.sent_at,
        done_at=row.done_at,
        escalated_at=row.escalated_at,
        done=done.done if done else None,
        onward=done.onward if done else (),
        waiting_for=done.waiting_for if done else (),
        overdue=overdue(row.due_at, now, complete=row.complete),
    )


def consent_view(row: ConsentRow, reason: str) -> Consent:
    """Return a consent with its reason."""
    return Consent(
        consent_id=row.id,
        record_id=row.record_id,
        side=row.side,
        peer=row.peer,
        agreement_id=row.agreement_id,
        recipient=row.recipient,
        purpose=row.purpose,
        state=row.state,
        asked_by=row.asked_by,
        first_officer=row.first_officer,
        second_officer=row.second_officer,
        leaf=row.leaf,
        reason=reason,
        made_at=row.made_at,
        changed_at=row.changed_at,
    )
