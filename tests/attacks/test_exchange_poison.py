"""Attack: an authentic partner sends what should make the receiver stumble; others must not wait for it."""

import pytest
from tests.sim.federation import KNOWN, Pair

from cordillera.foundation import canonical
from cordillera.foundation.errors import NotFound
from cordillera.foundation.ids import uuid7

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
    match = pair.us.matcher.match

    def stumbling(tx, query, limit):
        if query.full_name == "Breaks Everything":
            raise NotFound
        return match(tx, query, limit)

    pair.us.matcher.match = stumbling
    bad, good = pair.ec.ask("Breaks Everything"), pair.ec.ask(KNOWN)
    pair.flow()
    assert pair.ec.view(good).status == "answered"
    assert pair.ec.view(bad).status == "waiting"
