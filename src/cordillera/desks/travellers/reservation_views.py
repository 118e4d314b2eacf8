"""A traveller's reservations as an officer sees them: itinerary, bags, seats, co-travellers, payment, agency.

Texts are as the carrier sent them; times are local to the airport. After six months only flights and agency
are left (PNR Directive 2016/681, art. 12(2): names, co-travellers, contacts, payment, frequent flyer).
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import msgspec

from cordillera.desks.travellers.reservation_core import named, without_title
from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.pnr_state import Reservation
from cordillera.engines.edifact.pnrgov_model import Bag, Change, Leg, Pnr, PnrTraveller


class BookedLeg(msgspec.Struct, frozen=True):
    """One flight of the itinerary."""

    flight: str
    origin: str
    destination: str
    departs: str
    arrives: str
    status: str


class BookedBag(msgspec.Struct, frozen=True):
    """Bags as checked in: first tag, pieces, weight of all of them with its unit, where they go."""

    tag: str
    pieces: str
    weight: str
    destination: str
    pooled: bool


class BookedPayment(msgspec.Struct, frozen=True):
    """A form of payment: its code, the card's company, the account with its middle hidden, the amount."""

    kind: str
    vendor: str
    account: str
    amount: str


class CoTraveller(msgspec.Struct, frozen=True):
    """Somebody else of the reservation, and which traveller of the flight they are."""

    name: str
    kind: str
    traveller_id: UUID | None


class Changed(msgspec.Struct, frozen=True):
    """A change of the reservation: added (A) or cancelled (X), when, and what."""

    action: str
    at: str
    what: str


class ReservationView(msgspec.Struct, frozen=True):
    """One reservation of a traveller; `cancelled` when a later message no longer had it or them."""

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
        co_travellers=tuple(
            CoTraveller(_name(one), one.kind, who.get(name)) for name, one in people.items() if name != mine
        ),
        contacts=() if person is None else tuple(dict.fromkeys(_contacts(pnr, person))),
        changes=tuple(_changed(one) for one in reservation.history),
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
    )


def _leg(leg: Leg) -> BookedLeg:
    return BookedLeg(
        flight=leg.flight,
        origin=text_of(leg.origin),
        destination=text_of(leg.destination),
        departs=text_of(leg.departs),
        arrives=text_of(leg.arrives),
        status=text_of(leg.status),
    )


def _is_for(holder: str, person: PnrTraveller, pnr: Pnr) -> bool:
    return holder == person.reference if holder else len(pnr.travellers) == 1


def _seats(pnr: Pnr, person: PnrTraveller) -> Iterator[str]:
    for leg in pnr.legs:
        given = [one.seat for one in leg.check_ins if one.seat and _is_for(one.holder, person, pnr)]
        asked = [one.number for one in leg.seats if _is_for(one.holder, person, pnr)]
        for number in given or asked:
            yield f"{text_of(number)} {leg.flight}".strip()


def _bags(pnr: Pnr, person: PnrTraveller) -> Iterator[BookedBag]:
    for leg in pnr.legs:
        for check_in in leg.check_ins:
            if _is_for(check_in.holder, person, pnr):
                yield from (_bag(one) for one in check_in.bags)


def _bag(bag: Bag) -> BookedBag:
    weight = f"{text_of(bag.weight)} {bag.unit}".strip() if bag.weight is not None else ""
    return BookedBag(text_of(bag.tag), text_of(bag.pieces), weight, text_of(bag.destination), bool(bag.pool))


def _payments(person: PnrTraveller) -> Iterator[BookedPayment]:
    for ticket in person.tickets:
        currency = next((text_of(one.currency) for one in ticket.prices if one.currency is not None), "")
        for one in ticket.payments:
            amount = f"{text_of(one.amount)} {currency}".strip() if one.amount is not None else ""
            yield BookedPayment(one.kind, text_of(one.vendor), text_of(one.account), amount)


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
