"""Attack on time: the agreement is suspended between question, sending and answer.

What a turn still carries is the word of the suspension itself, in a channel of its own.
"""

from datetime import timedelta

from tests.sim.federation import AGREEMENT, Pair, SimNode

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
