"""Attack: a legitimate partner turned hostile signs anything at all into the data of each message type.

One property over every type of `kinds.KINDS`: what does not fit its type is refused by a receipt with a
code, or nacked with one; nothing of it has an effect, nothing answers 500, and the channel goes on. What
fits its type and is absurd (terms of the year 1 or 9999, dates that are none) may be taken in or refused,
and ends nothing either.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from tests.sim.federation import AGREEMENT, NODE, Pair, SimNode, two_nodes

from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.jws import decode, encode
from cordillera.foundation.ids import uuid7
from cordillera.trust.exchange.envelope import GENESIS, Legal, Retention, SealedEnvelope, open_envelope
from cordillera.trust.exchange.kinds import KINDS
from cordillera.trust.exchange.model import Answer, Judgement, PersonQuery
from cordillera.trust.exchange.receipt import Result
from cordillera.trust.exchange.standing import Told
from cordillera.trust.followup.model import RequestData, ResponseData
from cordillera.trust.lookup.model import Asked, Evaluated
from cordillera.trust.notices.model import AcceptanceData, NoticeData
from cordillera.trust.records.model import ChangeData, ConsentData, DoneData, Order
from cordillera.trust.records.orders import sign_order
from cordillera.trust.redress.model import Find, Found

MOST = 48
"""Malformed data tried of each type."""
ID = "0198c0de-0000-7000-8000-000000000001"
HEX = "0" * 64
LONG = "A" * 200_000
DEEP: Any = [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]
HOSTILE: tuple[Any, ...] = (
    None, True, -1, 2**53 - 1, 1.5, "", "\u0000", "\u202eevil", "' OR 1=1 --", LONG, [], [None], [LONG], DEEP,
    {}, {"a": DEEP}, ["x"] * 5_000, {str(n): n for n in range(2_000)}, "2026-02-31", "-1", "../../x",
)  # fmt: skip
CHANGES = {"order": "e30.e30.AAAA", "body": ""}
DONE = {"holder": "ec", "effect": "erased", "applied_at": "2026-11-21T12:00:00Z", "derived": 0,
        "leaf": "{}", "proof": "c2sp.org/tlog-proof@v1"}  # fmt: skip
CONSENT = {"consent_id": ID, "record_id": ID, "recipient": "pe", "purpose": "x", "reason": "why", "leaf": HEX}
PERSON = {"full_name": "Ana Invented", "date_of_birth": "1980-05-17", "documents": [
    {"type": "P", "number": "A1", "issuer": "EC"}]}  # fmt: skip
DOCUMENT = {"type": "P", "number": "A1", "issuer": "EC"}
NOTICE = {"full_name": "Ana Invented", "aliases": ["A"], "sex": "F", "date_of_birth": "1980",
          "nationalities": ["EC"], "documents": [DOCUMENT], "facts": "Seen at the pier by night twice.",
          "grading": "B2", "attachments": ["x"], "record_id": ID, "origin_id": ""}  # fmt: skip
KINDS_OF_DATA: dict[str, tuple[type[msgspec.Struct], dict[str, Any]]] = {
    "query.person": (PersonQuery, PERSON),
    "answer.person": (Answer, {"query_id": ID, "outcome": "hit", "articles": ["a"], "candidates": [
        {"reference": "r", "score": 0.5, "agreeing": ["a"], "contradicting": []}]}),
    "hit.confirmed": (Judgement, {"query_id": ID, "reference": "r"}),
    "hit.rejected": (Judgement, {"query_id": ID, "reference": "r"}),
    "notice.suspect": (NoticeData, NOTICE),
    "notice.accepted": (AcceptanceData, {"reference": ID, "outcome": "accepted", "conditions": HEX}),
    "notice.declined": (AcceptanceData, {"reference": ID, "outcome": "declined", "conditions": HEX}),
    "info.request": (RequestData, {"request_id": ID, "query_id": ID, "reference": "r",
                                   "fields_wanted": ["facts"], "intended_use": "intelligence"}),
    "info.response": (ResponseData, {"request_id": ID, "record_id": ID, "reference": "r", "facts": "Seen."}),
    "lookup.blinded": (Asked, {"lookup_id": ID, "epoch": 23, "blinded": ["AAAA"]}),
    "lookup.evaluated": (Evaluated, {"lookup_id": ID, "epoch": 23, "evaluated": "AAAA"}),
    **{f"record.{one}": (ChangeData, CHANGES) for one in (
        "correct", "block", "unblock", "erase", "recall", "dispute", "extend")},
    "record.done": (DoneData, {"change_id": ID, "record_id": ID, "done": DONE, "onward": [DONE],
                               "waiting_for": ["pe"]}),
    **{f"consent.{one}": (ConsentData, CONSENT) for one in ("request", "grant", "refuse", "revoke")},
    "agreement.status": (Told, {"agreement_id": AGREEMENT, "status": "suspended", "ends_on": "",
                                "changed_at": "2026-11-21T12:00:00Z"}),
    "redress.find": (Find, {"ticket_id": ID, "kind": "access", "dispute": False, "messages": [ID],
                            "about": {"full_name": "Ana"}}),
    "redress.found": (Found, {"ticket_id": ID, "own": "checks_made", "items": [
        {"message_id": ID, "held": True, "frozen": False}], "onward": [{"node": "pe", "answered": True}]}),
}  # fmt: skip
BOOKKEEPING = ("ledger_", "exchange_channel", "exchange_in", "exchange_nonce", "exchange_frozen", "alembic")


class Hostile:
    """EC, whose keys are in hostile hands, and its channel to US."""

    def __init__(self, pair: Pair) -> None:
        self.ec, self.us = pair.ec, pair.us
        self.sequence = pair.sequence
        self.seq, self.prev = 1, GENESIS

    def craft(self, kind: str, **payload: Any) -> SealedEnvelope:
        changes = {f"payload_{name}": value for name, value in payload.items()}
        return self.ec.craft(self.us, self.seq, self.prev, type=kind, payload_type=kind, **changes)

    def batch(self, kind: str, payloads: list[dict[str, Any]]) -> list[Result]:
        """Send messages one after the other in the channel, up to 16 in a request."""
        found: list[Result] = []
        for at in range(0, len(payloads), 16):
            begun, sealed = (self.seq, self.prev), []
            for payload in payloads[at : at + 16]:
                sealed.append(self.craft(kind, **payload))
                self.seq, self.prev = self.seq + 1, sealed[-1].hash
            results = self.ec.deliver(self.us, *sealed)
            if any(one.nack is not None for one in results):
                self.seq, self.prev = begun
            found += results
        return found

    def alone(self, kind: str, **payload: Any) -> Result:
        """Send what is not even a payload; nothing is taken in, so the channel stays where it is."""
        (result,) = self.ec.deliver(self.us, self.craft(kind, **payload))
        return result

    def goes_on(self) -> None:
        (result,) = self.batch("query.person", [{"data": PERSON}])
        assert outcome(result) == ("accepted", "")


@pytest.fixture(scope="module")
def hostile(cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    with two_nodes(cluster, tmp_path_factory.mktemp("hostile")) as pair:
        yield Hostile(pair)


def outcome(result: Result) -> tuple[str, str]:
    """(outcome, code) of a receipt, or ("nack", code)."""
    if result.nack is not None:
        return "nack", result.nack.code
    assert result.receipt is not None
    body = result.receipt.split(".")[1]
    told = msgspec.json.decode(decode(body))
    return told["outcome"], told["code"]


def effects(node: SimNode) -> dict[str, int]:
    """How many rows each table has; what only tells that a message came is left out."""
    with node.store.transaction(NODE) as tx:
        names = tx.execute(
            sa.text(
                "SELECT DISTINCT table_name FROM information_schema.role_table_grants WHERE"
                " privilege_type = 'SELECT' AND table_schema = 'public' AND grantee = 'cordillera_app'"
            )
        ).scalars()
        return {
            name: int(tx.execute(sa.text(f'SELECT count(*) FROM "{name}"')).scalar_one())
            for name in names
            if not name.startswith(BOOKKEEPING)
        }


def malformed(kind: str) -> list[dict[str, Any]]:
    """Data near to what fits, and not fitting; the same for everybody who runs this."""
    model, good = KINDS_OF_DATA[kind]
    assert fits(good, model), kind
    tried: list[Any] = [{}, {**good, "more": 1}, {"data": good}]
    tried += [{name: value for name, value in good.items() if name != left} for left in good]
    tried += [{**good, name: value} for name in good for value in HOSTILE]
    tried += [{**good, name: inner(good[name], value)} for name in good for value in HOSTILE]
    wrong = [one for one in tried if not fits(one, model)]
    head, rest = wrong[:12], wrong[12:]
    random.Random(kind).shuffle(rest)
    return (head + rest)[:MOST]


def inner(value: Any, bad: Any) -> Any:
    """The value with something bad one level down."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{**value[0], name: bad} for name in value[0]][:1]
    if isinstance(value, dict):
        return {**value, next(iter(value)): bad}
    return [value, bad]


