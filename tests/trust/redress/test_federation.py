"""A person asks one node; what is held about them is found, frozen and told at every node."""

from datetime import timedelta

import pytest
from tests.sim.federation import NODE
from tests.trust.redress.conftest import (
    ABOUT,
    PERSON,
    World,
    alert,
    clerk,
    errands,
    opened,
    redress,
    request,
    shown,
)

from cordillera.foundation.crypto.sealing import peek
from cordillera.foundation.store.living_store import Living
from cordillera.foundation.store.sealing import Place
from cordillera.runtime.redress import OtherInventory
from cordillera.trust.redress.errors import DoubtfulLeft, NotDecided, PartnersSilent, SecondOfficerNeeded
from cordillera.trust.redress.model import Kind, Outcome, Ruling, Standing, Status
from cordillera.trust.redress.timers import escalate


def ask(world: World) -> str:
    """EC asks US about the person; US answers and forgets whom it was asked about."""
    outcome = world.ec.ask(PERSON)
    assert outcome.query_id is not None
    world.carry((world.ec, world.us))
    world.us.answer()
    world.carry((world.us, world.ec))
    return str(outcome.query_id)


def test_everything_held_at_the_node_is_found_with_its_partners(world: World):
    query, one = ask(world), alert(world.ec)
    alert(world.ec, "Somebody Else", "Q7654321|EC|1990-01-01")
    ticket = opened(world.ec, request())
    found = {(item.held.source, item.held.ref) for item in ticket.items}
    assert {("alert", one), ("query", query)} <= found
    assert all("Somebody" not in item.held.label for item in ticket.items)
    assert [(one.peer, one.state) for one in ticket.partners] == [("us", "asked")]


def test_a_name_without_the_document_is_left_to_a_person(world: World):
    alert(world.ec, PERSON, "")
    ticket = opened(world.ec, request())
    assert [item.standing for item in ticket.items] == [Standing.DOUBTFUL]
    who = clerk(world.ec)
    with world.ec.store.transaction(who.scope) as tx:
        judged = redress(world.ec).judge_item(tx, who, ticket.row.id, ticket.items[0].id, same=False)
    assert [(item.standing, item.judged_by) for item in judged.items] == [(Standing.OTHER, who.officer_id)]


def test_a_partner_tells_what_became_of_the_messages_and_nothing_else(world: World):
    ask(world)
    alert(world.us)  # US holds something of its own about the person: never told
    ticket = opened(world.ec, request())
    world.carry((world.ec, world.us))
    assert errands(world.us) == 1
    world.carry((world.us, world.ec))
    (answer,) = shown(world.ec, ticket).partners
    assert answer.state == "answered"
    assert [(item.held, item.frozen) for item in answer.found.items] == [(True, False)]
    assert answer.found.own == "not_asked"


def test_the_name_goes_along_only_when_the_person_lets_it(world: World):
    ask(world)
    opened(world.ec, request(tell_partners=True))
    world.carry((world.ec, world.us))
    errands(world.us)
    world.carry((world.us, world.ec))
    assert world.ec.scalar("SELECT count(*) FROM redress_partner WHERE state = 'answered'") == 1


def test_a_dispute_freezes_here_and_at_the_partner_at_once(world: World):
    ask(world)
    one = alert(world.ec)
    ticket = opened(world.ec, request(Kind.WRONG_MATCH))
    assert world.ec.scalar("SELECT in_redress FROM review_alert WHERE id = :id", id=one) is True
    assert all(item.frozen_at for item in ticket.items)
    world.carry((world.ec, world.us))
    assert world.us.scalar("SELECT count(*) FROM redress_frozen WHERE lifted_at IS NULL") == 1


def test_a_search_waits_out_a_partition(world: World):
    ask(world)
    ticket = opened(world.ec, request())
    world.advance(timedelta(hours=2))  # nothing is carried meanwhile
    assert shown(world.ec, ticket).partners[0].state == "asked"
    world.sequence()
    world.carry((world.ec, world.us))
    errands(world.us)
    world.carry((world.us, world.ec))
    assert shown(world.ec, ticket).partners[0].state == "answered"


def test_the_deadline_presses_and_never_closes(world: World):
    ticket = opened(world.ec, request())
    levels = []
    for days in (20, 4, 5, 4, 300):
        world.advance(timedelta(days=days))
        escalate(world.ec.store, world.ec.ledger, world.ec.clock)
        levels.append(shown(world.ec, ticket).row.escalated)
    assert levels == [0, 1, 2, 3, 3]
    assert shown(world.ec, ticket).row.status is Status.FOUND
    assert world.ec.leaves("escalated") == 3


