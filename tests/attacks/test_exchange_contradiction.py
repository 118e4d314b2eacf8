"""Attack: a message contradicts what its receiver holds, so that an effect fails and the batch with it.

A failing effect once ended the whole request: the partner's other channels, and its honest messages, were
repeated for ever. Now it is taken in without effect, with a receipt and a leaf.
"""

import base64
from uuid import UUID

from tests.sim.federation import LISTED, Pair, SimNode
from tests.sim.flows import Desk, give

from cordillera.foundation.ids import uuid7
from cordillera.trust.exchange.envelope import Legal, SealedEnvelope
from cordillera.trust.exchange.errors import EffectRefused

pytest_plugins = ["tests.sim.fixtures"]


def answer(node: SimNode, other: SimNode, query: UUID, **changes: object) -> SealedEnvelope:
    """A hit, under whatever message id."""
    candidate = {"reference": LISTED.reference, "score": 0.9, "agreeing": [], "contradicting": []}
    data = {"query_id": str(query), "outcome": "hit", "candidates": [candidate], "articles": []}
    return node.craft(other, type="answer.person", payload_type="answer.person", payload_data=data, **changes)


def test_an_answer_under_the_id_of_a_record_of_ours_is_refused_alone(pair: Pair):
    ec = Desk(pair.ec)
    notice_id, _ = give(pair, ec, Desk(pair.us))
    first, second = pair.ec.ask(), pair.ec.ask()
    assert first.query_id
    assert second.query_id
    pair.ec.turn("us")
    bad = answer(pair.us, pair.ec, first.query_id, msg_id=notice_id, seq=1)
    good = answer(pair.us, pair.ec, second.query_id, prev=bad.hash, seq=2)
    refused, taken = pair.us.deliver(pair.ec, bad, good)
    assert EffectRefused.code in said(refused.receipt)
    assert '"accepted"' in said(taken.receipt)
    assert pair.ec.scalar("SELECT origin FROM record WHERE id = :id", id=notice_id) == "ec"
    assert pair.ec.leaves("message.refused") == 1


def said(receipt: str | None) -> str:
    assert receipt
    body = receipt.split(".")[1]
    return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()


def test_a_notice_that_calls_us_its_originator_is_refused(pair: Pair):
    """It would have become a record of ours, passed on without the sender's consent."""
    data = {
        "full_name": "Invented Person", "facts": "Seen at the pier by night twice.", "grading": "B2",
        "record_id": str(uuid7()), "origin_id": "us",
    }  # fmt: skip
    officer = Legal(
        purpose="drug_trafficking", offence="drug_trafficking", max_penalty_months=120, case_ref="C-1",
        officer_id="0123456789", officer_roles=("analyst",), ordered_by="9876543210",
        grounds=("case",), service="notice.suspect",
    )  # fmt: skip
    sealed = pair.ec.craft(
        pair.us, 1, type="notice.suspect", payload_type="notice.suspect", payload_data=data,
        payload_legal=officer,
    )  # fmt: skip
    (result,) = pair.ec.deliver(pair.us, sealed)
    assert "exchange.wrong_payload" in said(result.receipt)
    assert pair.us.scalar("SELECT count(*) FROM record") == 0
