"""Law smells: each look finds what it is for, and leaves a sound text alone."""

import json
from typing import Any

import pytest
from tests.trust.agreements.signing import text

from cordillera.trust.agreements.lint import Smell, names_a_trait, smells_of
from cordillera.trust.agreements.loading import load_shipped, read_agreement
from cordillera.trust.agreements.model import Text, text_digest


def smells(value: dict[str, Any]) -> set[tuple[str, str]]:
    agreement, _ = read_agreement(json.dumps(value).encode())
    return {(smell.code, smell.place) for smell in smells_of(agreement)}


@pytest.fixture
def value() -> dict[str, Any]:
    return json.loads(text())


def test_every_shipped_agreement_smells_of_nothing_but_what_is_said_of_it():
    for loaded in load_shipped():
        found = smells_of(loaded.agreement)
        assert all(isinstance(smell, Smell) for smell in found)
        assumed = {smell.place for smell in found if smell.code == "assumed_term"}
        assert assumed == {clause.article for clause in loaded.agreement.clauses if clause.assumed}


def test_look_1_a_safeguard_that_no_clause_claims(value):
    for clause in value["clauses"]:
        clause["rules"] = [rule for rule in clause.get("rules", []) if rule["rule"] != "individual_case"]
        clause.setdefault("human_duty", {"es": "deber", "en": "duty"})
    assert ("house_rule", "cordillera/individual_case") in smells(value)


def test_look_2_what_can_never_be_used(value):
    value["purposes"].append("tax_collection")
    value["services"][0]["actions"] = ["answer_query"]
    value["services"][0]["data_categories"] = [
        part | {"actions": ["answer_query"]} for part in value["services"][0]["data_categories"][1:2]
    ]
    value["services"][1]["preconditions"]["officer_roles"] = ["astrologer"]
    value["offence_list"][0]["min_max_penalty_months"] = 6
    found = smells(value)
    assert ("purpose_unserved", "tax_collection") in found
    assert ("service_never_opened", "query.person") in found
    assert ("service_without_role", "query.fingerprint") in found
    assert any(code == "offence_below_threshold" for code, _ in found)


def test_look_3_fields_that_name_a_protected_trait(value):
    value["services"][0]["data_categories"][0]["fields_allowed"].append("ethnic_origin")
    assert ("protected_field", "query.person: ethnic_origin") in smells(value)
    assert names_a_trait("religion")
    assert not names_a_trait("open_trace")


def test_look_4_limits_that_limit_nothing(value):
    value["services"][0]["quota"] = {"per_day": 100_000, "per_officer": 100_000}
    value["services"][0]["max_candidates"] = 0
    codes = {code for code, place in smells(value) if place.startswith("query.person")}
    assert {"quota_wide", "quota_of_one_officer", "candidates_unlimited"} <= codes


def test_look_5_what_is_given_out_without_a_term(value):
    value["retention"] = [rule for rule in value["retention"] if rule["category"] != "notice"]
    assert ("retention_by_people", "notice") in smells(value)
    for clause in value["clauses"]:
        clause["serves"] = [duty for duty in clause.get("serves", []) if duty != "retention"]
    assert ("retention_missing", "notice") in smells(value)


def test_look_6_what_is_missing(value):
    same = value["clauses"][0]["text"]["en"]
    value["clauses"][0]["text"]["es"] = same
    value["clauses"][0]["sha256"] = text_digest(Text(es=same, en=same))
    value["parties"][0]["contact_points"] = []
    value["parties"][1]["supervisor"] = "-"
    value["valid"] = {"from": "2025-07-31", "survival": False}
    codes = {code for code, _ in smells(value)}
    assert {"one_language", "no_contact", "no_supervisor", "no_end", "no_survival"} <= codes
