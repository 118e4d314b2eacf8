"""Attack: an authentic partner sends what should make the receiver stumble; others must not wait for it."""

import pytest
import sqlalchemy as sa
from tests.sim.federation import KNOWN, Pair

from cordillera.foundation import canonical
from cordillera.foundation.errors import NotFound
from cordillera.foundation.ids import uuid7
from cordillera.trust.exchange.envelope import GENESIS, Retention
from cordillera.trust.exchange.errors import OutOfOrder
from cordillera.trust.exchange.inbox import EFFECT_FAILED
from cordillera.trust.safeguards.retention import RetentionRunner

pytest_plugins = ["tests.sim.fixtures"]


def deliver(pair: Pair, **changes: object):
    (result,) = pair.ec.deliver(pair.us, pair.ec.craft(pair.us, 1, **changes))
    return result


@pytest.mark.parametrize(
    "data",
    [
        {}, {"full_name": 7}, {"full_name": "x" * 201}, {"full_name": "A", "nationality": "EC"},
        {"full_name": "A", "date_of_birth": "yesterday"}, {"full_name": "A", "documents": [{}] * 9},
    ],
)  # fmt: skip
def test_data_that_are_no_query_get_a_receipt_and_no_effect(pair: Pair, data: dict[str, object]):
    result = deliver(pair, payload_data=data)
    assert result.receipt
    assert pair.us.scalar("SELECT outcome FROM exchange_inbox") == "refused"
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 0


@pytest.mark.parametrize("moment", ["2026-11-21T12:00:00", "yesterday", 0, "2026-11-21"])
@pytest.mark.parametrize("name", ["erase_after", "review_at"])
def test_a_time_without_zone_is_refused_and_breaks_nothing(pair: Pair, name: str, moment: object):
    good = pair.ec.craft(pair.us, 1)
    payload = canonical.loads(pair.ec.payload_of(pair.us, good.header))
    assert isinstance(payload, dict)
    payload["retention"] |= {name: moment}
    raw = pair.ec.craft(pair.us, 1, msg_id=good.header.msg_id, payload_raw=canonical.dumps(payload))
    (result,) = pair.ec.deliver(pair.us, raw)
    assert result.nack is not None
    assert result.nack.code == "json.wrong_shape"
    assert pair.ec.deliver(pair.us, pair.ec.craft(pair.us, 1))[0].receipt


@pytest.mark.parametrize(
    "payload",
    [
        {"subject_category": "x" * 100_000},
        {"handling": {"sensitivity": "x" * 100_000}},
        {"handling": {str(n): "" for n in range(17)}},
    ],
)
def test_words_too_long_to_keep_are_refused_before_anything_is_kept(pair: Pair, payload: dict[str, object]):
    """Attack: refused queries are kept for years; a megabyte each would fill the disk, and its answer
    would be too large to leave, for ever."""
    result = deliver(pair, **{f"payload_{name}": value for name, value in payload.items()})
    assert result.nack is not None
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 0


def test_an_endless_batch_is_refused_before_it_is_cut(pair: Pair):
    empty = b"CDE1" + bytes(8)
    assert pair.ec.post(pair.us, empty * 100_000).status_code == 413


def test_a_query_whose_time_ran_out_is_refused_and_not_tried_for_ever(pair: Pair):
    """Attack: the sender lets its query expire at once, so that retention takes its key before the answer."""
    now = pair.ec.clock.now()
    expired = {"payload_retention": Retention(now, now)}
    assert deliver(pair, **expired).receipt
    sealer, ledger = pair.us.parts.sealer, pair.us.ledger
    RetentionRunner(sealer, ledger, ledger._keyring, pair.us.clock, ()).run_once(pair.us.store)
    assert pair.us.answer() == 1
    assert pair.us.scalar("SELECT outcome FROM exchange_incoming") == "refused"
    assert pair.us.matcher.asked == []


def test_an_answer_to_nothing_we_asked_has_no_effect(pair: Pair):
    data = {"query_id": str(uuid7()), "outcome": "hit", "candidates": [], "articles": []}
    result = deliver(pair, type="answer.person", payload_type="answer.person", payload_data=data)
    assert result.receipt
    assert pair.us.scalar("SELECT outcome FROM exchange_inbox") == "refused"


def test_a_judgement_about_nothing_we_answered_has_no_effect(pair: Pair):
    data = {"query_id": str(uuid7()), "reference": "ref-7f3a"}
    result = deliver(pair, type="hit.confirmed", payload_type="hit.confirmed", payload_data=data)
    assert result.receipt
    assert pair.us.leaves("hit.confirmed") == 0
    assert pair.us.scalar("SELECT count(*) FROM exchange_verdict") == 0


def test_a_query_that_cannot_be_matched_does_not_hold_up_the_others(pair: Pair):
    match_all = pair.us.matcher.match_all

    def stumbling(tx, queries, limit):
        if any(query.full_name == "Breaks Everything" for query in queries):
            raise NotFound
        return match_all(tx, queries, limit)

    pair.us.matcher.match_all = stumbling
    bad, good = pair.ec.ask("Breaks Everything"), pair.ec.ask(KNOWN)
    pair.flow()
    assert pair.ec.view(good).status == "answered"
    assert pair.ec.view(bad).status == "waiting"


def test_a_message_that_the_store_refuses_spoils_none_before_it_in_its_batch(pair: Pair):
    """The error comes with the commit; then the batch is taken in again, message by message."""
    known = pair.ec.craft(pair.us, 1)
    assert pair.ec.deliver(pair.us, known)[0].receipt
    owner = sa.make_url(pair.us.store.urls.owner).set(drivername="postgresql+psycopg")
    with sa.create_engine(owner).begin() as tx:  # as if half of it were lost
        tx.execute(sa.text("DELETE FROM exchange_inbox"))
        tx.execute(sa.text(f"UPDATE exchange_channel SET last_seq = 0, last_hash = '{GENESIS}'"))
    first = pair.ec.craft(pair.us, 1)
    twice = pair.ec.craft(pair.us, 2, first.hash, msg_id=known.header.msg_id)
    good, refused, behind = pair.ec.deliver(pair.us, first, twice, pair.ec.craft(pair.us, 3, twice.hash))
    assert good.receipt
    assert [one.nack and one.nack.code for one in (refused, behind)] == [EFFECT_FAILED, OutOfOrder.code]
    assert pair.us.scalar("SELECT array_agg(channel_seq) FROM exchange_inbox") == [1]
    assert pair.us.scalar("SELECT last_seq FROM exchange_channel WHERE direction = 'in'") == 1