def fits(data: Any, model: type[msgspec.Struct]) -> bool:
    try:
        msgspec.convert(data, model, strict=True)
    except msgspec.ValidationError:
        return False
    return True


def test_every_message_type_is_tried():
    assert set(KINDS_OF_DATA) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_data_that_do_not_fit_are_refused_with_a_code_and_change_nothing(hostile: Hostile, kind: str):
    before = effects(hostile.us)
    results = hostile.batch(kind, [{"data": data} for data in malformed(kind)])
    told = [outcome(result) for result in results]
    assert {word for word, _ in told} == {"refused"}, told
    assert all(code.partition(".")[2] for _, code in told)
    assert effects(hostile.us) == before
    hostile.goes_on()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_no_payload_is_nacked_with_a_code_and_takes_no_place(hostile: Hostile, kind: str):
    before, now = effects(hostile.us), hostile.us.clock.now()
    good = KINDS_OF_DATA[kind][1]
    deep = b'{"a":' * 40 + b"1" + b"}" * 40
    for raw in (b"", b"null", b"[]", b"{", b'{"a":1,"a":2}', b'{"a":NaN}', b"\xff\xfe", deep, b"1e999"):
        word, code = outcome(hostile.alone(kind, raw=raw))
        assert (word, bool(code)) == ("nack", True), raw
    for changed in (
        {"data": [good]}, {"data": None}, {"handling": [1]}, {"handling": {str(n): "x" for n in range(99)}},
        {"legal": {"purpose": 1}}, {"retention": {"erase_after": "never", "review_at": str(now)}},
        {"subject_category": LONG}, {"v": 99}, {"data": {"a": 2**53}},
    ):  # fmt: skip
        raw = lax(hostile, kind, good, changed)
        word, code = outcome(hostile.alone(kind, raw=raw))
        assert (word, bool(code)) == ("nack", True), changed
    assert effects(hostile.us) == before
    hostile.goes_on()


