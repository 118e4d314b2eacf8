"""Reservations become records: every value where the guide has it, with its bytes; nothing is rejected."""

import re
from pathlib import Path

import msgspec
import pytest
from tests.engines.edifact.pnr_texts import EXTRAS, HISTORY, SECOND_LEG, TWO_TRAVELLERS, message

from cordillera.engines.edifact import count, read
from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnrgov import pnrgov_messages
from cordillera.engines.edifact.pnrgov_model import Function, Pnr, PnrgovMessage

WHOLE = message(TWO_TRAVELLERS + SECOND_LEG + EXTRAS + HISTORY)


def first(data: bytes) -> PnrgovMessage:
    return pnrgov_messages(read(data))[0]


def pnr(data: bytes = WHOLE) -> Pnr:
    return first(data).pnrs[0]


def codes(found: PnrgovMessage) -> list[str]:
    return [finding.code for finding in found.findings]


def fields_of(record: object) -> list[Field]:
    if isinstance(record, Field):
        return [record]
    if isinstance(record, msgspec.Struct):
        return [found for name in record.__struct_fields__ for found in fields_of(getattr(record, name))]
    return [found for part in record for found in fields_of(part)] if isinstance(record, tuple) else []


def test_a_whole_message_gives_no_finding() -> None:
    assert codes(first(WHOLE)) == []
    assert read(WHOLE).findings == ()


def test_the_head_says_function_sender_and_flight() -> None:
    found = first(WHOLE)
    assert (found.function, found.access_reference, found.prepared) == (
        Function.FULL,
        "REF7",
        "2026-11-25T12:00",
    )
    assert found.flight is not None
    assert found.flight.flight == "XA412"
    assert (text_of(found.flight.departs), text_of(found.flight.arrives)) == (
        "2026-11-26T09:00",
        "2026-11-26T11:05",
    )
    assert first(message(TWO_TRAVELLERS, code=b"141")).function is Function.UPDATE


def test_a_reservation_has_locator_agency_address_and_contacts() -> None:
    found = pnr()
    assert found.key == "XA:MFN4TI"
    assert text_of(found.locators[0].made) == "2026-11-01T12:00"
    assert [(one.qualifier, one.at.text) for one in found.moments] == [
        ("700", "2026-11-06T10:10"),
        ("710", "2026-11-06T12:00"),
    ]
    assert found.agency is not None
    agency = [
        text_of(getattr(found.agency, name)) for name in ("company", "number", "office", "kind", "agent")
    ]
    assert agency == ["1A", "12345678", "UIO01", "T", "AG7"]
    assert [text_of(found.addresses[0].city), text_of(found.addresses[0].phone)] == ["CUENCA", "59372831234"]
    assert [(one.code, one.value.text) for one in found.contacts] == [("CTCM", "593991234567")]


def test_travellers_have_documents_tickets_and_payment() -> None:
    ana, luis = pnr().travellers
    assert (text_of(ana.surname), text_of(ana.given), ana.kind, ana.reference) == ("LOOR", "ANAMRS", "A", "1")
    document = ana.documents[0]
    told = [
        text_of(getattr(document, name))
        for name in ("number", "issuer", "date_of_birth", "expires", "middle")
    ]
    assert told == ["A1234567", "ECU", "1980-05-17", "2031-02-18", "MARIA"]
    assert text_of(luis.documents[0].date_of_birth) == "2000-01-01"
    ticket = ana.tickets[0]
    assert (text_of(ticket.number), text_of(ticket.issued)) == ("4621234567890", "2026-11-06")
    assert [(one.kind, one.amount.text) for one in ticket.prices] == [("B", "200.00"), ("T", "240.00")]
    assert text_of(ticket.payments[0].account) == "XXXXXXXXXXXX1186"
    assert [one.text for one in ticket.payments[0].payer] == ["PEDRO LOOR", "CALLE LARGA 45", "593991234567"]
    assert [one.value.text for one in ana.contacts] == ["ANA_LOOR@MAIL.EC"]
    assert [one.text for one in ana.identifiers] == ["77A1"]


def test_flights_have_seats_check_ins_and_bags_by_traveller() -> None:
    leg = pnr().legs[0]
    assert (leg.flight, text_of(leg.operating), leg.booking_class, text_of(leg.aircraft)) == (
        "XA412",
        "LA",
        "Y",
        "320",
    )
    assert [(seat.number.text, seat.holder) for seat in leg.seats] == [("15A", "1"), ("15B", "2")]
    assert [(one.holder, text_of(one.sequence), text_of(one.seat)) for one in leg.check_ins] == [
        ("1", "108", "15A"),
        ("2", "109", "15B"),
    ]
    checked = leg.check_ins[0]
    assert text_of(checked.at) == "2026-11-25T22:00"
    bags = [
        (text_of(bag.tag), text_of(bag.in_row), text_of(bag.destination), bag.holder) for bag in checked.bags
    ]
    assert bags == [("48521", "2", "BOG", "1"), ("48600", "1", "MAD", "1")]
    assert (text_of(checked.bags[0].weight), checked.bags[0].unit, text_of(checked.bags[0].pieces)) == (
        "41",
        "kg",
        "2",
    )


def test_an_arrival_on_another_day_keeps_its_day() -> None:
    assert text_of(pnr().legs[1].arrives) == "2026-11-27T06:10"


