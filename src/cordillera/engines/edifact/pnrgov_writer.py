"""Write PNRGOV messages (PADIS 10:1 to 21:1) from records: what is written is read back the same.

Every version is written with the same segments, those of the table that reads them all; what a record does
not know is left out, never made up. The count of reservations is right by construction.

>>> from cordillera.engines.edifact.pnrgov import pnrgov_messages
>>> from cordillera.engines.edifact.reader import read
>>> from cordillera.engines.edifact.paxlst_model import Field
>>> from cordillera.engines.edifact.pnrgov_model import Locator
>>> one = Pnr(0, 0, (Locator(None, Field("MFN4TI", 0, 0)),))
>>> draft = PnrgovDraft("XA", "ECPIU", "2026-11-25T12:00", "R1", pnrs=(one,))
>>> (message,) = pnrgov_messages(read(write_pnrgov(draft)))
>>> message.pnrs[0].key, message.declared_pnrs, message.version
(':MFN4TI', 1, '13:1')
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

import msgspec

from cordillera.engines.edifact import dates
from cordillera.engines.edifact import pnrgov_segments as lines
from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.pnrgov_grammar import is_known
from cordillera.engines.edifact.pnrgov_model import (
    Address,
    Change,
    CheckIn,
    Contact,
    Document,
    Function,
    Leg,
    Office,
    Pnr,
    PnrgovMessage,
    PnrTraveller,
    Remark,
    Seat,
    Service,
    Ticket,
)
from cordillera.engines.edifact.writer import Body, Envelope, Line, NotWritable, Style, write_interchange

DEFAULT_STYLE = Style(syntax="IATA", level="1")


class PnrgovDraft(msgspec.Struct, frozen=True):
    """A message to write; `prepared` is ISO, `reference` numbers interchange and message."""

    sender: str
    recipient: str
    prepared: str
    reference: str
    version: str = "13:1"
    function: Function = Function.FULL
    access_reference: str = ""
    part: int = 1
    last: bool = True
    office: Office | None = None
    flight: Leg | None = None
    pnrs: tuple[Pnr, ...] = ()


def draft_of(message: PnrgovMessage, envelope: Envelope) -> PnrgovDraft:
    """A message as read, to be written again; the envelope says what the message itself does not."""
    return PnrgovDraft(
        sender=envelope.sender,
        recipient=envelope.recipient,
        prepared=message.prepared or envelope.prepared,
        reference=message.reference or envelope.reference,
        version=message.version,
        function=message.function,
        access_reference=message.access_reference,
        part=message.part,
        last=message.last,
        office=message.sender,
        flight=message.flight,
        pnrs=message.pnrs,
    )


def write_pnrgov(draft: PnrgovDraft, style: Style = DEFAULT_STYLE) -> bytes:
    """Write one interchange with one message; raises `NotWritable` for what has no form."""
    if not is_known(draft.version):
        raise NotWritable(reason="version", version=draft.version[:20])
    part = () if draft.part == 1 and draft.last else (f"{draft.part:02}", "F" if draft.last else "C")
    identifier = ("PNRGOV", *draft.version.split(":"), "IA")
    body = Body(draft.reference, identifier, tuple(_message(draft)), (draft.access_reference, part))
    envelope = Envelope(draft.sender, draft.recipient, draft.prepared, draft.reference, "PNRGOV")
    return write_interchange(envelope, (body,), style)


def _message(draft: PnrgovDraft) -> Iterator[Line]:
    """Every segment between UNH and UNT."""
    if draft.function is not Function.UNKNOWN:
        yield ("MSG", ("", draft.function.value))
    yield from lines.office(draft.office)
    if draft.flight is not None:
        yield from lines.leg(draft.flight)
    yield ("EQN", str(len(draft.pnrs)))
    departs = "" if draft.flight is None else text_of(draft.flight.departs)
    day = dates.day_of(departs) or dates.day_of(draft.prepared)
    for pnr in draft.pnrs:
        yield from _reservation(pnr, day)


def _reservation(pnr: Pnr, day: date | None) -> Iterator[Line]:
    yield ("SRC",)
    yield from lines.locators(pnr.locators)
    yield from lines.moments(pnr.moments)
    yield from lines.office(pnr.agency)
    yield from lines.money("EBD", pnr.excess_bags)
    yield from lines.memberships(pnr.frequent_flyer)
    yield from _told(pnr, day)
    for person in pnr.travellers:
        yield from _traveller(person, day)
    for flight in pnr.legs:
        yield from _leg(flight)
    for split in pnr.splits:
        yield ("EQN", text_of(split.persons))
        yield from lines.locators(split.locators)
    for other in pnr.others:
        yield ("MSG", other.kind)
        yield from _leg(other)
    yield from _history(pnr.history, day)


class _Told(msgspec.Struct, frozen=True):
    """What SSR, IFT, LTS and ADD say; the records that hold it have some of these fields each."""

    documents: tuple[Document, ...] = ()
    addresses: tuple[Address, ...] = ()
    seats: tuple[Seat, ...] = ()
    services: tuple[Service, ...] = ()
    remarks: tuple[Remark, ...] = ()
    contacts: tuple[Contact, ...] = ()


def _told(record: Pnr | PnrTraveller | Leg | Change, day: date | None) -> Iterator[Line]:
    told = _Told(**{name: getattr(record, name, ()) for name in _Told.__struct_fields__})
    yield from (lines.document(one, day) for one in told.documents)
    yield from (lines.address(one) for one in told.addresses)
    yield from (lines.seat(one) for one in told.seats)
    yield from (lines.service(one) for one in told.services)
    yield from lines.texts(told.remarks, told.contacts, of_reservation=isinstance(record, Pnr))


def _traveller(person: PnrTraveller, day: date | None) -> Iterator[Line]:
    given = (text_of(person.given), person.kind, person.reference, "1" if person.with_infant else "")
    yield ("TIF", text_of(person.surname), given, *(text_of(more) for more in person.more_given))
    yield from lines.memberships(person.frequent_flyer)
    yield from (("REF", ("", text_of(one))) for one in person.identifiers)
    yield from lines.money("EBD", person.excess_bags)
    yield from (("FAR", *[""] * 5, text_of(one)) for one in person.fares)
    yield from _told(person, day)
    for ticket in person.tickets:
        yield from _ticket(ticket)


def _ticket(ticket: Ticket) -> Iterator[Line]:
    more = (text_of(one) for one in ticket.conjunction)
    yield ("TKT", (text_of(ticket.number), ticket.kind, text_of(ticket.booklets)), *more)
    yield from lines.money("MON", ticket.prices)
    if ticket.issued is not None:
        yield ("DAT", ("710", *lines.when(ticket.issued)))
    for payment in ticket.payments:
        yield from lines.payment(payment)


def _leg(leg: Leg) -> Iterator[Line]:
    yield from lines.leg(leg)
    yield from _told(leg, None)
    yield from lines.locators(leg.locators)
    for (_, _), people in groupby(leg.check_ins, lambda one: (text_of(one.at), _texts(one.office))):
        for place, person in enumerate(people):
            if place == 0:
                yield ("DAT", ("2", *lines.when(person.at))) if person.at else ("DAT",)
                yield from lines.office(person.office)
            yield from _check_in(person)


def _texts(office: Office | None) -> tuple[str, ...] | None:
    return None if office is None else tuple(text_of(part) for part in msgspec.structs.astuple(office))


def _check_in(person: CheckIn) -> Iterator[Line]:
    yield ("TRI", "", (text_of(person.sequence), "", "", person.holder))
    if person.surname is not None or person.given is not None:
        yield ("TIF", text_of(person.surname), text_of(person.given))
    if person.seat is not None or person.cabin:
        yield ("SSD", text_of(person.seat), "", "", "", person.cabin)
    yield from lines.bags(person.bags)


def _history(changes: Sequence[Change], day: date | None) -> Iterator[Line]:
    """Changes by nobody first: behind an ABI they would be somebody's."""
    for change in changes:
        if change.office is None:
            yield from _change(change, day)
    made = [change for change in changes if change.office is not None]
    for _, same in groupby(made, lambda one: (text_of(one.at), _texts(one.office))):
        for place, change in enumerate(same):
            if place == 0 and change.office is not None:
                yield lines.changer(change.office)
                yield from [("DAT", ("", *lines.when(change.at)))] if change.at else []
            yield from _change(change, day)


def _change(change: Change, day: date | None) -> Iterator[Line]:
    yield ("SAC", "", "", change.action)
    if change.traveller:
        yield ("TIF", *(text_of(name) for name in change.traveller))
    yield from _told(change, day)
    yield from lines.bags(change.bags)
    if change.leg is not None:
        yield from lines.leg(change.leg)
