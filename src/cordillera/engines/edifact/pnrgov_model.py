"""A carrier's reservations as typed records (PNRGOV); every value keeps the bytes it came from.

What is absent or unusable is None. Records as read hold everything, remarks too: `safeguard.allowed` takes
out what PNR laws forbid, before anything is kept.
"""

from enum import StrEnum

import msgspec

from cordillera.engines.edifact.findings import Finding
from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.runs import TICKET, in_row

_TICKET_DIGITS = 13


class Function(StrEnum):
    """What MSG says the message is (PADIS 1225)."""

    FULL = "22"
    UPDATE = "141"
    UNKNOWN = ""


class Locator(msgspec.Struct, frozen=True, gc=False):
    """RCI: whose system, its record locator, when it was made there (local ISO time)."""

    company: Field | None
    code: Field | None
    made: Field | None = None


class Moment(msgspec.Struct, frozen=True, gc=False):
    """DAT: what happened (700 changed, 710 ticketed, 2 checked in, ZT in UTC) and when, ISO 8601."""

    qualifier: str
    at: Field


class Office(msgspec.Struct, frozen=True, gc=False):
    """ORG or ABI: the carrier, agency or system that made a booking, a check-in or a change."""

    company: Field | None = None
    location: Field | None = None
    number: Field | None = None
    office: Field | None = None
    city: Field | None = None
    kind: Field | None = None
    country: Field | None = None
    agent: Field | None = None


class Address(msgspec.Struct, frozen=True, gc=False):
    """ADD: what for (700 contact, 702 home or as agreed), where, and the telephone number in it."""

    purpose: str
    street: Field | None = None
    city: Field | None = None
    region: Field | None = None
    country: Field | None = None
    postal_code: Field | None = None
    phone: Field | None = None


class Contact(msgspec.Struct, frozen=True, gc=False):
    """A telephone number or mail address out of a CTC text: its code (CTCE, CTCM...) and nothing else."""

    code: str
    value: Field


class Document(msgspec.Struct, frozen=True, gc=False):
    """DOCS, DOCO or FOID: type code, issuer, number, and what it says of its holder. Dates are ISO.

    `issued_at` is a place as sent. `infant` is the sign that it is of an infant, wherever it stands.
    """

    source: str
    holder: str = ""
    kind: Field | None = None
    issuer: Field | None = None
    number: Field | None = None
    nationality: Field | None = None
    date_of_birth: Field | None = None
    sex: Field | None = None
    expires: Field | None = None
    surname: Field | None = None
    given: Field | None = None
    middle: Field | None = None
    birthplace: Field | None = None
    issued: Field | None = None
    issued_at: Field | None = None
    infant: Field | None = None


class Service(msgspec.Struct, frozen=True, gc=False):
    """SSR: code, status, route; `text` is free and can be sensitive; `holder` the traveller it is for."""

    code: str
    start: int
    end: int
    status: str = ""
    carrier: str = ""
    origin: str = ""
    destination: str = ""
    holder: str = ""
    text: Field | None = None


class Remark(msgspec.Struct, frozen=True, gc=False):
    """IFT or LTS: free text with its code ("28" is OSI); always sensitive."""

    code: str
    text: Field


class Money(msgspec.Struct, frozen=True, gc=False):
    """MON or EBD: what for (B base, T total), amount as sent, currency."""

    kind: str
    amount: Field
    currency: Field | None = None


class Payment(msgspec.Struct, frozen=True, gc=False):
    """FOP: form (CC, CA, MS...), card company, account as masked by the carrier, expiry, amount, payer.

    `kind` is the form; `form` is where it was told, which is its evidence.
    """

    kind: str
    amount: Field | None = None
    vendor: Field | None = None
    account: Field | None = None
    expires: Field | None = None
    payer: tuple[Field, ...] = ()
    address: Address | None = None
    form: Field | None = None


