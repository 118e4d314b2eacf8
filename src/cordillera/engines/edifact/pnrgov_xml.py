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
from datetime import date

from cordillera.engines.edifact import dates, padis_dates
from cordillera.engines.edifact.findings import Findings, Severity
from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnrgov import documents_of_nobody, with_own_documents
from cordillera.engines.edifact.pnrgov_model import (
    Address,
    Contact,
    Document,
    FrequentFlyer,
    Function,
    Leg,
    Locator,
    Moment,
    Money,
    Office,
    Payment,
    Pnr,
    PnrgovMessage,
    PnrTraveller,
    Remark,
    Seat,
    Ticket,
)
from cordillera.engines.edifact.pnrgov_services import Context, Told, take
from cordillera.engines.edifact.service import ServiceString
from cordillera.engines.edifact.values import Segment, Source, Value
from cordillera.engines.edifact.xml_places import Node, XmlUnreadable, tree

ROOTS = frozenset({"IATA_PNRGOV_NotifRQ", "PNRGOV_NotifRQ", "IATA_PNRGOV"})
_RECORDS = frozenset({"PNR", "Passenger", "Flight", "FlightSegment", "TicketDocument", "SSR"})
"""Elements that are records of their own: what stands in them is not looked for from outside."""
_FUNCTIONS = {"22": Function.FULL, "FULL": Function.FULL, "141": Function.UPDATE, "UPDATE": Function.UPDATE}
_DOCUMENT_TAGS = ("DOCS", "DOCO", "Document")
_AROUND_DOCUMENTS = ("DOC_SSR", "DocSSR")
_HOLDER = ("@RPH", "@PassengerRef", "@TravelerRefNumber")
_NO_SERVICE = ServiceString(release=b"")
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
    flight = next((_leg(one, Told()) for one in _all(root, "FlightLeg")), None)
    prepared = _moment(_value(root, "@TimeStamp"))
    day = None if flight is None else dates.day_of(text_of(flight.departs))
    context = Context(findings, Source(data, _NO_SERVICE, "utf-8"), day or dates.day_of(text_of(prepared)))
    pnrs = tuple(_pnr(node, context) for node in _all(root, "PNR"))
    for pnr in pnrs:
        if not pnr.key:
            text = "a reservation without a record locator"
            findings.note("pnrgov.no_locator", Severity.WARNING, pnr.start, text)
    declared = _number(
        _value(root, *(f"{at}@{name}" for at in ("PNRs", "") for name in ("NumberOfPnrs", "NumberOfPNRs")))
    )
    if declared is not None and declared != len(pnrs):
        text = f"{declared} reservations are declared, found {len(pnrs)}"
        findings.note("pnrgov.pnr_count", Severity.WARNING, root.start, text)
    code = text_of(_value(root, "@MessageFunction", "MessageFunction", "@TransactionStatusCode")).upper()
    originator = next(_all(root, "Originator"), None)
    return PnrgovMessage(
        reference=text_of(_value(root, "@TransactionIdentifier", "@EchoToken")),
        access_reference=text_of(_value(root, "@CorrelationID", "@TransactionIdentifier")),
        version=text_of(_value(root, "@Version")),
        function=_FUNCTIONS.get(code, Function.UNKNOWN),
        prepared=text_of(prepared),
        sender=None if originator is None else _office(originator),
        flight=flight,
        declared_pnrs=declared,
        pnrs=pnrs,
        complete=found.broken_at is None,
        start=root.start,
        end=root.end,
        findings=findings.all(),
    )


def _pnr(node: Node, context: Context) -> Pnr:
    agency = next(_all(node, "Source", "Agency", "TravelAgency"), None) or next(_all(node, "POS"), None)
    told = _told(node, context)
    shared = [*_documents(node, context.flight_day), *told.documents]
    people = [_traveller(one, context) for one in _all(node, "Passenger")]
    return Pnr(
        start=node.start,
        end=node.end,
        locators=tuple(_locator(one, node) for one in _all(node, "BookingRefID")),
        moments=tuple(_moments(node)),
        agency=None if agency is None else _office(agency),
        addresses=(*_addresses(node), *told.addresses),
        contacts=(*_contacts(node), *told.contacts),
        excess_bags=tuple(_excess(node)),
        frequent_flyer=tuple(_loyalty(node)),
        travellers=with_own_documents(people, shared),
        legs=tuple(_leg(one, _told(one, context)) for one in _all(node, "Flight", "FlightSegment")),
        documents=documents_of_nobody(people, shared),
        seats=tuple(told.seats),
        services=tuple(told.services),
        remarks=tuple(_remarks(node)),
        partial=not node.closed,
    )


