"""Attack: duties flow in every state of an agreement, so a hostile partner repeats them without end.

Requests for consent have a quota per partner, agreement and day; an answer to a redress search has an
effect only when it says something new, and there are no more of them than nodes.
"""

from uuid import UUID

import msgspec
import pytest
from tests.attacks.test_hostile_data import outcome
from tests.sim.federation import NODE, Pair, SimNode
from tests.sim.flows import NOTICE_GROUNDS as WRITTEN
from tests.sim.recalls import kept, shared_by_two

from cordillera.foundation.ids import uuid7
from cordillera.trust.exchange.envelope import GENESIS, SealedEnvelope
from cordillera.trust.records.errors import ReasonTooLong, TooManyConsents
from cordillera.trust.records.model import ConsentUse
from cordillera.trust.redress.core import MOST_ANSWERS
from cordillera.trust.redress.store import insert_row

pytest_plugins = ["tests.sim.fixtures"]
NOTICE_GROUNDS = msgspec.structs.replace(WRITTEN, ordered_by="chief")


def chained(pair: Pair, kind: str, *bodies: dict[str, object]) -> list[SealedEnvelope]:
    """Messages of US to EC, one after the other in the channel."""
    sealed: list[SealedEnvelope] = []
    for body in bodies:
        prev = sealed[-1].hash if sealed else GENESIS
        changes = {"type": kind, "payload_type": kind, "payload_data": body}
        sealed.append(pair.us.craft(pair.ec, len(sealed) + 1, prev, **changes))
    return sealed


def given(pair: Pair) -> UUID:
    """A record of EC that US was given."""
    ec = pair.ec
    record_id = kept(ec)
    assert shared_by_two(ec, record_id, "us", NOTICE_GROUNDS, "analyst").message_id is not None
    ec.turn("us")
    pair.sequence()
    return record_id


def limit(node: SimNode, consents: int) -> None:
    settings = msgspec.structs.replace(node.parts.settings, consents_a_day=consents)
    msgspec.structs.force_setattr(node.parts, "settings", settings)


def wish(record_id: UUID, consent_id: str = "") -> dict[str, object]:
    return {
        "consent_id": consent_id or str(uuid7()), "record_id": str(record_id), "recipient": "pe",
        "purpose": "drug_trafficking", "reason": "same ring",
    }  # fmt: skip


def test_requests_for_consent_past_the_days_quota_are_refused_in_one_batch_and_in_two(pair: Pair):
    record_id = given(pair)
    limit(pair.ec, 3)
    sealed = chained(pair, "consent.request", *[wish(record_id) for _ in range(6)])
    told = [outcome(one) for one in pair.us.deliver(pair.ec, *sealed[:4])]
    told += [outcome(one) for one in pair.us.deliver(pair.ec, *sealed[4:])]
    assert told == [("accepted", "")] * 3 + [("refused", TooManyConsents.code)] * 3
    assert pair.ec.scalar("SELECT count(*) FROM record_consent") == 3
    with pair.ec.store.transaction(NODE) as tx:
        assert pair.ec.records.consents_left(tx) == (ConsentUse("us", "us-ec-2025", "asked_of", 3, 3),)


def test_the_same_request_for_consent_again_is_refused(pair: Pair):
    record_id, same = given(pair), str(uuid7())
    sealed = chained(pair, "consent.request", *[wish(record_id, same) for _ in range(3)])
    told = [outcome(one) for one in pair.us.deliver(pair.ec, *sealed[:2])]
    told += [outcome(one) for one in pair.us.deliver(pair.ec, sealed[2])]
    assert told == [("accepted", ""), *[("refused", "records.consent_known")] * 2]


def test_our_own_officers_are_told_before_the_partner_refuses(pair: Pair):
    record_id, us = given(pair), pair.us
    limit(us, 1)
    with us.store.transaction(us.officer.scope) as tx:
        us.records.unseal(tx, record_id)
        us.records.ask_consent(tx, us.officer, record_id, "pe", "drug_trafficking", "same ring")
        with pytest.raises(TooManyConsents):
            us.records.ask_consent(tx, us.officer, record_id, "pe", "drug_trafficking", "same ring")
        with pytest.raises(ReasonTooLong):
            us.records.ask_consent(tx, us.officer, record_id, "pe", "drug_trafficking", "x" * 501)


def asked(node: SimNode, peer: str) -> UUID:
    """A redress search of the node that waits at a partner."""
    ticket, now = uuid7(), node.clock.now()
    with node.store.transaction(NODE) as tx:
        key = node.parts.sealer.new_key(tx, "redress_ticket/test", now)
        values = {
            "id": uuid7(), "ticket_id": ticket, "agency": "EC-PN", "peer": peer, "agreement_id": "us-ec-2025",
            "msg_id": uuid7(), "state": "asked", "asked_at": now, "key_id": key.key_id, "erase_after": now,
            "review_at": now,
        }  # fmt: skip
        insert_row(tx, "redress_partner", values)
    return ticket


def found(ticket: UUID, held: int) -> dict[str, object]:
    return {
        "ticket_id": str(ticket), "items": [], "own": "checks_made",
        "onward": [{"node": "pe", "answered": True, "held": held, "frozen": 0}],
    }  # fmt: skip


def test_an_answer_of_redress_that_says_nothing_new_has_no_effect(pair: Pair):
    ticket = asked(pair.ec, "us")
    sealed = chained(pair, "redress.found", *[found(ticket, held) for held in (1, 1, 2, 2)])
    told = [outcome(one) for one in pair.us.deliver(pair.ec, *sealed[:3])]
    told += [outcome(one) for one in pair.us.deliver(pair.ec, sealed[3])]
    repeated = ("refused", "redress.answer_repeated")
    assert told == [("accepted", ""), repeated, ("accepted", ""), repeated]
    assert pair.ec.scalar("SELECT answers FROM redress_partner") == 2


def test_answers_of_redress_end_at_the_number_of_nodes_there_can_be(pair: Pair):
    ticket = asked(pair.ec, "us")
    pair.ec.execute("UPDATE redress_partner SET answers = :n", n=MOST_ANSWERS - 2)
    sealed = chained(pair, "redress.found", *[found(ticket, held) for held in range(4)])
    told = [outcome(one) for one in pair.us.deliver(pair.ec, *sealed)]
    assert told == [("accepted", "")] * 2 + [("refused", "redress.too_many_answers")] * 2
    assert pair.ec.scalar("SELECT answers FROM redress_partner") == MOST_ANSWERS
