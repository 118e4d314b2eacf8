"""Places in channels, under locks that two connections want at the same time."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from tests.sim.federation import NODE, Pair

from cordillera.foundation.store.database import Store
from cordillera.foundation.store.swift import Statement
from cordillera.trust.exchange.channel_store import lock_channels, save_channels
from cordillera.trust.exchange.core import Channel

pytest_plugins = ["tests.sim.fixtures"]
NAME = "us-ec-2025"
HOW_FAR = Statement("SELECT last_seq FROM exchange_channel WHERE peer = :peer")
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def test_what_is_read_under_the_lock_of_a_new_channel_is_what_its_maker_left(store: Store):
    def the_second() -> tuple[list[tuple[int]], dict[str, Channel]]:
        with store.transaction(NODE, gathered=True) as tx:
            held = lock_channels(tx, "in", "us", [NAME], lambda: HOW_FAR.ahead(tx, {"peer": "us"}))
            return HOW_FAR.rows(tx, {"peer": "us"}), held

    with ThreadPoolExecutor(1) as other:
        with store.transaction(NODE, gathered=True) as tx:
            assert lock_channels(tx, "in", "us", [NAME])[NAME].last_seq == 0
            save_channels(tx, "in", "us", [Channel(NAME, 3, "hash")])
            HOW_FAR.rows(tx, {"peer": "us"})  # whatever waits is sent
            second = other.submit(the_second)
            wait_until(store, waiting=1)
        read, held = second.result(30)
    assert read == [(3,)]
    assert held[NAME].last_seq == 3


def test_the_first_message_of_a_channel_sent_twice_at_once_freezes_nothing(pair: Pair):
    first = pair.ec.craft(pair.us, 1)
    with ThreadPoolExecutor(2) as senders:
        with pair.us.store.transaction(NODE) as tx:
            tx.execute(sa.text("LOCK TABLE exchange_inbox IN SHARE MODE"))
            sent = [senders.submit(pair.ec.deliver, pair.us, first) for _ in range(2)]
            wait_until(pair.us.store, waiting=2)
        (one,), (other,) = (each.result(30) for each in sent)
    assert one.receipt
    assert other.receipt == one.receipt
    assert pair.us.scalar("SELECT count(*) FROM exchange_evidence") == 0


def wait_until(store: Store, waiting: int) -> None:
    """Return when that many connections wait for a lock."""
    for _ in range(3_000):
        with store.transaction(NODE) as tx:
            if tx.execute(sa.text(WAITING)).scalar_one() >= waiting:
                return
            tx.execute(sa.text("SELECT pg_sleep(0.01)"))
    raise AssertionError("nobody came to the lock")