def _locator(node: Node, pnr: Node) -> Locator:
    made = _value(node, "@CreationDateTime", "@DateTime") or _value(pnr, "@PNR_CreationDate")
    company = _value(node, "CompanyName@Code", "@CompanyCode", "CompanyName")
    return Locator(company, _value(node, "@ID"), _moment(made))


def _moments(node: Node) -> Iterator[Moment]:
    """When a reservation was last changed and ticketed, with the qualifiers of DAT."""
    for qualifier, name in (("700", "@PNR_TransDate"), ("710", "@LastTktDate")):
        if (at := _moment(_value(node, name))) is not None:
            yield Moment(qualifier, at)


def _excess(node: Node) -> Iterator[Money]:
    """Bags paid for: how many, and what for them."""
    for one in _all(node, "PrepaidBag", "ExcessBaggage"):
        if (amount := _value(one, "@Amount")) is not None:
            number = text_of(_value(one, "@UnitOfMeasureQuantity"))
            yield Money(number, amount, _value(one, "@CurrencyCode"))


def _office(node: Node) -> Office:
    return Office(
        company=_value(node, "@AirlineCode", "CompanyName@Code", "@AirlineVendorID", "@SystemCode"),
        location=_value(node, "@LocationCode", "@AirportCode"),
        number=_value(node, "@IATA_Number", "RequestorID@ID", "@AgencyID"),
        office=_value(node, "@PseudoCityCode"),
        city=_value(node, "@CityCode", "CityName"),
        country=_value(node, "@CountryCode", "@ISOCountry"),
        agent=_value(node, "@AgentID", "@AgentSine"),
    )


def _traveller(node: Node, context: Context) -> PnrTraveller:
    given = [*_values(node, "GivenName", "FirstGivenName")]
    told = _told(node, context)
    fares = (_value(one, "@FareBasis") for one in _all(node, "FareInfo"))
    kind = _value(node, "@PassengerTypeCode", "PassengerTypeCode", "@PTC", "FareInfo@PTC_Code")
    return PnrTraveller(
        start=node.start,
        end=node.end,
        reference=text_of(_value(node, "@RPH", "@SurnameRefNumber", "@PassengerRef")),
        surname=_value(node, "Surname", "@Surname"),
        given=given[0] if given else _value(node, "@GivenName"),
        kind=text_of(kind),
        with_infant=text_of(_value(node, "@AccompaniedByInfantInd")).lower() in {"1", "true"},
        more_given=(*given[1:], *_values(node, "MiddleName")),
        frequent_flyer=tuple(_loyalty(node)),
        fares=tuple(found for found in fares if found is not None),
        documents=(*_documents(node, context.flight_day), *told.documents),
        contacts=(*_contacts(node), *told.contacts),
        addresses=(*_addresses(node), *told.addresses),
        tickets=tuple(_ticket(one) for one in _all(node, "TicketDocument", "Ticket")),
        excess_bags=tuple(_excess(node)),
        services=tuple(told.services),
        remarks=tuple(_remarks(node)),
    )


def _told(node: Node, context: Context) -> Told:
    """What the SSR of a record say, read as those of EDIFACT are."""
    told = Told()
    for one in _all(node, "SSR"):
        take(_request(one), told, context)
    return told


def _request(node: Node) -> Segment:
    """An SSR as the segment it would be."""
    head = (
        _value(node, "@SSR_Code", "@SSRCode", "@Code"),
        _value(node, "@Status", "@ActionCode"),
        _value(node, "@ServiceQuantity"),
        _value(node, "Airline@Code", "@AirlineCode"),
        None,
        None,
        _value(node, "@BoardPoint", "@DepartureAirport"),
        _value(node, "@OffPoint", "@ArrivalAirport"),
        _value(node, "Text", "TEXT", "FreeText") or node.text,
    )
    whom = (_value(node, "@SeatNumber", "@Number"), None, _value(node, *_HOLDER))
    nothing = Field("", node.start, node.start)
    composites = (
        tuple(Value(one.text, one.start, one.end) for one in (each or nothing for each in composite))
        for composite in (head, whom)
    )
    return Segment("SSR", node.start, node.end, tuple((one,) for one in composites))


def _loyalty(node: Node) -> Iterator[FrequentFlyer]:
    for one in _all(node, "CustLoyalty"):
        number = _value(one, "@MembershipID")
        if number is not None:
            yield FrequentFlyer(_value(one, "@ProgramID", "@VendorCode"), number, _value(one, "@LoyalLevel"))


def _documents(node: Node, flight_day: date | None) -> Iterator[Document]:
    for one in _all(node, *_AROUND_DOCUMENTS, *_DOCUMENT_TAGS):
        inner = [one] if one.name in _DOCUMENT_TAGS else [*_all(one, *_DOCUMENT_TAGS)]
        holder = text_of(_value(one, *_HOLDER))
        yield from (_document(each, holder or text_of(_value(each, *_HOLDER)), flight_day) for each in inner)


