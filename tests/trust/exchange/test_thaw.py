"""The way out of a frozen channel: two officers on each side, one agreed place, both histories kept."""

from datetime import timedelta

import pytest
from tests.sim.federation import AGREEMENT, NODE, Pair, SimNode, officer

from cordillera.foundation import canonical
from cordillera.trust.exchange import operation_store
from cordillera.trust.exchange.errors import ReasonMissing
from cordillera.trust.exchange.thaw import (
    Ask,
    NoSuchChannel,
    NotFrozen,
    NothingProposed,
    SameOfficer,
    Stand,
    StandRefused,
    ThawProposed,
    meeting_place,
    sign_stand,
)
from cordillera.trust.exchange.thawing import Place, Thaws

pytest_plugins = ["tests.sim.fixtures"]
OUT = Place("out", "us", AGREEMENT)
IN = Place("in", "ec", AGREEMENT)


def _act(node: SimNode, step: str, place: Place, *more: object, name: str = "ana"):
    who = officer(node.identity.country, ("operator",), name)
    with node.store.transaction(NODE) as tx:
        return getattr(Thaws(node.parts), step)(tx, who, place, *more)


def _two(node: SimNode, place: Place) -> None:
    _act(node, "propose", place, "both histories were looked at")
    _act(node, "approve", place, name="berta")


def _bring(node: SimNode, stand: str) -> None:
    with node.store.transaction(NODE) as tx:
        partner = node.directory.active(tx, "ec")
        Thaws(node.parts).route.handle(tx, partner, canonical.dumps(Ask(stand)))


@pytest.fixture
def frozen(pair: Pair) -> Pair:
    """EC lost its last message (an old backup came back) and tells another history from there."""
    first = pair.ec.craft(pair.us, 1)
    pair.ec.deliver(pair.us, first)
    pair.sequence()
    pair.ec.ask("Invented Waiting Person")
    assert pair.ec.turn("us") == 1
    assert pair.us.leaves("channel.frozen") == 1
    assert pair.ec.leaves("channel.frozen") == 1
    return pair


def test_both_sides_go_on_from_one_place_and_nothing_is_lost_or_doubled(frozen: Pair):
    _two(frozen.us, IN)
    _two(frozen.ec, OUT)
    assert Thaws(frozen.ec.parts).carry_all() == 1
    for node, key in ((frozen.ec, OUT), (frozen.us, IN)):
        with node.store.transaction(NODE) as tx:
            held = operation_store.channel(tx, *key.key)
        assert held is not None
        assert (held.frozen_at, held.last_seq) == (None, 1)
    frozen.advance(timedelta(seconds=5))
    frozen.flow()
    frozen.advance(timedelta(seconds=5))
    frozen.flow()
    assert frozen.us.leaves("query.received") == 2
    assert frozen.ec.leaves("answer.received") == 1
    assert frozen.us.scalar("SELECT array_agg(channel_seq ORDER BY channel_seq) FROM exchange_inbox") == [
        1,
        2,
    ]
    assert frozen.ec.leaves("channel.thawed") == 3  # proposed, approved, thawed
    assert frozen.us.leaves("channel.thawed") == 3


def test_the_forked_history_stays_in_evidence(frozen: Pair):
    _two(frozen.us, IN)
    _two(frozen.ec, OUT)
    Thaws(frozen.ec.parts).carry_all()
    with frozen.us.store.transaction(NODE) as tx:
        (kept,) = operation_store.evidence(tx, "ec", AGREEMENT)
    assert kept.known_hash != kept.other_hash


def test_the_recipient_alone_opens_nothing(frozen: Pair):
    _two(frozen.us, IN)
    assert Thaws(frozen.us.parts).carry_all() == 0
    assert frozen.us.scalar("SELECT count(*) FROM exchange_channel WHERE frozen_at IS NOT NULL") == 1


def test_the_sender_opens_only_after_the_recipient(frozen: Pair):
    _two(frozen.ec, OUT)
    assert Thaws(frozen.ec.parts).carry_all() == 0
    _two(frozen.us, IN)
    assert Thaws(frozen.us.parts).carry_all() == 1
    assert frozen.ec.scalar("SELECT count(*) FROM exchange_channel WHERE frozen_at IS NOT NULL") == 1
    assert Thaws(frozen.ec.parts).carry_all() == 1


