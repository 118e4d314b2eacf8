"""Recall, erasure and correction reach everyone who was given the record, with proof."""

from datetime import timedelta

import pytest
from tests.sim.federation import NODE, Federation
from tests.sim.recalls import chain, change_at, content, holds, kept, recalled, shared

from cordillera.trust.records.errors import RecordErased
from cordillera.trust.records.model import RecordStatus

pytest_plugins = ("tests.sim.fixtures",)


def test_a_recall_reaches_the_node_behind_the_next_with_proofs_of_both(joined: Federation) -> None:
    record_id = chain(joined, "ec", "pe", "us")
    change = recalled(joined["ec"], record_id)
    joined.settle()
    done = change_at(joined["ec"], change.change_id)
    assert done.state == "done"
    assert {task.holder for task in done.tasks} == {"pe", "us"}
    pe = next(task for task in done.tasks if task.holder == "pe")
    assert pe.done is not None
    assert pe.done.effect == "recalled"
    assert [one.holder for one in pe.onward] == ["us"]
    for node in joined.nodes.values():
        assert not holds(node, record_id)
        with node.store.transaction(NODE) as tx, pytest.raises(RecordErased):
            node.records.body(tx, record_id)


def test_a_holder_that_is_cut_off_gets_the_recall_when_it_is_back(three: Federation) -> None:
    record_id = chain(three, "ec", "pe", "us")
    three.cut.update({frozenset(("ec", "us")), frozenset(("pe", "us"))})
    change = recalled(three["ec"], record_id)
    three.settle()
    assert change_at(three["ec"], change.change_id).state == "open"
    assert holds(three["us"], record_id)
    three.advance(timedelta(hours=80))
    three.settle()
    late = change_at(three["ec"], change.change_id)
    assert [task.holder for task in late.tasks if task.overdue] == ["pe", "us"]
    assert three["ec"].leaves("escalated") == 2
    three.cut.clear()
    for _ in range(6):
        three.advance(timedelta(hours=1))
        three.settle()
    assert change_at(three["ec"], change.change_id).state == "done"
    assert not holds(three["us"], record_id)


def test_a_correction_reaches_everyone_and_an_older_one_changes_nothing(joined: Federation) -> None:
    record_id = chain(joined, "ec", "pe", "us")
    ec = joined["ec"]
    with ec.store.transaction(ec.officer.scope) as tx:
        ec.records.correct(tx, ec.officer, record_id, "name misspelt", content("Pteranodon Invented"))
        ec.records.correct(tx, ec.officer, record_id, "and again", content("Rhamphorhynchus Invented"))
    joined.settle()
    for node in joined.nodes.values():
        with node.store.transaction(NODE) as tx:
            assert node.records.body(tx, record_id) == content("Rhamphorhynchus Invented")
            assert {change.state for change in node.records.changes(tx, record_id)} == {"done"}


def test_a_dispute_by_a_holder_stops_scoring_everywhere(joined: Federation) -> None:
    record_id = chain(joined, "ec", "pe", "us")
    us = joined["us"]
    with us.store.transaction(us.officer.scope) as tx:
        us.records.dispute(tx, us.officer, record_id, "it was his brother")
    joined.settle()
    for node in joined.nodes.values():
        with node.store.transaction(NODE) as tx:
            assert node.records.get(tx, record_id).status is RecordStatus.DISPUTED
            assert node.records.may_score(tx, [record_id]) == frozenset()


def test_blocking_closes_a_record_everywhere_and_unblocking_opens_it(joined: Federation) -> None:
    record_id = chain(joined, "ec", "pe", "us")
    ec, us = joined["ec"], joined["us"]
    with ec.store.transaction(ec.officer.scope) as tx:
        ec.records.block(tx, ec.officer, record_id, "being looked into")
    joined.settle()
    with us.store.transaction(NODE) as tx:
        assert us.records.get(tx, record_id).status is RecordStatus.BLOCKED
    with ec.store.transaction(ec.officer.scope) as tx:
        ec.records.unblock(tx, ec.officer, record_id, "it was right")
    joined.settle()
    with us.store.transaction(NODE) as tx:
        assert us.records.get(tx, record_id).status is RecordStatus.ACTIVE


def test_a_recall_before_the_content_has_left_withdraws_it(three: Federation) -> None:
    record_id = kept(three["ec"])
    three.cut.add(frozenset(("ec", "pe")))
    shared(three["ec"], record_id, "pe")
    change = recalled(three["ec"], record_id)
    three.cut.clear()
    three.settle()
    assert change_at(three["ec"], change.change_id).tasks[0].done is not None
    assert not three["pe"].scalar("SELECT count(*) FROM record")
