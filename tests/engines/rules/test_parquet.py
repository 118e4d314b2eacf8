"""Facts through Parquet and back: every rule raises the same travellers, and what may not be filed is not."""

import duckdb
import pytest

from cordillera.cli.bench_rules_made import made_columns, made_rules
from cordillera.engines.rules.bulk import bulk_hits
from cordillera.engines.rules.columns import columns_of, facts_of_row
from cordillera.engines.rules.duckdb_store import query_hits
from cordillera.engines.rules.facts import Facts, Seen, Things
from cordillera.engines.rules.parquet_store import facts_in, opened, read, written
from cordillera.engines.rules.schema import FACTS, SETS

ALL = tuple(FACTS)


def test_rules_raise_the_same_people_by_kernel_and_by_sql_from_the_file():
    rules, batch = made_rules(60, 5), made_columns(2_000, 5)
    raw = written(batch, ALL, {"ref": [str(row) for row in range(2_000)]})
    found, own = read(raw)
    wanted = [rows.tolist() for rows in bulk_hits(rules, batch)]
    assert [rows.tolist() for rows in bulk_hits(rules, found)] == wanted
    with opened(raw) as history:
        assert query_hits(rules, history) == wanted
    assert own["ref"].tolist() == [str(row) for row in range(2_000)]
    assert any(wanted)


def test_what_is_unknown_and_what_is_incomplete_stays_so():
    batch = made_columns(300, 6)
    found, _ = read(written(batch, ALL, {}))
    for row in range(batch.travellers):
        one, other = facts_of_row(found, row), facts_of_row(batch, row)
        assert one.facts == other.facts
        assert [one.things(name) for name in SETS] == [other.things(name) for name in SETS]


@pytest.mark.parametrize("name", ["traveller.surname", "traveller.meal", "traveller.religion"])
def test_no_name_and_no_protected_trait_is_ever_filed(name):
    person = Facts("t1", {name: Seen("CANARY")}, {})
    raw = written(columns_of([person]), ALL, {})
    assert b"CANARY" not in raw
    assert name.encode() not in raw
    assert name not in read(raw)[0].columns


def test_facts_that_were_not_chosen_are_unknown_in_the_file():
    card = Things(({"payment.method": Seen("CARD")},), complete=True)
    person = Facts("t1", {"traveller.age": Seen(40)}, {"payment": card})
    found, _ = read(written(columns_of([person]), ["traveller.age"], {}))
    assert facts_of_row(found, 0).facts == {"traveller.age": Seen(40)}
    assert facts_of_row(found, 0).things("payment") == Things((), complete=False)


def test_a_file_of_nobody_is_a_file():
    found, own = read(written(columns_of([]), ALL, {"ref": []}))
    assert (found.travellers, own["ref"].tolist()) == (0, [])


def test_a_file_from_before_a_fact_was_made_is_read_and_does_not_hold_it(tmp_path):
    """What a node filed last month must not stop a rule of today, nor answer for what it never held."""
    seats = Things(({"seat.number": Seen("15A"), "seat.changes": Seen(2)},), complete=True)
    person = Facts("t1", {"traveller.age": Seen(40), "itinerary.trip": Seen("RETURN")}, {"seat": seats})
    now = written(columns_of([person]), ALL, {"ref": ["00"]})
    assert {"itinerary.trip", "seat.changes"} <= facts_in(now)
    (tmp_path / "now").write_bytes(now)
    duckdb.sql(
        f"""COPY (SELECT * EXCLUDE ("itinerary.trip") REPLACE (
            [struct_pack("seat.number" := thing['seat.number']) FOR thing IN seat] AS seat)
            FROM read_parquet('{tmp_path / "now"}')) TO '{tmp_path / "before"}' (FORMAT parquet)"""
    )
    before = (tmp_path / "before").read_bytes()
    assert facts_in(now) - facts_in(before) == {"itinerary.trip", "seat.changes"}
    found, own = read(before)
    assert facts_of_row(found, 0).facts == {"traveller.age": Seen(40)}
    assert facts_of_row(found, 0).things("seat") == Things(({"seat.number": Seen("15A")},), complete=True)
    assert own["ref"].tolist() == ["00"]
