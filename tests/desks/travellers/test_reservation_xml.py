"""Reservations in XML stand on their flight as those of EDIFACT do, and say no more than the law allows."""

import msgspec
from tests.engines.edifact.test_pnrgov_xml import BODY

from cordillera.desks.travellers.model import FlightFilter, MessageStatus
from cordillera.desks.travellers.reading import plan_message

HOME = "America/Guayaquil"
WHOLE = (
    f'<IATA_PNRGOV_NotifRQ Version="13.1" TimeStamp="2026-11-25T12:00:00" MessageFunction="22">{BODY}'
    "</IATA_PNRGOV_NotifRQ>"
).encode()


def test_free_text_and_sex_are_gone_and_what_is_kept_is_at_its_place():
    plan = plan_message(WHOLE.replace(b"CUSTOMER WAS HERE", b"ZQCANARY WAS HERE"), HOME)
    (told,) = plan.reservations
    person = told.pnrs[0].travellers[0]
    assert len(plan.raw) == len(WHOLE)
    for gone in (b"CUSTOMER", b"ZQCANARY", b"Passenger", b'"F"'):
        assert gone not in plan.raw
    assert b"ZQCANARY" not in msgspec.json.encode((plan.reservations, plan.notes))
    number = person.documents[0].number
    assert plan.raw[number.start : number.end] == b"A1234567"
    assert person.documents[0].sex is None


def test_people_of_a_reservation_in_xml_stand_on_their_flight(store, travellers, origin, scope, ana):
    with store.transaction(scope) as tx:
        result = travellers.ingest(tx, WHOLE, origin)
    assert result.status is not MessageStatus.QUARANTINED
    assert result.reservations == 2
    with store.transaction(ana.scope) as tx:
        (flight,) = travellers.flights(tx, FlightFilter())
        names = {row.facts.family_names for row in travellers.passengers(tx, ana, flight.id)}
    assert (flight.number, flight.origin) == ("XA412", "UIO")
    assert "LOOR" in names


def test_other_xml_is_quarantined():
    for raw in (b"<html/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><IATA_PNRGOV_NotifRQ/>", b"<"):
        assert plan_message(raw, HOME).status is MessageStatus.QUARANTINED
