"""`cordillera ledger verify` without a directory: a change to any row is found and named."""

import pytest
import sqlalchemy as sa

from cordillera.foundation.store import swift
from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger.errors import LogBroken
from cordillera.trust.ledger.selfcheck import verify_tables

NODE = Scope.node("ledger.audit")


def verify(store, ledger):
    with store.transaction(NODE) as tx:
        return verify_tables(tx, ledger)


@pytest.fixture
def filled(sequencer, fill):
    """600 leaves under three checkpoints, and three waiting."""
    for count in (100, 300, 200):
        fill(count)
        sequencer.catch_up()
    fill(3)


@pytest.fixture
def place_found(database_urls, ledger):
    """What verification names after a statement of the database's owner, who takes every guard off."""
    engine = sa.create_engine(sa.make_url(database_urls.owner).set(drivername="postgresql+psycopg"))
    sa.event.listen(engine, "connect", lambda driver, _record: swift.teach(driver))  # as the store does

    def found(statement):
        with engine.connect() as connection:
            for table in ("ledger_leaf", "ledger_tile", "ledger_checkpoint"):
                connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            connection.execute(sa.text("ALTER TABLE ledger_detail NO FORCE ROW LEVEL SECURITY"))
            assert connection.execute(sa.text(statement)).rowcount > 0
            try:
                verify_tables(connection, ledger)
            except LogBroken as broken:
                return broken.place
            return "nothing"

    yield found
    engine.dispose()


@pytest.mark.usefixtures("filled")
def test_an_untouched_log_verifies_with_what_waits(store, ledger):
    report = verify(store, ledger)
    assert (report.size, report.checkpoints) == (600, 3)


def test_an_empty_log_verifies(store, ledger):
    report = verify(store, ledger)
    assert (report.size, report.checkpoints) == (0, 0)


FLIP = "set_byte({0}, {1}, get_byte({0}, {1}) # 1)"
COPY_OF_LEAF_1 = (
    "UPDATE ledger_leaf l SET leaf = o.leaf, leaf_hash = o.leaf_hash, message_id = o.message_id"
    " FROM ledger_leaf o WHERE o.leaf_index = 1 AND l.leaf_index = "
)
CHANGES = {
    "a leaf's byte": ("UPDATE ledger_leaf SET leaf = " + FLIP.format("leaf", 40), "ledger_leaf 0"),
    "one late leaf": (
        f"UPDATE ledger_leaf SET leaf = {FLIP.format('leaf', 200)} WHERE leaf_index = 599",
        "ledger_leaf 599",
    ),
    "a leaf's hash": (
        f"UPDATE ledger_leaf SET leaf_hash = {FLIP.format('leaf_hash', 31)} WHERE leaf_index = 17",
        "ledger_leaf 17",
    ),
    "a leaf with its hash": (
        COPY_OF_LEAF_1 + "300",
        "ledger_leaf 256 to 511",
    ),
    "an unsigned-looking late leaf": (
        COPY_OF_LEAF_1 + "550",
        "ledger_checkpoint 600",
    ),
    "a leaf's message": ("UPDATE ledger_leaf SET message_id = 'x' WHERE leaf_index = 5", "ledger_leaf 5"),
    "two leaves' entries": (
        "UPDATE ledger_leaf SET entry_id = gen_random_uuid() WHERE leaf_index = 9",
        "ledger_detail",
    ),
    "a removed leaf": ("DELETE FROM ledger_leaf WHERE leaf_index = 300", "ledger_leaf 300"),
    "removed last leaves": ("DELETE FROM ledger_leaf WHERE leaf_index > 590", "ledger_checkpoint 600"),
    "a tile's hash": (
        f"UPDATE ledger_tile SET hashes = {FLIP.format('hashes', 8191)} WHERE tile_index = 1",
        "ledger_tile 0/1",
    ),
    "a tile's root": (f"UPDATE ledger_tile SET root = {FLIP.format('root', 0)}", "ledger_tile 0/0"),
    "a tile's middle": (f"UPDATE ledger_tile SET middle = {FLIP.format('middle', 511)}", "ledger_tile 0/0"),
    "a removed tile": ("DELETE FROM ledger_tile WHERE tile_index = 0", "ledger_tile 0/0"),
    "a tile from nowhere": (
        "INSERT INTO ledger_tile SELECT level, 2, hashes, root, middle FROM ledger_tile WHERE tile_index = 0",
        "ledger_tile 0/2",
    ),
    "a checkpoint's text": (
        f"UPDATE ledger_checkpoint SET note = {FLIP.format('note', 20)} WHERE size = 400",
        "ledger_checkpoint 400",
    ),
    "a checkpoint's signature": (
        f"UPDATE ledger_checkpoint SET note = {FLIP.format('note', 120)} WHERE size = 100",
        "ledger_checkpoint 100",
    ),
    "a checkpoint's size": (
        "UPDATE ledger_checkpoint SET size = 401 WHERE size = 400",
        "ledger_checkpoint 401",
    ),
    "a sealed detail": (
        f"UPDATE ledger_detail SET sealed = {FLIP.format('sealed', 60)}",
        "ledger_detail",
    ),
    "a detail's agency": ("UPDATE ledger_detail SET agency = 'US-CBP'", "ledger_detail"),
    "a detail's kind": ("UPDATE ledger_detail SET kind = 'login'", "ledger_detail"),
    "a detail's subject": (
        f"UPDATE ledger_detail SET subject = {FLIP.format('subject', 0)}",
        "ledger_detail",
    ),
    "a detail's end": (
        "UPDATE ledger_detail SET erase_after = erase_after + interval '1 day'",
        "ledger_detail",
    ),
    "a detail's review": (
        "UPDATE ledger_detail SET review_at = review_at + interval '1 day'",
        "ledger_detail",
    ),
    "a removed detail": ("DELETE FROM ledger_detail", "ledger_leaf"),
    "a waiting leaf": (f"UPDATE ledger_queue SET leaf = {FLIP.format('leaf', 200)}", "ledger_queue"),
    "a waiting leaf's time": (
        "UPDATE ledger_queue SET queued_at = queued_at + interval '1 hour'",
        "ledger_queue",
    ),
    "a waiting leaf's message": ("UPDATE ledger_queue SET message_id = 'x'", "ledger_queue"),
    "a removed waiting leaf": ("DELETE FROM ledger_queue", "ledger_detail"),
}


@pytest.mark.usefixtures("filled")
def test_a_change_to_any_row_is_found_and_named(place_found):
    found = {change: place_found(statement) for change, (statement, _) in CHANGES.items()}
    wrong = {change: place for change, place in found.items() if not place.startswith(CHANGES[change][1])}
    assert not wrong


@pytest.mark.usefixtures("filled")
def test_erased_details_do_not_break_the_log(store, ledger, keyring):
    keyring.destroy_kek("2028-12")
    assert verify(store, ledger).size == 600
