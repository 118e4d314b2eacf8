"""A traveller's reservations as an officer sees them: itinerary, bags, seats, co-travellers, payment, agency.

Texts are as the carrier sent them; times are local to the airport. After six months only flights and agency
are left (PNR Directive 2016/681, art. 12(2): names, co-travellers, contacts, payment, frequent flyer).
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import msgspec

from cordillera.desks.travellers.excerpt import Line
from cordillera.desks.travellers.reservation_core import named, without_title
from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnr_fields import fields_in
from cordillera.engines.edifact.pnr_state import Reservation
from cordillera.engines.edifact.pnrgov_model import Bag, Change, Leg, Payment, Pnr, PnrTraveller, Ticket
from cordillera.engines.rules.pnr_seats import likely_beside

Bytes = tuple[int, int]
"""Where something stands in its message: the bytes [start, end)."""


class BookedLeg(msgspec.Struct, frozen=True):
    """One flight of the itinerary; `at` are its bytes, as of everything below."""

    flight: str
    origin: str
    destination: str
    departs: str
    arrives: str
    status: str
    at: Bytes | None = None


class BookedBag(msgspec.Struct, frozen=True):
    """Bags as checked in: first tag, pieces, weight of all of them with its unit, where they go."""

    tag: str
    pieces: str
    weight: str
    destination: str
    pooled: bool
    at: Bytes | None = None


class BookedPayment(msgspec.Struct, frozen=True):
    """A form of payment: its code, the card's company, the account with its middle hidden, the amount."""

    kind: str
    vendor: str
    account: str
    amount: str
    at: Bytes | None = None


class BookedTicket(msgspec.Struct, frozen=True):
    """A ticket: its number and type, and the day it was issued."""

    number: str
    kind: str
    issued: str
    at: Bytes | None = None


class CoTraveller(msgspec.Struct, frozen=True):
    """Somebody else of the reservation, which traveller of the flight they are, and what ties the two.

    `ties`: `reservation` always; `payment`, `contact` where both have the same; `bags` checked in together.
    `seats` are theirs with the flight; `beside` the flights on which they likely sit beside the traveller, by
    row and letter alone (`engines.rules.pnr_seats`).
    """

    name: str
    kind: str
    traveller_id: UUID | None
    ties: tuple[str, ...] = ("reservation",)
    seats: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


class Changed(msgspec.Struct, frozen=True):
    """A change of the reservation: added (A) or cancelled (X), when, and what."""

    action: str
    at: str
    what: str


class ReservationView(msgspec.Struct, frozen=True):
    """One reservation of a traveller; `cancelled` when a later message no longer had it or them.

    `partial` says that its message was cut; `source` is the message that its newest version comes from, `at`
    its bytes there; `lines` are those bytes, where they were asked for, and `cited` what of them is about
    this traveller.
    """

    locator: str
    as_of: str
    cancelled: bool
    made: str = ""
    agency: str = ""
    city: str = ""
    legs: tuple[BookedLeg, ...] = ()
    seats: tuple[str, ...] = ()
    bags: tuple[BookedBag, ...] = ()
    payments: tuple[BookedPayment, ...] = ()
    co_travellers: tuple[CoTraveller, ...] = ()
    contacts: tuple[str, ...] = ()
    changes: tuple[Changed, ...] = ()
    tickets: tuple[BookedTicket, ...] = ()
    splits: tuple[str, ...] = ()
    source: UUID | None = None
    at: Bytes | None = None
    cited: tuple[Bytes, ...] = ()
    lines: tuple[Line, ...] = ()
    partial: bool = False


def view_of(reservation: Reservation, mine: str, who: Mapping[str, UUID]) -> ReservationView:
    """Return a reservation as the person called `mine` in it has it; `who` tells its persons' travellers."""
    pnr = reservation.pnr
    people = dict(named(pnr))
    person = people.get(mine)
    made = next((one.made for one in pnr.locators if one.made is not None), None)
    agency = pnr.agency
    return ReservationView(
        locator=next((text_of(one.code) for one in pnr.locators if one.code is not None), ""),
        as_of=reservation.as_of,
        cancelled=reservation.cancelled or person is None,
        made=text_of(made),
        agency="" if agency is None else text_of(agency.number or agency.office or agency.company),
        city="" if agency is None else text_of(agency.city),
        legs=tuple(_leg(one) for one in pnr.legs),
        seats=() if person is None else tuple(_seats(pnr, person)),
        bags=() if person is None else tuple(_bags(pnr, person)),
        payments=() if person is None else tuple(_payments(person)),
        tickets=() if person is None else tuple(_ticket(one) for one in person.tickets),
        splits=tuple(dict.fromkeys(text_of(code.code) for one in pnr.splits for code in one.locators)),
        co_travellers=tuple(
            _co_traveller(pnr, person, one, who.get(name)) for name, one in people.items() if name != mine
        ),
        contacts=() if person is None else tuple(dict.fromkeys(_contacts(pnr, person))),
        changes=tuple(_changed(one) for one in reservation.history),
        at=(pnr.start, pnr.end),
        cited=() if person is None else tuple(_cited(pnr, person)),
        partial=pnr.partial,
    )