def _document(node: Node, holder: str, flight_day: date | None) -> Document:
    born, expires = _value(node, "@DateOfBirth", "@BirthDate"), _value(node, "@ExpiryDate", "@ExpireDate")
    applies = ("@CountryState", "@PlaceOfIssue") if node.name == "DOCO" else ()
    return Document(
        source="DOCO" if node.name == "DOCO" else "DOCS",
        holder=holder,
        kind=_value(node, "@TravelDocType", "@DocType"),
        issuer=_value(node, "@IssuingLoc", "@DocIssueCountry", "@IssuingCountry", *applies),
        number=_value(node, "@TravelDocNbr", "@DocID", "@VisaNumber"),
        nationality=_value(node, "@PaxNationality", "@DocHolderNationality", "@Nationality"),
        date_of_birth=_day(born, padis_dates.birth_date, flight_day),
        sex=_value(node, "@Gender"),
        expires=_day(expires, padis_dates.expiry_date, flight_day),
        surname=_value(node, "@Surname", "Surname"),
        given=_value(node, "@FirstGivenName", "@GivenName", "GivenName"),
        middle=_value(node, "@SecondGivenName", "@MiddleName"),
    )


def _addresses(node: Node) -> Iterator[Address]:
    for one in _all(node, "Address", "DOCA", "ContactInfo"):
        if one.name == "ContactInfo":
            yield from _addresses(one)
        found = Address(
            purpose=f"DOCA {text_of(_value(one, '@AddressType'))}".strip() if one.name == "DOCA" else "700",
            street=_value(one, "StreetNmbr", "AddressLine", "@Address", "@Street"),
            city=_value(one, "CityName", "@CityName"),
            region=_value(one, "StateProv@StateCode", "StateProv", "@StateProvCounty", "@StateProv"),
            country=_value(one, "CountryName@Code", "CountryName", "@Country", "@CountryCode"),
            postal_code=_value(one, "PostalCode", "@PostalCode", "@Zip_PostalCode"),
        )
        if found != Address(found.purpose):
            yield found


def _contacts(node: Node) -> Iterator[Contact]:
    for one in _all(node, "Telephone", "Phone"):
        number = _value(one, "@PhoneNumber") or one.text
        if number is not None:
            yield Contact("CTC", number)
    for one in _all(node, "ContactInfo"):
        places = (("CTC", "@PhoneNumber"), ("CTCE", "@EmailAddress"))
        told = ((code, _value(one, place)) for code, place in places)
        yield from (Contact(code, value) for code, value in told if value is not None)
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
    form, payer = _value(node, "@PaymentType", "@Type"), _value(node, "@CardHolderName")
    return Payment(
        kind=text_of(form),
        form=form,
        amount=_value(node, "@PaymentAmount", "@Amount"),
        vendor=_value(node, "@VendorCode", "CreditCardInfo@CardCode", "@CardCode"),
        account=_value(node, "@AccountNbr", "CreditCardInfo@CardNumber", "@CardNumber"),
        expires=_value(node, "@ExpiryDate", "CreditCardInfo@ExpireDate", "@ExpireDate"),
        payer=() if payer is None else (payer,),
    )


def _remarks(node: Node) -> Iterator[Remark]:
    for one in _all(node, "OSI", "Remark", "FreeText", "SSRText"):
        for text in (one.text, _value(one, "Text")):
            if text is not None:
                yield Remark("28" if one.name == "OSI" else "", text)


def _leg(node: Node, told: Told) -> Leg:
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
        operating_number=_value(node, "OperatingAirline@FlightNumber"),
        booking_class=text_of(_value(node, "@ResBookDesigCode")),
        status=_value(node, "@Status"),
        persons=_value(node, "@NumberInParty"),
        aircraft=_value(node, "Equipment@AirEquipType", "@AirEquipType"),
        seats=(
            *(Seat(number, text_of(_value(one, *_HOLDER))) for one, number in seats if number is not None),
            *told.seats,
        ),
        services=tuple(told.services),
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
    day, _, clock = written.text.replace(" ", "T", 1).partition("T")
    iso = dates.moment(day.replace("-", "") + clock[:5].replace(":", ""), "203" if clock else "102")
    return None if iso is None else Field(iso, written.start, written.end)


def _day(written: Field | None, read: padis_dates.Reads, flight_day: date | None) -> Field | None:
    """A day as ISO, or as DDMMMYY by the day of the flight; None when it is none."""
    if written is None:
        return None
    found = _moment(written)
    iso = read(written.text, flight_day) if found is None else found.text[:10]
    return None if iso is None else Field(iso, written.start, written.end)


def _number(written: Field | None) -> int | None:
    text = text_of(written)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
