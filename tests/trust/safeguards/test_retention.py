"""Everything expires: what is due goes with its key, and a tombstone stays."""

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.crypto.keyring import month_label
from cordillera.foundation.explain import Term
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.sealing import KeyDestroyed, Place
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.model import AlertSubject, Finding, NewAlert, Retention
from cordillera.trust.review.retention import ERASABLES
from cordillera.trust.review.service import ReviewService
from cordillera.trust.safeguards.retention import RetentionRunner
from cordillera.trust.safeguards.store import keyed_tables, schema_gaps

SCOPE = Scope("EC-PN", "border.ingest")
NODE = Scope.node("test")


@pytest.fixture
def ledger(keyring, clock):
    return Ledger(keyring, clock, "cordillera/test")


@pytest.fixture
def runner(sealer, ledger, keyring, clock):
    return RetentionRunner(sealer, ledger, keyring, clock, ERASABLES)


@pytest.fixture
def alert_id(store, ledger, sealer, clock) -> UUID:
    now = clock.now()
    new = NewAlert(
        desk="travellers",
        agency="EC-PN",
        subject=AlertSubject("traveller", "t-1", "PEREZ, JUAN"),
        findings=(Finding("finding.list_match", 0.9, (Term("names.equal", 0.9),)),),
        keep=Retention(now + timedelta(days=365), now + timedelta(days=90)),
    )
    with store.transaction(SCOPE) as tx:
        return ReviewService(ledger, sealer, clock).raise_alert(tx, new).alert_id


def rows(store, table: str) -> int:
    with store.transaction(NODE) as tx:
        return tx.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_every_keyed_table_has_an_erase_and_a_review_date_that_are_never_null(store):
    with store.transaction(NODE) as tx:
        assert schema_gaps(tx) == ()
        assert "review_alert" in keyed_tables(tx)


@pytest.mark.usefixtures("alert_id")
def test_nothing_goes_before_its_time(store, runner, clock):
    clock.advance(timedelta(days=364))
    assert runner.run_once(store).groups == 0
    assert rows(store, "review_alert") == 1


def test_what_is_due_goes_with_its_key_and_cannot_be_opened_again(store, runner, sealer, alert_id, clock):
    with store.transaction(NODE) as tx:
        kept = tx.execute(sa.text("SELECT key_id, face FROM review_alert")).one()
        sealer.open(sealer.load_key(tx, kept.key_id), Place("review_alert", "face", str(alert_id)), kept.face)
    clock.advance(timedelta(days=366))
    report = runner.run_once(store)
    assert {part.kind: part.groups for part in report.erased}["review_alert"] == 1
    assert rows(store, "review_alert") == rows(store, "review_finding") == 0
    with pytest.raises(KeyDestroyed), store.transaction(NODE) as tx:
        sealer.load_key(tx, kept.key_id)


def test_each_erased_group_leaves_a_tombstone(store, runner, ledger, alert_id, clock):
    clock.advance(timedelta(days=366))
    runner.run_once(store, "officer-7")
    with store.transaction(NODE) as tx:
        erased = [row for row in ledger.events(tx, kind=LeafKind.ERASED) if row.subject_ref == str(alert_id)]
    assert [(row.detail["record"], row.actor) for row in erased] == [("review_alert", "officer-7")]


@pytest.mark.usefixtures("alert_id")
def test_a_second_run_changes_nothing(store, runner, clock):
    clock.advance(timedelta(days=366))
    runner.run_once(store)
    assert runner.run_once(store).groups == 0


@pytest.mark.usefixtures("alert_id")
def test_the_wrapping_key_of_a_finished_month_goes_so_that_no_backup_opens(store, runner, keyring, clock):
    due = clock.now() + timedelta(days=365)
    clock.advance(timedelta(days=366))
    assert month_label(due) not in runner.run_once(store).months_closed
    clock.advance(timedelta(days=31))
    assert month_label(due) in runner.run_once(store).months_closed
    with pytest.raises(KeyUnavailable):
        keyring.kek(month_label(due))


def test_a_key_no_record_claims_does_not_outlive_its_date(store, runner, sealer, clock):
    with store.transaction(NODE) as tx:
        key = sealer.new_key(tx, f"forgotten/{uuid4()}", clock.now() + timedelta(days=1))
    clock.advance(timedelta(days=2))
    assert runner.run_once(store).keys_without_owner >= 1
    with pytest.raises(KeyDestroyed), store.transaction(NODE) as tx:
        sealer.load_key(tx, key.key_id)


def test_records_due_for_a_look_are_listed(store, runner, alert_id, clock):
    with store.transaction(NODE) as tx:
        assert runner.review_due(tx) == ()
    clock.advance(timedelta(days=91))
    with store.transaction(NODE) as tx:
        (due,) = runner.review_due(tx)
    assert (due.kind, due.ref) == ("review_alert", str(alert_id))


def test_the_runner_stops_when_told(store, runner):
    stop = threading.Event()
    thread = threading.Thread(target=runner.run, args=(store, stop, 60.0))
    thread.start()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
