"""Reservations in XML become the records of EDIFACT, each value with its bytes; hostile XML is refused."""

import random
from pathlib import Path

import msgspec
import pytest

from cordillera.engines.edifact.drafts import plain
from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnrgov_model import Function
from cordillera.engines.edifact.pnrgov_writer import draft_of, write_pnrgov
from cordillera.engines.edifact.pnrgov_xml import read_pnrgov_xml
from cordillera.engines.edifact.safeguard import allowed_message
from cordillera.engines.edifact.writer import Envelope
from cordillera.engines.edifact.xml_places import MAX_DEPTH, XmlForbidden, XmlTooLarge, XmlUnreadable
from cordillera.foundation.errors import BadInput

BODY = """
 <Originator AirlineCode="XA" SystemCode="XA1"/>
 <FlightLeg CarrierCode="XA" FlightNumber="412" DepartureDateTime="2026-11-26T09:00:00">
  <DepartureAirport LocationCode="UIO"/><ArrivalAirport LocationCode='BOG'/>
 </FlightLeg>
 <PNRs NumberOfPNRs="2">
  <PNR>
   <BookingRefID ID="MFN4TI" CreationDateTime="2026-11-01T12:00:00Z"><CompanyName Code="XA"/></BookingRefID>
   <OSI><Text>CUSTOMER WAS HERE BEFORE</Text></OSI>
   <ContactInfo><Telephone PhoneNumber="593991234567"/><Email>ana@mail.ec</Email>
    <Address><StreetNmbr>CALLE LARGA 45</StreetNmbr><CityName>CUENCA</CityName>
     <CountryName Code="EC"/></Address>
   </ContactInfo>
   <Passengers>
    <Passenger RPH="1" PassengerTypeCode="A"><GivenName>ANA</GivenName><Surname>NÚÑEZ &amp; LOOR</Surname>
     <CustLoyalty ProgramID="XA" MembershipID="0012345" LoyalLevel="GOLD"/>
     <DocSSR><DOCS TravelDocType="P" IssuingLoc="ECU" TravelDocNbr="A1234567" DocHolderNationality="ECU"
       DateOfBirth="1980-05-17" Gender="F" ExpiryDate="2031-02-18" Surname="LOOR"
       FirstGivenName="ANA"/></DocSSR>
     <TicketDocument TicketDocumentNbr="4621234567890" Type="T">
      <TotalFare Amount="240.00" CurrencyCode="USD"/>
      <PaymentInfo PaymentType="CC" PaymentAmount="240.00">
       <CreditCardInfo CardCode="VI" CardNumber="XXXX1186"/>
      </PaymentInfo>
     </TicketDocument>
     <SSR SSRCode="VGML" Status="HK"/>
    </Passenger>
   </Passengers>
   <Flight FlightNumber="412" DepartureDateTime="2026-11-26T09:00:00" ArrivalDateTime="2026-11-26T11:05:00"
     ResBookDesigCode="Y" Status="HK" NumberInParty="1">
    <DepartureAirport LocationCode="UIO"/><ArrivalAirport LocationCode="BOG"/><MarketingAirline Code="XA"/>
    <OperatingAirline Code="LA"/><Seat Number="15A" PassengerRef="1"/>
   </Flight>
  </PNR>
  <PNR><BookingRefID ID="ABCDEF"/><Passenger><Surname>QUISPE</Surname></Passenger></PNR>
 </PNRs>
"""
HEAD = '<IATA_PNRGOV_NotifRQ xmlns="http://www.iata.org/IATA/2007/00" Version="13.1" MessageFunction="22" TimeStamp="2026-11-25T12:00:00" TransactionIdentifier="T1">'  # noqa: E501 - one tag
WHOLE = f'<?xml version="1.0" encoding="UTF-8"?>{HEAD}{BODY}</IATA_PNRGOV_NotifRQ>'.encode()


def fields_of(record: object) -> list[Field]:
    if isinstance(record, Field):
        return [record]
    if isinstance(record, msgspec.Struct):
        return [found for name in record.__struct_fields__ for found in fields_of(getattr(record, name))]
    return [found for part in record for found in fields_of(part)] if isinstance(record, tuple) else []


def test_the_head_is_read() -> None:
    found = read_pnrgov_xml(WHOLE)
    assert (found.function, found.prepared, found.version) == (Function.FULL, "2026-11-25T12:00", "13.1")
    assert found.flight is not None
    assert (found.flight.flight, text_of(found.flight.departs)) == ("XA412", "2026-11-26T09:00")
    assert (found.declared_pnrs, len(found.pnrs), found.complete, found.findings) == (2, 2, True, ())


