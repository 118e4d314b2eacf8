"""Attack on time: the agreement is suspended between question, sending and answer.

What a turn still carries is the word of the suspension itself, in a channel of its own.
"""

from datetime import timedelta

from tests.sim.federation import AGREEMENT, NODE, Pair, SimNode

from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.trust.exchange.envelope import Legal, Payload, Retention
from cordillera.trust.exchange.outbox import Draft, Outbox

pytest_plugins = ["tests.sim.fixtures"]


def sent_places(node: SimNode) -> list[int]:
    """The places taken in channels under the agreement."""
    found = node.scalar(
        "SELECT array_agg(channel_seq) FROM exchange_outbox"
        " WHERE agreement_id = :agreement AND channel_seq IS NOT NULL",
        agreement=AGREEMENT,
    )
    return list(found) if isinstance(found, list) else []


def test_suspended_by_the_partner_between_query_and_answer_releases_no_data(pair: Pair):
    asked = pair.ec.ask()
    pair.ec.turn("us")
    pair.us.suspend()
    pair.us.answer()
    assert pair.us.matcher.asked == []
    assert pair.us.scalar("SELECT outcome FROM exchange_incoming") == "refused"
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming WHERE query IS NOT NULL") == 0
    assert pair.us.leaves("answer.sent") == 0
    assert pair.us.scalar("SELECT articles[1] FROM exchange_incoming")
    assert pair.ec.view(asked).candidates == ()


def test_suspended_by_us_between_asking_and_sending_nothing_leaves(pair: Pair):
    asked = pair.ec.ask()
    pair.ec.suspend()
    pair.ec.turn("us")
    view = pair.ec.view(asked)
    assert view.status == "refused"
    assert view.articles
    assert pair.us.leaves("query.received") == 0
    assert sent_places(pair.ec) == []


def test_suspended_between_two_attempts_the_message_is_held_back(pair: Pair):
    pair.ec.ask()
    pair.us.revoke("ec")
    pair.ec.turn("us")
    pair.ec.suspend()
    pair.sequence()
    pair.us.execute("UPDATE exchange_partner SET status = 'active'")
    pair.ec.clock.advance(timedelta(seconds=50))
    pair.us.clock.advance(timedelta(seconds=50))
    pair.ec.turn("us")
    assert pair.us.leaves("query.received") == 0


def test_an_answer_ready_to_leave_is_stopped_too(pair: Pair):
    pair.ec.ask()
    pair.ec.turn("us")
    pair.us.answer()
    pair.us.suspend()
    pair.us.turn("ec")
    answer = "SELECT state FROM exchange_outbox WHERE type = 'answer.person'"
    assert pair.us.scalar(answer) == "rejected"
    assert pair.ec.leaves("answer.received") == 0


def duty(pair: Pair) -> None:
    """A duty of EC's officers towards US, under the suspended agreement; its content is of no matter here."""
    now, ec = pair.ec.clock.now(), pair.ec.parts
    keep = now + timedelta(days=30)
    legal = Legal(
        purpose="duty",
        offence="",
        max_penalty_months=0,
        case_ref="",
        officer_id="",
        officer_roles=(),
        ordered_by="",
    )
    payload = Payload(
        v=1,
        msg_id=uuid7(),
        sender="ec",
        recipient="us",
        agreement_id=AGREEMENT,
        agr_hash=pair.ec.agreement_hash,
        type="record.dispute",
        legal=legal,
        subject_category="none",
        handling={},
        retention=Retention(keep, keep),
        data={},
    )
    with ec.store.transaction(NODE) as tx:
        draft = Draft(
            payload=payload,
            raw=canonical.dumps(payload),
            agency=ec.identity.agency,
            officer_id="",
            query_id=payload.msg_id,
            key=ec.sealer.new_key(tx, "exchange.standing", keep),
            erase_after=keep,
            review_at=keep,
        )
        Outbox(ec).enqueue(tx, [draft])


def state(node: SimNode, kind: str) -> object:
    return node.scalar("SELECT state FROM exchange_outbox WHERE type = :kind", kind=kind)


def held_back(pair: Pair) -> None:
    """EC's query has its place, did not arrive, and EC suspends."""
    pair.ec.ask()
    pair.us.revoke("ec")
    pair.ec.turn("us")
    pair.us.execute("UPDATE exchange_partner SET status = 'active'")
    pair.ec.suspend()
    pair.sequence()
    pair.advance(timedelta(seconds=50))


def test_a_duty_passes_a_query_that_never_arrived_and_is_held_back(pair: Pair):
    held_back(pair)
    duty(pair)
    for _ in range(4):
        pair.ec.turn("us")
        pair.sequence()
        pair.advance(timedelta(seconds=35))
    assert state(pair.ec, "query.person") == "rejected"
    assert state(pair.ec, "record.dispute") in {"delivered", "refused"}
    assert pair.us.leaves("query.received") == 0
    assert pair.us.leaves("channel.frozen") == 0
