"""Read PNRGOV XML (IATA_PNRGOV_NotifRQ) to the records that EDIFACT is read to, each value with its bytes.

The layout is read by words, not by a schema: an element or attribute with one of the names a table lists is
used wherever its record can hold it, in any namespace, with containers (PNRs, Passengers, DocSSR) or without.
What no table knows is not used. Dates are ISO; what is none stays unknown.

>>> text = (b'<IATA_PNRGOV_NotifRQ><PNRs><PNR><BookingRefID ID="MFN4TI"><CompanyName Code="DL"/>'
...     b'</BookingRefID><Passenger RPH="1"><Surname>LOOR</Surname></Passenger></PNR></PNRs>'
...     b'</IATA_PNRGOV_NotifRQ>')
>>> message = read_pnrgov_xml(text)
>>> message.pnrs[0].key, message.pnrs[0].travellers[0].surname
('DL:MFN4TI', Field(text='LOOR', start=125, end=129))
"""

import re
from collections.abc import Iterator

from cordillera.engines.edifact import dates
from cordillera.engines.edifact.findings import Findings, Severity
from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnrgov_model import (
    Address,
    Contact,
    Document,
    FrequentFlyer,
    Function,
    Leg,
    Locator,
    Money,
    Office,
    Payment,
    Pnr,
    PnrgovMessage,
    PnrTraveller,
    Remark,
    Seat,
    Service,
    Ticket,
)
from cordillera.engines.edifact.xml_places import Node, XmlUnreadable, tree

ROOTS = frozenset({"IATA_PNRGOV_NotifRQ", "PNRGOV_NotifRQ", "IATA_PNRGOV"})
_RECORDS = frozenset({"PNR", "Passenger", "Flight", "FlightSegment", "TicketDocument", "SSR"})
"""Elements that are records of their own: what stands in them is not looked for from outside."""
_FUNCTIONS = {"22": Function.FULL, "FULL": Function.FULL, "141": Function.UPDATE, "UPDATE": Function.UPDATE}
_DOCUMENT_TAGS = ("DOCS", "DOCO", "Document")
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}<")


def begins_xml(data: bytes) -> bool:
    """Whether a file begins as XML does; EDIFACT never begins with an angle bracket."""
    return _BEGINS.match(data) is not None


def read_pnrgov_xml(data: bytes) -> PnrgovMessage:
    """Read one message; raises `XmlUnreadable`, `XmlForbidden`, `XmlTooLarge` for what cannot be one."""
    found = tree(data)
    root, findings = found.root, Findings()
    if root.name not in ROOTS:
        raise XmlUnreadable(reason="another root", found=root.name[:60])
    if found.broken_at is not None:
        text = "the XML breaks off; what stands before is read"
        findings.note("pnrgov.xml_cut", Severity.ERROR, found.broken_at, text)
    pnrs = tuple(_pnr(node) for node in _all(root, "PNR"))
    for pnr in pnrs:
        if not pnr.key:
            text = "a reservation without a record locator"
            findings.note("pnrgov.no_locator", Severity.WARNING, pnr.start, text)
    declared = _number(_value(root, "PNRs@NumberOfPNRs", "@NumberOfPNRs", "@NumberOfPnrs"))
    if declared is not None and declared != len(pnrs):
        text = f"{declared} reservations are declared, found {len(pnrs)}"
        findings.note("pnrgov.pnr_count", Severity.WARNING, root.start, text)
    flight = next(_all(root, "FlightLeg"), None)
    code = text_of(_value(root, "@MessageFunction", "MessageFunction", "@TransactionStatusCode")).upper()
    originator = next(_all(root, "Originator"), None)
    return PnrgovMessage(
        reference=text_of(_value(root, "@TransactionIdentifier", "@EchoToken")),
        access_reference=text_of(_value(root, "@CorrelationID", "@TransactionIdentifier")),
        version=text_of(_value(root, "@Version")),
        function=_FUNCTIONS.get(code, Function.UNKNOWN),
        prepared=text_of(_moment(_value(root, "@TimeStamp"))),
        sender=None if originator is None else _office(originator),
        flight=None if flight is None else _leg(flight),
        declared_pnrs=declared,
        pnrs=pnrs,
        complete=found.broken_at is None,
        start=root.start,
        end=root.end,
        findings=findings.all(),
    )


def _pnr(node: Node) -> Pnr:
    agency = next(_all(node, "POS", "Agency", "TravelAgency"), None)
    return Pnr(
        start=node.start,
        end=node.end,
        locators=tuple(_locator(one) for one in _all(node, "BookingRefID")),
        agency=None if agency is None else _office(agency),
        addresses=tuple(_addresses(node)),
        contacts=tuple(_contacts(node)),
        frequent_flyer=tuple(_loyalty(node)),
        travellers=tuple(_traveller(one) for one in _all(node, "Passenger")),
        legs=tuple(_leg(one) for one in _all(node, "Flight", "FlightSegment")),
        documents=tuple(_documents(node)),
        services=tuple(_service(one) for one in _all(node, "SSR")),
        remarks=tuple(_remarks(node)),
        partial=not node.closed,
    )


