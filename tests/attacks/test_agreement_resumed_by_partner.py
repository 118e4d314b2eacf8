"""Attack: a partner opens an agreement that we closed, or closes ours in the name of another.

Either side's suspension closes both at once, on every node and for what is in flight; each side opens only
what it closed itself. Two real nodes, also with the line cut in between.
"""

from datetime import timedelta

from tests.sim.federation import AGREEMENT, NODE, Pair, SimNode, officer

from cordillera.foundation import canonical
from cordillera.trust.agreements.core import Step
from cordillera.trust.agreements.vocabulary import Status
from cordillera.trust.exchange.envelope import GENESIS
from cordillera.trust.exchange.standing import Told

pytest_plugins = ["tests.sim.fixtures"]


def step(node: SimNode, what: Step, *names: str) -> None:
    """One or two officers take a step."""
    for name in names:
        who = officer(node.identity.country, ("agreement_officer",), name)
        with node.store.transaction(who.scope) as tx:
            node.agreements.take_step(tx, who, AGREEMENT, what, "drill")
        node.clock.advance(timedelta(seconds=1))


def status(node: SimNode) -> Status:
    with node.store.transaction(NODE) as tx:
        return node.agreements.book(tx).state(AGREEMENT).status


def told(node: SimNode, other: SimNode) -> None:
    """Carry what waits, however often it takes."""
    for _ in range(4):
        node.turn(other.identity.id)
    node.sequencer.run_once()


def test_a_suspension_closes_both_sides_at_once(pair: Pair):
    step(pair.us, Step.SUSPEND, "one")
    assert status(pair.us) is Status.SUSPENDED
    told(pair.us, pair.ec)
    assert status(pair.ec) is Status.SUSPENDED
    asked = pair.ec.ask()
    assert not asked.decision.allow
    assert pair.ec.leaves("query.sent") == 0


def test_a_partner_s_resumption_does_not_open_what_we_closed(pair: Pair):
    step(pair.us, Step.SUSPEND, "one")
    step(pair.ec, Step.SUSPEND, "one")
    told(pair.us, pair.ec)
    told(pair.ec, pair.us)
    step(pair.us, Step.RESUME, "one", "two")
    told(pair.us, pair.ec)
    assert (status(pair.us), status(pair.ec)) == (Status.SUSPENDED, Status.SUSPENDED)
    assert not pair.ec.ask().decision.allow
    step(pair.ec, Step.RESUME, "one", "two")
    told(pair.ec, pair.us)
    assert (status(pair.us), status(pair.ec)) == (Status.IN_FORCE, Status.IN_FORCE)
    assert pair.ec.ask().decision.allow


def test_our_resumption_does_not_open_what_the_partner_closed(pair: Pair):
    step(pair.us, Step.SUSPEND, "one")
    told(pair.us, pair.ec)
    step(pair.ec, Step.SUSPEND, "one")
    step(pair.ec, Step.RESUME, "one", "two")
    assert status(pair.ec) is Status.SUSPENDED
    assert not pair.ec.ask().decision.allow


def test_messages_in_flight_are_stopped_on_both_sides_and_the_word_passes_them(pair: Pair):
    pair.ec.ask()
    pair.us.revoke("ec")
    pair.ec.turn("us")
    pair.us.execute("UPDATE exchange_partner SET status = 'active'")
    step(pair.ec, Step.SUSPEND, "one")
    pair.advance(timedelta(seconds=50))
    told(pair.ec, pair.us)
    assert status(pair.us) is Status.SUSPENDED
    assert pair.us.leaves("query.received") == 0
    assert pair.ec.scalar("SELECT state FROM exchange_outbox WHERE type = 'query.person'") == "staged"


def test_what_arrives_after_the_receiver_heard_of_it_is_refused(pair: Pair):
    step(pair.us, Step.SUSPEND, "one")
    (result,) = pair.ec.deliver(pair.us, pair.ec.craft(pair.us, 1))
    assert result.nack is None
    assert pair.us.scalar("SELECT outcome FROM exchange_incoming") == "refused"
    assert pair.us.matcher.asked == []


def test_a_cut_line_delays_the_word_by_less_than_a_minute_after_it_is_back(pair: Pair):
    pair.ec.revoke("us")
    step(pair.us, Step.SUSPEND, "one")
    for _ in range(8):
        pair.us.turn("ec")
        pair.sequence()
        pair.advance(timedelta(minutes=10))
    assert status(pair.ec) is Status.IN_FORCE
    pair.ec.execute("UPDATE exchange_partner SET status = 'active'")
    pair.ec.listener.refresh()
    pair.us.turn("ec")
    pair.sequence()
    pair.advance(timedelta(seconds=59))
    told(pair.us, pair.ec)
    assert status(pair.ec) is Status.SUSPENDED


def test_a_word_that_came_too_late_is_told_again(pair: Pair):
    pair.ec.revoke("us")
    step(pair.us, Step.SUSPEND, "one")
    pair.us.turn("ec")
    pair.ec.execute("UPDATE exchange_partner SET status = 'active'")
    pair.ec.listener.refresh()
    pair.sequence()
    pair.advance(timedelta(days=30))
    told(pair.us, pair.ec)
    with pair.us.store.transaction(NODE) as tx:
        assert pair.us.standing.announce(tx) == 1
    told(pair.us, pair.ec)
    assert status(pair.ec) is Status.SUSPENDED


def test_notice_given_by_one_ends_the_agreement_for_both(pair: Pair):
    step(pair.us, Step.TERMINATE, "one", "two")
    told(pair.us, pair.ec)
    assert status(pair.ec) is Status.IN_FORCE
    pair.advance(timedelta(days=93))
    assert status(pair.ec) is Status.TERMINATED


def test_an_older_word_and_a_word_in_another_channel_change_nothing(pair: Pair):
    step(pair.us, Step.SUSPEND, "one")
    told(pair.us, pair.ec)
    before = pair.us.clock.now() - timedelta(hours=1)
    word = Told(AGREEMENT, "in_force", "", before)
    data = canonical.loads(canonical.dumps(word))
    forged = {"type": "agreement.status", "payload_data": data, "payload_type": "agreement.status"}
    own = {"agreement_id": "standing", "agr_hash": GENESIS}
    under = own | {f"payload_{name}": value for name, value in own.items()}
    last = pair.us.scalar("SELECT last_hash FROM exchange_channel WHERE direction='out'")
    older = pair.us.craft(pair.ec, 2, str(last), **forged, **under)
    elsewhere = pair.us.craft(pair.ec, 1, **forged)
    results = pair.us.deliver(pair.ec, older, elsewhere)
    assert [result.nack for result in results] == [None, None]
    assert status(pair.ec) is Status.SUSPENDED
