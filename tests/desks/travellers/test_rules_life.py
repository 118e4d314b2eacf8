"""From a pre-test on history to activation by another officer, review and suspension."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from tests.desks.travellers.conftest import Person
from tests.desks.travellers.rules_world import LAWFUL, LIMITS, WHY, activated, put_in_force

from cordillera.desks.travellers.rules_errors import (
    AnotherOfficerNeeded,
    NotWhatWasSeen,
    PretestMissing,
    ReviewDateWrong,
    RuleStateForbids,
    TooManyExpected,
)
from cordillera.desks.travellers.rules_model import Act, Limits, RuleState, Seen
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.engines.rules.errors import UnlawfulRule


@pytest.fixture
def rules(ledger, sealer, clock, review) -> RuleService:
    return RuleService(ledger, sealer, clock, review)


@pytest.fixture
def berta() -> Person:
    return Person("of-2", "Berta Vera")


@pytest.fixture(autouse=True)
def seen(travellers, store, scope, origin, paxlst):
    """Three travellers of a flight from Bogota."""
    with store.transaction(scope) as tx:
        travellers.ingest(tx, paxlst("PEREZ:ANA", "SOTO:LUIS", "VERA:EVA"), origin)
    return travellers, origin, scope


@pytest.fixture
def saved(rules, store, ana):
    with store.transaction(ana.scope) as tx:
        return rules.save_draft(tx, ana, LAWFUL, LIMITS)


def test_two_numbers_of_one_document_cannot_be_activated(rules, store, ana):
    """GTAS issue 1004: rules that could never fire were generated and activated."""
    text = LAWFUL.replace('(type = "P")', '(number = "A1" and number = "B2")')
    with store.transaction(ana.scope) as tx:
        saved = rules.save_draft(tx, ana, text, LIMITS)
    with pytest.raises(UnlawfulRule):
        rules.pretest(store, ana, saved.id)


def test_pretest_counts_hits_workload_and_examples(rules, store, ana, saved):
    pretest = rules.pretest(store, ana, saved.id)
    assert (pretest.travellers, pretest.hits, pretest.unknown, pretest.per_day) == (3, 3, 0, 3.0)
    assert pretest.share == 1.0
    assert len(pretest.examples) == 3
    assert {(one.by, one.group) for one in pretest.groups} == {("age", "other"), ("nationality", "other")}
    with store.transaction(ana.scope) as tx:
        detail = rules.get(tx, ana, saved.id)
    assert detail.version.state is RuleState.TESTED
    assert detail.pretests == (pretest,)


def test_pretest_counts_a_traveller_once_however_often_announced(rules, store, ana, saved, paxlst, seen):
    travellers, origin, scope = seen
    with store.transaction(scope) as tx:
        travellers.ingest(tx, paxlst("PEREZ:ANA", "SOTO:LUIS", "VERA:EVA", reference="2"), origin)
    assert rules.pretest(store, ana, saved.id).travellers == 3


def test_pretest_tells_of_whom_the_rule_cannot_tell(rules, store, ana):
    """GTAS issue 740: a rule on payments says nothing of a passenger list; that is shown, not hidden."""
    text = LAWFUL.replace('any document (type = "P")', 'any payment (method = "CASH")')
    with store.transaction(ana.scope) as tx:
        saved = rules.save_draft(tx, ana, text, LIMITS)
    pretest = rules.pretest(store, ana, saved.id)
    assert (pretest.hits, pretest.unknown) == (0, 3)


def test_pretest_sees_its_own_agency_only(rules, store, stranger):
    with store.transaction(stranger.scope) as tx:
        saved = rules.save_draft(tx, stranger, LAWFUL, LIMITS)
    assert rules.pretest(store, stranger, saved.id).travellers == 0


def test_stale_pretest_is_no_ground(rules, store, ana, saved, clock):
    rules.pretest(store, ana, saved.id)
    clock.advance(timedelta(days=14))
    with store.transaction(ana.scope) as tx, pytest.raises(PretestMissing):
        rules.propose(tx, ana, saved.id, WHY)


def test_rule_that_expects_more_than_its_ceiling_is_not_proposed(rules, store, ana):
    with store.transaction(ana.scope) as tx:
        saved = rules.save_draft(tx, ana, LAWFUL, Limits(LIMITS.review_on, hits_per_day=2))
    rules.pretest(store, ana, saved.id)
    with store.transaction(ana.scope) as tx, pytest.raises(TooManyExpected):
        rules.propose(tx, ana, saved.id, WHY)


def test_another_officer_activates_what_they_saw(rules, store, ana, berta, saved):
    pretest = rules.pretest(store, ana, saved.id)
    with store.transaction(ana.scope) as tx:
        rules.propose(tx, ana, saved.id, WHY)
        for wrong in (Seen("0" * 64, pretest.id), Seen(saved.digest, saved.id)):
            with pytest.raises(NotWhatWasSeen):
                rules.activate(tx, berta, saved.id, wrong, WHY)
        active = rules.activate(tx, berta, saved.id, Seen(saved.digest, pretest.id), WHY)
        steps = rules.get(tx, berta, saved.id).steps
    assert active.state is RuleState.ACTIVE
    assert [step.act.value for step in steps] == ["activated", "proposed", "pretested", "saved"]
    assert steps[0].reason == WHY


def test_newer_version_takes_the_place_of_the_active_one(rules, store, ana):
    first, second = activated(rules, store), activated(rules, store)
    with store.transaction(ana.scope) as tx:
        lines = {line.version.id: line.version.state for line in rules.lines(tx, name="from-bogota")}
    assert lines == {first.id: RuleState.RETIRED, second.id: RuleState.ACTIVE}


def test_two_versions_activated_at_once_follow_each_other_and_one_is_in_force(rules, store, ana, berta):
    def proposed():
        with store.transaction(ana.scope) as tx:
            draft = rules.save_draft(tx, ana, LAWFUL, LIMITS)
        pretest = rules.pretest(store, ana, draft.id)
        with store.transaction(ana.scope) as tx:
            return rules.propose(tx, ana, draft.id, WHY), pretest

    def activate(version, pretest):
        with store.transaction(berta.scope) as tx:
            met.wait(10)
            return rules.activate(tx, berta, version.id, Seen(version.digest, pretest.id), WHY).state

    asked, met = [proposed(), proposed()], Barrier(2)
    with ThreadPoolExecutor(2) as both:
        assert [*both.map(activate, *zip(*asked, strict=True))] == [RuleState.ACTIVE] * 2
    with store.transaction(ana.scope) as tx:
        states = [line.version.state for line in rules.lines(tx, name="from-bogota")]
    assert sorted(states) == [RuleState.ACTIVE, RuleState.RETIRED]


def test_rejected_proposal_ends_and_its_author_saves_another(rules, store, ana, berta, saved):
    rules.pretest(store, ana, saved.id)
    with store.transaction(ana.scope) as tx:
        rules.propose(tx, ana, saved.id, WHY)
        assert rules.reject(tx, berta, saved.id, "too many would be asked").state is RuleState.RETIRED
        assert rules.save_draft(tx, ana, LAWFUL, LIMITS).version == 2


def test_suspended_rule_comes_back_by_pretest_and_second_officer(rules, store, ana, berta):
    active = activated(rules, store)
    with store.transaction(ana.scope) as tx:
        assert rules.suspend(tx, ana, active.id, "raises too many").state is RuleState.SUSPENDED
        with pytest.raises(RuleStateForbids):
            rules.review(tx, berta, active.id, date(2027, 8, 1), WHY)
    assert put_in_force(rules, store, active.id, ana, berta).state is RuleState.ACTIVE


def test_review_keeps_a_rule_in_force_by_another_officer_for_a_year_at_most(rules, store, ana, berta):
    active = activated(rules, store)
    with store.transaction(ana.scope) as tx:
        with pytest.raises(AnotherOfficerNeeded):
            rules.review(tx, ana, active.id, date(2027, 8, 1), WHY)
        with pytest.raises(ReviewDateWrong):
            rules.review(tx, berta, active.id, date(2027, 12, 1), WHY)
        renewed = rules.review(tx, berta, active.id, date(2027, 8, 1), WHY)
    assert renewed.limits.review_on == date(2027, 8, 1)
    assert renewed.state is RuleState.ACTIVE


def test_overdue_rule_is_suspended_by_the_machine(rules, store, ana, clock):
    active = activated(rules, store)
    assert rules.watch(store) == ()
    clock.advance(timedelta(days=161))
    assert rules.watch(store) == ((active.id, Act.OVERDUE),)
    with store.transaction(ana.scope) as tx:
        detail = rules.get(tx, ana, active.id)
    assert (detail.version.state, detail.version.why) == (RuleState.SUSPENDED, "rules.act.overdue")
    assert (detail.steps[0].act, detail.steps[0].officer_id) == (Act.OVERDUE, "node")
    assert rules.watch(store) == ()


def test_every_step_is_a_leaf(rules, store, ana, ledger):
    active = activated(rules, store)
    with store.transaction(ana.scope) as tx:
        rows = ledger.events(tx, subject_ref=f"rule:{active.id}")
    assert [row.kind for row in rows].count("rule.changed") == 4
