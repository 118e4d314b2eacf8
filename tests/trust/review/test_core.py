"""The pure rules of the queue, and the property that nothing is concluded without a person and a reason."""

from datetime import UTC, datetime, timedelta
from math import fsum

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.foundation.explain import Evidence, Term
from cordillera.trust.review import core, errors
from cordillera.trust.review.model import AlertStatus, Decision, Finding, Outcome, ReviewPolicy, Ruling
from cordillera.trust.safeguards.errors import ProtectedTrait


class Someone(msgspec.Struct, frozen=True):
    officer_id: str
    name: str
    agency: str = "EC-PN"
    purpose: str = "border.screening"


ANA = Someone("of-1", "Ana Torres")
LUIS = Someone("of-2", "Luis Mena")
REASON = "Otro documento y otra fecha"
TWO = ReviewPolicy(two_officers=True)


def finding(kind: str, *contributions: float) -> Finding:
    terms = tuple(Term(f"names.term_{index}", part) for index, part in enumerate(contributions))
    return Finding(kind, fsum(contributions), terms)


findings = st.lists(
    st.builds(
        lambda kind, parts: finding(kind, *[part / (10 * len(parts)) for part in parts]),
        st.sampled_from(["finding.list_match", "finding.rule", "finding.seal"]),
        st.lists(st.integers(0, 10), min_size=1, max_size=5),
    ),
    max_size=6,
)


@pytest.mark.parametrize("name", ["names.nationality_equal", "rule.religion", "rule.sexo", "a.ethnicGroup"])
def test_1_no_finding_scores_by_a_protected_trait_whatever_desk_it_comes_from(name):
    with pytest.raises(ProtectedTrait):
        core.check_finding(Finding("finding.rule", 0.5, (Term(name, 0.5),)))
    core.check_finding(Finding("finding.rule", 0.5, (Term("names.word_equal", 0.5), Term(name, 0.0))))


def test_1_no_finding_scores_by_evidence_from_a_protected_field():
    shown = (Evidence("subject.nationality", 0, 3, "COL"),)
    with pytest.raises(ProtectedTrait):
        core.check_finding(Finding("finding.rule", 0.5, (Term("rule.route", 0.5, "", shown),)))


def test_2_a_score_that_its_terms_do_not_make_up_is_refused():
    with pytest.raises(errors.ScoreUnexplained):
        core.check_finding(Finding("finding.rule", 0.6, (Term("rule.route", 0.5),)))


@given(findings)
def test_the_shares_of_all_terms_sum_to_the_score_of_the_alert(found):
    combined = core.combine(found)
    assert combined.score == pytest.approx(fsum(term.share for term in combined.terms), abs=1e-9)
    assert 0 <= combined.score <= 1


@given(findings)
def test_another_finding_never_lowers_the_score(found):
    assert (
        core.combine([*found, finding("finding.list_match", 0.4)]).score >= core.combine(found).score - 1e-9
    )


def test_two_lists_naming_one_person_do_not_count_twice():
    twice = core.combine([finding("finding.list_match", 0.8), finding("finding.list_match", 0.9)])
    assert twice.score == pytest.approx(0.9)


def test_findings_of_two_kinds_add_up():
    both = core.combine([finding("finding.list_match", 0.8), finding("finding.rule", 0.5)])
    assert both.score == pytest.approx(0.9)


@pytest.mark.parametrize("score", [0.5, -0.1, 1.2, float("nan")])
def test_a_finding_whose_terms_do_not_sum_to_its_score_is_refused(score):
    wrong = Finding("finding.rule", score, (Term("names.equal", 0.7),))
    with pytest.raises(errors.ScoreUnexplained):
        core.check_finding(wrong)


def test_1_the_node_never_decides():
    with pytest.raises(errors.NoNamedOfficer):
        rule(Someone("node", "Node"), Outcome.CONFIRMED)


def test_2_a_decided_alert_is_not_decided_again():
    with pytest.raises(errors.AlreadyDecided):
        rule(ANA, Outcome.CONFIRMED, status=AlertStatus.DECIDED)


def test_3_an_alert_that_changed_since_it_was_opened_is_not_decided():
    with pytest.raises(errors.AlertChanged):
        core.check_ruling(
            core.Standing(AlertStatus.OPEN, 3), ANA, Ruling(Outcome.CONFIRMED, REASON, 2), ReviewPolicy()
        )


@pytest.mark.parametrize("reason", ["", "   ", "no", "........................", "ok ok"])
def test_4_a_decision_without_a_reason_in_words_is_refused(reason):
    with pytest.raises(errors.ReasonTooShort):
        rule(ANA, Outcome.NOT_SAME_PERSON, reason=reason)


def test_5_the_officer_who_proposed_does_not_countersign():
    with pytest.raises(errors.SecondOfficerNeeded):
        rule(ANA, Outcome.CONFIRMED, status=AlertStatus.COUNTERSIGN, policy=TWO)


def test_where_two_must_confirm_the_first_only_proposes():
    assert rule(ANA, Outcome.CONFIRMED, policy=TWO) is AlertStatus.COUNTERSIGN
    assert rule(LUIS, Outcome.CONFIRMED, status=AlertStatus.COUNTERSIGN, policy=TWO) is AlertStatus.DECIDED


def test_asking_for_more_leaves_the_alert_waiting():
    assert rule(ANA, Outcome.NEEDS_MORE) is AlertStatus.WAITING


