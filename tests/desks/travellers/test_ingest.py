"""From a carrier's bytes to the queue, in one transaction with its leaf."""

import time
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from cordillera.desks.travellers.errors import MessageTooLarge, TravellerNotFound
from cordillera.desks.travellers.ingest import MAX_BYTES
from cordillera.desks.travellers.model import FlightFilter, MessageStatus
from cordillera.desks.travellers.replay_store import raw_of
from cordillera.desks.travellers.retention import ERASABLES
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.sealing import KeyDestroyed
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review.model import Outcome, QueueFilter, Ruling
from cordillera.trust.review.retention import ERASABLES as ALERTS
from cordillera.trust.safeguards.retention import RetentionRunner

ALL = QueueFilter(desk="travellers")


@pytest.fixture
def take(store, travellers, origin, scope):
    def do(raw: bytes):
        with store.transaction(scope) as tx:
            return travellers.ingest(tx, raw, origin)

    return do


def test_a_listed_traveller_becomes_an_explained_alert(store, take, paxlst, listed, review, ana):
    listed.names = {"PEREZ"}
    result = take(paxlst("PEREZ:JUAN", "MORA:ANA"))
    assert (result.travellers, result.alerts, result.duplicate) == (2, 1, False)
    with store.transaction(ana.scope) as tx:
        (row,) = review.queue(tx, ALL).rows
        alert = review.get(tx, ana, row.id)
    assert (row.label, row.occasion) == ("PEREZ, JUAN", "XA12 BOG → UIO")
    assert row.due_at.isoformat() == "2026-11-21T18:00:00+00:00"
    birth = next(t for t in alert.findings[0].terms if t.name == "names.birth_equal")
    assert birth.evidence[0].text == "1972-08-05"
    assert birth.evidence[0].source == f"message:{result.message_id}"
    assert alert.candidate == "review.candidate_not_verified"


def test_the_same_message_again_is_acknowledged_as_a_duplicate(store, take, paxlst, listed, review, ana):
    listed.names = {"PEREZ"}
    raw = paxlst("PEREZ:JUAN")
    first, second = take(raw), take(raw)
    assert second.duplicate
    assert (second.message_id, second.travellers, second.alerts) == (first.message_id, 1, 1)
    with store.transaction(ana.scope) as tx:
        assert review.queue(tx, ALL).total == 1


def test_the_same_people_in_a_later_message_are_known_and_not_doubled(
    store, take, paxlst, listed, review, ana
):
    listed.names = {"PEREZ"}
    take(paxlst("PEREZ:JUAN"))
    later = take(paxlst("PEREZ:JUAN", "MORA:ANA", reference="2"))
    assert (later.travellers, later.known, later.duplicate) == (2, 1, False)
    with store.transaction(ana.scope) as tx:
        assert review.queue(tx, ALL).total == 1


def test_a_reference_used_again_for_other_content_is_taken_in_and_noted(store, take, paxlst, travellers, ana):
    take(paxlst("PEREZ:JUAN"))
    second = take(paxlst("MORA:ANA"))
    with store.transaction(ana.scope) as tx:
        codes = [note.code for note in travellers.message(tx, second.message_id).notes]
    assert "travellers.reference_reused" in codes


def test_a_cleared_traveller_does_not_ask_again_on_the_next_flight(store, take, paxlst, listed, review, ana):
    listed.names = {"PEREZ"}
    take(paxlst("PEREZ:JUAN"))
    with store.transaction(ana.scope) as tx:
        (row,) = review.queue(tx, ALL).rows
        review.decide(tx, ana, row.id, Ruling(Outcome.NOT_SAME_PERSON, "Otra persona, ya verificada"))
    result = take(paxlst("PEREZ:JUAN", reference="2", arrives="2611221300"))
    assert (result.alerts, result.cleared) == (0, 1)


def test_what_cannot_be_read_is_kept_whole_with_a_reason_and_shown_to_nobody(
    store, take, travellers, ledger, ana, sealer
):
    raw = b"\xff\x00 no message here"
    result = take(raw)
    assert (result.status, result.reason) == (MessageStatus.QUARANTINED, "travellers.nothing_readable")
    with store.transaction(ana.scope) as tx:
        assert raw_of(tx, sealer, result.message_id) == raw
        assert travellers.message_bytes(tx, ana, result.message_id) == b"#\x00 ## ####### ####"
        assert travellers.count_messages(tx).quarantined == 1
        kinds = {row.kind for row in ledger.events(tx, subject_ref=str(result.message_id))}
    assert kinds == {LeafKind.QUARANTINED.value, LeafKind.CONSULTATION.value}


