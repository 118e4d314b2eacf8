"""From findings to a decision, on a real database, with the leaf of each step."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
import sqlalchemy as sa

from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review import errors
from cordillera.trust.review.model import AlertStatus, Order, Outcome, QueueFilter, ReviewPolicy, Ruling
from cordillera.trust.review.service import ReviewService

NODE = Scope("EC-PN", "border.ingest")
REASON = "Otra persona: fecha y documento distintos"
NOT_SAME = Ruling(Outcome.NOT_SAME_PERSON, REASON)


@pytest.fixture
def raised(store, review, alert):
    with store.transaction(NODE) as tx:
        return review.raise_alert(tx, alert()).alert_id


def test_findings_about_one_subject_make_one_alert(store, review, alert, match, ana):
    with store.transaction(NODE) as tx:
        first = review.raise_alert(tx, alert())
        second = review.raise_alert(tx, alert(findings=(match("QDi.002", 0.95),)))
    assert (first.new, second.new) == (True, False)
    assert first.alert_id == second.alert_id
    with store.transaction(ana.scope) as tx:
        whole = review.get(tx, ana, first.alert_id)
    assert [f.listed.entry_id for f in whole.findings] == ["QDi.001", "QDi.002"]
    assert whole.row.score == pytest.approx(0.95)
    assert sum(term.share for term in whole.terms) == pytest.approx(whole.row.score)


def test_the_same_finding_again_changes_nothing(store, review, alert):
    with store.transaction(NODE) as tx:
        alert_id = review.raise_alert(tx, alert()).alert_id
        before = review.line(tx, alert_id)
        review.raise_alert(tx, alert())
        assert review.line(tx, alert_id) == before


def test_the_queue_ranks_strong_before_likely_and_the_nearest_landing_first(
    store, review, alert, match, clock, ana
):
    import msgspec

    with store.transaction(NODE) as tx:
        for ref, score, hours in (("late", 0.97, 9), ("weak", 0.6, 1), ("soon", 0.96, 1)):
            new = alert(ref, (match(score=score),))
            due = clock.now() + timedelta(hours=hours)
            review.raise_alert(
                tx,
                msgspec.structs.replace(
                    new, subject=msgspec.structs.replace(new.subject, due_at=due, label=ref)
                ),
            )
    with store.transaction(ana.scope) as tx:
        ranked = review.queue(tx, QueueFilter(desk="travellers"))
        by_score = review.queue(tx, QueueFilter(order=Order.SCORE))
    assert [row.label for row in ranked.rows] == ["soon", "late", "weak"]
    assert [row.label for row in by_score.rows] == ["late", "soon", "weak"]
    assert ranked.total == 3


def test_a_decision_leaves_the_queue_and_a_leaf_with_no_name_in_it(store, review, ledger, raised, ana):
    with store.transaction(ana.scope) as tx:
        decision = review.decide(tx, ana, raised, NOT_SAME)
    assert (decision.officer_name, decision.reason) == ("Ana Torres", REASON)
    with store.transaction(ana.scope) as tx:
        assert review.queue(tx, QueueFilter()).total == 0
        kinds = sorted(row.kind for row in ledger.events(tx, subject_ref=str(raised)))
        assert kinds == [LeafKind.ALERT_RAISED.value, LeafKind.DECISION.value]
        assert review.line(tx, raised).status is AlertStatus.DECIDED


def test_a_refused_decision_leaves_nothing_behind(store, review, ledger, raised, ana):
    with pytest.raises(errors.ReasonTooShort), store.transaction(ana.scope) as tx:
        review.decide(tx, ana, raised, Ruling(Outcome.CONFIRMED, "si"))
    with store.transaction(ana.scope) as tx:
        assert review.line(tx, raised).status is AlertStatus.OPEN
        assert [row.kind for row in ledger.events(tx, subject_ref=str(raised))] == [
            LeafKind.ALERT_RAISED.value
        ]


def test_looking_at_an_alert_is_written_down(store, review, ledger, raised, ana):
    with store.transaction(ana.scope) as tx:
        review.get(tx, ana, raised)
        kinds = {row.kind for row in ledger.events(tx, subject_ref=str(raised))}
    assert LeafKind.CONSULTATION.value in kinds


def test_another_agency_sees_no_alert_and_cannot_open_one(store, review, raised, stranger):
    with store.transaction(stranger.scope) as tx:
        assert review.queue(tx, QueueFilter()).total == 0
    with pytest.raises(errors.AlertNotFound), store.transaction(stranger.scope) as tx:
        review.get(tx, stranger, raised)
    with pytest.raises(errors.AlertNotFound), store.transaction(stranger.scope) as tx:
        review.decide(tx, stranger, raised, NOT_SAME)


@pytest.mark.usefixtures("raised")
def test_without_a_declared_purpose_no_alert_exists(store, review):
    with store.transaction(Scope("EC-PN", "", "of-1")) as tx:
        assert review.queue(tx, QueueFilter()).total == 0


def test_a_pair_found_not_to_be_the_same_person_does_not_ask_again(store, review, raised, alert, ana):
    with store.transaction(ana.scope) as tx:
        review.decide(tx, ana, raised, NOT_SAME)
    with store.transaction(NODE) as tx:
        again = review.raise_alert(tx, alert("t-on-the-next-flight"))
    assert (again.alert_id, again.cleared) == (None, 1)


def test_another_entry_or_a_changed_entry_asks_again(store, review, raised, alert, match, ana):
    with store.transaction(ana.scope) as tx:
        review.decide(tx, ana, raised, NOT_SAME)
    with store.transaction(NODE) as tx:
        other = review.raise_alert(tx, alert("t-2", (match("QDi.777"),)))
        changed = review.raise_alert(tx, alert("t-3", (match(birth="1980-09-09"),)))
    assert other.alert_id is not None
    assert changed.alert_id is not None


def test_without_a_document_nothing_is_remembered(store, review, alert, ana):
    with store.transaction(NODE) as tx:
        alert_id = review.raise_alert(tx, alert(identity="")).alert_id
    with store.transaction(ana.scope) as tx:
        review.decide(tx, ana, alert_id, NOT_SAME)
    with store.transaction(NODE) as tx:
        assert review.raise_alert(tx, alert("t-2", identity="")).alert_id is not None


def test_undo_brings_the_alert_back_and_forgets_what_it_cleared(store, review, raised, alert, ana, clock):
    with store.transaction(ana.scope) as tx:
        review.decide(tx, ana, raised, NOT_SAME)
    clock.advance(timedelta(minutes=5))
    with store.transaction(ana.scope) as tx:
        line = review.undo(tx, ana, raised)
    assert (line.status, line.assigned_name, line.outcome) == (AlertStatus.ASSIGNED, "Ana Torres", None)
    with store.transaction(NODE) as tx:
        assert review.raise_alert(tx, alert("t-2")).alert_id is not None
    with pytest.raises(errors.NothingToUndo), store.transaction(ana.scope) as tx:
        review.undo(tx, ana, raised)


def test_a_new_finding_reopens_a_decided_alert(store, review, raised, alert, match, ana):
    with store.transaction(ana.scope) as tx:
        review.decide(tx, ana, raised, NOT_SAME)
    with store.transaction(NODE) as tx:
        assert not review.line(tx, raised).reopened
        review.raise_alert(tx, alert(findings=(match("QDi.002"),)))
        line = review.line(tx, raised)
    assert (line.status, line.outcome, line.reopened) == (AlertStatus.OPEN, None, True)
    with store.transaction(ana.scope) as tx:
        assert review.queue(tx, QueueFilter()).rows[0].reopened
        review.assign(tx, ana, raised)
        assert review.line(tx, raised).reopened
        review.decide(tx, ana, raised, msgspec.structs.replace(NOT_SAME, version=line.version + 1))
        assert not review.line(tx, raised).reopened


def test_an_alert_nobody_decided_is_not_reopened_by_a_finding_nor_by_taking_a_decision_back(
    store, review, raised, alert, match, ana
):
    more = Ruling(Outcome.NEEDS_MORE, "Falta la copia del documento")
    with store.transaction(ana.scope) as tx:
        review.decide(tx, ana, raised, more)
    with store.transaction(NODE) as tx:
        review.raise_alert(tx, alert(findings=(match("QDi.002"),)))
        line = review.line(tx, raised)
    assert (line.status, line.reopened) == (AlertStatus.OPEN, False)
    with store.transaction(ana.scope) as tx:
        review.decide(tx, ana, raised, NOT_SAME)
        assert not review.undo(tx, ana, raised).reopened


def test_where_two_officers_must_confirm_the_second_is_another(
    store, ledger, sealer, clock, alert, ana, luis
):
    review = ReviewService(ledger, sealer, clock, ReviewPolicy(two_officers=True))
    confirm = Ruling(Outcome.CONFIRMED, "Mismo documento y misma fecha")
    with store.transaction(NODE) as tx:
        alert_id = review.raise_alert(tx, alert()).alert_id
    with store.transaction(ana.scope) as tx:
        review.decide(tx, ana, alert_id, confirm)
        assert review.line(tx, alert_id).status is AlertStatus.COUNTERSIGN
    with pytest.raises(errors.SecondOfficerNeeded), store.transaction(ana.scope) as tx:
        review.decide(tx, ana, alert_id, confirm)
    with store.transaction(luis.scope) as tx:
        review.decide(tx, luis, alert_id, confirm)
        assert review.line(tx, alert_id).outcome is Outcome.CONFIRMED


def test_taking_an_alert_shows_who_has_it(store, review, raised, ana):
    with store.transaction(ana.scope) as tx:
        line = review.assign(tx, ana, raised)
        mine = review.queue(tx, QueueFilter(assigned_to=ana.officer_id))
    assert (line.status, line.assigned_name) == (AlertStatus.ASSIGNED, "Ana Torres")
    assert [row.id for row in mine.rows] == [raised]


def test_an_alert_nobody_has_is_not_found(store, review, ana):
    with pytest.raises(errors.AlertNotFound), store.transaction(ana.scope) as tx:
        review.get(tx, ana, uuid4())


def test_the_database_itself_refuses_a_decided_alert_without_a_decision(store, raised):
    with pytest.raises(sa.exc.IntegrityError), store.transaction(NODE) as tx:
        tx.execute(
            sa.text("UPDATE review_alert SET status = 'decided', outcome = 'confirmed' WHERE id = :id"),
            {"id": raised},
        )


def test_names_and_reasons_are_not_readable_in_the_tables(store, review, raised, ana):
    with store.transaction(ana.scope) as tx:
        review.decide(tx, ana, raised, NOT_SAME)
        for table in ("review_alert", "review_finding", "review_decision"):
            dump = tx.execute(sa.text(f"SELECT string_agg(t::text, ' ') FROM {table} t")).scalar_one()
            assert "PEREZ" not in dump
            assert b"PEREZ".hex() not in dump
            assert REASON not in dump