def depersonalised(view: ReservationView) -> ReservationView:
    """Return what stays of a reservation after six months: the flights, the agency, whether it stands."""
    return ReservationView(
        locator="",
        as_of=view.as_of,
        cancelled=view.cancelled,
        made=view.made[:10],
        agency=view.agency,
        city=view.city,
        legs=view.legs,
        partial=view.partial,
    )


def without_bytes(view: ReservationView) -> ReservationView:
    """Return a reservation without where its parts stand, when its parts come from several messages."""
    parts = ("legs", "bags", "payments", "tickets")
    return msgspec.structs.replace(
        view,
        **{
            name: tuple(msgspec.structs.replace(one, at=None) for one in getattr(view, name))
            for name in parts
        },
        source=None,
        at=None,
        cited=(),
        lines=(),
    )


def _co_traveller(
    pnr: Pnr, person: PnrTraveller | None, other: PnrTraveller, ref: UUID | None
) -> CoTraveller:
    beside = [
        leg.flight or "?"
        for leg in pnr.legs
        if person is not None
        and any(
            likely_beside(text_of(mine), text_of(theirs))
            for mine in _numbers(pnr, leg, person)
            for theirs in _numbers(pnr, leg, other)
        )
    ]
    return CoTraveller(
        name=_name(other),
        kind=other.kind,
        traveller_id=ref,
        ties=ties(pnr, person, other),
        seats=tuple(_seats(pnr, other)),
        beside=tuple(dict.fromkeys(beside)),
    )


def ties(pnr: Pnr, one: PnrTraveller | None, other: PnrTraveller) -> tuple[str, ...]:
    """Return what ties two people of a reservation beside the reservation itself."""
    if one is None:
        return ("reservation",)
    shared = {
        "payment": _accounts(one) & _accounts(other),
        "contact": _own_contacts(one) & _own_contacts(other),
        "bags": _pools(pnr, one) & _pools(pnr, other),
    }
    return ("reservation", *(name for name, both in shared.items() if both))


def _accounts(person: PnrTraveller) -> set[str]:
    return {text_of(one.account) for ticket in person.tickets for one in ticket.payments if one.account}


def _own_contacts(person: PnrTraveller) -> set[str]:
    """What a person alone is reached by; what the reservation has for all ties nobody more closely."""
    told = {one.value.text for one in person.contacts}
    for one in person.addresses:
        told |= {field.text for field in (one.street, one.phone) if field is not None}
    return told


def _pools(pnr: Pnr, person: PnrTraveller) -> set[str]:
    bags = (
        bag
        for leg in pnr.legs
        for one in leg.check_ins
        if is_for(one.holder, person, pnr)
        for bag in one.bags
    )
    return {bag.pool for bag in bags if bag.pool}


def _span(*parts: Field | None) -> Bytes | None:
    """The bytes from the first of some fields to the last."""
    told = [part for part in parts if part is not None]
    return (min(part.start for part in told), max(part.end for part in told)) if told else None


def _cited(pnr: Pnr, person: PnrTraveller) -> Iterator[Bytes]:
    """The bytes of every field about one person of a reservation, in the order of the message."""
    mine: list[object] = [person, pnr.locators, pnr.agency, pnr.contacts, pnr.addresses]
    for leg in pnr.legs:
        mine += [leg.origin, leg.destination, leg.departs, leg.arrives, leg.carrier, leg.number]
        mine += [one for one in leg.seats if is_for(one.holder, person, pnr)]
        mine += [one for one in leg.check_ins if is_for(one.holder, person, pnr)]
    yield from sorted({(one.start, one.end) for one in fields_in(mine)})


