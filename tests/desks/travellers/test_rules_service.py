"""The life of a rule: drafts, law, pre-test, four eyes, review."""

from datetime import date

import pytest
from tests.desks.travellers.rules_world import LAWFUL, LIMITS, WHY

from cordillera.desks.travellers.rules_errors import (
    OneRuleExpected,
    PretestDaysWrong,
    PretestEmpty,
    ReviewDateWrong,
    RuleLimitsWrong,
    RuleNotFound,
    RuleReasonTooShort,
    RuleStateForbids,
)
from cordillera.desks.travellers.rules_model import Limits, RuleState
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.engines.rules import rule_to_json
from cordillera.engines.rules.errors import RuleSyntax, UnlawfulRule


@pytest.fixture
def rules(ledger, sealer, clock, review) -> RuleService:
    return RuleService(ledger, sealer, clock, review)


@pytest.fixture
def saved(rules, store, ana):
    with store.transaction(ana.scope) as tx:
        return rules.save_draft(tx, ana, LAWFUL, LIMITS)


def test_draft_is_saved_as_text_and_as_json_and_opens_with_both_texts(rules, store, ana, saved):
    with store.transaction(ana.scope) as tx:
        again = rules.save_draft(tx, ana, rule_to_json(saved.rule), LIMITS)
        detail = rules.get(tx, ana, again.id)
    assert (saved.version, again.version) == (1, 2)
    assert again.digest == saved.digest
    assert "regla from-bogota" in detail.spanish
    assert "rule from-bogota" in detail.english
    assert [(line.version.version, line.version.state.value) for line in detail.versions] == [
        (2, "draft"),
        (1, "retired"),
    ]


def test_draft_that_is_no_rule_is_refused_with_its_place(rules, store, ana):
    with store.transaction(ana.scope) as tx:
        with pytest.raises(RuleSyntax):
            rules.save_draft(tx, ana, "rule when", LIMITS)
        with pytest.raises(OneRuleExpected):
            rules.save_draft(tx, ana, LAWFUL + "\n" + LAWFUL.replace("from-bogota", "other"), LIMITS)


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2020, 1, 1), date(2028, 1, 1)])
def test_review_is_ahead_and_within_twelve_months(rules, store, ana, day):
    with store.transaction(ana.scope) as tx, pytest.raises(ReviewDateWrong):
        rules.save_draft(tx, ana, LAWFUL, Limits(day))


@pytest.mark.parametrize(
    "limits",
    [
        Limits(date(2027, 5, 1), precision_floor=0.0),
        Limits(date(2027, 5, 1), precision_floor=float("nan")),
        Limits(date(2027, 5, 1), min_decided=0),
        Limits(date(2027, 5, 1), hits_per_day=0),
        Limits(date(2027, 5, 1), hits_per_day=5, min_decided=451),
    ],
)
def test_limits_that_limit_nothing_are_refused(rules, store, ana, limits):
    with store.transaction(ana.scope) as tx, pytest.raises(RuleLimitsWrong):
        rules.save_draft(tx, ana, LAWFUL, limits)


def test_rule_without_pretest_is_not_proposed(rules, store, ana, saved):
    with store.transaction(ana.scope) as tx, pytest.raises(RuleStateForbids):
        rules.propose(tx, ana, saved.id, "ready to be used")


def test_retired_rule_goes_nowhere(rules, store, ana, saved):
    with store.transaction(ana.scope) as tx:
        with pytest.raises(RuleReasonTooShort):
            rules.retire(tx, ana, saved.id, " .. ")
        assert rules.retire(tx, ana, saved.id, "not needed any more").state is RuleState.RETIRED
        with pytest.raises(RuleStateForbids):
            rules.retire(tx, ana, saved.id, "not needed any more")


def test_rule_of_another_agency_is_not_there(rules, store, stranger, saved):
    with store.transaction(stranger.scope) as tx:
        assert rules.lines(tx) == ()
        with pytest.raises(RuleNotFound):
            rules.get(tx, stranger, saved.id)
        with pytest.raises(RuleNotFound):
            rules.retire(tx, stranger, saved.id, "not ours, but no matter")


def test_unlawful_draft_is_kept_for_work_but_not_tested(rules, store, ana):
    text = LAWFUL.replace('flight.origin = "BOG"', 'traveller.meal = "KSML"')
    with store.transaction(ana.scope) as tx:
        saved = rules.save_draft(tx, ana, text, LIMITS)
        detail = rules.get(tx, ana, saved.id)
    assert [refusal.number for refusal in detail.refusals] == [2]
    with pytest.raises(UnlawfulRule):
        rules.pretest(store, ana, saved.id)


def test_pretest_of_no_history_is_no_ground(rules, store, ana, saved):
    rules.pretest(store, ana, saved.id)
    with store.transaction(ana.scope) as tx, pytest.raises(PretestEmpty):
        rules.propose(tx, ana, saved.id, WHY)


@pytest.mark.parametrize("days", [0, -1, 181])
def test_pretest_covers_days_in_which_history_names_people(rules, store, ana, saved, days):
    with pytest.raises(PretestDaysWrong):
        rules.pretest(store, ana, saved.id, days)