class Ticket(msgspec.Struct, frozen=True, gc=False):
    """TKT: number and type, prices, when it was issued, how it was paid.

    `booklets` is how many tickets in row it begins, where more than one; `conjunction` the other numbers.
    """

    number: Field | None
    kind: str = ""
    prices: tuple[Money, ...] = ()
    issued: Field | None = None
    payments: tuple[Payment, ...] = ()
    booklets: Field | None = None
    conjunction: tuple[Field, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every number of it: as told, else counted from the first where that has its thirteen digits."""
        first = text_of(self.number)
        if self.conjunction:
            return (first, *(one.text for one in self.conjunction))
        return in_row(first, text_of(self.booklets) if len(first) == _TICKET_DIGITS else "", TICKET)


class FrequentFlyer(msgspec.Struct, frozen=True, gc=False):
    """FTI: whose programme, membership number, tier."""

    company: Field | None
    number: Field
    tier: Field | None = None


class PnrTraveller(msgspec.Struct, frozen=True, gc=False):
    """TIF: one person of a reservation. `reference` ties seats and bags to it; `kind` is A, C, IN as sent.

    A group without names yet is one traveller of kind G with the name of the group.
    """

    start: int
    end: int
    reference: str
    surname: Field | None
    given: Field | None
    kind: str = ""
    with_infant: bool = False
    more_given: tuple[Field, ...] = ()
    frequent_flyer: tuple[FrequentFlyer, ...] = ()
    identifiers: tuple[Field, ...] = ()
    fares: tuple[Field, ...] = ()
    documents: tuple[Document, ...] = ()
    contacts: tuple[Contact, ...] = ()
    addresses: tuple[Address, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    excess_bags: tuple[Money, ...] = ()
    services: tuple[Service, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def own_documents(self) -> tuple[Document, ...]:
        """The documents without those of an infant who travels with them."""
        if self.kind.upper().startswith("I"):
            return self.documents
        return tuple(one for one in self.documents if one.infant is None or self._is_named(one))

    def _is_named(self, document: Document) -> bool:
        told = (text_of(document.surname), text_of(document.given))
        return any(told) and told == (text_of(self.surname), text_of(self.given))


class Bag(msgspec.Struct, frozen=True, gc=False):
    """TBD: pieces and weight (kg or lb), first tag number, how many tags follow in row, destination."""

    pieces: Field | None = None
    weight: Field | None = None
    unit: str = ""
    pool: str = ""
    carrier: Field | None = None
    tag: Field | None = None
    in_row: Field | None = None
    destination: Field | None = None
    holder: str = ""


class Seat(msgspec.Struct, frozen=True, gc=False):
    """A seat asked for (SSR SEAT): number and the traveller it is for."""

    number: Field
    holder: str = ""


class CheckIn(msgspec.Struct, frozen=True, gc=False):
    """DAT 2 with TRI: who was checked in, when and where, boarding number, seat, bags."""

    holder: str
    at: Field | None = None
    office: Office | None = None
    sequence: Field | None = None
    surname: Field | None = None
    given: Field | None = None
    seat: Field | None = None
    cabin: str = ""
    bags: tuple[Bag, ...] = ()


class Leg(msgspec.Struct, frozen=True, gc=False):
    """TVL: one flight (or other service of the itinerary). Times are local ISO 8601 without zone.

    `operating` is the carrier that flies it, `operating_number` the flight as that carrier calls it.
    """

    start: int
    end: int
    origin: Field | None
    destination: Field | None
    departs: Field | None
    arrives: Field | None
    carrier: Field | None
    number: Field | None
    operating: Field | None = None
    operating_number: Field | None = None
    booking_class: str = ""
    kind: str = ""
    status: Field | None = None
    persons: Field | None = None
    aircraft: Field | None = None
    locators: tuple[Locator, ...] = ()
    seats: tuple[Seat, ...] = ()
    check_ins: tuple[CheckIn, ...] = ()
    services: tuple[Service, ...] = ()
    remarks: tuple[Remark, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @property
    def flight(self) -> str:
        """Carrier and number such as "DL324"."""
        return text_of(self.carrier) + text_of(self.number).lstrip("0")


class Split(msgspec.Struct, frozen=True, gc=False):
    """EQN with RCI: how many persons were split off, and to which reservations."""

    persons: Field | None
    locators: tuple[Locator, ...]


class Change(msgspec.Struct, frozen=True, gc=False):
    """SAC of the history: A added or X cancelled, by whom, when, and what."""

    action: str
    start: int
    end: int
    at: Field | None = None
    office: Office | None = None
    traveller: tuple[Field, ...] = ()
    leg: Leg | None = None
    services: tuple[Service, ...] = ()
    seats: tuple[Seat, ...] = ()
    documents: tuple[Document, ...] = ()
    bags: tuple[Bag, ...] = ()
    contacts: tuple[Contact, ...] = ()
    remarks: tuple[Remark, ...] = ()


class Pnr(msgspec.Struct, frozen=True, gc=False):
    """One reservation (SRC group). `start` and `end` enclose its segments in the file."""

    start: int
    end: int
    locators: tuple[Locator, ...]
    moments: tuple[Moment, ...] = ()
    agency: Office | None = None
    addresses: tuple[Address, ...] = ()
    contacts: tuple[Contact, ...] = ()
    excess_bags: tuple[Money, ...] = ()
    frequent_flyer: tuple[FrequentFlyer, ...] = ()
    travellers: tuple[PnrTraveller, ...] = ()
    legs: tuple[Leg, ...] = ()
    others: tuple[Leg, ...] = ()
    splits: tuple[Split, ...] = ()
    documents: tuple[Document, ...] = ()
    seats: tuple[Seat, ...] = ()
    services: tuple[Service, ...] = ()
    remarks: tuple[Remark, ...] = ()
    history: tuple[Change, ...] = ()
    partial: bool = False

    @property
    def key(self) -> str:
        """What names the reservation: company and locator such as "DL:MFN4TI", or "" without one."""
        first = next((one for one in self.locators if one.code is not None), None)
        if first is None or first.code is None:
            return ""
        return f"{text_of(first.company)}:{first.code.text}"


class PnrgovMessage(msgspec.Struct, frozen=True, gc=False):
    """One PNRGOV message, or one part of one (`part` counts from 1; `last` says no part follows)."""

    reference: str
    access_reference: str
    version: str
    function: Function
    prepared: str
    sender: Office | None
    flight: Leg | None
    declared_pnrs: int | None
    pnrs: tuple[Pnr, ...]
    complete: bool
    start: int
    end: int
    findings: tuple[Finding, ...]
    part: int = 1
    last: bool = True
