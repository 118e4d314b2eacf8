"""Requests as pages and programs see them; what was given is read from its record, with its caveats."""

from collections.abc import Sequence

import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import KeyDestroyed
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.taking import AskedUnder
from cordillera.trust.followup import store as sql
from cordillera.trust.followup.asking import listed, place_of
from cordillera.trust.followup.core import approval_of
from cordillera.trust.followup.deadlines import Deadlines
from cordillera.trust.followup.model import CoreData, FollowUpLine, FollowUpView, Response
from cordillera.trust.followup.timers import EMERGENCY, Deadline
from cordillera.trust.handling.display import Badge, badge_of
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.records.core import read_as
from cordillera.trust.records.errors import (
    NoSuchRecord,
    RecordBlocked,
    RecordErased,
    RecordSealed,
    RecordUnreadable,
)

_CLOSED = (RecordSealed, RecordBlocked, RecordErased, RecordUnreadable, NoSuchRecord)


class Views:
    """Reads requests."""

    def __init__(self, parts: ExchangeParts, handling: HandlingService, deadlines: Deadlines) -> None:
        self._parts = parts
        self._handling = handling
        self._deadlines = deadlines

    def lines(self, tx: sa.Connection, rows: Sequence[sql.FollowUpRow]) -> tuple[FollowUpLine, ...]:
        """Return lines, the overdue ones first, each group in the order given."""
        due = self._deadlines.of(tx, [row.id for row in rows])
        lines = [_line(row, due.get(row.id, ())) for row in rows]
        return tuple(sorted(lines, key=lambda line: -line.level))

    def view(self, tx: sa.Connection, row: sql.FollowUpRow) -> FollowUpView:
        """Return one request whole."""
        asked = self._legal(tx, row)
        book = self._parts.policies(tx)
        agreement = book.get(row.agreement_id).agreement
        content, badge, closed = self._given(tx, row)
        may_give = listed(book, row.agreement_id, row.service) & set(row.wanted)
        return FollowUpView(
            line=self.lines(tx, [row])[0],
            purpose=asked.legal.purpose if asked else "",
            offence=asked.legal.offence if asked else "",
            max_penalty_months=asked.legal.max_penalty_months if asked else 0,
            case_ref=asked.legal.case_ref if asked else "",
            subject_category=asked.subject_category if asked else "",
            approval=approval_of(agreement, row.service),
            refusal_grounds=agreement.hit_followup.refusal_grounds,
            may_give=tuple(name for name in row.wanted if name in may_give),
            badge=badge,
            content=content,
            offered=self._offered(tx, row),
            closed=closed,
        )

    def _given(self, tx: sa.Connection, row: sql.FollowUpRow) -> tuple[CoreData | None, Badge | None, str]:
        if row.record_id is None:
            return None, None, ""
        try:
            caveats = self._handling.caveats(tx, [row.record_id])[row.record_id]
            content = read_as(self._handling.records.body(tx, row.record_id), CoreData)
        except _CLOSED as closed:
            return None, None, closed.code
        return content, badge_of(caveats), ""

    def _legal(self, tx: sa.Connection, row: sql.FollowUpRow) -> AskedUnder | None:
        try:
            key = self._parts.sealer.load_key(tx, row.key_id)
        except KeyDestroyed:
            return None
        raw = self._parts.sealer.open(key, place_of("legal", row.id), row.legal)
        return shapes.decode(raw, AskedUnder)

    def _offered(self, tx: sa.Connection, row: sql.FollowUpRow) -> Response | None:
        if row.body is None:
            return None
        key = self._parts.sealer.load_key(tx, row.key_id)
        raw = self._parts.sealer.open(key, place_of("body", row.id), row.body)
        return shapes.decode(raw, Response)


def _line(row: sql.FollowUpRow, deadlines: Sequence[Deadline]) -> FollowUpLine:
    emergency = next((one for one in deadlines if one.kind == EMERGENCY and one.closed_at is None), None)
    others = (one.level for one in deadlines if one.kind != EMERGENCY and one.closed_at is None)
    return FollowUpLine(
        id=row.id,
        direction="in" if row.direction == "in" else "out",
        peer=row.peer,
        agreement_id=row.agreement_id,
        service=row.service,
        thread_id=row.thread_id,
        reference=row.reference,
        state=row.state,
        outcome=row.outcome,
        urgency=row.urgency,
        intended_use=row.intended_use,
        wanted=tuple(row.wanted),
        officer=row.officer,
        asked_at=row.asked_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        level=max(others, default=0),
        emergency=emergency,
        article=row.article,
        articles=tuple(row.articles),
        error=row.error,
        record_id=row.record_id,
        proposer=row.proposer,
    )