def test_an_answer_that_was_lost_is_given_again(frozen: Pair):
    """US opened, EC never heard of it: asked again, US says the same."""
    _two(frozen.us, IN)
    _two(frozen.ec, OUT)
    thaws = Thaws(frozen.ec.parts)
    with frozen.ec.store.transaction(NODE) as tx:
        (row,) = operation_store.thaws(tx, waiting=True)
        partner = frozen.ec.directory.active(tx, "us")
    first = thaws._ask(partner, Ask(row.own_statement))
    assert first.thawed
    assert thaws.carry_all() == 1
    places = [
        node.scalar("SELECT last_hash FROM exchange_channel WHERE direction = :d", d=way)
        for node, way in ((frozen.ec, "out"), (frozen.us, "in"))
    ]
    assert places[0] == places[1]


def test_a_message_that_the_partner_took_in_before_is_not_sent_twice(pair: Pair):
    """EC comes back from a backup made before it sent: the message waits again, US has it."""
    pair.ec.ask()
    pair.ec.turn("us")
    pair.ec.execute("UPDATE exchange_outbox SET state = 'queued', channel_seq = NULL, envelope = NULL")
    pair.ec.execute("UPDATE exchange_channel SET last_seq = 0, last_hash = repeat('0', 64)")
    pair.ec.execute("UPDATE exchange_channel SET frozen_at = now() WHERE direction = 'out'")
    pair.us.execute("UPDATE exchange_channel SET frozen_at = now() WHERE direction = 'in'")
    _two(pair.us, IN)
    _two(pair.ec, OUT)
    assert Thaws(pair.ec.parts).carry_all() == 1
    assert pair.ec.scalar("SELECT state || ' ' || error FROM exchange_outbox") == "rejected exchange.replayed"
    assert pair.ec.scalar("SELECT last_seq FROM exchange_channel WHERE direction = 'out'") == 1
    assert pair.ec.turn("us") == 0


def test_1_a_proposal_needs_a_reason(frozen: Pair):
    with pytest.raises(ReasonMissing):
        _act(frozen.us, "propose", IN, "  ")


def test_2_only_a_frozen_channel_is_thawed(pair: Pair):
    with pytest.raises(NoSuchChannel):
        _act(pair.us, "propose", IN, "why")
    pair.ec.deliver(pair.us, pair.ec.craft(pair.us, 1))
    with pytest.raises(NotFrozen):
        _act(pair.us, "propose", IN, "why")


def test_3_one_proposal_at_a_time_and_it_can_be_withdrawn(frozen: Pair):
    _act(frozen.us, "propose", IN, "why")
    with pytest.raises(ThawProposed):
        _act(frozen.us, "propose", IN, "why again")
    _act(frozen.us, "withdraw", IN)
    _act(frozen.us, "propose", IN, "why again")


def test_who_proposes_does_not_approve(frozen: Pair):
    with pytest.raises(NothingProposed):
        _act(frozen.us, "approve", IN)
    _act(frozen.us, "propose", IN, "why")
    with pytest.raises(SameOfficer):
        _act(frozen.us, "approve", IN)
    _act(frozen.us, "approve", IN, name="berta")
    with pytest.raises(NothingProposed):
        _act(frozen.us, "approve", IN, name="carla")


@pytest.mark.parametrize(
    "change", [{"by": "us"}, {"sender": "cl"}, {"recipient": "cl"}, {"v": 2}, {"last_seq": -1}]
)
def test_a_stand_that_is_not_the_partners_own_is_refused(frozen: Pair, change: dict[str, object]):
    _two(frozen.us, IN)
    values: dict[str, object] = {
        "by": "ec", "sender": "ec", "recipient": "us", "agreement_id": AGREEMENT, "last_seq": 0,
        "last_hash": "0" * 64,
    }  # fmt: skip
    text = sign_stand(Stand(**(values | change)), frozen.ec.identity.signing)
    with pytest.raises(StandRefused):
        _bring(frozen.us, text)


def test_a_stand_signed_by_somebody_else_is_refused(frozen: Pair):
    text = sign_stand(Stand("ec", "ec", "us", AGREEMENT, 0, "0" * 64), frozen.us.identity.signing)
    with pytest.raises(StandRefused):
        _bring(frozen.us, text)


def test_two_stands_about_different_channels_have_no_meeting_place():
    mine = Stand("ec", "ec", "us", "a", 1, "aa")
    for other in (Stand("us", "ec", "us", "b", 1, "bb"), Stand("ec", "ec", "us", "a", 1, "bb")):
        with pytest.raises(StandRefused):
            meeting_place(mine, other)
