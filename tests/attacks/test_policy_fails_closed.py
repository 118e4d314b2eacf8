"""Attack: a request with missing, unknown, contradictory or malformed values slips through the policy.

A Cedar `forbid` whose attribute is missing is an error, is skipped, and the request is allowed: the
first test shows the trap; the others that nothing of the kind opens ours.
"""

import random
from datetime import UTC, datetime
from typing import Any

import cedarpy
import msgspec
import pytest

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.decide import decide
from cordillera.trust.agreements.errors import EngineFailed
from cordillera.trust.agreements.facts import AgreementState, facts_of
from cordillera.trust.agreements.reference import violations
from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.vocabulary import Action, Ground, Status

MUTATED_REQUESTS = 8_000
AGREEMENTS = ("us-ec-2025", "us-cl-2025")
BOOK = PolicyBook.load_shipped()
GOOD = DisclosureRequest(
    agreement_id="us-ec-2025",
    service="query.person",
    action="send_query",
    sender_country="EC",
    recipient_country="US",
    at=datetime(2026, 11, 21, 12, tzinfo=UTC),
    purpose="terrorism",
    offence="terrorism",
    max_penalty_months=240,
    case_ref="EC-2026-9",
    officer_id="officer-1",
    officer_roles=("analyst",),
    ordered_by="officer-2",
    subject_category="suspect",
    fields=("full_name", "documents"),
    individual_case=True,
    environment="exercise",
    queries_today=3,
    officer_queries_today=1,
    grounds=("case",),
)
OPTIONAL = {"judicial_ref", "onward_to", "consent_ref", "ordered_by", "agreement_hash"}
REQUIRED = sorted(set(DisclosureRequest.__struct_fields__) - OPTIONAL)


def test_the_trap_is_real_cedar_alone_lets_a_missing_attribute_through():
    policies = (
        "permit (principal, action, resource);"
        "forbid (principal, action, resource) unless { context.months > 12 };"
    )
    request = {"principal": 'A::"a"', "action": 'Action::"a"', "resource": 'B::"b"', "context": {}}
    assert cedarpy.is_authorized(request, policies, []).allowed


def test_the_good_request_is_allowed_so_that_the_rest_means_something():
    assert BOOK.decide(GOOD).allow


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, "", (), -1, 10**30, "\x00", "a" * 10_000, {"a": 1}], ids=repr)
def test_no_required_value_can_be_missing_or_malformed(name, value):
    decision = BOOK.decide(msgspec.structs.replace(GOOD, **{name: value}))
    assert not decision.allow
    assert decision.violated, "a denial names at least one article"


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_a_malformed_optional_value_is_denied_too(name):
    for value in (None, 7, "\n", ["x"]):
        assert not BOOK.decide(msgspec.structs.replace(GOOD, **{name: value})).allow


@pytest.mark.parametrize(
    "text",
    [
        '"] || true || ["',
        "terrorism\u200b",
        "TERRORISM",
        "terrorism ",
        "*",
        "%",
        "terrorism,drug_trafficking",
    ],
)
def test_text_cannot_break_out_of_its_value(text):
    for name in ("purpose", "offence", "service", "environment", "subject_category", "sender_country"):
        assert not BOOK.decide(msgspec.structs.replace(GOOD, **{name: text})).allow


def test_contradictions_do_not_cancel_out():
    contradictory: list[dict[str, Any]] = [
        {"sender_country": "US", "recipient_country": "US"},
        {"subject_category": "none"},
        {"individual_case": False, "case_ref": "EC-2026-9"},
        {"action": "answer_query"},
        {"agreement_id": "us-cl-2025"},
        {"grounds": ("case", "ethnicity")},
        {"officer_id": "node", "officer_roles": ("analyst",)},
        {"queries_today": 0, "officer_queries_today": 10**9},
    ]
    for values in contradictory:
        assert not BOOK.decide(msgspec.structs.replace(GOOD, **values)).allow, values


def test_condition_16_an_engine_that_cannot_evaluate_denies():
    state = AgreementState(Status.IN_FORCE, frozenset({"\ud800"}))
    decision = decide(BOOK.get("us-ec-2025"), state, GOOD)
    assert not decision.allow
    assert decision.violated == ("cordillera/engine",)
    assert decision.errors == ("agreements.condition.16",)


def test_condition_16_facts_outside_the_schema_are_never_allowed():
    engine = BOOK.get("us-ec-2025").engine
    facts, _ = facts_of(GOOD, AgreementState(Status.IN_FORCE))
    wrong: list[dict[str, Any]] = [
        {"queries_today": 2**70}, {"queries_today": "0"}, {"day": None}, {"fields": "full_name"},
        {"well_formed": "yes"}, {"action": "no_such_action"}, {"max_penalty_months": 1.5}, {"fields": 7},
        {"officer_named": "yes"}, {"grounds": None},
    ]  # fmt: skip
    for values in wrong:
        try:
            assert not engine.judge(msgspec.structs.replace(facts, **values)).allow
        except EngineFailed:
            continue


def test_an_answer_that_was_kept_serves_only_the_same_facts():
    for _ in range(2):
        assert BOOK.decide(GOOD).allow
        assert not BOOK.decide(msgspec.structs.replace(GOOD, individual_case=1)).allow
        assert not BOOK.decide(msgspec.structs.replace(GOOD, queries_today=1000)).allow
        suspended = AgreementState(Status.SUSPENDED)
        assert not decide(BOOK.get("us-ec-2025"), suspended, GOOD).allow


POOL: list[Any] = [
    None, "", "node", "EC", "US", "CL", "terrorism", "exercise", "production", "suspect", "witness", "none",
    "query.person", "notice.suspect", "naval.track", "risk.cargo", "us-cl-2025", "us-ec-2025", 0, 1, -1, 12,
    13, 1000, 2**63, True, False, 1.0, (), ("full_name",), ("religion",), ("analyst",), ("nationality",), [],
    *[str(action) for action in Action], *[(str(ground),) for ground in Ground],
    datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC),
]  # fmt: skip


def test_of_many_mutated_requests_none_is_allowed_that_the_reference_denies():
    chance = random.Random(20250731)
    states = [AgreementState(status) for status in (Status.IN_FORCE, Status.IN_FORCE, *Status)]
    allowed = 0
    for _ in range(MUTATED_REQUESTS):
        names = chance.sample(DisclosureRequest.__struct_fields__, chance.randint(0, 3))
        request = msgspec.structs.replace(GOOD, **{name: chance.choice(POOL) for name in names})
        state = chance.choice(states)
        if request.agreement_id not in AGREEMENTS or request.agreement_hash != "":
            assert not BOOK.decide(request).allow
            continue
        loaded = BOOK.get(request.agreement_id)
        decision = decide(loaded, state, request)
        expected = violations(loaded.agreement, state, request)
        assert set(decision.violated) == expected
        assert decision.allow == (not expected)
        assert decision.allow or decision.violated
        allowed += decision.allow
    assert allowed > MUTATED_REQUESTS // 20
