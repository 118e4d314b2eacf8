"""A partner asks for more than the second step gives: no hit, a rejected one, other fields, too late."""

from datetime import date
from uuid import UUID

import msgspec
import pytest
from tests.sim.federation import LISTED, Pair
from tests.sim.flows import BEHIND, Desk, hit

from cordillera.foundation.ids import uuid7
from cordillera.trust.followup.core import Step, check_approval, check_ask, check_judicial, check_response
from cordillera.trust.followup.errors import (
    FieldNotListed,
    JudicialReferenceNeeded,
    NotConfirmed,
    NothingToFollow,
    NothingWanted,
    SecondOfficerNeeded,
    WrongStep,
)
from cordillera.trust.followup.model import Ask, CoreData, JudicialOrder, RequestData, Response

pytest_plugins = ["tests.sim.fixtures"]


def forged(pair: Pair, query_id: UUID, **changes: object) -> tuple[str, ...]:
    """The outcome codes of a request that EC's node sends past its own rules."""
    data = RequestData(
        request_id=uuid7(), query_id=query_id, reference=LISTED.reference, fields_wanted=("full_name",),
        intended_use="intelligence",
    )  # fmt: skip
    seq = int(str(pair.us.scalar("SELECT last_seq FROM exchange_channel WHERE direction = 'in'"))) + 1
    prev = str(pair.us.scalar("SELECT last_hash FROM exchange_channel WHERE direction = 'in'"))
    told = msgspec.to_builtins(msgspec.structs.replace(data, **changes))
    crafted = pair.ec.craft(
        pair.us, seq, prev, type="info.request", payload_type="info.request", payload_data=told
    )
    pair.ec.deliver(pair.us, crafted)
    rows = pair.us.scalar("SELECT string_agg(outcome, ',' ORDER BY channel_seq DESC) FROM exchange_inbox")
    return tuple(str(rows).split(","))


def test_neither_an_unknown_nor_a_rejected_reference_is_followed_up(pair: Pair):
    ec, us = Desk(pair.ec), Desk(pair.us)
    query_id = hit(pair, verdict=None)
    ask = Ask(thread_id=query_id, reference=LISTED.reference, fields_wanted=("full_name",))
    with pytest.raises(NotConfirmed):
        ec.do(ec.followups.ask, ask)
    with pytest.raises(NothingToFollow):
        ec.do(ec.followups.ask, msgspec.structs.replace(ask, reference="ref-other"))
    assert forged(pair, query_id)[0] == "refused"
    with pair.ec.store.transaction(pair.ec.officer.scope) as tx:
        pair.ec.service.confirm_candidate(
            tx, pair.ec.officer, query_id, LISTED.reference, False, "other card"
        )
    with pytest.raises(NotConfirmed):
        ec.do(ec.followups.ask, ask)
    assert us.ask(us.followups.received) == ()


def test_what_is_not_listed_is_neither_asked_nor_answered(pair: Pair):
    ec, us = Desk(pair.ec), Desk(pair.us)
    query_id = hit(pair)
    ask = Ask(thread_id=query_id, reference=LISTED.reference, fields_wanted=("full_name",))
    request_id = ec.do(ec.followups.ask, ask).request_id
    ec.node.turn("us")
    with pytest.raises(FieldNotListed):
        us.do(us.followups.respond, request_id, Response(content=BEHIND))
    us.node.suspend()
    given = Response(content=CoreData(full_name=BEHIND.full_name))
    decision = us.do(us.followups.respond, request_id, given)
    assert not decision.allow
    assert us.do(us.followups.view, request_id).line.state == "open"
    assert us.node.scalar("SELECT count(*) FROM exchange_outbox WHERE type = 'info.response'") == 0
    assert us.node.leaves("refusal") == 1


def test_an_answer_that_overtakes_a_suspension_is_not_taken_in(pair: Pair):
    ec, us = Desk(pair.ec), Desk(pair.us)
    ask = Ask(thread_id=hit(pair), reference=LISTED.reference, fields_wanted=("full_name",))
    request_id = ec.do(ec.followups.ask, ask).request_id
    ec.node.turn("us")
    assert us.do(us.followups.respond, request_id, Response(content=CoreData(full_name="A B"))).allow
    ec.node.suspend()
    us.node.turn("ec")
    assert ec.do(ec.followups.view, request_id).content is None
    again = us.do(us.followups.view, request_id).line
    assert (again.state, again.error) == ("open", "exchange.not_permitted")


def test_the_numbered_conditions_hold_one_by_one():
    for verdict in (None, False):
        with pytest.raises(NotConfirmed):
            check_ask(verdict, ["full_name"], {"full_name"})
    with pytest.raises(NothingWanted):
        check_ask(True, [], {"full_name"})
    with pytest.raises(WrongStep):
        check_response("answered", ["full_name"], {"full_name"}, {"full_name"})
    with pytest.raises(FieldNotListed):
        check_response("open", ["sex"], {"sex"}, {"full_name"})
    assert check_approval("officer", "", "ana") is Step.SEND
    assert check_approval("two_officers", "", "ana") is Step.PROPOSE
    with pytest.raises(SecondOfficerNeeded):
        check_approval("two_officers", "ana", "ana")
    assert check_approval("two_officers", "ana", "berta") is Step.SEND


def test_condition_4_a_judges_leave_is_an_order_on_record():
    today = date(2026, 11, 22)
    order = JudicialOrder(by="Juez Inventado", authority="Juzgado 3", number="12/2026", given_on=today)
    check_judicial("judicial", order, today)
    check_judicial("officer", None, today)
    for wrong in (None, msgspec.structs.replace(order, given_on=date(2026, 11, 23))):
        with pytest.raises(JudicialReferenceNeeded):
            check_judicial("judicial", wrong, today)
    for box in ("by", "authority", "number"):
        for text in ("", " ", "--", " x", "x\ny"):
            told = msgspec.to_builtins(order) | {box: text}
            with pytest.raises(msgspec.ValidationError):
                msgspec.convert(told, JudicialOrder)
