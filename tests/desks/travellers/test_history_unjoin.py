"""A reservation taken apart from a listed traveller stays apart, and its person is asked about."""

import pytest
import sqlalchemy as sa
from tests.desks.travellers.test_reservation_ingest import ONE, passengers
from tests.engines.edifact.pnr_texts import message

from cordillera.desks.travellers.errors import PartingReasonMissing, ReservationNotJoined
from cordillera.desks.travellers.model import FlightFilter

WHY = "Two people: both were seen at the counter"
LISTED = "LOOR:ANA MARIA|800517||MFN4TI", "QUISPE:LUIS|000101||MFN4TI"


@pytest.fixture
def take(store, travellers, origin, scope):
    def do(raw: bytes):
        with store.transaction(scope) as tx:
            return travellers.ingest(tx, raw, origin)

    return do


@pytest.fixture
def people(store, travellers, ana):
    """The travellers of the flight, by family name."""

    def of():
        with store.transaction(ana.scope) as tx:
            (flight,) = travellers.flights(tx, FlightFilter())
            rows = travellers.passengers(tx, ana, flight.id)
        return flight, sorted(rows, key=lambda row: (row.facts.family_names, row.id))

    return of


@pytest.fixture
def apart(store, travellers, ana, people):
    """Take the reservation of the first traveller apart."""

    def do(reason=WHY):
        flight, rows = people()
        with store.transaction(ana.scope) as tx:
            (joined,) = travellers.unjoining.joined(tx, rows[0])
            return travellers.unjoining.unjoin(tx, ana, (rows[0], flight), (joined.token, reason))

    return do


def families(rows) -> list[str]:
    return [row.facts.family_names for row in rows]


def test_the_person_of_the_reservation_becomes_a_traveller_and_is_screened(take, people, apart, listed):
    take(passengers(*LISTED))
    take(message(ONE))
    assert families(people()[1]) == ["LOOR", "QUISPE"]
    asked = len(listed.asked)
    with pytest.raises(PartingReasonMissing):
        apart("no")
    parting = apart()
    assert parting.what == "reservation"
    assert families(people()[1]) == ["LOOR", "LOOR", "QUISPE"]
    assert [one.family_names for one in listed.asked[asked:]] == ["LOOR"]


def test_what_was_taken_apart_stays_so_when_messages_come_again(take, people, apart):
    take(passengers(*LISTED))
    take(message(ONE))
    apart()
    before = [row.id for row in people()[1]]
    take(message(ONE, made=b"261125:1400"))
    take(passengers(*LISTED, reference="8"))
    take(message(ONE, made=b"261125:1500", code=b"141"))
    assert [row.id for row in people()[1]] == before


def test_whom_one_reservation_alone_announced_has_nothing_to_take_apart(take, people, store, travellers, ana):
    take(message(ONE))
    flight, rows = people()
    with store.transaction(ana.scope) as tx:
        assert travellers.unjoining.joined(tx, rows[0]) == ()
        with pytest.raises(ReservationNotJoined):
            travellers.unjoining.unjoin(tx, ana, (rows[0], flight), ("ff", WHY))
        assert tx.execute(sa.text("SELECT count(*) FROM traveller_parting")).scalar_one() == 0
