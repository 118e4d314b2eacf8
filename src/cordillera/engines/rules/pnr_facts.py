"""Facts for rules from reservations (PNRGOV), and from reservation and passenger list together.

Two pure functions, both with byte evidence, for whoever evaluates rules:

    facts_of_reservation(Told(pnr, versions, history), Where(flight, utc)) -> one `Facts` per traveller of
        `pnr.travellers`, in that order;
    facts_together(subject, listed, booked) -> one `Facts` of what `paxlst_facts.traveller_facts` said (or
        None) and of what one or several reservations said about the same person.

`pnr` is the reservation as it stands (`pnr_state.Reservation.pnr`), reduced by `safeguard.allowed` before;
`versions` are the messages that told it, the newest first, with the names evidence has for them. What is
not told stays unknown; that something is not there is concluded only from a reservation that was not cut.
Surname, sex, meals and other protected or proxy facts are never filled.

>>> from cordillera.engines.edifact.pnrgov_model import Pnr, PnrTraveller
>>> pnr = Pnr(0, 9, (), travellers=(PnrTraveller(3, 9, "1", None, None),))
>>> (facts,) = facts_of_reservation(Told(pnr, (Version(pnr, "message:1"),)), Where())
>>> facts.facts["itinerary.travellers"].value, facts.things("segment").complete, facts.things("bag").complete
(1, True, False)
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import msgspec

from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnrgov_model import Change, Leg, Pnr, PnrTraveller, Service
from cordillera.engines.rules import pnr_things as things
from cordillera.engines.rules.facts import Facts, Seen, Thing, Things
from cordillera.engines.rules.pnr_held import Held, NothingHeld
from cordillera.engines.rules.pnr_itinerary import (
    flight_facts,
    itinerary_of,
    leg_on,
    segments_of,
)
from cordillera.engines.rules.pnr_reading import Evident, Version, between
from cordillera.engines.rules.pnr_seats import BESIDE, with_neighbours
from cordillera.engines.rules.pnr_things import Person
from cordillera.engines.rules.pnr_trip import ToUtc, TownOf, no_towns, no_zones
from cordillera.engines.rules.wanted import EVERYTHING, Wanted

__all__ = ["Told", "Version", "Where", "facts_of_reservation", "facts_together", "leg_on"]

_BY_NUMBER: Final = {"document": "document.number", "seat": "seat.number", "bag": "bag.tag"}


class Told(msgspec.Struct, frozen=True):
    """A reservation as it stands, the messages that told it (newest first), and its whole history."""

    pnr: Pnr
    versions: tuple[Version, ...]
    history: tuple[Change, ...] = ()


class Where(msgspec.Struct, frozen=True):
    """The flight that facts are about (the head's TVL), how local times become UTC, and what else is held.

    `town` tells where airports lie. Sets that are not `wanted` are left out.
    """

    flight: Leg | None = None
    utc: ToUtc = no_zones
    held: Held = NothingHeld()
    wanted: Wanted = EVERYTHING
    town: TownOf = no_towns


def facts_of_reservation(told: Told, where: Where) -> tuple[Facts, ...]:
    """Return the facts of each traveller of a reservation, in their order; `subject` is their name."""
    pnr, reading = told.pnr, Evident(told.versions)
    history = told.history or pnr.history
    leg = leg_on(pnr, where.flight)
    day = things.day_of(None if leg is None else leg.departs) or things.day_of(
        None if where.flight is None else where.flight.departs
    )
    shared = itinerary_of(pnr, history, reading, where.town, where.utc) | flight_facts(
        leg, reading, where.utc
    )
    shared |= _agency(pnr, reading, where.held) | _booked_before(pnr, leg, reading)
    legs = segments_of(pnr, reading, where.utc) if where.wanted.has_set("segment") else ()
    segments = Things(legs, complete=not pnr.partial)
    asked = (where.held, where.utc)
    told_of = tuple(
        _facts(Person(pnr, one, leg, history, reading, *asked), day, shared, (segments, where.wanted))
        for one in pnr.travellers
    )
    if not where.wanted.has(BESIDE):
        return told_of
    return with_neighbours(told_of, [one.things("seat") for one in told_of])


def _facts(person: Person, day: date | None, shared: dict[str, Seen], of_all: tuple[Things, Wanted]) -> Facts:
    one, (segments, wanted) = person.traveller, of_all
    makers: dict[str, Callable[[], Things]] = {
        "document": lambda: things.documents(person, day),
        "bag": lambda: things.bags(person),
        "seat": lambda: things.seats(person),
        "payment": lambda: things.payments(person),
        "companion": lambda: things.companions(person, day),
        "segment": lambda: segments,
        "contact": lambda: things.contacts(person),
    }
    return Facts(
        subject=" ".join(text for text in (text_of(one.given), text_of(one.surname)) if text),
        facts=shared | _own(person, day),
        sets={name: make() for name, make in makers.items() if wanted.has_set(name)},
    )


def _agency(pnr: Pnr, reading: Evident, held: Held) -> dict[str, Seen]:
    if pnr.agency is None:
        return {}
    code, week = pnr.agency.number or pnr.agency.office, held.bookings_week(pnr)
    known = reading.of({"agency.code": code, "agency.city": pnr.agency.city})
    return known if week is None else known | reading.told("agency.bookings_week", week, code)


def _booked_before(pnr: Pnr, leg: Leg | None, reading: Evident) -> dict[str, Seen]:
    made = next((one.made for one in pnr.locators if one.made is not None), None)
    told = between(made, None if leg is None else leg.departs)
    return reading.told("itinerary.booked_before", told, made) if told else {}


def _own(person: Person, day: date | None) -> dict[str, Seen]:
    one, reading = person.traveller, person.reading
    known: dict[str, Seen] = dict(reading.told("traveller.role", "PASSENGER", one.surname))
    born = things.born_of(one)
    if born is not None and day is not None and (first := things.day_of(born)) is not None:
        known |= reading.told("traveller.age", things.years(first, day), born)
    nations = [doc.nationality for doc in one.own_documents if doc.nationality is not None]
    nationality = next(iter(nations), None)
    other = next((each for each in nations if each.text != text_of(nationality)), None)
    lives = next((place.country for place in one.addresses if place.purpose == "DOCA R"), None)
    known |= reading.of(
        {
            "traveller.nationality": nationality,
            "traveller.other_nationality": other,
            "traveller.residence": lives,
        }
    )
    visa = next((doc.kind for doc in one.own_documents if text_of(doc.kind).upper() in things.VISAS), None)
    if visa is not None:
        known |= reading.told("traveller.visa", True, visa)
    return known | _services(person) | _bags(person) | _fare(one, reading) | _checked_in(person)


def _services(person: Person) -> dict[str, Seen]:
    """Frequent flyer and unaccompanied minor; that they are neither follows from a whole reservation."""
    pnr, one, reading = person.pnr, person.traveller, person.reading
    asked: list[Service] = [*one.services, *(s for s in pnr.services if person.holds(s.holder))]
    asked += [] if person.leg is None else [s for s in person.leg.services if person.holds(s.holder)]
    minor = next((service for service in asked if service.code == "UMNR"), None)
    member: Field | None = next((ff.number for ff in (*one.frequent_flyer, *pnr.frequent_flyer)), None)
    known: dict[str, Seen] = {}
    if minor is not None:
        known |= reading.served("traveller.unaccompanied_minor", minor)
    elif not pnr.partial:
        known |= reading.told("traveller.unaccompanied_minor", False)
    if member is not None or not pnr.partial:
        known |= reading.told("traveller.frequent_flyer", member is not None, member)
    return known


def _bags(person: Person) -> dict[str, Seen]:
    """Pieces and weight of all bags, as declared at check-in."""
    told = [bag for one in person.check_ins for bag in one.bags if bag.pieces is not None]
    numbers = [number for bag in told if (number := things.whole_number(bag.pieces)) is not None]
    if not numbers:
        return {}
    known = person.reading.told("traveller.bags_declared", sum(numbers), told[0].pieces)
    return known | (things.weight("traveller.bags_weight", told[0], person.reading) if len(told) == 1 else {})


def _fare(one: PnrTraveller, reading: Evident) -> dict[str, Seen]:
    """The total of the tickets, when all of it is in dollars."""
    totals = [price for ticket in one.tickets for price in ticket.prices if price.kind == "T"]
    if len(totals) != 1 or text_of(totals[0].currency) != "USD":
        return {}
    return reading.told("itinerary.fare", f"{totals[0].amount.text} USD", totals[0].amount)


def _checked_in(person: Person) -> dict[str, Seen]:
    at = next((one.at for one in person.check_ins if one.at is not None), None)
    told = things.before_departure(at, person)
    return person.reading.told("itinerary.checked_in_before", told, at) if told else {}


def facts_together(subject: str, listed: Facts | None, booked: Sequence[Facts]) -> Facts:
    """Return what a passenger list and reservations say of one traveller.

    1. A fact that several tell is told by the list, which was checked at the counter, then by the first
       reservation.
    2. Documents and seats of the same number are one thing; it has the facts of both.
    3. Bags of the same tag are one bag. Where no tag is told twice, lists and reservations speak of the same
       bags: those of whom tells more weights count, else the complete ones, else the more; they are complete
       where a complete telling has as many. Of all other sets things of all are told, and they are complete
       where every one that tells of them is.
    4. Documents are complete where the list says so.
    5. Companions are those of the reservations where one tells them: a list would tell the same people again.
    """
    if listed is not None and any("companion" in one.sets for one in booked):  # 5
        listed = _without_company(listed)
    told = [one for one in (listed, *booked) if one is not None]
    if len(told) == 1 and not any(len(told[0].things(name).things) > 1 for name in _BY_NUMBER):
        return Facts(subject, told[0].facts, told[0].sets)  # nothing to put together
    facts: dict[str, Seen] = {}
    for one in reversed(told):
        facts |= one.facts
    names = {name for one in told for name in one.sets}
    sets = {
        name: _joined(name, [one.sets[name] for one in told if name in one.sets]) for name in sorted(names)
    }
    if listed is not None and "document" in listed.sets:
        known = sets["document"]
        sets["document"] = msgspec.structs.replace(known, complete=listed.sets["document"].complete)
    return Facts(subject, facts, sets)


def _without_company(listed: Facts) -> Facts:
    sets = {name: things for name, things in listed.sets.items() if name != "companion"}
    return msgspec.structs.replace(listed, sets=sets)


def _joined(name: str, told: Sequence[Things]) -> Things:
    """Conditions 2 and 3 for one set."""
    if name == "bag" and not _share_a_tag(told):
        chosen = max(told, key=_telling)
        known = any(one.complete and len(one.things) == len(chosen.things) for one in told)
        return Things(chosen.things, complete=known)
    key = _BY_NUMBER.get(name)
    found: list[dict[str, Seen]] = []
    for thing in (thing for one in told for thing in one.things):
        same = next((one for one in found if key is not None and _same(one, thing, key)), None)
        if same is None:
            found.append(dict(thing))
        else:
            same |= {fact: seen for fact, seen in thing.items() if fact not in same}
    complete = any(one.complete for one in told) if key else all(one.complete for one in told)
    return Things(tuple(found), complete=complete)


def _same(one: Thing, other: Thing, key: str) -> bool:
    return key in one and key in other and one[key].value == other[key].value


def _share_a_tag(told: Sequence[Things]) -> bool:
    tags = [{thing["bag.tag"].value for thing in one.things if "bag.tag" in thing} for one in told]
    return sum(map(len, tags)) > len(set().union(*tags))


def _telling(told: Things) -> tuple[int, bool, int]:
    return sum("bag.weight" in thing for thing in told.things), told.complete, len(told.things)
