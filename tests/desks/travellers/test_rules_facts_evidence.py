"""What rules read of a flight: lists and reservations together, with bytes in the right message."""

import pytest
import sqlalchemy as sa
from tests.desks.travellers.test_reservation_ingest import ONE, OTHER, passengers
from tests.engines.edifact.pnr_texts import message

from cordillera.desks.travellers.board_store import Board
from cordillera.desks.travellers.rules_facts import FlightFacts
from cordillera.foundation.store.database import Scope


@pytest.fixture
def take(store, travellers, origin, scope):
    def do(raw: bytes):
        with store.transaction(scope) as tx:
            return travellers.ingest(tx, raw, origin)

    return do


@pytest.fixture
def told(store, sealer, scope):
    """The facts of the one flight by the first document of each traveller."""

    def read():
        with store.transaction(scope) as tx:
            flight = tx.execute(sa.text("SELECT id FROM traveller_flight")).scalar_one()
            facts = FlightFacts(sealer).on_flight(tx, flight)
        return {
            next((thing["document.number"].value for thing in one.things("document").things), ""): one
            for one in facts.values()
        }

    return read


def test_one_traveller_has_the_facts_of_list_and_reservation(take, told, store, sealer):
    listed = take(passengers("LOOR:ANA|800517|A1234567|"))
    booked = take(message(ONE, OTHER))
    facts = told()
    assert set(facts) == {"A1234567", "P7654321", "P99"}
    ana = facts["A1234567"]
    assert ana.facts["flight.arrival_local"].evidence.source == f"message:{listed.message_id}"
    assert ana.facts["itinerary.booked_on"].evidence.source == f"message:{booked.message_id}"
    assert ana.facts["flight.departure_utc"].value
    assert ana.things("payment").complete
    assert ana.things("companion").complete
    with store.transaction(Scope("EC-PN", "test")) as tx:
        raw = {
            f"message:{one.message_id}": Board(sealer).message_bytes(tx, one.message_id)
            for one in (listed, booked)
        }
    things = [thing for one in ana.sets.values() for thing in one.things]
    seen = [fact for thing in (ana.facts, *things) for fact in thing.values() if fact.evidence is not None]
    assert {fact.evidence.source for fact in seen} == set(raw)
    for fact in seen:
        piece = raw[fact.evidence.source][fact.evidence.start : fact.evidence.end]
        assert any(chr(byte).isalnum() for byte in piece), fact


def test_who_left_the_flight_has_no_facts(take, told):
    take(message(ONE, OTHER, made=b"261124:1200"))
    take(message(ONE, made=b"261125:1200"))
    assert set(told()) == {"A1234567", "P7654321"}
