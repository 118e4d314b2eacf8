"""One decision, sixteen conditions: each spoilt value is denied by the article that it breaks."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.decide import decide
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.vocabulary import Status


def test_a_good_request_is_allowed_by_every_article_it_relies_on(book, good):
    decision = book.decide(good)
    assert decision.allow
    assert decision.violated == ()
    assert decision.errors == ()
    assert decision.permitting[0] == "US-EC/art5.1"
    assert {"US-EC/art1.5", "US-EC/art2.1", "US-EC/art5.4", "US-EC/art23.1"} <= set(decision.permitting)
    assert not any(article.startswith("cordillera/") for article in decision.permitting)


def test_an_allowed_decision_names_hashes_and_human_duties(book, good):
    decision = book.decide(good)
    assert len(decision.agreement_hash) == len(decision.policy_hash) == 64
    assert "US-EC/art5.3" in decision.duties
    assert "US-EC/art11.3" not in decision.duties


def test_condition_1_an_unknown_agreement_is_denied(book, spoilt):
    for name in ("us-xx-1999", "", "US-EC-2025"):
        decision = book.decide(spoilt(agreement_id=name))
        assert (decision.allow, decision.violated) == (False, ("cordillera/known_agreement",))
        assert decision.errors == ("agreements.condition.1",)


UNREADABLE: list[dict[str, Any]] = [
    {"purpose": None},
    {"purpose": "drug_trafficking\n"},
    {"purpose": "\ud800"},
    {"case_ref": "x" * 201},
    {"case_ref": "   "},
    {"max_penalty_months": "120"},
    {"max_penalty_months": True},
    {"max_penalty_months": 120.0},
    {"max_penalty_months": 2**63},
    {"queries_today": -2},
    {"fields": ["full_name"]},
    {"fields": ("full_name", 7)},
    {"fields": ("full_name",) * 201},
    {"grounds": "list_match"},
    {"individual_case": 1},
    {"individual_case": "yes"},
    {"at": datetime(2026, 11, 21, 12)},  # noqa: DTZ001 - a moment without a zone is what is tried
    {"at": "2026-11-21T12:00:00Z"},
    {"at": datetime(1960, 1, 1, tzinfo=UTC)},
    {"action": "send_everything"},
    {"action": None},
    {"onward_to": 3},
    {"officer_roles": (None,)},
]


@pytest.mark.parametrize("values", UNREADABLE, ids=str)
def test_condition_2_what_cannot_be_read_whole_is_denied(book, spoilt, values):
    decision = book.decide(spoilt(**values))
    (name,) = values
    assert not decision.allow
    assert "US-EC/art16.2c" in decision.violated
    assert decision.errors == (f"agreements.condition.2.{name}",)


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        (datetime(2025, 7, 30, 23, 59, 59, tzinfo=UTC), False),
        (datetime(2025, 7, 31, tzinfo=UTC), True),
        (datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 2, 1, tzinfo=UTC), False),
        (datetime(2027, 1, 31, 23, 59, tzinfo=timezone(timedelta(hours=-5))), False),
        (datetime.max.replace(tzinfo=UTC), False),
    ],
)
def test_condition_3_expired_agreement_releases_nothing(book, spoilt, at, allowed):
    decision = book.decide(spoilt(at=at))
    assert decision.allow is allowed
    assert decision.violated == (() if allowed else ("US-EC/art23.1",))


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.TERMINATED])
def test_condition_3_only_an_agreement_in_force_releases(book, good, status):
    decision = decide(book.get("us-ec-2025"), AgreementState(status), good)
    assert decision.violated == ("US-EC/art23.1",)


def test_condition_3_a_provisional_agreement_serves_exercises_only(book, good, spoilt):
    loaded = book.get("us-ec-2025")
    every = frozenset(clause.article for clause in loaded.agreement.clauses)
    provisional = AgreementState(Status.PROVISIONAL, every)
    assert decide(loaded, provisional, good).allow
    assert decide(loaded, provisional, spoilt(environment="production")).violated == ("US-EC/art23.1",)


@pytest.mark.parametrize("environment", ["", "test", "Production", "exercise "])
def test_condition_3_an_unknown_environment_is_denied(book, spoilt, environment):
    assert "US-EC/art16.1" in book.decide(spoilt(environment=environment)).violated


def test_condition_4_assumed_terms_close_production_until_confirmed(book, spoilt):
    loaded, request = book.get("us-ec-2025"), spoilt(environment="production")
    assumed = {clause.article for clause in loaded.agreement.clauses if clause.assumed}
    denied = book.decide(request)
    assert set(denied.violated) == {f"US-EC/{article}" for article in assumed | {"art23.1"}}
    reasons = {(use.text, use.condition) for use in denied.articles}
    assert reasons == {("agreements.broken.assumed", 4), ("agreements.broken.in_force", 3)}
    all_but_one = AgreementState(Status.IN_FORCE, frozenset(assumed - {"art22.1"}))
    assert decide(loaded, all_but_one, request).violated == ("US-EC/art22.1",)
    assert decide(loaded, AgreementState(Status.IN_FORCE, frozenset(assumed)), request).allow


BROKEN: list[tuple[int, dict[str, Any], set[str]]] = [
    (5, {"sender_country": "PE"}, {"art2.3"}),
    (5, {"recipient_country": "EC"}, {"art2.3"}),
    (5, {"sender_country": "", "recipient_country": ""}, {"art2.3"}),
    (5, {"sender_country": "EC>US", "recipient_country": ""}, {"art2.3"}),
    (6, {"action": "send_notice"}, {"art2.2", "art5.2"}),
    (7, {"purpose": "tax_collection"}, {"art2.1"}),
    (7, {"purpose": ""}, {"art2.1"}),
    (8, {"max_penalty_months": 12}, {"art1.5", "art3.2"}),
    (8, {"offence": "speeding"}, {"art3.2"}),
    (8, {"max_penalty_months": -1}, {"art1.5", "art3.2"}),
    (9, {"case_ref": ""}, {"art5.1"}),
    (9, {"individual_case": False}, {"art5.1"}),
    (10, {"officer_id": ""}, {"art5.3", "art5.4"}),
    (10, {"officer_id": "node"}, {"art5.3", "art5.4"}),
    (10, {"officer_roles": ("supervisor",)}, {"art5.4"}),
    (10, {"officer_roles": ()}, {"art5.4"}),
    (11, {"subject_category": "witness"}, {"art12.2a"}),
    (11, {"subject_category": ""}, {"art12.2a"}),
    (12, {"fields": ("full_name", "nationalities")}, {"art5.2"}),
    (12, {"fields": ()}, {"art5.2"}),
    (13, {"queries_today": 1000}, {"art7.1"}),
    (13, {"officer_queries_today": 200}, {"art7.1"}),
    (13, {"queries_today": -1}, {"art7.1"}),
    (14, {"grounds": ("nationality",)}, {"art3.1"}),
    (14, {"grounds": ()}, {"art3.1"}),
    (14, {"grounds": ("list_match", "hunch")}, {"art3.1"}),
    (14, {"grounds": ("list_match", "religion")}, {"art3.1", "art24.1"}),
    (14, {"offence": "political_offence"}, {"art3.2", "art24.1"}),
    (15, {"onward_to": "PE"}, {"art13.2"}),
]


@pytest.mark.parametrize(
    ("condition", "values", "articles"),
    BROKEN,
    ids=lambda value: str(sorted(value)) if isinstance(value, set) else str(value),
)
def test_conditions_5_to_15_name_exactly_the_articles_broken(book, spoilt, condition, values, articles):
    decision = book.decide(spoilt(**values))
    assert not decision.allow
    assert set(decision.violated) == {f"US-EC/{article}" for article in articles}
    assert condition in {use.condition for use in decision.articles}


def test_a_denial_names_every_article_broken_not_the_first(book, spoilt):
    decision = book.decide(spoilt(max_penalty_months=6, purpose="x", case_ref="", fields=("religion",)))
    assert set(decision.violated) == {
        "US-EC/art1.5", "US-EC/art2.1", "US-EC/art3.2", "US-EC/art5.1", "US-EC/art5.2",
    }  # fmt: skip


def test_condition_6_an_unknown_service_is_denied(book, spoilt):
    for service in ("query.dna", "", 'query.person" || true || "'):
        decision = book.decide(spoilt(service=service))
        assert not decision.allow
        assert "US-EC/art2.2" in decision.violated


def test_condition_10_biometric_queries_are_ordered_by_another(book, spoilt):
    query = spoilt(service="query.fingerprint", fields=("fingerprint_template", "finger_position"))
    assert book.decide(query).allow
    for ordered_by in ("", "node", "officer-1"):
        changed = spoilt(service="query.fingerprint", fields=query.fields, ordered_by=ordered_by)
        assert book.decide(changed).violated == ("US-EC/art7.2",)


def test_nationality_may_stand_beside_a_ground(book, spoilt):
    assert book.decide(spoilt(grounds=("list_match", "nationality"))).allow


def test_the_answer_goes_back_with_references_and_no_identity(book, spoilt):
    answer = {"action": "answer_query", "sender_country": "US", "recipient_country": "EC"}
    assert book.decide(spoilt(**answer, fields=("outcome", "candidates", "reference", "score"))).allow
    leaking = book.decide(spoilt(**answer, fields=("outcome", "full_name")))
    assert leaking.violated == ("US-EC/art5.2",)


def test_a_border_alert_runs_from_chile_only(book, spoilt):
    alert = {
        "agreement_id": "us-cl-2025", "service": "alert.border", "action": "raise_alert",
        "fields": ("reference", "full_name", "movement"),
    }  # fmt: skip
    assert book.decide(spoilt(**alert, sender_country="CL", recipient_country="US")).allow
    assert book.decide(spoilt(**alert, sender_country="US", recipient_country="CL")).violated == (
        "US-CL/art1.2",
    )


def test_the_provisional_us_cl_arrangement_denies_production_whatever_is_confirmed(book, spoilt):
    loaded = book.get("us-cl-2025")
    every = frozenset(clause.article for clause in loaded.agreement.clauses)
    request = spoilt(
        agreement_id="us-cl-2025", service="query.iris", fields=("iris_template",),
        sender_country="CL", environment="production",
    )  # fmt: skip
    assert decide(loaded, AgreementState(Status.PROVISIONAL, every), request).violated == ("US-CL/art1.1",)


def test_the_book_finds_agreements_between_two_countries(book: PolicyBook):
    assert [loaded.agreement.id for loaded in book.between("US", "EC")] == ["us-ec-2025"]
    assert book.between("EC", "CL") == ()
