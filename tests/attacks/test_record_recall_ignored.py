"""Attack: the receiver takes a recall in and does nothing. It is overdue, with evidence, and never done."""

from datetime import timedelta

from tests.sim.federation import NODE, Federation
from tests.sim.recalls import chain, change_at, recalled

pytest_plugins = ("tests.sim.fixtures",)


def test_a_receiver_that_ignores_a_recall_is_overdue_and_never_done(three: Federation) -> None:
    record_id, ec = chain(three, "ec", "pe"), three["ec"]
    change = recalled(ec, record_id)
    ec.turn("pe")  # delivered, with a signed receipt; PE never proves anything
    for _ in range(3):
        ec.clock.advance(timedelta(days=3))
        ec.records.duties.run_once()
    late = change_at(ec, change.change_id)
    assert late.state == "open"
    assert (late.tasks[0].overdue, late.tasks[0].complete) == (True, False)
    assert late.tasks[0].escalated_at is not None
    assert ec.leaves("escalated") == 1
    assert ec.scalar("SELECT receipt FROM exchange_outbox WHERE type = 'record.recall'")
    with ec.store.transaction(NODE) as tx:
        assert ec.records.overdue(tx) == 1
        assert [one.change_id for one in ec.records.open_changes(tx)] == [change.change_id]
