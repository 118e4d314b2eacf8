"""Time presses, and says so; it never closes a ticket, answers or refuses (docs/redress.md).

At three quarters of the term, shortly before its end and past it, each ticket not answered leaves an
`escalated` leaf, once per level; the queue shows the level, the supervisor sees the leaf.
"""

import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.redress import core
from cordillera.trust.redress import store as sql
from cordillera.trust.redress.model import TicketRow

SCOPE = Scope.node("redress")


def escalate(store: Store, ledger: Ledger, clock: Clock) -> int:
    """Write the escalations that are due; return how many."""
    now = clock.now()
    with store.transaction(SCOPE) as tx:
        due = [
            (row, agency, level)
            for row, agency in sql.waiting(tx)
            if (level := core.level(now, opened=row.opened_at, deadline=row.deadline_at)) > row.escalated
        ]
        for row, agency, level in due:
            sql.update_row(tx, "redress_ticket", row.id, escalated=level)
            _record(tx, ledger, row, agency, level)
    return len(due)


def _record(tx: sa.Connection, ledger: Ledger, row: TicketRow, agency: str, level: int) -> None:
    detail = {"ticket": str(row.id), "number": row.number, "level": str(level), "what": "redress"}
    event = Event(
        kind=LeafKind.ESCALATED,
        actor=core.NODE,
        agency=agency,
        purpose="redress",
        detail=detail,
        subject_ref=str(row.id),
    )
    ledger.record(tx, event)
