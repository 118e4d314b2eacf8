"""Recording: the leaf goes with the effect, holds no personal data, and its detail is sealed."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger import store as tables
from cordillera.trust.ledger.errors import LeafTooLarge, LedgerStalled, NoSuchLeaf, NotYetSigned
from cordillera.trust.ledger.leaf import commitment, read_leaf
from cordillera.trust.ledger.model import Event, LeafDecision, LeafKind
from cordillera.trust.ledger.proof import verify_proof
from cordillera.trust.ledger.service import Ledger, Sequencer, detail_due
from cordillera.trust.ledger.tree import EMPTY_ROOT

SCOPE = Scope(agency="EC-PN", purpose="drug_trafficking", actor="officer-7")
EVENT = Event(
    kind=LeafKind.QUERY_SENT,
    actor="officer-7",
    agency="EC-PN",
    purpose="drug_trafficking",
    agreement_id="US-EC-2025-07-31",
    message_id="0199-message",
    peer="us",
    direction="out",
    seq=3,
    decision=LeafDecision(allow=True, articles=("US-EC/art3", "US-EC/art5"), policy_hash="ab" * 32),
    payload=b"passport|P1234567|EC",
    detail={"case": "EC-2026-118"},
    subject_ref="alert-1",
)


@pytest.fixture
def ledger(keyring, clock):
    return Ledger(keyring, clock, "cordillera/ec")


@pytest.fixture
def sequencer(store, ledger):
    return Sequencer(store, ledger)


def record(store, ledger, event=EVENT):
    with store.transaction(SCOPE) as tx:
        return ledger.record(tx, event)


def test_a_leaf_says_what_happened_and_holds_no_personal_data(store, ledger, sequencer):
    recorded = record(store, ledger)
    assert sequencer.catch_up() == 1
    with store.auditor_transaction() as tx:
        row = ledger.leaf(tx, 0)
    text = read_leaf(row.leaf)
    assert row.leaf_hash == recorded.leaf_hash
    assert (text.kind, text.peer, text.dir, text.seq) == ("query.sent", "us", "out", 3)
    assert text.decision.articles == ("US-EC/art3", "US-EC/art5")
    assert len(row.leaf) < 1024
    for secret in (b"officer-7", b"P1234567", b"alert-1", b"EC-2026-118"):
        assert secret not in row.leaf


def test_the_salt_in_the_detail_opens_the_commitment(store, ledger, sequencer):
    record(store, ledger)
    sequencer.catch_up()
    with store.transaction(SCOPE) as tx:
        text = read_leaf(ledger.leaf(tx, 0).leaf)
        (row,) = tables.details(tx, subject=None, kind=None, limit=5, before=None)
        (detail,) = ledger.open_details(tx, [row]).values()
    assert commitment(base64.b64decode(detail.salt), EVENT.payload).hex() == text.commit


def test_a_rolled_back_transaction_leaves_no_leaf(store, ledger, sequencer):
    def business(*, fails):
        with store.transaction(SCOPE) as tx:
            ledger.record(tx, EVENT)
            if fails:
                raise RuntimeError

    with pytest.raises(RuntimeError):
        business(fails=True)
    assert sequencer.catch_up() == 0


def test_who_has_seen_this_is_answered_before_and_after_sequencing(store, ledger, sequencer):
    record(store, ledger)
    record(store, ledger, Event(kind=LeafKind.LOGIN, actor="officer-8", agency="EC-PN"))
    with store.transaction(SCOPE) as tx:
        (waiting,) = ledger.events(tx, subject_ref="alert-1")
    assert waiting.index is None
    sequencer.catch_up()
    with store.transaction(SCOPE) as tx:
        (seen,) = ledger.events(tx, subject_ref="alert-1")
        assert ledger.events(tx, subject_ref="alert-2") == []
        assert [row.kind for row in ledger.events(tx)] == ["login", "query.sent"]
        assert [row.kind for row in ledger.events(tx, kind=LeafKind.LOGIN)] == ["login"]
        assert [row.kind for row in ledger.events(tx, before=ledger.events(tx)[0].entry_id)] == ["query.sent"]
    assert (seen.index, seen.actor, seen.detail) == (0, "officer-7", {"case": "EC-2026-118"})
    assert seen.leaf_hash == waiting.leaf_hash


def test_another_agency_reads_no_detail_and_writes_none_in_a_foreign_name(store, ledger):
    record(store, ledger)
    other = Scope(agency="EC-SENAE", purpose="customs")
    with store.transaction(other) as tx:
        assert ledger.events(tx) == []
    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        store.transaction(other) as tx,
    ):
        ledger.record(tx, EVENT)


def test_an_erased_month_keeps_its_leaves_and_loses_its_detail(store, ledger, sequencer, keyring):
    record(store, ledger)
    sequencer.catch_up()
    keyring.destroy_kek("2028-12")
    with store.transaction(SCOPE) as tx:
        (row,) = ledger.events(tx)
    assert (row.index, row.actor, row.detail) == (0, None, None)
    assert row.decision.allow


def test_details_last_two_years_after_their_month():
    assert detail_due(datetime(2026, 11, 21, tzinfo=UTC)) == datetime(2028, 12, 1, tzinfo=UTC)
    assert detail_due(datetime(2026, 12, 31, 23, tzinfo=UTC)) == datetime(2029, 1, 1, tzinfo=UTC)


def test_leaves_that_wait_too_long_stop_releases_until_they_are_sequenced(store, ledger, sequencer, clock):
    record(store, ledger)
    with store.transaction(SCOPE) as tx:
        ledger.ensure_writable(tx)
    clock.advance(timedelta(seconds=61))
    with pytest.raises(LedgerStalled) as stalled, store.transaction(SCOPE) as tx:
        ledger.ensure_writable(tx)
    assert stalled.value.facts["lag_seconds"] == 61
    sequencer.catch_up()
    with store.transaction(SCOPE) as tx:
        ledger.ensure_writable(tx)


def test_articles_that_do_not_fit_the_leaf_are_hashed_there_and_whole_in_the_detail(store, ledger, sequencer):
    articles = tuple(f"US-EC/article-{n}" for n in range(60))
    event = Event(
        kind=LeafKind.REFUSAL,
        actor="node",
        agency="EC-PN",
        decision=LeafDecision(allow=False, articles=articles, policy_hash=""),
    )
    record(store, ledger, event)
    sequencer.catch_up()
    with store.transaction(SCOPE) as tx:
        (whole,) = ledger.events(tx)
        (bare,) = ledger.leaves(tx, 10)
    assert whole.decision.articles == articles
    assert bare.decision.articles[0].startswith("sha256:")


def test_an_event_that_fits_no_leaf_is_refused(store, ledger):
    with pytest.raises(LeafTooLarge):
        record(store, ledger, Event(kind=LeafKind.RELEASE, actor="node", agency="EC-PN", purpose="p" * 1000))


def test_a_proof_is_found_by_index_or_message_and_verifies(store, ledger, sequencer):
    for number in range(300):
        record(store, ledger, Event(kind=LeafKind.LOGIN, actor=f"o{number}", agency="EC-PN"))
    record(store, ledger)
    sequencer.catch_up()
    with store.auditor_transaction() as tx:
        row = ledger.find(tx, EVENT.message_id)
        for index in (0, 17, 255, 256, row.index):
            raw = ledger.proof(tx, index).encode()
            entry = ledger.find(tx, str(index)).leaf
            assert verify_proof(raw, entry, [ledger.note_key]).index == index
        with pytest.raises(NotYetSigned):
            ledger.proof(tx, 301)
        for unknown in ("301", "no such message"):
            with pytest.raises(NoSuchLeaf):
                ledger.find(tx, unknown)


def test_the_checkpoint_of_an_empty_log_is_that_of_the_empty_tree(store, ledger):
    with store.auditor_transaction() as tx:
        assert (ledger.checkpoint(tx).size, ledger.checkpoint(tx).root) == (0, EMPTY_ROOT)
        with pytest.raises(NotYetSigned):
            ledger.proof(tx, 0)


def test_several_events_are_recorded_at_once_in_order(store, ledger, sequencer):
    events = [EVENT, *(Event(kind=LeafKind.LOGIN, actor=f"o{n}", agency="EC-PN") for n in range(20))]
    with store.transaction(SCOPE) as tx:
        recorded = ledger.record_all(tx, events)
        assert ledger.record_all(tx, []) == []
    sequencer.catch_up()
    with store.auditor_transaction() as tx:
        placed = [ledger.leaf(tx, index) for index in range(21)]
    assert [row.leaf_hash for row in placed] == [one.leaf_hash for one in recorded]
    assert [row.entry_id for row in placed] == [one.entry_id for one in recorded]
