"""Attack: one side leaves a message out of its log, slips one in, or changes its leaf, as the owner can.

Bilateral reconciliation compares both logs, channel by channel, and both sides keep what was found.
"""

from datetime import timedelta

import psycopg
import pytest
from tests.sim.federation import AGREEMENT, NODE, two_nodes

from cordillera.foundation.ids import uuid7
from cordillera.runtime.witnesses import Witnesses
from cordillera.trust.ledger import reconcile_store
from cordillera.trust.ledger.model import Event, LeafKind


@pytest.fixture
def pair(cluster, tmp_path):
    with two_nodes(cluster, tmp_path) as made:
        for number in range(3):
            made.ec.ask(f"Invented Person {number}")
        made.flow()
        made.ec.turn("us")
        made.sequence()
        yield made


def owner_runs(node, statement, values):
    with psycopg.connect(node.store.urls.owner, autocommit=True) as connection:
        connection.execute("ALTER TABLE ledger_leaf DISABLE TRIGGER USER")
        connection.execute(statement, values)


def compare(node, peer):
    now = node.clock.now()
    return Witnesses(node.parts).reconciler.reconcile(
        peer, now - timedelta(hours=1), now + timedelta(minutes=1)
    )


def a_query(node):
    return str(node.scalar("SELECT msg_id FROM exchange_inbox WHERE channel_seq = 2"))


def findings(node):
    with node.store.transaction(NODE) as tx:
        return [(one.reason, one.direction, one.message_id) for one in reconcile_store.findings(tx)]


def test_honest_logs_agree_in_both_directions(pair):
    for node, peer in ((pair.ec, "us"), (pair.us, "ec")):
        report = compare(node, peer)
        assert report.findings == ()
        assert (report.ours, report.theirs) == (6, 6)
        assert report.pending == 0
        assert node.leaves("reconciled") == 1


def test_a_message_left_out_by_its_receiver_is_found_by_both(pair):
    ec, us = pair.ec, pair.us
    message = a_query(us)
    owner_runs(us, "DELETE FROM ledger_leaf WHERE message_id = %s", (message,))
    (found,) = compare(ec, "us").findings
    assert (found.reason, found.message_id, found.sender, found.seq) == ("missing_there", message, "ec", 2)
    assert findings(ec) == [("missing_there", "out", message)]
    assert Witnesses(us.parts).reconciler.run_due() == 1
    assert findings(us) == [("missing_here", "in", message)]


def test_a_message_left_out_by_its_sender_is_found(pair):
    ec, us = pair.ec, pair.us
    message = a_query(us)
    owner_runs(ec, "DELETE FROM ledger_leaf WHERE message_id = %s", (message,))
    (found,) = compare(us, "ec").findings
    assert (found.reason, found.message_id) == ("missing_there", message)


def test_a_message_slipped_into_a_log_is_found(pair):
    ec, us = pair.ec, pair.us
    forged = str(uuid7())
    event = Event(
        kind=LeafKind.QUERY_RECEIVED, actor="node", agency="node", agreement_id=AGREEMENT,
        message_id=forged, peer="ec", direction="in", seq=4,
    )  # fmt: skip
    with us.store.transaction(NODE) as tx:
        us.ledger.record(tx, event)
    (found,) = compare(ec, "us").findings
    assert (found.reason, found.message_id, found.ours) == ("missing_here", forged, "")


def test_a_leaf_that_is_not_the_receipted_one_is_found(pair):
    """The receiver rewrote its leaf after it had signed a receipt that names it."""
    ec, us = pair.ec, pair.us
    message = a_query(us)
    owner_runs(
        us,
        "UPDATE ledger_leaf SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'),"
        ' \'"purpose":"drug_trafficking"\', \'"purpose":"terrorism"\'), \'UTF8\') WHERE message_id = %s',
        (message,),
    )
    owner_runs(us, "UPDATE exchange_inbox SET msg_hash = repeat('0', 64) WHERE msg_id = %s", (message,))
    reasons = {one.reason for one in compare(ec, "us").findings if one.message_id == message}
    assert reasons == {"other_bytes", "other_leaf"}


def test_a_message_under_way_is_no_finding(pair):
    ec = pair.ec
    ec.ask("Invented Person 4")
    with ec.store.transaction(NODE) as tx:
        ec.courier("us")._outbox.take(tx, ec.directory.active(tx, "us"))
    report = compare(ec, "us")
    assert report.findings == ()
    assert report.pending == 1


def test_a_finding_is_kept_once_and_told_by_a_leaf_each_time(pair):
    ec, us = pair.ec, pair.us
    owner_runs(us, "DELETE FROM ledger_leaf WHERE message_id = %s", (a_query(us),))
    compare(ec, "us")
    compare(ec, "us")
    assert len(findings(ec)) == 1
    assert ec.leaves("reconciled") == 2


def test_two_nodes_that_compared_do_not_ask_each_other_again(pair):
    """The listener may answer in another process than the one that compares, and does not know its memory."""
    for node, peer in ((pair.ec, "us"), (pair.us, "ec"), (pair.ec, "us")):
        compare(node, peer)
    for node in (pair.ec, pair.us):
        with node.store.transaction(NODE) as tx:
            assert [peer for peer, *_ in reconcile_store.wanted(tx)] == (["ec"] if node is pair.us else [])


def test_what_is_no_comparison_is_refused(pair):
    us = pair.us
    with us.store.transaction(NODE) as tx:
        for body in (b"", b"{}", b'{"since":1}', b"\xff"):
            assert Witnesses(us.parts).reconciler.answer(tx, "ec", body).status == 400


@pytest.mark.parametrize(("page", "most"), [(1, 50_000), (2, 1), (5, 2), (20_000, 3)])
def test_a_long_period_is_read_in_pages_and_compared_in_parts_and_nothing_is_cut_off(
    pair, monkeypatch, page, most
):
    """The reading once ended at a number of leaves: what came after it was never compared."""
    monkeypatch.setattr("cordillera.trust.ledger.reconcile_entries.PAGE", page)
    monkeypatch.setattr("cordillera.trust.ledger.reconcile_entries.MOST_ENTRIES", most)
    ec, us = pair.ec, pair.us
    message = a_query(us)
    assert compare(ec, "us").ours == 6
    owner_runs(us, "DELETE FROM ledger_leaf WHERE message_id = %s", (message,))
    report = compare(ec, "us")
    assert [(one.reason, one.message_id) for one in report.findings] == [("missing_there", message)]
    assert (report.ours, report.theirs) == (6, 5)


def test_a_message_logged_before_the_period_here_and_in_it_there_is_none_missing(pair):
    """Its block is none of ours in the period: it is looked for by the blocks that the other side tells."""
    ec, us = pair.ec, pair.us
    began = us.clock.now()
    for node in (ec, us):
        node.clock.advance(timedelta(minutes=30))
    for leaves in ("ledger_leaf", "ledger_queue"):
        owner_runs(us, f"DELETE FROM {leaves} WHERE message_id <> '' AND %s", (True,))
    event = Event(
        kind=LeafKind.QUERY_RECEIVED, actor="node", agency="node", agreement_id=AGREEMENT,
        message_id=a_query(us), peer="ec", direction="in", seq=2,
    )  # fmt: skip
    with us.store.transaction(NODE) as tx:
        us.ledger.record(tx, event)
    since = began + timedelta(minutes=10)
    reconciler = Witnesses(ec.parts).reconciler
    report = reconciler.reconcile("us", since, us.clock.now() + timedelta(minutes=1))
    assert (report.ours, report.theirs) == (0, 1)
    assert "missing_here" not in [one.reason for one in report.findings]
