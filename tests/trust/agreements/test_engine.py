"""Two judges and one law: the translation finds every reason, Cedar must agree before anything is allowed."""

import json
from importlib import resources

import cedarpy
import msgspec
import pytest

from cordillera.trust.agreements import engine as engine_module
from cordillera.trust.agreements import known
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.decide import decide
from cordillera.trust.agreements.engine import Engine
from cordillera.trust.agreements.errors import AgreementDoesNotCompile, EngineFailed
from cordillera.trust.agreements.facts import facts_of
from cordillera.trust.agreements.loading import load_agreement, load_shipped
from cordillera.trust.agreements.translation import translate
from cordillera.trust.agreements.trial import Trial

SHIPPED = load_shipped()
TRIED = 1500


def judged_by_cedar(loaded, facts) -> tuple[bool, set[str]]:
    """Ask Cedar about the whole request in one piece, without anything kept."""
    result = engine_module._Cedar(loaded.compiled).ask(facts)
    assert not result.diagnostics.errors
    named = result.diagnostics.id_annotations_by_reason.values()
    allowed = result.decision is cedarpy.Decision.Allow
    return allowed, set() if allowed else set(named)


def test_both_judges_name_the_same_articles_on_whole_requests():
    trial = Trial(SHIPPED, seed=11)
    by_id = {loaded.agreement.id: loaded for loaded in SHIPPED}
    cedars = {loaded.agreement.id: engine_module._Cedar(loaded.compiled) for loaded in SHIPPED}
    allowed = 0
    for number in range(TRIED):
        request = trial.fitting() if number % 3 == 0 else trial.mutated()
        if not isinstance(request.agreement_id, str) or request.agreement_id not in by_id:
            continue
        loaded = by_id[request.agreement_id]
        facts, _ = facts_of(request, trial.state(loaded))
        result = cedars[request.agreement_id].ask(facts)
        verdict = loaded.engine.judge(facts)
        articles = {loaded.compiled.policies[place].article for place in verdict.broken}
        assert not result.diagnostics.errors
        assert verdict.allow == (result.decision is cedarpy.Decision.Allow)
        if not verdict.allow:
            assert articles == set(result.diagnostics.id_annotations_by_reason.values())
        allowed += verdict.allow
    assert allowed > TRIED // 10


def test_a_fitting_request_never_seen_before_is_put_to_cedar_and_then_known(good):
    loaded = load_agreement.__wrapped__(shipped("us-ec-2025"))
    facts, _ = facts_of(good, loaded.initial_state)
    assert loaded.engine.kept == 0
    assert loaded.engine.judge(facts).allow
    kept = loaded.engine.kept
    assert kept >= len(loaded.compiled.parts)
    assert judged_by_cedar(loaded, facts) == (True, set())
    other = msgspec.structs.replace(facts, max_penalty_months=347, queries_today=12, day=facts.day - 100)
    assert loaded.engine.judge(other).allow
    assert loaded.engine.kept == kept, "between two constants of the policy all numbers count the same"


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("max_penalty_months", 13, 12),
        ("queries_today", 999, 1000),
        ("queries_today", 0, -1),
        ("officer_queries_today", 199, 200),
        ("day", 20_300, 20_299),
        ("day", 20_849, 20_850),
    ],
)
def test_bands_end_exactly_where_the_policy_says(good, name, inside, outside):
    loaded = load_agreement.__wrapped__(shipped("us-ec-2025"))
    facts, _ = facts_of(good, loaded.initial_state)
    for _ in range(2):
        assert loaded.engine.judge(msgspec.structs.replace(facts, **{name: inside})).allow
        assert not loaded.engine.judge(msgspec.structs.replace(facts, **{name: outside})).allow


def test_the_word_of_cedar_about_one_list_is_no_word_about_another(good):
    loaded = load_agreement.__wrapped__(shipped("us-ec-2025"))
    facts, _ = facts_of(good, loaded.initial_state)
    assert loaded.engine.judge(msgspec.structs.replace(facts, fields=("full_name",))).allow
    for values in (
        {"fields": ("full_name", "religion")},
        {"fields": ()},
        {"officer_roles": ()},
        {"officer_roles": ("operator",)},
        {"grounds": ()},
        {"grounds": ("list_match", "religion")},
        {"grounds": ("nationality",)},
        {"service": "notice.suspect", "fields": ("candidates",)},
    ):
        assert not loaded.engine.judge(msgspec.structs.replace(facts, **values)).allow, values


def test_a_mistake_of_the_translation_cannot_allow(good):
    """The translation says yes to everything; Cedar does not, and that is the end of it."""
    loaded = load_agreement.__wrapped__(shipped("us-ec-2025"))
    loaded.engine._translated = lambda _: (True, ())
    assert decide(loaded, loaded.initial_state, good).allow
    for values in ({"purpose": "tourism"}, {"max_penalty_months": 12}, {"fields": ("religion",)}):
        decision = decide(loaded, loaded.initial_state, msgspec.structs.replace(good, **values))
        assert not decision.allow
        assert decision.violated == ("cordillera/engine",)


def test_kept_words_are_bounded(good, monkeypatch):
    monkeypatch.setattr(known, "KEPT_ANSWERS", 3)
    engine = Engine(load_agreement.__wrapped__(shipped("us-ec-2025")).compiled)
    facts, _ = facts_of(good, SHIPPED[0].initial_state)
    facts = msgspec.structs.replace(facts, status="in_force")
    for offence in ("terrorism", "homicide", "kidnapping", "extortion", "corruption", "cybercrime"):
        assert engine.judge(msgspec.structs.replace(facts, offence=offence)).allow
    assert engine.kept < 40


def test_what_cedar_cannot_read_is_a_failure(good):
    engine = load_agreement.__wrapped__(shipped("us-ec-2025")).engine
    facts, _ = facts_of(good, SHIPPED[0].initial_state)
    facts = msgspec.structs.replace(facts, status="in_force")
    with pytest.raises(EngineFailed):
        engine.judge(msgspec.structs.replace(facts, confirmed=frozenset({"\ud800"})))


@pytest.mark.parametrize(
    "text",
    [
        'permit (principal == Party::"x", action, resource);',
        "permit (principal, action, resource) when { principal has name };",
        "forbid (principal, action, resource) unless { context.day + 1 > 3 };",
        'forbid (principal, action, resource) unless { context.purpose like "a*" };',
        "forbid (principal, action, resource) unless { if context.judge_named then true else false };",
        "forbid (principal, action, resource) unless { context has day };",
        'forbid (principal, action, resource) unless { [context.purpose].contains("a") };',
        'forbid (principal, action, resource) unless { resource == Party::"x" };',
        "permit (principal == ?principal, action, resource);",
    ],
)
def test_cedar_that_is_not_understood_whole_does_not_compile(text):
    with pytest.raises(AgreementDoesNotCompile):
        translate(text)


def shipped(name: str) -> bytes:
    return (resources.files("cordillera.trust.agreements") / "shipped" / f"{name}.json").read_bytes()


def test_the_engine_of_a_changed_file_knows_nothing_of_the_old_one(good):
    value = json.loads(shipped("us-ec-2025"))
    value["purposes"] = [purpose for purpose in value["purposes"] if purpose != "drug_trafficking"]
    for service in value["services"]:
        service["purposes"] = [one for one in service["purposes"] if one != "drug_trafficking"]
    book = PolicyBook([load_agreement(json.dumps(value).encode())])
    assert PolicyBook([load_agreement(shipped("us-ec-2025"))]).decide(good).allow
    assert book.decide(good).violated == ("US-EC/art2.1",)
