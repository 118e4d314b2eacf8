import os
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cordillera.trust.lookup.table import ROUND, WIDTH, build, epoch_end, epoch_of, holds


def function(token: bytes) -> bytes:
    return token.ljust(64, b".")


def filler() -> bytes:
    return os.urandom(WIDTH)


@given(st.sets(st.binary(min_size=WIDTH, max_size=WIDTH), max_size=50))
def test_a_table_holds_its_keys(tokens: set[bytes]):
    table = build(tokens, function, filler)
    assert all(holds(table, function(token)) for token in tokens)


def test_a_table_holds_nothing_else():
    table = build([b"%08d" % n for n in range(3000)], function, filler)
    assert not any(holds(table, function(b"x%07d" % n)) for n in range(3000))


def test_the_size_of_a_table_hides_how_many_keys_there_are():
    sizes = {len(build([b"%08d" % n for n in range(count)], function, filler)) for count in (0, 1, 700, 1024)}
    assert sizes == {ROUND * WIDTH}


def test_an_epoch_lasts_thirty_days():
    at = datetime(2026, 11, 21, tzinfo=UTC)
    end = epoch_end(epoch_of(at))
    assert timedelta(0) < end - at <= timedelta(days=30)
    assert epoch_of(end) == epoch_of(at) + 1
