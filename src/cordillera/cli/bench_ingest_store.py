"""SQL of `cordillera bench ingest`: what is stored, and whether anything is stored twice."""

import msgspec
import sqlalchemy as sa

_COUNTS = sa.text(
    "SELECT (SELECT count(*) FROM traveller_message) AS messages,"
    " (SELECT count(*) FROM traveller) AS travellers,"
    " (SELECT count(*) FROM review_alert) AS alerts,"
    " (SELECT count(*) FROM (SELECT 1 FROM traveller_message GROUP BY agency, sender, reference, digest"
    " HAVING count(*) > 1) AS same) + (SELECT count(*) FROM (SELECT 1 FROM traveller"
    " GROUP BY flight_id, identity HAVING count(*) > 1) AS same) AS doubled"
)


class Counts(msgspec.Struct, frozen=True):
    """What is stored: messages, travellers, alerts, and what of it stands twice."""

    messages: int
    travellers: int
    alerts: int
    doubled: int


def counts(tx: sa.Connection) -> Counts:
    """Count everything."""
    row = tx.execute(_COUNTS).one()
    return Counts(row.messages, row.travellers, row.alerts, row.doubled)
