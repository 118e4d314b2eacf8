"""After six months an alert tells what lists say and what was decided, not whom it is about."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
import sqlalchemy as sa
from tests.desks.travellers.conftest import Person

from cordillera.desks.travellers.depersonalise import AFTER, Wish
from cordillera.desks.travellers.export import queue_csv
from cordillera.desks.travellers.inventory_store import forget_traveller
from cordillera.trust.review.model import AlertStatus, Outcome, QueueFilter, Ruling

EVERY = QueueFilter(statuses=tuple(AlertStatus))
REASON = "Another birth date altogether"


@pytest.fixture
def decided(travellers, review, listed, store, scope, origin, paxlst, ana):
    """An alert about PEREZ, found not to be the one on the list."""
    listed.names = {"PEREZ"}
    with store.transaction(scope) as tx:
        travellers.ingest(tx, paxlst("PEREZ:ANAMARIA"), origin)
        tx.execute(sa.text("UPDATE traveller_message SET erase_after = erase_after + interval '1 year'"))
    with store.transaction(ana.scope) as tx:
        (row,) = review.queue(tx, QueueFilter()).rows
        review.decide(tx, ana, row.id, Ruling(Outcome.NOT_SAME_PERSON, REASON))
    return row


def shown(review, store, ana, alert_id) -> bytes:
    """Everything that an officer is told of the alert, by every way."""
    with store.transaction(ana.scope) as tx:
        export, line = review.export(tx, ana, EVERY), review.line(tx, alert_id)
        told = (review.queue(tx, EVERY), review.consult(tx, ana, EVERY), export, line)
        return msgspec.json.encode(
            (*told, review.get(tx, ana, alert_id), queue_csv((row, "") for row in export.rows))
        )


def test_until_day_182_the_alert_names_whom_it_is_about(review, store, ana, decided, clock):
    clock.advance(AFTER - timedelta(seconds=1))
    told = shown(review, store, ana, decided.id)
    assert decided.label.encode() in told


def test_from_day_183_name_birth_and_terms_are_gone_and_entry_and_decision_stay(
    review, store, ana, decided, clock
):
    clock.advance(AFTER)
    told = shown(review, store, ana, decided.id)
    assert decided.label.encode() not in told
    with store.transaction(ana.scope) as tx:
        alert = review.get(tx, ana, decided.id)
    assert (alert.row.label, alert.row.score) == ("", decided.score)
    assert {term.detail for finding in alert.findings for term in finding.terms} == {""}
    ours = [
        item.text
        for finding in alert.findings
        for term in finding.terms
        for item in term.evidence
        if not item.source.startswith("list")
    ]
    assert set(ours) == {""}
    assert alert.findings[0].listed.entry_id == "E-PEREZ"
    assert [one.reason for one in alert.decisions] == [REASON]
    assert alert.row.outcome is Outcome.NOT_SAME_PERSON


def test_who_is_granted_is_named_for_a_day(review, travellers, store, ana, decided, clock):
    clock.advance(AFTER)
    ref = travellers.masking
    with store.transaction(ana.scope) as tx:
        wish = Wish(UUID(decided.subject_ref), "AUTO-2026-17", reason="A kidnapping, case 12")
        request = ref.ask(tx, ana, wish)
    second = Person("of-2", "Eva")
    with store.transaction(second.scope) as tx:
        ref.grant(tx, second, request)
    with store.transaction(ana.scope) as tx:
        assert review.line(tx, decided.id).label == decided.label
    clock.advance(timedelta(hours=25))
    with store.transaction(ana.scope) as tx:
        assert review.line(tx, decided.id).label == ""


def test_an_alert_whose_message_was_erased_names_nobody_either(review, store, ana, decided, clock, sealer):
    with store.transaction(ana.scope) as tx:
        assert forget_traveller(tx, UUID(decided.subject_ref), sealer)
    clock.advance(AFTER)
    with store.transaction(ana.scope) as tx:
        assert review.line(tx, decided.id).label == ""
