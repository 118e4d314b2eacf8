"""Attack: a partner accepts a notice and declines it too, in one batch or in two: the first word stands."""

import msgspec
import pytest
from tests.attacks.test_hostile_data import outcome
from tests.sim.federation import NODE, Pair
from tests.sim.flows import NOTICE_GROUNDS, Desk, conditions, give
from tests.sim.recalls import kept, shared_by_two

from cordillera.trust.exchange.envelope import GENESIS, SealedEnvelope
from cordillera.trust.notices import store as sql

pytest_plugins = ["tests.sim.fixtures"]
WRITTEN = msgspec.structs.replace(NOTICE_GROUNDS, ordered_by="chief")
WORDS = ("accepted", "declined")


def words(pair: Pair, notice_id: object, digest: str, *said: str) -> list[SealedEnvelope]:
    """Words of US about a notice of EC, one after the other in the channel."""
    sealed: list[SealedEnvelope] = []
    for word in said:
        data = {"reference": str(notice_id), "outcome": word, "conditions": digest}
        kind, prev = f"notice.{word}", sealed[-1].hash if sealed else GENESIS
        changes = {"type": kind, "payload_type": kind, "payload_data": data}
        sealed.append(pair.us.craft(pair.ec, len(sealed) + 1, prev, **changes))
    return sealed


def state(pair: Pair, notice_id: object) -> str:
    with pair.ec.store.transaction(NODE) as tx:
        row = sql.get(tx, notice_id)
    assert row is not None
    return row.state


@pytest.mark.parametrize("said", [WORDS, WORDS[::-1], WORDS + WORDS])
@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
def test_the_first_word_about_a_notice_stands(pair: Pair, said: tuple[str, ...], *, together: bool):
    ec, us = Desk(pair.ec), Desk(pair.us)
    notice_id, _ = give(pair, ec, us)
    sealed = words(pair, notice_id, conditions(us, notice_id), *said)
    batches = [sealed] if together else [[one] for one in sealed]
    told = [outcome(result) for batch in batches for result in pair.us.deliver(pair.ec, *batch)]
    assert told == [("accepted", ""), *[("refused", "exchange.wrong_payload")] * (len(said) - 1)]
    assert state(pair, notice_id) == said[0]
    assert pair.ec.leaves(f"notice.{said[0]}") == 1


def test_a_word_about_a_record_given_on_is_taken_in_once(pair: Pair):
    """`Records.share` gives a record without a notice of ours; its acceptance was refused."""
    ec, us = pair.ec, pair.us
    record_id = kept(ec)
    assert shared_by_two(ec, record_id, "us", WRITTEN, "analyst").message_id is not None
    ec.turn("us")
    pair.sequence()
    desk = Desk(us)
    desk.do(desk.notices.accept, record_id, conditions(desk, record_id))
    us.turn("ec")
    assert ec.leaves("notice.accepted") == 1
    assert ec.scalar("SELECT word FROM record_holder WHERE record_id = :id", id=record_id) == "accepted"
    assert us.scalar("SELECT count(*) FROM exchange_outbox WHERE state = 'failed'") == 0
