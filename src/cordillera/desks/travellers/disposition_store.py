"""Dispositions in PostgreSQL: reasons sealed under a key of their own, gone with the alert."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.travellers.disposition_core import Disposition, Recorded
from cordillera.foundation.store.sealing import FieldSealer, Place
from cordillera.trust.review.model import Retention


def add(tx: sa.Connection, sealer: FieldSealer, recorded: Recorded, about: tuple[str, Retention]) -> None:
    """Keep a disposition of an alert, for an agency and as long as the alert."""
    agency, keep = about
    key = sealer.new_key(tx, f"traveller_disposition/{recorded.id}", keep.erase_after)
    row = {
        "id": recorded.id,
        "agency": agency,
        "alert_id": recorded.alert_id,
        "disposition": recorded.disposition.value,
        "officer_id": recorded.officer_id,
        "officer_name": recorded.officer_name,
        "at": recorded.at,
        "key_id": key.key_id,
        "reason": sealer.seal(key, _place(recorded.id), recorded.reason.encode()),
        "erase_after": keep.erase_after,
        "review_at": keep.review_at,
    }
    target = sa.table("traveller_disposition", *(sa.column(name) for name in row))
    tx.execute(target.insert().values(row))


def of_alert(tx: sa.Connection, sealer: FieldSealer, alert_id: UUID) -> tuple[Recorded, ...]:
    """Return the dispositions of an alert, the newest first."""
    rows = tx.execute(
        sa.text(
            "SELECT id, alert_id, disposition, officer_id, officer_name, at, key_id, reason"
            " FROM traveller_disposition WHERE alert_id = :alert ORDER BY at DESC, id DESC"
        ),
        {"alert": alert_id},
    ).all()
    keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
    return tuple(
        Recorded(
            row.id,
            row.alert_id,
            Disposition(row.disposition),
            row.officer_id,
            row.officer_name,
            row.at,
            sealer.open(keys[row.key_id], _place(row.id), row.reason).decode(),
        )
        for row in rows
        if row.key_id in keys
    )


def newest(tx: sa.Connection, alerts: Collection[UUID]) -> dict[UUID, Disposition]:
    """Return what stands of some alerts."""
    rows = tx.execute(
        sa.text(
            "SELECT DISTINCT ON (alert_id) alert_id, disposition FROM traveller_disposition"
            " WHERE alert_id = ANY(:alerts) ORDER BY alert_id, at DESC, id DESC"
        ),
        {"alerts": list(alerts)},
    )
    return {row.alert_id: Disposition(row.disposition) for row in rows}


def _place(recorded: UUID) -> Place:
    return Place("traveller_disposition", "reason", str(recorded))
