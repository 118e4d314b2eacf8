"""The second step between two nodes: asked after a confirmed hit, given under caveats, or refused."""

import msgspec
import pytest
from tests.sim.federation import LISTED, Pair
from tests.sim.flows import BEHIND, Desk, conditions, give, hit, with_terms

from cordillera.trust.followup.errors import (
    AlreadyAsked,
    FieldNotListed,
    GroundNotListed,
    JudicialReferenceNeeded,
    WrongStep,
)
from cordillera.trust.followup.model import Ask, CoreData, JudicialOrder, Response
from cordillera.trust.handling.choice import HandlingChoice
from cordillera.trust.ledger.model import LeafKind

pytest_plugins = ["tests.sim.fixtures"]
WANTED = ("full_name", "aliases", "date_of_birth")


@pytest.fixture
def desks(pair: Pair) -> tuple[Desk, Desk]:
    return Desk(pair.ec), Desk(pair.us)


def ask_for(query_id, **changes) -> Ask:
    ask = Ask(thread_id=query_id, reference=LISTED.reference, fields_wanted=WANTED)
    return msgspec.structs.replace(ask, **changes)


def asked(pair: Pair, ec: Desk, **changes):
    """A request of EC that has arrived at US."""
    found = ec.do(ec.followups.ask, ask_for(hit(pair), **changes))
    assert found.decision.allow
    ec.node.turn("us")
    pair.sequence()
    return found.request_id


def test_what_is_asked_for_comes_back_as_a_record_with_its_caveats(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    request_id = asked(pair, ec, intended_use="evidence")
    seen = us.do(us.followups.view, request_id)
    assert (seen.line.state, seen.line.intended_use, seen.case_ref) == ("open", "evidence", "CASE-2026-0042")
    held = us.do(us.followups.held, request_id)
    assert (held.full_name, held.aliases, held.nationalities) == (BEHIND.full_name, BEHIND.aliases, ())
    response = Response(content=held, marking=HandlingChoice(codes=("H3",)))
    assert us.do(us.followups.respond, request_id, response).allow
    us.node.turn("ec")
    view = ec.do(ec.followups.view, request_id)
    assert (view.line.state, view.line.outcome) == ("answered", "full")
    assert view.content == held
    assert set(view.badge.codes) == {"H1", "H2", "H3"}
    assert not view.badge.may_evidence
    record = ec.ask(ec.records.get, view.line.record_id)
    assert (record.origin, record.received_from, record.kind) == ("us", "us", "info")
    assert us.ask(us.records.holders, view.line.record_id)[0].holder == "ec"
    assert (ec.node.leaves("info.requested"), ec.node.leaves("info.received")) == (1, 1)
    assert (us.node.leaves("info.requested"), us.node.leaves("info.answered")) == (1, 1)


def test_a_part_is_given_as_a_part(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    request_id = asked(pair, ec)
    us.do(us.followups.respond, request_id, Response(content=CoreData(full_name=BEHIND.full_name)))
    us.node.turn("ec")
    assert ec.do(ec.followups.view, request_id).line.outcome == "partial"


def test_a_refusal_cites_its_article_and_ground(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    request_id = asked(pair, ec)
    with pytest.raises(GroundNotListed):
        us.do(us.followups.refuse, request_id, "no time", "busy")
    assert us.do(us.followups.refuse, request_id, "pending_investigation", "An arrest is planned").allow
    us.node.turn("ec")
    line = ec.do(ec.followups.view, request_id).line
    assert (line.state, line.outcome) == ("refused", "refused")
    assert line.article == "US-EC/art6.1#pending_investigation"
    with pytest.raises(WrongStep):
        us.do(us.followups.respond, request_id, Response(content=BEHIND))


def test_one_reference_is_asked_about_once_at_a_time(pair: Pair, desks: tuple[Desk, Desk]):
    ec, _ = desks
    query_id = hit(pair)
    ec.do(ec.followups.ask, ask_for(query_id))
    with pytest.raises(AlreadyAsked):
        ec.do(ec.followups.ask, ask_for(query_id))


def test_both_sides_see_the_open_list_with_its_due_time(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    asked(pair, ec)
    ours, theirs = ec.ask(ec.followups.asked)[0], us.ask(us.followups.received)[0]
    assert (ours.due_at - ours.asked_at).total_seconds() == 48 * 3600
    assert (theirs.due_at - theirs.asked_at).total_seconds() == 48 * 3600


def test_an_accepted_notice_can_be_followed_up(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    notice_id, _ = give(pair, ec, us)
    us.do(us.notices.accept, notice_id, conditions(us, notice_id))
    ask = Ask(
        thread_id=notice_id,
        reference=str(notice_id),
        fields_wanted=("documents", "facts"),
        ordered_by="chief",
    )
    us.node.turn("ec")
    for _ in range(2):  # notices take two officers, whoever is written in
        assert us.do(us.followups.ask, ask).waits
    found = us.do(us.followups.ask, ask, by=us.berta)
    assert found.decision.allow, found.decision.violated
    us.node.turn("ec")
    held = ec.do(ec.followups.held, found.request_id)
    assert held.facts
    assert ec.do(ec.followups.respond, found.request_id, Response(content=held)) is None
    assert ec.do(ec.followups.view, found.request_id).approval == "two_officers"
    ec.do(ec.followups.approve, found.request_id, by=ec.berta)
    ec.node.turn("us")
    view = us.do(us.followups.view, found.request_id)
    assert view.line.outcome == "partial"
    assert us.ask(us.records.get, view.line.record_id).parents == (notice_id,)


def test_a_field_off_the_list_is_not_asked_for(pair: Pair, desks: tuple[Desk, Desk]):
    ec, _ = desks
    with pytest.raises(FieldNotListed):
        ec.do(ec.followups.ask, ask_for(hit(pair), fields_wanted=("religion",)))


def test_an_answer_by_a_judges_leave_names_the_order(
    pair: Pair, desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
):
    def judicial(agreement: dict) -> None:
        agreement["hit_followup"]["approval"] = "judicial"

    with_terms(monkeypatch, judicial)
    ec, us = desks
    request_id = asked(pair, ec)
    held = us.do(us.followups.held, request_id)
    with pytest.raises(JudicialReferenceNeeded):
        us.do(us.followups.respond, request_id, Response(content=held))
    order = JudicialOrder(
        by="Juez Inventado", authority="Juzgado 3", number="12/2026", given_on=us.node.clock.now().date()
    )
    assert us.do(us.followups.respond, request_id, Response(content=held, judicial_order=order)).allow
    with us.node.store.transaction(us.ana.scope) as tx:
        told = [row.detail for row in us.node.ledger.events(tx, kind=LeafKind.DECISION)]
    assert {"act": "judicial order", "by": "Juez Inventado", "authority": "Juzgado 3",
            "number": "12/2026", "given_on": order.given_on.isoformat()} in told  # fmt: skip