def test_a_refusal_takes_two_officers_and_a_silent_partner_is_named(world: World):
    ask(world)
    ticket = opened(world.ec, request(Kind.ERASURE))
    first, second = clerk(world.ec, "uno"), clerk(world.ec, "dos")
    ruling = Ruling(Outcome.REFUSED, "LED art. 16(3)", "Needed as evidence in a trial", without=("us",))
    for item in ticket.items:
        with world.ec.store.transaction(first.scope) as tx:
            redress(world.ec).judge_item(tx, first, ticket.row.id, item.id, same=True)
    with pytest.raises(PartnersSilent), world.ec.store.transaction(first.scope) as tx:
        redress(world.ec).decide(tx, first, ticket.row.id, Ruling(Outcome.REFUSED, "LED 16", "Needed still"))
    with world.ec.store.transaction(first.scope) as tx:
        assert redress(world.ec).decide(tx, first, ticket.row.id, ruling).row.status is Status.COUNTERSIGN
    with pytest.raises(SecondOfficerNeeded), world.ec.store.transaction(first.scope) as tx:
        redress(world.ec).decide(tx, first, ticket.row.id, ruling)
    with pytest.raises(NotDecided), world.ec.store.transaction(first.scope) as tx:
        redress(world.ec).answer(tx, first, ticket.row.id)
    with world.ec.store.transaction(second.scope) as tx:
        decided = redress(world.ec).decide(tx, second, ticket.row.id, ruling)
    assert decided.row.status is Status.DECIDED
    assert set(decided.letters) == {"es", "en"}


def test_a_wrong_match_is_remembered_so_that_it_does_not_ask_again(world: World):
    one = alert(world.ec)
    ticket = opened(world.ec, request(Kind.WRONG_MATCH))
    who = clerk(world.ec)
    with world.ec.store.transaction(who.scope) as tx:
        redress(world.ec).decide(
            tx,
            who,
            ticket.row.id,
            Ruling(Outcome.GRANTED, "LED art. 16(1)", "Other fingerprints, other face"),
        )
    assert world.ec.scalar("SELECT outcome FROM review_alert WHERE id = :id", id=one) == "not_same_person"
    assert alert(world.ec) == "None"  # the same document against the same entry: nothing is raised
    assert world.ec.scalar("SELECT in_redress FROM review_alert WHERE id = :id", id=one) is False


def test_doubt_must_be_judged_before_a_decision(world: World):
    alert(world.ec, PERSON, "")
    ticket = opened(world.ec, request())
    who = clerk(world.ec)
    with pytest.raises(DoubtfulLeft), world.ec.store.transaction(who.scope) as tx:
        redress(world.ec).decide(
            tx, who, ticket.row.id, Ruling(Outcome.GRANTED, "art. 14", "Complete answer")
        )


def test_every_act_leaves_one_leaf(world: World):
    ticket = opened(world.ec, request())
    assert world.ec.leaves("redress") == 2  # opened, searched
    shown(world.ec, ticket)
    assert world.ec.leaves("consultation") == 1


def test_who_applied_lies_apart_and_goes_first(world: World):
    opened(world.ec, request())
    assert world.ec.scalar(
        "SELECT a.key_id <> t.key_id AND a.erase_after < t.erase_after FROM redress_applicant a"
        " JOIN redress_ticket t ON t.id = a.ticket_id"
    )


def test_what_no_inventory_knows_is_found_by_its_words(world: World):
    """A table that nobody joined holds a sealed name, as a draft of a notice does."""
    node, now = world.ec, world.ec.clock.now()
    with node.store.transaction(NODE) as tx:
        key = node.parts.sealer.new_key(tx, "draft", now + timedelta(days=9))
        place = Place("notice", "body", "x")
        sealed = node.parts.sealer.seal(key, place, f'{{"facts": "{PERSON} met somebody"}}'.encode())
    found = OtherInventory(node.parts.sealer, node.clock)
    living = (Living("notice.body", peek(key.secret, sealed), key.key_id),)
    with pytest.MonkeyPatch.context() as patch, node.store.transaction(NODE) as tx:
        patch.setattr("cordillera.runtime.redress.living_fields", lambda _tx, _sealer: iter(living))
        (held,) = found.find(tx, ABOUT)
    assert (held.source, held.certain, held.ref) == ("other", False, f"notice.body/{key.key_id}")