def _locator(node: Node) -> Locator:
    made = _moment(_value(node, "@CreationDateTime", "@DateTime"))
    return Locator(_value(node, "CompanyName@Code", "@CompanyCode", "CompanyName"), _value(node, "@ID"), made)


def _office(node: Node) -> Office:
    return Office(
        company=_value(node, "@AirlineCode", "CompanyName@Code", "Source@AirlineVendorID", "@SystemCode"),
        location=_value(node, "@LocationCode", "Source@AirportCode", "@AirportCode"),
        number=_value(node, "@IATA_Number", "Source@PseudoCityCode", "@AgencyID"),
        city=_value(node, "@CityCode", "CityName"),
        country=_value(node, "@CountryCode", "Source@ISOCountry"),
        agent=_value(node, "@AgentID", "Source@AgentSine"),
    )


def _traveller(node: Node) -> PnrTraveller:
    given = [*_values(node, "GivenName", "FirstGivenName")]
    return PnrTraveller(
        start=node.start,
        end=node.end,
        reference=text_of(_value(node, "@RPH", "@SurnameRefNumber", "@PassengerRef")),
        surname=_value(node, "Surname", "@Surname"),
        given=given[0] if given else _value(node, "@GivenName"),
        kind=text_of(_value(node, "@PassengerTypeCode", "PassengerTypeCode", "@PTC")),
        with_infant=text_of(_value(node, "@AccompaniedByInfantInd")).lower() in {"1", "true"},
        more_given=(*given[1:], *_values(node, "MiddleName")),
        frequent_flyer=tuple(_loyalty(node)),
        documents=tuple(_documents(node)),
        contacts=tuple(_contacts(node)),
        addresses=tuple(_addresses(node)),
        tickets=tuple(_ticket(one) for one in _all(node, "TicketDocument", "Ticket")),
        services=tuple(_service(one) for one in _all(node, "SSR")),
        remarks=tuple(_remarks(node)),
    )


def _loyalty(node: Node) -> Iterator[FrequentFlyer]:
    for one in _all(node, "CustLoyalty"):
        number = _value(one, "@MembershipID")
        if number is not None:
            yield FrequentFlyer(_value(one, "@ProgramID", "@VendorCode"), number, _value(one, "@LoyalLevel"))


def _documents(node: Node) -> Iterator[Document]:
    for one in _all(node, *_DOCUMENT_TAGS):
        yield Document(
            source="DOCO" if one.name == "DOCO" else "DOCS",
            holder=text_of(_value(one, "@PassengerRef", "@TravelerRefNumber")),
            kind=_value(one, "@TravelDocType", "@DocType"),
            issuer=_value(one, "@IssuingLoc", "@DocIssueCountry", "@IssuingCountry"),
            number=_value(one, "@TravelDocNbr", "@DocID", "@VisaNumber"),
            nationality=_value(one, "@DocHolderNationality", "@Nationality"),
            date_of_birth=_day(_value(one, "@DateOfBirth", "@BirthDate")),
            sex=_value(one, "@Gender"),
            expires=_day(_value(one, "@ExpiryDate", "@ExpireDate")),
            surname=_value(one, "@Surname", "Surname"),
            given=_value(one, "@FirstGivenName", "@GivenName", "GivenName"),
            middle=_value(one, "@SecondGivenName", "@MiddleName"),
        )


def _addresses(node: Node) -> Iterator[Address]:
    for one in _all(node, "Address", "DOCA"):
        yield Address(
            purpose=f"DOCA {text_of(_value(one, '@AddressType'))}".strip() if one.name == "DOCA" else "700",
            street=_value(one, "StreetNmbr", "AddressLine", "@Address", "@Street"),
            city=_value(one, "CityName", "@CityName"),
            region=_value(one, "StateProv@StateCode", "StateProv", "@StateProvCounty", "@StateProv"),
            country=_value(one, "CountryName@Code", "CountryName", "@Country", "@CountryCode"),
            postal_code=_value(one, "PostalCode", "@PostalCode", "@Zip_PostalCode"),
        )


def _contacts(node: Node) -> Iterator[Contact]:
    for one in _all(node, "Telephone", "Phone"):
        number = _value(one, "@PhoneNumber") or one.text
        if number is not None:
            yield Contact("CTC", number)
    for one in _all(node, "Email"):
        if one.text is not None:
            yield Contact("CTCE", one.text)


