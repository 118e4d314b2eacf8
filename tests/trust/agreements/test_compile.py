"""One forbid for each clause, one permit for each service, and nothing that an agreement can forget."""

import json

import cedarpy
import pytest

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.cedar import PARTS, SCHEMA, conditions, quote
from cordillera.trust.agreements.errors import UnsafePolicyText
from cordillera.trust.agreements.loading import load_agreement, load_shipped
from cordillera.trust.agreements.rules import HOUSE_RULES, Rule, kind_of


def stripped(*, keep: tuple[str, ...] = ()) -> bytes:
    """US-EC with every rule but those of `keep` turned into a human duty."""
    from importlib import resources

    source = resources.files("cordillera.trust.agreements") / "shipped" / "us-ec-2025.json"
    value = json.loads(source.read_bytes())
    for clause in value["clauses"]:
        clause["rules"] = [rule for rule in clause.get("rules", []) if rule["rule"] in keep]
        clause.setdefault("human_duty", {"es": "Hacerlo.", "en": "Do it."})
        clause.pop("assumed", None)
    return json.dumps(value).encode()


@pytest.mark.parametrize("loaded", load_shipped(), ids=lambda loaded: loaded.agreement.id)
def test_each_clause_with_a_rule_is_a_forbid_and_each_service_a_permit(loaded):
    agreement, policies = loaded.agreement, loaded.compiled.policies
    forbidding = {policy.article for policy in policies if policy.effect == "forbid"}
    assert forbidding == {
        agreement.article_id(clause.article) for clause in agreement.clauses if clause.rules or clause.assumed
    }
    assert sum(policy.effect == "permit" for policy in policies) == len(agreement.services)


@pytest.mark.parametrize("loaded", load_shipped(), ids=lambda loaded: loaded.agreement.id)
def test_policy_text_is_valid_cedar_under_the_strict_schema(loaded):
    assert cedarpy.validate_policies(loaded.compiled.text, SCHEMA).validation_passed
    for part in loaded.compiled.parts:
        assert cedarpy.validate_policies(part.text, part.schema).validation_passed


@pytest.mark.parametrize("loaded", load_shipped(), ids=lambda loaded: loaded.agreement.id)
def test_every_policy_is_in_one_part_and_sees_no_facts_of_another(loaded):
    compiled = loaded.compiled
    placed = sorted(place for part in compiled.parts for place, _ in part.policies)
    assert placed == list(range(len(compiled.policies)))
    for part in compiled.parts:
        foreign = {name for other in PARTS if other != part.part for name in other.attributes}
        foreign -= set(part.part.attributes)
        assert not [name for name in foreign if f"context.{name}" in part.text]
        for name in part.part.attributes:
            without = part.schema.replace(f"{name}: ", f"{name}_gone: ")
            if f"context.{name}" in part.text:
                assert not cedarpy.validate_policies(part.text, without).validation_passed


def test_the_shipped_agreements_carry_every_rule_of_the_house_themselves():
    for loaded in load_shipped():
        assert not any(policy.article.startswith("cordillera/") for policy in loaded.compiled.policies)


def test_an_agreement_that_forgets_every_rule_still_refuses_everything_doubtful(good, spoilt):
    book = PolicyBook([load_agreement(stripped())])
    assert book.decide(good).allow
    cited = {
        policy.article for policy in book.get("us-ec-2025").compiled.policies if policy.effect == "forbid"
    }
    assert cited == {f"cordillera/{kind_of(rule)}" for rule in HOUSE_RULES}
    for values, rule in [
        ({"purpose": "x"}, "purpose_listed"),
        ({"queries_today": 1000}, "quota"),
        ({"fields": ("religion",)}, "fields_listed"),
        ({"sender_country": "PE"}, "parties"),
        ({"grounds": ("nationality",)}, "grounds"),
    ]:
        assert book.decide(spoilt(**values)).violated == (f"cordillera/{rule}",)


def test_a_rule_carried_for_one_service_is_the_house_rule_of_the_others(spoilt):
    book = PolicyBook([load_agreement(stripped(keep=("fields_listed",)))])
    loaded = book.get("us-ec-2025")
    assert book.decide(spoilt(fields=("religion",))).violated == ("US-EC/art5.2",)
    carried = [policy for policy in loaded.compiled.policies if policy.rules == ("fields_listed",)]
    assert len(carried) == len(loaded.agreement.services)
    only_one = json.loads(stripped(keep=("fields_listed",)))
    for clause in only_one["clauses"]:
        if clause["article"] != "art5.2":
            clause["rules"] = []
    partly = PolicyBook([load_agreement(json.dumps(only_one).encode())])
    notice = spoilt(service="notice.suspect", action="send_notice", fields=("religion",), grounds=("case",))
    assert partly.decide(notice).violated == ("cordillera/fields_listed",)


def test_every_kind_of_rule_has_both_meanings(good):
    from cordillera.trust.agreements.reference import holds
    from cordillera.trust.agreements.rules import MinPenalty
    from cordillera.trust.agreements.seen import see

    (loaded,) = (loaded for loaded in load_shipped() if loaded.agreement.id == "us-ec-2025")
    seen = see(good, loaded.agreement.status, frozenset())
    kinds = {type(rule) for rule in HOUSE_RULES} | {MinPenalty}
    assert kinds == set(Rule.__args__)
    for rule in [*HOUSE_RULES, MinPenalty(more_than_months=12)]:
        assert conditions(loaded.agreement, rule)
        assert holds(loaded.agreement, rule, seen)


@pytest.mark.parametrize("text", ['a"', "a b", "", "a\\", "ñ", "a" * 129])
def test_nothing_but_codes_enters_policy_text(text):
    with pytest.raises(UnsafePolicyText):
        quote(text)
