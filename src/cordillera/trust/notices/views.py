"""Notices as pages and programs see them: lists without content, one notice with what may be read of it."""

from collections.abc import Sequence

import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import FieldSealer, KeyDestroyed
from cordillera.trust.followup.deadlines import Deadlines
from cordillera.trust.followup.timers import Deadline
from cordillera.trust.handling.display import badge_of
from cordillera.trust.handling.wire import caveats_of
from cordillera.trust.notices import store as sql
from cordillera.trust.notices.model import Conditions, Draft, NoticeLine, Terms
from cordillera.trust.notices.writing import place_of


class Views:
    """Reads notices; opens their own sealed fields, never a record."""

    def __init__(self, sealer: FieldSealer, deadlines: Deadlines) -> None:
        self._sealer = sealer
        self._deadlines = deadlines

    def lines(self, tx: sa.Connection, rows: Sequence[sql.NoticeRow]) -> tuple[NoticeLine, ...]:
        """Return lines, the overdue ones first, each group in the order given."""
        due = self._deadlines.of(tx, [row.id for row in rows])
        lines = [_line(row, due.get(row.id, ())) for row in rows]
        return tuple(sorted(lines, key=lambda line: -line.level))

    def conditions(self, tx: sa.Connection, row: sql.NoticeRow) -> Conditions | None:
        """Return what a receiver accepts or not; None for a draft and once its key is gone."""
        try:
            key = self._sealer.load_key(tx, row.key_id)
        except KeyDestroyed:
            return None
        raw = self._sealer.open(key, place_of("body", row.id), row.body)
        if row.direction == "out":
            return None
        terms = shapes.decode(raw, Terms)
        legal = terms.legal
        return Conditions(
            sender=row.peer,
            agreement_id=row.agreement_id,
            agreement_hash=row.agreement_hash,
            offence=legal.offence,
            max_penalty_months=legal.max_penalty_months,
            purpose=legal.purpose,
            case_ref=legal.case_ref,
            subject_category=row.subject_category,
            urgency=legal.urgency,
            handling=row.handling,
            stamp=badge_of(caveats_of(row.handling)).stamp,
            erase_after=row.erase_after,
            retention_notes=terms.retention.notes,
            articles=tuple(row.articles),
            digest=row.conditions,
        )

    def draft(self, tx: sa.Connection, row: sql.NoticeRow) -> Draft | None:
        """Return what was written here, or None once its key is gone."""
        try:
            key = self._sealer.load_key(tx, row.key_id)
        except KeyDestroyed:
            return None
        return shapes.decode(self._sealer.open(key, place_of("body", row.id), row.body), Draft)

    def reason(self, tx: sa.Connection, row: sql.NoticeRow) -> str:
        """Return why it was declined, kept or erased."""
        if row.reason is None:
            return ""
        key = self._sealer.load_key(tx, row.key_id)
        return self._sealer.open(key, place_of("reason", row.id), row.reason).decode()


def _line(row: sql.NoticeRow, deadlines: Sequence[Deadline]) -> NoticeLine:
    due = next((one for one in deadlines if one.closed_at is None), None)
    badge = badge_of(caveats_of(row.handling))
    return NoticeLine(
        id=row.id,
        direction="in" if row.direction == "in" else "out",
        peer=row.peer,
        agreement_id=row.agreement_id,
        state=row.state,
        subject_category=row.subject_category,
        offence=row.offence,
        purpose=row.purpose,
        stamp=badge.stamp,
        tlp=badge.level,
        writer=row.writer,
        releaser=row.releaser,
        written_at=row.written_at,
        released_at=row.released_at,
        decided_at=row.decided_at,
        due_at=due.due_at if due else None,
        due_for=due.kind if due else "",
        level=due.level if due else 0,
        error=row.error,
        articles=tuple(row.articles),
        erase_after=row.erase_after,
    )
