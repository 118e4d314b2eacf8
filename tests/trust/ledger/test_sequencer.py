"""Leaves get their place once, gapless, whatever fails and however many write."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger import store as tables
from cordillera.trust.ledger import tile_store
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.selfcheck import verify_tables
from cordillera.trust.ledger.service import Sequencer
from cordillera.trust.ledger.tree import range_root

NODE = Scope.node("test")


def state(store):
    with store.auditor_transaction() as tx:
        return tables.state(tx)


def verified(store, ledger):
    with store.transaction(NODE) as tx:
        return verify_tables(tx, ledger)


def test_many_writers_and_rollbacks_leave_a_gapless_log(store, ledger, sequencer):
    kept, stop = [], threading.Event()
    running = threading.Thread(target=sequencer.run, args=(stop,))
    running.start()

    def write(writer):
        for number in range(40):
            try:
                with store.transaction(NODE) as tx:
                    event = Event(kind=LeafKind.COLLECTION, actor=f"w{writer}", agency="node")
                    recorded = ledger.record(tx, event)
                    if number % 4 == 3:
                        tx.execute(sa.text("SELECT 1 / 0"))
            except sa.exc.DataError:
                continue
            kept.append(recorded.leaf_hash)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    running.join()
    assert sequencer.catch_up() == len(kept) == 120
    with store.auditor_transaction() as tx:
        hashes = [row.leaf_hash for row in tables.leaves_between(tx, 0, 1000)]
    assert sorted(hashes) == sorted(kept)
    assert verified(store, ledger).size == 120


def test_two_sequencers_never_disagree(store, ledger, fill):
    first, second = Sequencer(store, ledger), Sequencer(store, ledger)
    for turn in range(6):
        fill(90)
        (first, second)[turn % 2].catch_up()
    fill(700)
    workers = [threading.Thread(target=one.catch_up) for one in (first, second)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert first.catch_up() == second.catch_up() == 1240
    assert verified(store, ledger).size == 1240


def test_a_crash_between_drain_and_checkpoint_loses_nothing(store, ledger, sequencer, fill):
    fill(300)
    assert sequencer.drain() == 300
    assert state(store).signed == 0
    restarted = Sequencer(store, ledger)
    assert restarted.catch_up() == 300
    report = verified(store, ledger)
    assert (report.size, report.checkpoints) == (300, 1)


def test_a_drain_that_does_not_commit_gives_no_leaf_a_place(store, ledger, sequencer, fill):
    fill(10)

    def crash():
        with store.transaction(NODE) as tx:
            placed = tables.sequence(tx, 256)
            assert (placed.first, placed.moved, len(placed.head)) == (0, 10, 10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()
    assert (state(store).size, state(store).waiting) == (0, 10)
    assert sequencer.catch_up() == 10
    assert verified(store, ledger).size == 10


def test_a_checkpoint_is_never_ahead_of_the_tree_nor_behind_the_last(store, sequencer, fill):
    fill(5)
    sequencer.catch_up()
    with pytest.raises(sa.exc.IntegrityError, match="ahead of the tree"), store.transaction(NODE) as tx:
        tables.keep_checkpoint(tx, 6, b"note")
    with store.transaction(NODE) as tx:
        assert not tables.keep_checkpoint(tx, 4, b"note")
        assert not tables.keep_checkpoint(tx, 5, b"note")


def test_a_checkpoint_is_signed_every_second_or_thousand_leaves(store, sequencer, queue, clock):
    queue(1)
    sequencer.run_once()
    assert state(store).signed == 1
    queue(10)
    sequencer.run_once()
    assert state(store).signed == 1
    clock.advance(timedelta(seconds=1))
    sequencer.run_once()
    assert state(store).signed == 11
    queue(1000)
    while sequencer.run_once():
        pass
    assert state(store).signed >= 1011
    signed = state(store).signed
    clock.advance(timedelta(hours=1))
    sequencer.run_once()
    assert state(store).signed == max(signed, 1011)


def test_it_takes_what_waits_in_parts_of_a_bounded_size(sequencer, queue, monkeypatch):
    monkeypatch.setattr("cordillera.trust.ledger.sequencer.MOST", 700)
    queue(1500)
    assert [sequencer.drain() for _ in range(4)] == [700, 700, 100, 0]


def test_recording_waits_for_no_other_transaction(store, ledger, sequencer):
    """One business transaction stays open; others record and are sequenced meanwhile."""
    sequencer.run_once()
    event = Event(kind=LeafKind.LOGIN, actor="node", agency="node")
    with store.transaction(NODE) as slow:
        ledger.record(slow, event)
        with store.transaction(NODE) as quick:
            quick.execute(sa.text("SET LOCAL lock_timeout = '500ms'"))
            ledger.record(quick, event)
        assert sequencer.catch_up() == 1
    assert sequencer.catch_up() == 2


def test_the_month_changes_and_recording_goes_on(store, ledger, sequencer, fill, clock):
    fill(2)
    sequencer.run_once()
    clock.advance(timedelta(days=31))
    fill(2)
    sequencer.run_once()
    fill(1)
    sequencer.catch_up()
    assert verified(store, ledger).size == 5


def test_full_tiles_of_two_levels_are_kept_as_they_fill(store, ledger, sequencer, queue):
    """65,536 leaves and some: 257 full tiles and the one above the first 256."""
    queue(65_800)
    assert sequencer.catch_up() == 65_800
    with store.auditor_transaction() as tx:
        head = ledger.checkpoint(tx)
        assert head.root == range_root(0, 65_800, tile_store.TableNodes(tx))
        assert tile_store.tile_row(tx, 1, 0) is not None
        assert tile_store.tile_row(tx, 0, 256) is not None
        assert tile_store.tile_row(tx, 0, 257) is None
        ledger.proof(tx, 65_799)
