"""The detail of a month goes two years after it, with its key; the leaves stay and verify."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger.errors import LogBroken
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.retention import ERASABLES
from cordillera.trust.ledger.selfcheck import verify_tables
from cordillera.trust.safeguards.retention import RetentionRunner

NODE = Scope.node("retention")


@pytest.fixture
def runner(sealer, ledger, keyring, clock):
    return RetentionRunner(sealer, ledger, keyring, clock, ERASABLES)


def details(store):
    with store.transaction(NODE) as tx:
        return tx.execute(sa.text("SELECT count(*) FROM ledger_detail")).scalar_one()


def test_nothing_goes_before_its_time(store, runner, fill, clock):
    fill(5)
    clock.set(datetime(2028, 11, 30, 23, tzinfo=UTC))
    assert runner.run_once(store).groups == 0
    with store.transaction(NODE) as tx:
        (soon,) = runner.review_due(tx)
    assert (soon.ref, soon.erase_after) == ("2026-11", datetime(2028, 12, 1, tzinfo=UTC))
    assert details(store) == 5


def test_a_month_goes_whole_with_a_tombstone_and_the_log_still_verifies(
    store, runner, ledger, sequencer, fill, clock
):
    fill(300)
    clock.advance(timedelta(days=31))
    fill(7)
    sequencer.catch_up()
    clock.set(datetime(2028, 12, 1, tzinfo=UTC))
    report = runner.run_once(store)
    assert (report.groups, report.keys_without_owner) == (1, 0)
    assert report.erased[0].rows == 300
    assert details(store) == 8
    assert runner.run_once(store).groups == 0
    sequencer.catch_up()
    with store.transaction(NODE) as tx:
        assert verify_tables(tx, ledger).size == 308
        (tombstone,) = ledger.events(tx, kind=LeafKind.ERASED)
    assert tombstone.detail == {"record": "ledger_detail", "ref": "2026-11", "rows": "300"}


def test_the_application_removes_no_detail_whose_key_lives(store, sequencer, fill):
    fill(3)
    sequencer.catch_up()
    with store.transaction(NODE) as tx:
        assert tx.execute(sa.text("SELECT ledger_erase_details('2026-11')")).scalar_one() == 0
    assert details(store) == 3


def test_a_detail_gone_before_its_time_is_found(store, ledger, sequencer, fill, sealer):
    fill(3)
    sequencer.catch_up()
    with store.transaction(NODE) as tx:
        key = tx.execute(sa.text("SELECT key_id FROM ledger_month")).scalar_one()
        sealer.destroy_key(tx, key)
        assert tx.execute(sa.text("SELECT ledger_erase_details('2026-11')")).scalar_one() == 3
    with pytest.raises(LogBroken, match="has no detail"), store.transaction(NODE) as tx:
        verify_tables(tx, ledger)