def test_a_reservation_has_what_edifact_would_give() -> None:
    pnr = read_pnrgov_xml(WHOLE).pnrs[0]
    assert (pnr.key, text_of(pnr.locators[0].made)) == ("XA:MFN4TI", "2026-11-01T12:00")
    assert [one.value.text for one in pnr.contacts] == ["593991234567", "ana@mail.ec"]
    assert text_of(pnr.addresses[0].country) == "EC"
    (person,) = pnr.travellers
    assert (text_of(person.surname), text_of(person.given), person.kind) == ("NÚÑEZ & LOOR", "ANA", "A")
    (document,) = person.documents
    assert (text_of(document.number), text_of(document.date_of_birth), text_of(document.expires)) == (
        "A1234567", "1980-05-17", "2031-02-18",
    )  # fmt: skip
    assert text_of(person.tickets[0].payments[0].account) == "XXXX1186"
    (leg,) = pnr.legs
    assert (leg.flight, text_of(leg.arrives), text_of(leg.operating)) == ("XA412", "2026-11-26T11:05", "LA")
    assert [(one.number.text, one.holder) for one in leg.seats] == [("15A", "1")]


def test_every_value_leads_back_to_its_bytes() -> None:
    found = fields_of(read_pnrgov_xml(WHOLE))
    assert len(found) > 40
    for one in found:
        raw = WHOLE[one.start : one.end].decode().replace("&amp;", "&").strip()
        assert raw == one.text or raw.startswith(one.text)  # times without seconds and zone


def test_any_namespace_and_prefix_reads_the_same() -> None:
    bare = read_pnrgov_xml(WHOLE.replace(b' xmlns="http://www.iata.org/IATA/2007/00"', b""))
    prefixed = (
        WHOLE.replace(b"</", b"</p:")
        .replace(b"<", b"<p:")
        .replace(b"<p:/p:", b"</p:")
        .replace(b"<p:?", b"<?")
    )
    assert texts(read_pnrgov_xml(prefixed)) == texts(read_pnrgov_xml(WHOLE)) == texts(bare)


def texts(record: object) -> list[str]:
    return [one.text for one in fields_of(record)]


def test_the_safeguard_takes_out_of_it_what_it_takes_out_of_edifact() -> None:
    kept = msgspec.json.encode(allowed_message(read_pnrgov_xml(WHOLE)))
    assert b"VGML" not in kept
    assert b"CUSTOMER" not in kept
    assert b"A1234567" in kept


def test_it_can_be_written_as_edifact() -> None:
    draft = draft_of(read_pnrgov_xml(WHOLE), Envelope("XA", "EC", "2026-11-25T12:00", "1"))
    written = write_pnrgov(msgspec.structs.replace(draft, version="13:1"))
    assert b"SSR+DOCS:::::::://ECU/A1234567/ECU/17MAY80/F/18FEB31/LOOR/ANA" in written.replace(
        b"/P/ECU", b"//ECU"
    )


@pytest.mark.parametrize("cut", [b"<Flight Fl", b"</PNR>", b"<DocSSR>", b"QUISPE"])
def test_a_cut_file_is_read_up_to_the_cut(cut: bytes) -> None:
    found = read_pnrgov_xml(WHOLE[: WHOLE.index(cut)])
    assert not found.complete
    assert found.pnrs[-1].partial
    assert found.findings[0].code in {"pnrgov.pnr_count", "pnrgov.xml_cut"}
    assert "pnrgov.xml_cut" in {one.code for one in found.findings}


BOMB = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 999 + b'"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "head",
    [
        BOMB,
        b"<!DOCTYPE a>",
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        b'<!DOCTYPE a PUBLIC "x" "http://x/y">',
    ],
)
def test_a_document_type_is_refused(head: bytes) -> None:
    with pytest.raises(XmlForbidden):
        read_pnrgov_xml(head + WHOLE[WHOLE.index(b"<IATA") :].replace(b"QUISPE", b"&c;"))


def test_an_inclusion_is_refused() -> None:
    text = b'<IATA_PNRGOV_NotifRQ xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/>'
    with pytest.raises(XmlForbidden):
        read_pnrgov_xml(text)