def rule(officer, outcome, *, status=AlertStatus.OPEN, reason=REASON, policy=ReviewPolicy()):  # noqa: B008
    return core.check_ruling(
        core.Standing(status, 1, ANA.officer_id), officer, Ruling(outcome, reason), policy
    )


def test_condition_6_lack_of_ground_closes_only_what_has_none():
    ruling = Ruling(Outcome.NO_GROUND, REASON)
    with pytest.raises(errors.GroundRemains):
        core.check_ruling(
            core.Standing(AlertStatus.OPEN, 1), Someone("of-1", "Somebody"), ruling, ReviewPolicy()
        )
    offered = core.Standing(AlertStatus.OPEN, 1, offered=True)
    assert (
        core.check_ruling(offered, Someone("of-1", "Somebody"), ruling, ReviewPolicy()) is AlertStatus.DECIDED
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "node", "of-1", "of-2"]),
            st.sampled_from(list(Outcome)),
            st.sampled_from(["", "x", REASON]),
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_no_path_leads_to_confirmed_without_a_named_officer_and_a_reason(steps, two):
    status, proposer, signed = AlertStatus.OPEN, "", []
    for officer_id, outcome, reason in steps:
        standing = core.Standing(status, 1, proposer)
        try:
            after = core.check_ruling(
                standing,
                Someone(officer_id, "Somebody"),
                Ruling(outcome, reason),
                ReviewPolicy(two_officers=two),
            )
        except (
            errors.NoNamedOfficer,
            errors.ReasonTooShort,
            errors.AlreadyDecided,
            errors.SecondOfficerNeeded,
            errors.GroundRemains,
        ):
            continue
        if after is AlertStatus.COUNTERSIGN:
            proposer = officer_id
        signed.append((officer_id, outcome, reason))
        status = after
    if status is AlertStatus.DECIDED:
        officer_id, outcome, reason = signed[-1]
        assert officer_id in {"of-1", "of-2"}
        assert reason == REASON
        assert not two or outcome is not Outcome.CONFIRMED or proposer not in {"", officer_id}


NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def decision(**changes) -> Decision:
    from uuid import uuid4

    plain = Decision(uuid4(), uuid4(), Outcome.CONFIRMED, REASON, ANA.officer_id, ANA.name, NOW)
    return msgspec.structs.replace(plain, **changes)


def test_an_officer_takes_back_their_own_recent_decision():
    assert (
        core.check_undo(decision(), ANA, NOW + timedelta(minutes=9), ReviewPolicy()).outcome
        is Outcome.CONFIRMED
    )


def test_another_officers_decision_or_an_old_one_stays():
    with pytest.raises(errors.UndoTooLate):
        core.check_undo(decision(), LUIS, NOW, ReviewPolicy())
    with pytest.raises(errors.UndoTooLate):
        core.check_undo(decision(), ANA, NOW + timedelta(minutes=11), ReviewPolicy())


def test_there_is_nothing_to_undo_without_a_standing_decision():
    for last in (None, decision(undone_at=NOW)):
        with pytest.raises(errors.NothingToUndo):
            core.check_undo(last, ANA, NOW, ReviewPolicy())


def test_the_top_reasons_join_terms_of_one_name_and_leave_limits_out():
    terms = (
        Term("names.word_equal", 0.4, "PEREZ"),
        Term("names.word_equal", 0.3, "ANA"),
        Term("names.birth_equal", 0.12, "1972"),
        Term("names.limit", -0.02),
    )
    reasons = core.top_reasons([Finding("finding.list_match", 0.8, terms)])
    assert [(term.name, term.detail) for term in reasons] == [
        ("names.word_equal", "PEREZ, ANA"),
        ("names.birth_equal", "1972"),
    ]


def test_each_kind_of_finding_gives_one_of_the_first_reasons_even_beside_a_certain_one():
    words = [Term(f"names.word_{at}", 0.25, f"WORD{at}") for at in range(4)]
    listed = Finding("finding.list_match", 1.0, tuple(words))
    rule = Finding("finding.rule_match", 0.6, (Term("rule.condition", 0.6, "paid in cash"),))
    weaker = Finding("finding.list_match", 0.5, (Term("names.other", 0.5, "OTHER"),))
    reasons = core.top_reasons([rule, weaker, listed])
    assert [(term.detail, term.contribution) for term in reasons] == [
        ("WORD0", 0.25), ("paid in cash", 0.0), ("WORD1", 0.25),
    ]  # fmt: skip


def bound(outcome, urgent=""):
    standing = core.Standing(AlertStatus.OPEN, 1, restrained=True)
    return core.check_ruling(standing, ANA, Ruling(outcome, REASON, urgent=urgent), ReviewPolicy())


def test_condition_7_what_must_not_be_acted_upon_is_confirmed_only_when_it_cannot_wait():
    with pytest.raises(errors.ConsentNeeded):
        bound(Outcome.CONFIRMED)
    with pytest.raises(errors.ReasonTooShort):
        bound(Outcome.CONFIRMED, "ya")
    assert bound(Outcome.CONFIRMED, "Lands in twenty minutes") is AlertStatus.DECIDED


@pytest.mark.parametrize("outcome", [Outcome.NOT_SAME_PERSON, Outcome.NEEDS_MORE])
def test_condition_7_nobody_is_held_because_a_consent_is_missing(outcome):
    assert bound(outcome)
