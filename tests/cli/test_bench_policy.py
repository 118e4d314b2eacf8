"""The figures of policy: fast enough, denials that cite, and a proof that would fail if something slipped."""

import json

import pytest

from cordillera.cli import bench_policy
from cordillera.cli.bench import app
from cordillera.trust.agreements import compile as compiler
from cordillera.trust.agreements.loading import SHIPPED, LoadedAgreement, load_shipped
from cordillera.trust.agreements.rules import kind_of

TRIED = 1500


def test_speed_prints_exactly_its_three_figures(capsysbinary, monkeypatch):
    monkeypatch.setattr(bench_policy.measure, "__kwdefaults__", {"decisions": 600, "show": False})
    app(["policy", "--agreements", "6", "--json"], exit_on_error=False, result_action="return_value")
    figures = json.loads(capsysbinary.readouterr().out)
    assert list(figures) == ["decisions_per_second", "denials", "denials_citing_articles"]
    assert figures["decisions_per_second"] > 1000
    assert 200 < figures["denials"] < 400
    assert figures["denials_citing_articles"] == figures["denials"]


def test_mutation_prints_exactly_its_two_figures(capsysbinary):
    command = ["policy", "--mutate", "400", "--seed", "9", "--json"]
    app(command, exit_on_error=False, result_action="return_value")
    assert json.loads(capsysbinary.readouterr().out) == {"requests": 400, "false_allows": 0}


def test_agreements_for_the_measure_are_all_different_and_of_every_kind():
    files = [file for file, _ in zip(bench_policy.renamed(), range(20), strict=False)]
    loaded = [json.loads(file) for file in files]
    assert len({value["id"] for value in loaded}) == len({value["code"] for value in loaded}) == 20
    assert {value["id"].rpartition("-")[0] for value in loaded} == set(SHIPPED)
    pairs = [frozenset(party["code"] for party in value["parties"]) for value in loaded]
    assert all(len(pair) == 2 for pair in pairs)


def test_nothing_slips_through_the_shipped_agreements():
    assert bench_policy.false_allows(load_shipped(), TRIED, seed=3) == 0


BROKEN = (
    "purpose_listed", "fields_listed", "quota", "grounds", "individual_case", "officer_role", "four_eyes",
    "subject_category", "onward_consent", "in_force", "parties", "offence_listed", "environment",
)  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_a_rule_lost_by_the_compiler_is_found_out(kind, monkeypatch):
    """The deliberate mistake: neither judge knows the rule any more, the reference still does."""
    whole = compiler.conditions

    def careless(agreement, rule):
        found = whole(agreement, rule)
        return tuple((part, "true") for part, _ in found) if kind_of(rule) == kind else found

    monkeypatch.setattr(compiler, "conditions", careless)
    name = "us-nl-2010" if kind in {"environment", "offence_listed"} else "us-ec-2025"
    careless_ones = [
        LoadedAgreement(loaded.agreement, loaded.agreement_hash)
        for loaded in load_shipped()
        if loaded.agreement.id == name
    ]
    assert bench_policy.false_allows(careless_ones, 2 * TRIED, seed=3) > 0


def test_an_assumption_lost_by_the_compiler_is_found_out(monkeypatch):
    whole = compiler._forbid

    def careless(article, kind, number, condition):
        part, body = condition
        return whole(article, kind, number, (part, "true" if kind == compiler.ASSUMED else body))

    monkeypatch.setattr(compiler, "_forbid", careless)
    (loaded,) = (loaded for loaded in load_shipped() if loaded.agreement.id == "us-ec-2025")
    again = LoadedAgreement(loaded.agreement, loaded.agreement_hash)
    assert bench_policy.false_allows([again], 4 * TRIED, seed=3) > 0