def test_what_is_too_much_is_refused() -> None:
    with pytest.raises(XmlTooLarge):
        read_pnrgov_xml(b"<a>" * (MAX_DEPTH + 1))
    with pytest.raises(XmlTooLarge):
        read_pnrgov_xml(b"<IATA_PNRGOV_NotifRQ>" + b"<a/>" * 150_001)
    with pytest.raises(XmlTooLarge):
        read_pnrgov_xml(b"<" + b" " * 17_000_000)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"UNB+UNOA",
        b"<other/>",
        WHOLE.decode().encode("utf-16"),
        b"<",
        b"\x00<a/>",
        b"<?xml version='1.0' encoding='F-8'?><IATA_PNRGOV/>",
        b"<?xml version='1.0' encoding='gb2312'?><IATA_PNRGOV/>",
    ],
)
def test_what_is_no_reservation_message_is_refused(data: bytes) -> None:
    with pytest.raises(XmlUnreadable):
        read_pnrgov_xml(data)


def test_broken_files_raise_typed_errors_only() -> None:
    chance = random.Random(8)
    pieces = [
        b"<",
        b">",
        b"/>",
        b'"',
        b"&",
        b"&#0;",
        b"]]>",
        b"<!--",
        b"<![CDATA[",
        b"\xff",
        b"<PNR>",
        b"</PNR>",
        b"<?x?>",
    ]
    for _ in range(1_500):
        data = bytearray(WHOLE)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            if chance.random() < 0.5:
                data[at:at] = chance.choice(pieces)
            else:
                del data[at : at + chance.randint(1, 30)]
        try:
            found = read_pnrgov_xml(bytes(data))
        except BadInput:
            continue
        assert all(0 <= one.start <= one.end <= len(data) for one in fields_of(found))


PUBLIC = (Path(__file__).parent / "dialects" / "pnrgov.xml").read_bytes()
"""Elements and attributes as public programs name them that make or read such messages."""


def test_the_names_that_other_programs_use_are_understood() -> None:
    message = read_pnrgov_xml(PUBLIC)
    (pnr,) = message.pnrs
    assert message.findings == ()
    assert plain(pnr.locators) == [{"company": "XA", "code": "MFN4TI", "made": "2026-11-01"}]
    assert [(one.qualifier, one.at.text) for one in pnr.moments] == [
        ("700", "2026-11-06T10:10"),
        ("710", "2026-11-06"),
    ]
    assert plain(pnr.agency) == {
        "company": "1A",
        "location": "UIO",
        "number": "12345678",
        "office": "UIO01",
        "country": "EC",
        "agent": "AG7",
    }
    assert [one.value.text for one in pnr.contacts] == ["593991234567", "ana@mail.ec"]
    assert plain(pnr.addresses) == [
        {
            "purpose": "700",
            "street": "CALLE LARGA 45",
            "city": "CUENCA",
            "country": "ECUADOR",
            "postal_code": "010101",
        }
    ]
    assert plain(pnr.excess_bags) == [{"kind": "2", "amount": "40.00", "currency": "USD"}]
    assert pnr.documents == ()


def test_what_stands_at_a_traveller_or_a_flight_is_theirs() -> None:
    message = read_pnrgov_xml(PUBLIC)
    ana, luis = message.pnrs[0].travellers
    (flight,) = message.pnrs[0].legs
    (paid,) = ana.tickets[0].payments
    assert (ana.kind, [one.text for one in ana.fares]) == ("ADT", ["YLOW"])
    assert plain(ana.documents) == [
        {
            "source": "DOCS",
            "issuer": "ECU",
            "number": "A1234567",
            "nationality": "ECU",
            "date_of_birth": "1980-05-17",
            "sex": "F",
            "expires": "2031-02-18",
            "surname": "LOOR",
            "given": "ANA",
        }
    ]
    assert [(one.code, one.carrier, text_of(one.text)) for one in ana.services] == [
        ("INFT", "XA", "/LOOR/LIA/01JUN26")
    ]
    assert [(one.purpose, text_of(one.city)) for one in ana.addresses] == [("DOCA R", "QUITO")]
    assert (text_of(paid.vendor), text_of(paid.account), text_of(paid.expires)) == ("VI", "XXXX1186", "0228")
    assert [(one.source, text_of(one.number), text_of(one.issuer)) for one in luis.documents] == [
        ("DOCS", "P7654321", ""),
        ("DOCO", "V55", "ECU"),
    ]
    assert (text_of(flight.operating), text_of(flight.operating_number)) == ("LA", "8412")
    assert [(one.number.text, one.holder) for one in flight.seats] == [("15A", "1")]
