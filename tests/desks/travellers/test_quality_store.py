"""The quality of carriers' messages looks only at the days asked for: PostgreSQL counts the rows it read."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cordillera.desks.travellers import quality_store

OLD, NEW = 3_000, 5
READ_AT_MOST = 60
_MADE = (
    "SELECT md5('old' || n)::uuid AS id, n * interval '5 hours' AS ago FROM generate_series(5, :old) n"
    " UNION ALL SELECT md5('new' || n)::uuid, n * interval '1 minute' FROM generate_series(1, :new) n"
)
_COPIED = {
    "traveller_message_key": {"message_id": "one.id", "digest": "decode(md5(one.id::text), 'hex')"},
    "traveller_message": {
        "id": "one.id",
        "digest": "decode(md5(one.id::text), 'hex')",
        "received_at": "CAST(:noon AS timestamptz) - one.ago",
    },
    "traveller_flight": {"id": "one.id", "departs_local": "one.id::text"},
    "traveller_message_flight": {"message_id": "one.id", "flight_id": "one.id"},
}


@pytest.fixture
def years(travellers, store, scope, origin, paxlst, clock) -> tuple[datetime, datetime]:
    """Two years of messages made of one, each about a flight of its own; the last day, and its end."""
    noon = clock.now()
    with store.transaction(scope) as tx:
        travellers.ingest(tx, paxlst("MORA:ANA"), origin)
        for table, changed in _COPIED.items():
            copy(tx, table, changed, noon)
    return noon - timedelta(hours=12), noon + timedelta(hours=12)


def copy(tx: sa.Connection, table: str, changed: dict[str, str], noon: datetime) -> None:
    """Repeat the only row of a table for each row of `one`."""
    names = [column["name"] for column in sa.inspect(tx).get_columns(table)]
    values = ", ".join(changed.get(name, f"first.{name}") for name in names)
    tx.execute(
        sa.text(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {values}"
            f" FROM (SELECT * FROM {table} LIMIT 1) first CROSS JOIN ({_MADE}) one"
        ),
        {"noon": noon, "old": OLD, "new": NEW},
    )


def rows_read(plan: dict[str, Any], table: str) -> int:
    """How many rows of a table the steps of an executed plan read, those they threw away among them."""
    removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    of_table = str(plan.get("Relation Name", "")).startswith(table)
    own = round((plan["Actual Rows"] + removed) * plan["Actual Loops"]) if of_table else 0
    return own + sum(rows_read(part, table) for part in plan.get("Plans", ()))


def test_a_day_of_two_years_is_summed_by_reading_that_day(store, scope, years):
    since, until = years
    with store.transaction(scope) as tx:
        told = quality_store.sent(tx, since, until)
        plan = tx.execute(
            sa.text(f"EXPLAIN (ANALYZE, FORMAT JSON) {quality_store.SENT}"),
            {"since": since, "until": until, "limit": quality_store.MOST_FLIGHTS},
        ).scalar_one()[0]["Plan"]
    assert len(told) == NEW + 1
    assert {one.messages for one in told} == {1}
    for table in ("traveller_message", "traveller_flight"):
        assert 0 < rows_read(plan, table) < READ_AT_MOST


def test_a_flight_told_before_the_days_is_not_of_them(store, scope, years):
    since, until = years
    with store.transaction(scope) as tx:
        old, new = (
            tx.execute(
                sa.text(f"SELECT id FROM traveller_message ORDER BY received_at {order}, id LIMIT 1")
            ).scalar_one()
            for order in ("", "DESC")
        )
        tx.execute(
            sa.text(
                "INSERT INTO traveller_message_flight SELECT :new, flight_id, agency, erase_after, review_at"
                " FROM traveller_message_flight WHERE message_id = :old"
            ),
            {"old": old, "new": new},
        )
        assert len(quality_store.sent(tx, since, until)) == NEW + 1