def _leg(leg: Leg) -> BookedLeg:
    return BookedLeg(
        flight=leg.flight,
        origin=text_of(leg.origin),
        destination=text_of(leg.destination),
        departs=text_of(leg.departs),
        arrives=text_of(leg.arrives),
        status=text_of(leg.status),
        at=(leg.start, leg.end),
    )


def is_for(holder: str, person: PnrTraveller, pnr: Pnr) -> bool:
    """Tell whether what is told of `holder` is for a person; what is told of nobody is of who is alone."""
    return holder == person.reference if holder else len(pnr.travellers) == 1


def _seats(pnr: Pnr, person: PnrTraveller) -> Iterator[str]:
    for leg in pnr.legs:
        for number in _numbers(pnr, leg, person):
            yield f"{text_of(number)} {leg.flight}".strip()


def _numbers(pnr: Pnr, leg: Leg, person: PnrTraveller) -> list[Field]:
    """The seats of a person on a flight: as checked in, else as asked for."""
    given = [one.seat for one in leg.check_ins if one.seat and is_for(one.holder, person, pnr)]
    return given or [one.number for one in leg.seats if is_for(one.holder, person, pnr)]


def _bags(pnr: Pnr, person: PnrTraveller) -> Iterator[BookedBag]:
    for leg in pnr.legs:
        for check_in in leg.check_ins:
            if is_for(check_in.holder, person, pnr):
                yield from (_bag(one) for one in check_in.bags)


def _bag(bag: Bag) -> BookedBag:
    weight = f"{text_of(bag.weight)} {bag.unit}".strip() if bag.weight is not None else ""
    return BookedBag(
        tag=text_of(bag.tag),
        pieces=text_of(bag.pieces),
        weight=weight,
        destination=text_of(bag.destination),
        pooled=bool(bag.pool),
        at=_span(bag.pieces, bag.weight, bag.tag, bag.destination),
    )


def _ticket(ticket: Ticket) -> BookedTicket:
    at = _span(ticket.number, ticket.issued) if ticket.number is None else _span(ticket.number)
    return BookedTicket(", ".join(ticket.numbers), ticket.kind, text_of(ticket.issued), at)


def _payments(person: PnrTraveller) -> Iterator[BookedPayment]:
    for ticket in person.tickets:
        currency = next((text_of(one.currency) for one in ticket.prices if one.currency is not None), "")
        for one in ticket.payments:
            amount = f"{text_of(one.amount)} {currency}".strip() if one.amount is not None else ""
            yield BookedPayment(one.kind, text_of(one.vendor), text_of(one.account), amount, _paid_at(one))


def _paid_at(payment: Payment) -> Bytes | None:
    return _span(payment.amount, payment.vendor, payment.account)


def _contacts(pnr: Pnr, person: PnrTraveller) -> Iterator[str]:
    yield from (one.value.text for one in (*person.contacts, *pnr.contacts))
    for one in (*person.addresses, *pnr.addresses):
        parts = (one.street, one.postal_code, one.city, one.region, one.country)
        yield from [told] if (told := ", ".join(text_of(part) for part in parts if part)) else []
        yield from [one.phone.text] if one.phone is not None else []


def _name(person: PnrTraveller) -> str:
    given = " ".join(without_title(text_of(one)) for one in (person.given, *person.more_given) if one)
    return ", ".join(part for part in (text_of(person.surname), given) if part)


def _changed(change: Change) -> Changed:
    leg = change.leg
    what = [
        *([" ".join(one.text for one in change.traveller)] if change.traveller else []),
        *([f"{leg.flight} {text_of(leg.origin)}-{text_of(leg.destination)}".strip()] if leg else []),
        *(text_of(one.number) for one in change.seats),
        *(one.code for one in change.services),
    ]
    return Changed(change.action, text_of(change.at), ", ".join(part for part in what if part))


def views_of(
    reservations: Sequence[Reservation], mine: Mapping[str, str], who: Mapping[tuple[str, str], UUID]
) -> tuple[ReservationView, ...]:
    """Return the reservations of one traveller, those that stand first; `mine` tells their name in each."""
    found = [
        view_of(one, mine[one.key], {name: ref for (key, name), ref in who.items() if key == one.key})
        for one in reservations
        if one.key in mine
    ]
    return tuple(sorted(found, key=_cancelled))


def _cancelled(view: ReservationView) -> bool:
    return view.cancelled
