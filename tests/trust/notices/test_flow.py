"""A spontaneous notice between two nodes: written, released, sealed, accepted or declined, kept or erased."""

from datetime import timedelta

import pytest
from tests.sim.federation import Pair
from tests.sim.flows import CANARY, CONTENT, Desk, conditions, give, write

from cordillera.trust.handling.choice import HandlingChoice
from cordillera.trust.notices.errors import NoticeSealed, ReasonNeeded, WrongStep
from cordillera.trust.records.errors import RecordErased
from cordillera.trust.records.model import RecordStatus

pytest_plugins = ["tests.sim.fixtures"]


@pytest.fixture
def desks(pair: Pair) -> tuple[Desk, Desk]:
    return Desk(pair.ec), Desk(pair.us)


def test_a_notice_is_sealed_until_its_conditions_are_accepted(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    notice_id, decision = give(pair, ec, us)
    assert decision.allow
    assert "US-EC/art11.2" in decision.permitting
    assert ec.ask(ec.records.holders, notice_id)[0].holder == "us"
    shown = us.do(us.notices.view, notice_id)
    assert (shown.content, shown.closed) == (None, "records.sealed")
    assert shown.conditions.offence == "drug_trafficking"
    assert shown.conditions.articles
    assert shown.line.due_for == "notice.acceptance"
    assert us.ask(us.records.get, notice_id).status is RecordStatus.SEALED
    assert us.do(us.notices.accept, notice_id, shown.conditions.digest).allow
    assert us.do(us.notices.read, notice_id) == CONTENT
    assert us.do(us.notices.view, notice_id).line.due_for == "notice.necessity"
    assert us.lookout.raised[0].content.full_name == CANARY
    us.node.turn("ec")
    assert ec.do(ec.notices.view, notice_id).line.state == "accepted"
    assert (us.node.leaves("notice.received"), us.node.leaves("notice.accepted")) == (1, 1)
    assert (ec.node.leaves("notice.sent"), ec.node.leaves("notice.accepted")) == (1, 1)


def test_a_declined_notice_is_gone_and_the_sender_knows(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    notice_id, _ = give(pair, ec, us)
    with pytest.raises(ReasonNeeded):
        us.do(us.notices.decline, notice_id, " ")
    us.do(us.notices.decline, notice_id, "Not our case")
    with pytest.raises(RecordErased):
        us.do(us.notices.read, notice_id)
    assert us.do(us.notices.view, notice_id).reason == "Not our case"
    us.node.turn("ec")
    assert ec.do(ec.notices.view, notice_id).line.state == "declined"
    assert ec.do(ec.notices.view, notice_id).content == CONTENT
    with pytest.raises(WrongStep):
        us.do(us.notices.accept, notice_id, conditions(us, notice_id))


def test_declining_also_works_when_nothing_may_be_told(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    notice_id, _ = give(pair, ec, us)
    us.node.suspend()
    assert not us.do(us.notices.decline, notice_id, "The agreement is suspended").allow
    with pytest.raises(RecordErased):
        us.do(us.notices.read, notice_id)


def test_a_needed_notice_is_kept_with_its_reason(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    notice_id, _ = give(pair, ec, us)
    us.do(us.notices.accept, notice_id, conditions(us, notice_id))
    us.do(us.notices.keep, notice_id, "Case 77 depends on it")
    assert us.do(us.notices.view, notice_id).reason == "Case 77 depends on it"
    us.node.clock.advance(timedelta(days=90))
    assert us.tick() == 0
    assert us.do(us.notices.read, notice_id) == CONTENT
    with pytest.raises(WrongStep):
        us.do(us.notices.keep, notice_id, "again")


def test_what_is_not_needed_is_erased_at_once(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    notice_id, _ = give(pair, ec, us)
    us.do(us.notices.accept, notice_id, conditions(us, notice_id))
    us.do(us.notices.erase, notice_id, "The person is another one")
    with pytest.raises(RecordErased):
        us.do(us.notices.read, notice_id)
    assert us.lookout.taken_away == [("erase", notice_id)]
    assert us.do(us.notices.view, notice_id).line.state == "erased"


def test_what_the_writer_adds_to_the_marking_arrives(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    marking = HandlingChoice(tlp="RED", conditions="Not before the arrest")
    notice_id, _ = give(pair, ec, us, marking=marking)
    shown = us.do(us.notices.view, notice_id)
    assert shown.line.tlp == "red"
    assert "Not before the arrest" in shown.conditions.stamp


def test_a_draft_can_be_taken_back_and_leaves_nothing(desks: tuple[Desk, Desk]):
    ec, us = desks
    notice_id = write(ec, us.node)
    ec.do(ec.notices.withdraw, notice_id)
    assert ec.ask(ec.notices.waiting) == ()
    assert ec.node.scalar("SELECT count(*) FROM exchange_outbox") == 0


def test_a_notice_that_the_partner_refuses_is_closed_here(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    us.node.suspend()
    notice_id, decision = give(pair, ec, us)
    assert decision.allow
    line = ec.do(ec.notices.view, notice_id).line
    assert (line.state, line.error) == ("refused", "exchange.not_permitted")
    assert us.ask(us.notices.received) == ()
    assert us.node.leaves("refusal") == 1


def test_reading_early_is_refused_and_recorded(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    notice_id, _ = give(pair, ec, us)
    assert isinstance(us.do(us.notices.read, notice_id), NoticeSealed)
    assert us.node.leaves("refusal") == 1


@pytest.mark.parametrize("flag", ["disputed", "blocked", "frozen"])
def test_a_notice_that_may_not_score_is_watched_for_only_when_it_may_again(pair: Pair, flag: str):
    """Its alert was erased, by a correction say, while the record is disputed: it must not come back."""
    ec, us = Desk(pair.ec), Desk(pair.us)
    notice_id, _ = give(pair, ec, us)
    us.do(us.notices.accept, notice_id, conditions(us, notice_id))
    assert len(us.lookout.raised) == 1
    us.node.execute(f"UPDATE record SET {flag} = true WHERE id = :id", id=notice_id)
    assert us.ask(us.notices.deciding.watch_again, notice_id) is False
    assert len(us.lookout.raised) == 1
    us.node.execute(f"UPDATE record SET {flag} = false WHERE id = :id", id=notice_id)
    assert us.ask(us.notices.deciding.watch_again, notice_id) is True
    assert len(us.lookout.raised) == 2