def _ticket(node: Node) -> Ticket:
    return Ticket(
        number=_value(node, "@TicketDocumentNbr", "@TicketNumber"),
        kind=text_of(_value(node, "@Type", "@TicketType")),
        prices=tuple(
            Money("T" if one.name == "TotalFare" else "B", amount, _value(one, "@CurrencyCode"))
            for one in _all(node, "TotalFare", "BaseFare")
            if (amount := _value(one, "@Amount") or one.text) is not None
        ),
        issued=_moment(_value(node, "@DateOfIssue", "@IssueDate")),
        payments=tuple(_payment(one) for one in _all(node, "PaymentInfo", "FormOfPayment")),
    )


def _payment(node: Node) -> Payment:
    form = _value(node, "@PaymentType", "@Type")
    return Payment(
        kind=text_of(form),
        form=form,
        amount=_value(node, "@PaymentAmount", "@Amount"),
        vendor=_value(node, "CreditCardInfo@CardCode", "@CardCode"),
        account=_value(node, "CreditCardInfo@CardNumber", "@CardNumber"),
        expires=_value(node, "CreditCardInfo@ExpireDate", "@ExpireDate"),
    )


def _service(node: Node) -> Service:
    return Service(
        code=text_of(_value(node, "@SSRCode", "@Code")).upper(),
        start=node.start,
        end=node.end,
        status=text_of(_value(node, "@Status", "@ActionCode")),
        carrier=text_of(_value(node, "Airline@Code", "@AirlineCode")),
        origin=text_of(_value(node, "@BoardPoint", "@DepartureAirport")),
        destination=text_of(_value(node, "@OffPoint", "@ArrivalAirport")),
        holder=text_of(_value(node, "@PassengerRef", "@TravelerRefNumber")),
        text=_value(node, "Text", "FreeText") or node.text,
    )


def _remarks(node: Node) -> Iterator[Remark]:
    for one in _all(node, "OSI", "Remark", "FreeText", "SSRText"):
        for text in (one.text, _value(one, "Text")):
            if text is not None:
                yield Remark("28" if one.name == "OSI" else "", text)


def _leg(node: Node) -> Leg:
    seats = ((one, _value(one, "@Number", "@SeatNumber") or one.text) for one in _all(node, "Seat"))
    return Leg(
        start=node.start,
        end=node.end,
        origin=_value(node, "DepartureAirport@LocationCode", "@DepartureAirport"),
        destination=_value(node, "ArrivalAirport@LocationCode", "@ArrivalAirport"),
        departs=_moment(_value(node, "@DepartureDateTime", "DepartureDateTime")),
        arrives=_moment(_value(node, "@ArrivalDateTime", "ArrivalDateTime")),
        carrier=_value(
            node, "MarketingAirline@Code", "@CarrierCode", "Airline@Code", "OperatingAirline@Code"
        ),
        number=_value(node, "@FlightNumber", "MarketingAirline@FlightNumber"),
        operating=_value(node, "OperatingAirline@Code"),
        booking_class=text_of(_value(node, "@ResBookDesigCode")),
        status=_value(node, "@Status"),
        persons=_value(node, "@NumberInParty"),
        aircraft=_value(node, "Equipment@AirEquipType", "@AirEquipType"),
        seats=tuple(
            Seat(number, text_of(_value(one, "@PassengerRef", "@TravelerRefNumber")))
            for one, number in seats
            if number is not None
        ),
        services=tuple(_service(one) for one in _all(node, "SSR")),
        remarks=tuple(_remarks(node)),
    )


def _all(node: Node, *names: str) -> Iterator[Node]:
    """Elements of these names below a node, in order, not inside another record."""
    stack = [*reversed(node.children)]
    while stack:
        one = stack.pop()
        if one.name in names:
            yield one
        elif one.name not in _RECORDS:
            stack += reversed(one.children)


def _value(node: Node, *paths: str) -> Field | None:
    """The first of some places that says something: `Child`, `@Attribute`, `Child@Attribute`."""
    for path in paths:
        name, _, attribute = path.partition("@")
        for one in (child for child in node.children if child.name == name) if name else (node,):
            found = one.attributes.get(attribute) if attribute else one.text
            if found is not None:
                return found
    return None


def _values(node: Node, *names: str) -> Iterator[Field]:
    """The texts of all children of these names."""
    return (one.text for one in node.children if one.name in names and one.text is not None)


def _moment(written: Field | None) -> Field | None:
    """A local time as ISO 8601 without zone and seconds; None when it is none."""
    if written is None or dates.day_of(written.text) is None:
        return None
    day, _, clock = written.text.partition("T")
    iso = dates.moment(day.replace("-", "") + clock[:5].replace(":", ""), "203" if clock else "102")
    return None if iso is None else Field(iso, written.start, written.end)


def _day(written: Field | None) -> Field | None:
    found = _moment(written)
    return None if found is None else Field(found.text[:10], found.start, found.end)


def _number(written: Field | None) -> int | None:
    text = text_of(written)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