def test_a_hotel_is_no_flight_and_the_next_flight_is_one() -> None:
    found = pnr()
    assert [leg.flight for leg in found.legs] == ["XA412", "XA18", "XA19"]
    assert [(leg.kind, text_of(leg.carrier)) for leg in found.others] == [("8", "VN")]
    assert [text_of(one.locators[0].code) for one in found.splits] == ["ABCDEF"]


def test_history_is_kept_apart_from_the_itinerary() -> None:
    cancelled, added = pnr().history
    assert cancelled.leg is not None
    assert (cancelled.action, cancelled.leg.flight, text_of(cancelled.at)) == (
        "X",
        "XA410",
        "2026-11-07T10:10",
    )
    assert (added.action, [one.text for one in added.traveller]) == ("A", ["QUISPE", "LUISMR"])
    assert all(leg.flight != "XA410" for leg in pnr().legs)


def test_every_value_leads_back_to_its_bytes() -> None:
    found = fields_of(first(WHOLE))
    assert len(found) > 100
    for value in found:
        shown = WHOLE[value.start : value.end].decode()
        letters = re.sub(r"[^A-Z0-9]", "", shown)
        assert (
            value.text == shown
            or re.sub(r"\W|_", "", value.text) == letters
            or re.match(r"\d{4}-", value.text)
        )


def test_the_document_of_an_infant_goes_to_the_infant() -> None:
    text = WHOLE.replace(
        b"TIF+QUISPE",
        b"SSR+DOCS:HK:1:XA:::::/P/ECU/B1/ECU/10AUG25/FI/21DEC30/LOOR/EVA+::1'TIF+LOOR+EVA:IN:3'TIF+QUISPE",
        1,
    )
    people = pnr(text).travellers
    assert [text_of(one.documents[0].number) for one in people] == ["A1234567", "B1", "P7654321"]
    assert text_of(people[1].documents[0].date_of_birth) == "2025-08-10"


def test_a_document_of_the_whole_reservation_goes_to_whom_it_names() -> None:
    shared = b"SSR+DOCS:HK:1:XA:::::/P/ECU/C9/ECU/01JAN90/M/01JAN30/QUISPE/LUIS+::2'TIF+LOOR"
    assert [
        text_of(one.number) for one in pnr(WHOLE.replace(b"TIF+LOOR", shared, 1)).travellers[1].documents
    ] == [
        "P7654321",
        "C9",
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"SRC'", b"", "pnrgov.no_src"),
        (b"RCI+XA:MFN4TI::011126:1200'", b"", "pnrgov.no_locator"),
        (b"EQN+1'SRC", b"EQN+7'SRC", "pnrgov.pnr_count"),
        (b"ORG+XA:UIO+55107'", b"", "pnrgov.missing"),
        (b"MSG+:22", b"MSG+:99", "pnrgov.unknown_function"),
        (b"PNRGOV:13:1", b"PNRGOV:09:1", "pnrgov.version"),
        (b"17MAY80", b"31FEB80", "pnrgov.impossible_date"),
        (b"/P/PER/P7654321/PER/01JAN00/M/01JAN30/QUISPE/LUIS", b"", "pnrgov.unreadable_document"),
        (b"FAR+N", b"XYZ+N", "pnrgov.misplaced"),
    ],
)
def test_what_is_wrong_is_a_finding_and_the_travellers_are_read(old: bytes, new: bytes, code: str) -> None:
    assert WHOLE.count(old) >= 1
    found = first(WHOLE.replace(old, new, 1))
    assert codes(found) == [code]
    assert len(found.pnrs[0].travellers) == 2
    assert len(found.pnrs[0].legs) == 3


def test_truncated_documents_are_read_as_far_as_they_go() -> None:
    text = WHOLE.replace(
        b"/P/ECU/A1234567/ECU/17MAY80/F/18FEB31/LOOR/ANA/MARIA", b"//USA/448763368//02JUN70/F"
    )
    document = pnr(text).travellers[0].documents[0]
    assert (document.kind, text_of(document.issuer), text_of(document.number)) == (None, "USA", "448763368")
    assert text_of(document.date_of_birth) == "1970-06-02"


def test_a_cut_message_keeps_what_came_before_and_says_so() -> None:
    found = first(WHOLE[: WHOLE.index(b"TIF+QUISPE")])
    assert not found.complete
    assert found.pnrs[0].partial
    assert [text_of(one.surname) for one in found.pnrs[0].travellers] == ["LOOR"]


def test_all_sample_files_give_as_many_reservations_and_travellers_as_they_hold(shared: Path) -> None:
    files = sorted((shared / "borders/pnrgov").iterdir())
    assert len(files) >= 13
    for path in files:
        reading = read(path.read_bytes())
        assert reading.bytes.findings == 0, path
        for raw, found in zip(reading.messages, pnrgov_messages(reading), strict=True):
            tags = [segment.tag for segment in raw.segments]
            boarded = sum(len(leg.check_ins) for one in found.pnrs for leg in one.legs)
            people = sum(len(one.travellers) for one in found.pnrs)
            changed = sum(bool(one.traveller) for each in found.pnrs for one in each.history)
            assert len(found.pnrs) == count(raw).pnrs, path
            assert people + boarded + changed == tags.count("TIF"), path
            assert not {"pnrgov.misplaced", "pnrgov.impossible_date"} & set(codes(found)), path
