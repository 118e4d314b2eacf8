"""What carriers know of their passengers besides the list: bookings, payment, bags (PNRGOV), all invented.

Two people paid in cash hours before departure and checked a heavy bag in; everybody else booked days ahead.
These two, on two flights, are reached by one telephone. Numbers begin with 999, which is no country's.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from random import Random
from typing import Final

import msgspec

from cordillera.engines.edifact.paxlst_model import Field
from cordillera.engines.edifact.paxlst_writer import LegDraft, TravellerDraft
from cordillera.engines.edifact.pnrgov_model import (
    Bag,
    CheckIn,
    Contact,
    Document,
    Function,
    Leg,
    Locator,
    Office,
    Payment,
    Pnr,
    PnrTraveller,
    Service,
    Ticket,
)
from cordillera.engines.edifact.pnrgov_writer import PnrgovDraft, write_pnrgov
from cordillera.engines.edifact.writer import Style
from cordillera.runtime.demo_day.flights import Flight

_MEALS: Final = ("VGML", "KSML", "MOML", "DBML")
_STYLE: Final = Style(syntax="UNOW", codec="utf-8")
_CITIES: Final = ("UIO", "GYE", "MAD", "MIA", "BOG", "LIM")


class Booked(msgspec.Struct, frozen=True):
    """How one reservation was made: minutes before departure, payment, kilograms of each bag, telephone."""

    before: int
    payment: str
    bags: tuple[int, ...]
    phone: str


SUSPECT: Final = Booked(before=9 * 60, payment="CA", bags=(38,), phone="+999500000017")


def write_bookings(  # noqa: PLR0913 - a flight, whom it carries, and how they booked
    flight: Flight,
    day: date,
    aboard: Sequence[TravellerDraft],
    suspects: frozenset[str],
    seed: int,
    *,
    push: str = "",
) -> bytes:
    """Return the carrier's PNRGOV message about everybody aboard, grouped by their reservation.

    `suspects` are locators of reservations made as in `SUSPECT`. Meals are in it as carriers send them;
    a node may not keep them. A `push` updates what was told before, under a reference of its own.
    """
    chance = Random(f"{seed}{flight.number}{push}")  # noqa: S311 - invented people, not secrets
    leg = flight.leg(day)
    ordered = sorted(aboard, key=_locator)
    pnrs = tuple(
        _reservation(leg, tuple(people), SUSPECT if code in suspects else _ordinary(chance), chance)
        for code, people in groupby(ordered, key=_locator)
    )
    draft = PnrgovDraft(
        sender=flight.number[:2],
        recipient="ECPIU",
        prepared=flight.sent_at(day),
        reference=f"P{flight.number}{day:%m%d}{push}",
        function=Function.UPDATE if push else Function.FULL,
        office=Office(company=_field(flight.number[:2]), location=_field(flight.origin)),
        flight=_leg(leg),
        pnrs=pnrs,
    )
    return write_pnrgov(draft, _STYLE)


def _locator(person: TravellerDraft) -> str:
    return person.reservation


def _ordinary(chance: Random) -> Booked:
    bags = chance.choices((0, 1, 2), (30, 50, 20))[0]
    return Booked(
        before=chance.randrange(3 * 24 * 60, 90 * 24 * 60),
        payment=chance.choices(("CC", "CA", "MS"), (88, 7, 5))[0],
        bags=tuple(chance.randrange(8, 29) for _ in range(bags)),
        phone=f"+999{chance.randrange(10**8, 10**9)}",
    )


def _reservation(leg: LegDraft, people: Sequence[TravellerDraft], booked: Booked, chance: Random) -> Pnr:
    departs = datetime.fromisoformat(leg.departs)
    made = (departs - timedelta(minutes=booked.before)).isoformat(timespec="minutes")
    agency = Office(
        company=_field(leg.flight[:2]),
        number=_field(f"{chance.randrange(10**7, 10**8)}"),
        city=_field(chance.choice(_CITIES)),
        kind=_field("T"),
    )
    numbered = [(str(at), person) for at, person in enumerate(people, 1)]
    check_ins = tuple(_check_in(reference, booked, departs, chance) for reference, _ in numbered)
    flown = msgspec.structs.replace(_leg(leg), status=_field("HK"), check_ins=check_ins)
    return Pnr(
        0,
        0,
        (Locator(_field(leg.flight[:2]), _field(people[0].reservation), _field(made)),),
        agency=agency,
        contacts=(Contact("CTCM", _field(booked.phone)),),
        travellers=tuple(_traveller(one, person, booked, chance) for one, person in numbered),
        legs=(flown,),
    )


def _traveller(reference: str, person: TravellerDraft, booked: Booked, chance: Random) -> PnrTraveller:
    (document, *_) = person.documents
    told = Document(
        "DOCS",
        holder=reference,
        kind=_field(document.type),
        issuer=_field(document.issuer),
        number=_field(document.number),
        nationality=_field(person.nationality),
        date_of_birth=_field(person.date_of_birth),
        expires=_field(document.expires),
        surname=_field(person.surname),
        given=_field(person.given),
    )
    ticket = Ticket(_field(f"{chance.randrange(10**12, 10**13)}"), payments=(Payment(booked.payment),))
    meal = Service(chance.choice(_MEALS), 0, 0, status="HK", holder=reference)
    return PnrTraveller(
        0,
        0,
        reference,
        _field(person.surname),
        _field(person.given),
        kind="A",
        documents=(told,),
        tickets=(ticket,),
        services=(meal,) if chance.random() < 0.1 else (),
    )


def _check_in(reference: str, booked: Booked, departs: datetime, chance: Random) -> CheckIn:
    at = departs - timedelta(minutes=chance.randrange(50, 180))
    bags = tuple(
        Bag(pieces=_field("1"), weight=_field(str(weight)), unit="kg", tag=_field(_tag(chance)))
        for weight in booked.bags
    )
    return CheckIn(reference, at=_field(at.isoformat(timespec="minutes")), bags=bags)


def _tag(chance: Random) -> str:
    return f"{chance.randrange(10**9, 10**10)}"


def _leg(leg: LegDraft) -> Leg:
    return Leg(
        0,
        0,
        origin=_field(leg.departure),
        destination=_field(leg.arrival),
        departs=_field(leg.departs),
        arrives=_field(leg.arrives),
        carrier=_field(leg.flight[:2]),
        number=_field(leg.flight[2:]),
    )


def _field(text: str) -> Field:
    return Field(text, 0, 0)