def lax(hostile: Hostile, kind: str, good: dict[str, Any], changed: dict[str, Any]) -> bytes:
    """A payload with parts changed past every check of our own."""
    token = hostile.craft(kind, data=good)
    payload = msgspec.to_builtins(_opened(hostile, token))
    return msgspec.json.encode({**payload, **changed})


def _opened(hostile: Hostile, sealed: SealedEnvelope) -> object:
    us = hostile.us.identity
    return msgspec.json.decode(open_envelope(sealed, us.id, us.sealing_keys).token.payload)


TERMS = [
    Retention(datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)),
    Retention(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
]
GROUNDS = [
    Legal(purpose=word, offence=word, max_penalty_months=months, case_ref=word, officer_id=word,
          officer_roles=(word,) * 16, ordered_by=word, urgency=word, service=service, grounds=(word,) * 16)
    for word, months, service in (("", -(2**53) + 1, "x"), ("\u0000" * 200, 2**53 - 1, ""),
                                   ("\ud7ff" * 200, 0, ""))
]  # fmt: skip


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_absurd_terms_and_grounds_end_nothing(hostile: Hostile, kind: str):
    good = KINDS_OF_DATA[kind][1]
    absurd: list[dict[str, Any]] = [{"data": fresh(good), "retention": one} for one in TERMS]
    absurd += [{"data": fresh(good), "legal": one} for one in GROUNDS]
    absurd += [{"data": fresh(good), "handling": {"tlp": "\u0000", "x" * 200: "y" * 200}}]
    for payload in absurd:
        (result,) = hostile.batch(kind, [payload])
        word, code = outcome(result)
        assert word in {"accepted", "refused", "expired"}, (word, code)
        assert code or word == "accepted"
    if kind != "agreement.status":
        hostile.goes_on()


def fresh(good: dict[str, Any]) -> dict[str, Any]:
    """The same data about another thing."""
    return {name: str(uuid7()) if value == ID else value for name, value in good.items()}


ORDERS: tuple[Callable[[datetime], dict[str, Any]], ...] = (
    lambda _: {"at": datetime(1, 1, 1, tzinfo=UTC), "due_at": datetime(1, 1, 1, tzinfo=UTC)},
    lambda _: {"due_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)},
    lambda _: {"until": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "seconded": True},
    lambda _: {"until": datetime(1, 1, 1, tzinfo=UTC), "seconded": True},
    lambda _: {"version": 1_000_000, "digest": sha256(b"\xff\x00").hex()},
    lambda _: {"issuer": "pe", "court_ref": "court"},
)


@pytest.mark.parametrize("kind", ["correct", "block", "unblock", "erase", "recall", "dispute", "extend"])
def test_signed_orders_that_are_absurd_end_nothing(hostile: Hostile, kind: Any):
    now = hostile.ec.clock.now()
    for absurd in ORDERS:
        values: dict[str, Any] = {
            "change_id": uuid7(), "record_id": uuid7(), "kind": kind, "issuer": "ec", "at": now,
            "due_at": now + timedelta(hours=1), "version": 2, "reason": "absurd",
        }  # fmt: skip
        order = Order(**(values | absurd(now)))
        data = {"order": sign_order(hostile.ec.identity, order), "body": encode(b"\xff\x00")}
        (result,) = hostile.batch(f"record.{kind}", [{"data": data}])
        assert outcome(result)[0] in {"accepted", "refused"}
    hostile.goes_on()


@pytest.mark.parametrize("reason", ["x" * 501, "a\u200bb", "a\u202eb", "a\nb", "\u0007", ""])
def test_a_reason_that_is_too_long_or_hides_something_is_refused(hostile: Hostile, reason: str):
    """Sealed into an order by a node that does not keep the bound."""
    now = hostile.ec.clock.now()
    order = Order(
        change_id=uuid7(), record_id=uuid7(), kind="block", issuer="ec", at=now, due_at=now, version=2,
        reason=reason,
    )  # fmt: skip
    changes = {"order": sign_order(hostile.ec.identity, order), "body": ""}
    (one,) = hostile.batch("record.block", [{"data": changes}])
    assert outcome(one) == ("refused", "records.order_refused")
    (other,) = hostile.batch("consent.request", [{"data": {**CONSENT, "reason": reason}}])
    assert outcome(other) == ("refused", "exchange.wrong_payload")
