"""Agreement files are read strictly; what two nodes hash is the meaning, not the layout."""

import json
from importlib import resources

import pytest

from cordillera.foundation.canonical import DuplicateKey, WrongShape, dumps
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.check import problems_of
from cordillera.trust.agreements.errors import AgreementRejected
from cordillera.trust.agreements.loading import (
    SHIPPED,
    LoadedAgreement,
    load_agreement,
    load_shipped,
    read_agreement,
)
from cordillera.trust.agreements.views import coverage_of

FOLDER = resources.files("cordillera.trust.agreements") / "shipped"


def shipped(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_bytes())


def raw(value: dict) -> bytes:
    return json.dumps(value).encode()


def codes(value: dict) -> list[str]:
    agreement, _ = read_agreement(raw(value))
    return [problem.code.rpartition(".")[2] for problem in problems_of(agreement)]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_agreements_have_no_problem_and_map_every_article(name):
    agreement, _ = read_agreement((FOLDER / f"{name}.json").read_bytes())
    assert agreement.id == name
    assert problems_of(agreement) == ()
    coverage = coverage_of(agreement)
    assert coverage.unmapped == 0
    numbers = {clause.article.partition(".")[0] for clause in agreement.clauses}
    assert coverage.ruled + coverage.human_duty == coverage.articles == len(numbers)


def test_terms_that_are_public_are_not_assumed_and_all_others_are():
    by_id = {loaded.agreement.id: loaded.agreement for loaded in load_shipped()}
    public = {clause.article for clause in by_id["us-ec-2025"].clauses if not clause.assumed}
    assert public == {"art2.1", "art2.2", "art2.3", "art8.1", "art23.1"}
    assert by_id["us-cl-2025"].status == "provisional"


def test_the_hash_is_of_the_meaning_not_of_the_layout():
    value = shipped("us-ec-2025")
    pretty, canonical = json.dumps(value, indent=7).encode(), dumps(value)
    assert read_agreement(pretty)[1] == read_agreement(canonical)[1]
    value["version"] = 2
    assert read_agreement(raw(value))[1] != read_agreement(canonical)[1]


def test_the_policy_hash_follows_what_is_enforced():
    value = shipped("us-ec-2025")
    before = load_agreement(raw(value)).policy_hash
    value["services"][0]["quota"]["per_day"] = 999
    assert load_agreement(raw(value)).policy_hash != before


def test_unknown_fields_rules_and_words_are_refused():
    changes = [
        lambda value: value.update(surprise=1),
        lambda value: value["clauses"][0]["rules"].append({"rule": "trust_me"}),
        lambda value: value["clauses"][0]["rules"][0].update(more_than_months="12"),
        lambda value: value.update(status="in force"),
        lambda value: value["services"][0]["actions"].append("send_everything"),
        lambda value: value.update(grounds=["hunch"]),
        lambda value: value.update(purposes=['x"] || true || ["']),
        lambda value: value["services"][0].update(type='a" || resource == Service::"b'),
        lambda value: value.update(parties=value["parties"][:1]),
        lambda value: value["services"][0]["quota"].update(per_day=0),
        lambda value: value.pop("clauses"),
    ]
    for change in changes:
        value = shipped("us-ec-2025")
        change(value)
        with pytest.raises(WrongShape):
            read_agreement(raw(value))


def test_a_key_given_twice_is_refused():
    with pytest.raises(DuplicateKey):
        read_agreement(b'{"id": "us-ec-2025", "id": "us-ec-2026"}')


def clause(value: dict, article: str) -> dict:
    return next(clause for clause in value["clauses"] if clause["article"] == article)


def test_condition_1_a_clause_with_neither_rule_nor_duty_is_a_problem():
    value = shipped("us-ec-2025")
    del clause(value, "art22.1")["human_duty"]
    assert codes(value) == ["unmapped"]
    with pytest.raises(AgreementRejected):
        load_agreement(raw(value))


def test_condition_2_articles_and_services_have_one_meaning():
    value = shipped("us-ec-2025")
    value["clauses"].append(value["clauses"][0])
    value["services"].append(value["services"][0])
    assert codes(value) == ["named_twice", "named_twice"]


def test_condition_3_a_text_changed_after_it_was_bound_is_a_problem():
    value = shipped("us-ec-2025")
    clause(value, "art1.5")["text"]["en"] += " Or not."
    assert codes(value) == ["text_changed"]


def test_condition_4_services_and_clauses_refer_to_what_there_is():
    value = shipped("us-ec-2025")
    value["services"][0]["article"] = "art99"
    clause(value, "art1.5")["applies_to"]["services"].append("query.dna")
    value["services"][1]["awaits"] = "art98"
    assert codes(value) == ["service_without_article", "awaits", "unknown_service"]


def test_a_text_is_compiled_when_it_is_first_asked_and_one_that_does_not_compile_denies(good):
    value = shipped("us-ec-2025")
    lazy = LoadedAgreement(*read_agreement(raw(value)))
    book = PolicyBook([lazy])
    assert book.state("us-ec-2025").status == "in_force"
    assert "compiled" not in vars(lazy)
    assert book.decide(good).allow
    assert "compiled" in vars(lazy)
    value["services"][0]["article"] = "art99"
    denied = PolicyBook([LoadedAgreement(*read_agreement(raw(value)))]).decide(good)
    assert (denied.allow, denied.violated, denied.policy_hash) == (False, ("cordillera/engine",), "")
    assert denied.errors == ("agreements.condition.16",)
    with pytest.raises(AgreementRejected):
        load_agreement(raw(value))


def test_condition_5_parties_are_two_and_directions_run_between_them():
    value = shipped("us-ec-2025")
    value["services"][0]["directions"] = [{"from": "EC", "to": "PE"}]
    assert codes(value) == ["direction"]
    value["parties"][1]["code"] = "EC"
    assert "party_twice" in codes(value)


def test_condition_6_services_serve_purposes_of_the_agreement():
    value = shipped("us-ec-2025")
    value["services"][0]["purposes"].append("tax_collection")
    assert codes(value) == ["purpose"]


def test_condition_7_every_action_has_its_closed_list_of_fields():
    value = shipped("us-ec-2025")
    value["services"][0]["actions"].append("send_notice")
    value["services"][5]["data_categories"][0]["actions"].append("send_query")
    assert codes(value) == ["no_fields", "stray_fields"]


def test_condition_8_a_protected_trait_can_never_be_listed_as_a_ground():
    value = shipped("us-ec-2025")
    value["grounds"] += ["religion", "nationality"]
    value["exclusions"]["offences"].append("terrorism")
    assert codes(value) == ["ground", "ground", "offence_excluded"]
    value["offence_list"] = []
    assert "no_offences" in codes(value)


def test_condition_9_validity_does_not_end_before_it_begins():
    value = shipped("us-ec-2025")
    value["valid"]["to"] = "2020-01-01"
    value["supersedes"] = "us-ec-2025"
    assert codes(value) == ["ends_before_it_begins", "supersedes_itself"]