def test_a_message_beyond_the_limit_is_refused_before_it_is_read(take):
    with pytest.raises(MessageTooLarge):
        take(b"U" * (MAX_BYTES + 1))


def test_another_agency_sees_neither_flights_nor_messages_nor_travellers(
    store, take, paxlst, travellers, stranger
):
    take(paxlst("PEREZ:JUAN"))
    with store.transaction(stranger.scope) as tx:
        assert travellers.flights(tx, FlightFilter()) == ()
        assert travellers.messages(tx) == ()
        for table in ("traveller", "traveller_message", "traveller_flight", "traveller_document"):
            assert tx.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_no_name_and_no_document_number_is_readable_in_the_tables(store, take, paxlst):
    take(paxlst("PEREZCANARIO:JUAN"))
    with store.transaction(Scope.node("test")) as tx:
        for table in ("traveller", "traveller_message", "traveller_document"):
            dump = tx.execute(sa.text(f"SELECT string_agg(t::text, ' ') FROM {table} t")).scalar_one()
            for secret in ("PEREZCANARIO", "AB0000000"):
                assert secret not in dump
                assert secret.encode().hex() not in dump


def test_retention_erases_a_message_with_its_travellers_for_good(
    store, take, paxlst, travellers, sealer, ledger, keyring, clock, ana, listed, review
):
    listed.names = {"PEREZ"}
    take(paxlst("PEREZ:JUAN", "MORA:ANA"))
    with store.transaction(ana.scope) as tx:
        key_id = tx.execute(sa.text("SELECT DISTINCT key_id FROM traveller")).scalar_one()
        (row,) = review.queue(tx, ALL).rows
    clock.advance(timedelta(days=181))
    report = RetentionRunner(sealer, ledger, keyring, clock, (*ALERTS, *ERASABLES)).run_once(store)
    assert {part.kind: part.rows for part in report.erased}["traveller_message"] == 9
    with store.transaction(ana.scope) as tx:
        for table in ("traveller", "traveller_message", "traveller_flight", "traveller_document"):
            assert tx.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
        with pytest.raises(KeyDestroyed):
            sealer.load_key(tx, key_id)
        with pytest.raises(TravellerNotFound):
            travellers.traveller(tx, UUID(row.subject_ref))
        assert review.get(tx, ana, row.id).row.label == "PEREZ, JUAN"


def test_flights_tell_their_alerts_and_whether_they_landed(
    store, take, paxlst, listed, travellers, clock, ana
):
    listed.names = {"PEREZ"}
    take(paxlst("PEREZ:JUAN", "MORA:ANA"))
    with store.transaction(ana.scope) as tx:
        (flight,) = travellers.flights(tx, FlightFilter())
    assert (flight.number, flight.travellers, flight.alerts, flight.pending) == ("XA12", 2, 1, 1)
    assert flight.status == "scheduled"
    clock.advance(timedelta(hours=5, minutes=30))
    with store.transaction(ana.scope) as tx:
        assert travellers.flight(tx, flight.id).status == "landing"
    clock.advance(timedelta(hours=1))
    with store.transaction(ana.scope) as tx:
        assert travellers.flight(tx, flight.id).status == "landed"


@pytest.mark.parametrize(
    "name",
    [
        "apisMessage.txt",
        "gtas_loader_Test1.txt",
        "gtas_loader_Test3.txt",
        "tamr_flight1.txt",
        "tamr_flight2.txt",
    ],
)
def test_real_messages_go_in_whole(shared, take, store, travellers, ana, name):
    raw = (shared / "borders" / "paxlst" / name).read_bytes()
    result = take(raw)
    assert result.status is not MessageStatus.QUARANTINED
    assert result.travellers + result.crew > 0
    with store.transaction(ana.scope) as tx:
        assert len(travellers.message_bytes(tx, ana, result.message_id)) == len(raw)


def test_three_thousand_travellers_are_stored_in_seconds(take, paxlst):
    started = time.process_time()
    for flight in range(20):
        people = [f"NUÑEZ{flight:02d}:MARIA {index}" for index in range(150)]
        take(paxlst(*people, reference=str(flight), arrives=f"2611211{flight % 10}00"))
    assert time.process_time() - started < 15
