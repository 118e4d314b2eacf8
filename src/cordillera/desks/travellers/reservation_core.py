"""Who of a reservation is who on the flight: pure, and careful never to make one person of two.

Somebody in a reservation and somebody on a list (or in another reservation) of one flight are one traveller
only when

1. the family names agree, and the given names agree word for word (a title behind them aside), and
2. a document number agrees, or the whole birth date agrees, or
3. the record locator agrees and neither birth dates nor documents contradict each other.

A name alone joins nobody. Where two could be meant, nobody is joined: both stay.

>>> without_title("ANAMRS"), without_title("ANA MARIA"), without_title("AMR")
('ANA', 'ANA MARIA', 'AMR')
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeVar

import msgspec

from cordillera.desks.travellers.model import Fact, PlannedFlight, TravelDocument, TravellerFacts
from cordillera.desks.travellers.reading import storable
from cordillera.desks.travellers.zones import to_utc, zone_of
from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnr_state import Reservation, traveller_name
from cordillera.engines.edifact.pnrgov_model import Document, Leg, Pnr, PnrgovMessage, PnrTraveller
from cordillera.engines.rules.pnr_facts import leg_on

_TITLE: Final = re.compile(r"(?<=[A-Z]{2})\s?(?:MSTR|MISS|MRS|MR|MS|DR)$")
_FLIGHT: Final = re.compile(r"([A-Z0-9]{2}[A-Z]?)0*(\d{1,4}[A-Z]?)")
_WHOLE_DATE: Final = 10
_Id = TypeVar("_Id", bound=Hashable)


class Booked(msgspec.Struct, frozen=True):
    """A person of a standing reservation: the reservation's key, who they are in it, and their facts.

    `name` tells them from the others of the reservation from message to message.
    """

    key: str
    name: str
    person: PnrTraveller
    facts: TravellerFacts


def flight_of(leg: Leg | None, home_zone: str) -> PlannedFlight:
    """Return the flight that a message about reservations is about (the TVL of its head)."""
    destination = "" if leg is None else storable(text_of(leg.destination))
    zone = zone_of(destination, home_zone)
    arrives = "" if leg is None else storable(text_of(leg.arrives))
    return PlannedFlight(
        number="" if leg is None else storable(leg.flight),
        origin="" if leg is None else storable(text_of(leg.origin)),
        destination=destination,
        departs_local="" if leg is None else storable(text_of(leg.departs)),
        arrives_local=arrives,
        arrives_zone=zone.name,
        zone_assumed=zone.assumed,
        arrives_at=to_utc(arrives, zone.name),
        closed=False,
    )


def same_number(one: str, other: str) -> bool:
    """Tell whether two flight numbers are one: zeros in front of the digits say nothing.

    >>> same_number("UA0989", "UA989"), same_number("UA98", "UA989")
    (True, False)
    """
    return _number(one) == _number(other)


def _number(text: str) -> str:
    plain = "".join(text.upper().split())
    found = _FLIGHT.fullmatch(plain)
    return plain if found is None else "".join(found.groups())


def people_on(reservations: Sequence[Reservation], flight: Leg | None) -> tuple[Booked, ...]:
    """Return who stands in reservations of a flight; one without that flight any more has nobody."""
    return tuple(person for one in reservations for person in _people(one, flight))


def _people(reservation: Reservation, flight: Leg | None) -> Iterator[Booked]:
    pnr = reservation.pnr
    lost = leg_on(pnr, flight) is None and pnr.legs and flight is not None and not pnr.partial
    if not (reservation.cancelled or lost):
        yield from people_in(reservation.key, pnr, flight)


def people_in(key: str, pnr: Pnr, flight: Leg | None) -> Iterator[Booked]:
    """Everybody whom a reservation names, each told from the others by name and order."""
    leg = leg_on(pnr, flight) or flight
    for name, person in named(pnr):
        yield Booked(key, name, person, facts_of(person, pnr, leg))


def named(pnr: Pnr) -> Iterator[tuple[str, PnrTraveller]]:
    """The persons of a reservation with the name that tells each from the others."""
    seen: Counter[str] = Counter()
    for person in pnr.travellers:
        name = traveller_name(person)
        seen[name] += 1
        yield f"{name}|{seen[name]}", person


def key_of(message: PnrgovMessage, number: int) -> str:
    """Return what names a reservation of a message, as `pnr_state` does: its locator, else its place."""
    return message.pnrs[number].key or f"{message.reference} {message.prepared} {number}"


def facts_of(person: PnrTraveller, pnr: Pnr, leg: Leg | None) -> TravellerFacts:
    """Return what the desk keeps of a person in a reservation; names of a document come first."""
    documents = person.own_documents
    document = next((one for one in documents if one.surname is not None), None)
    family = person.surname if document is None else document.surname
    given = _given(person, document)
    names = " ".join(field.text for field in given)
    locator = next((one.code for one in pnr.locators if one.code is not None), None)
    born = next((one.date_of_birth for one in documents if one.date_of_birth is not None), None)
    nation = next((one.nationality for one in documents if one.nationality is not None), None)
    numbered = [one for one in documents if one.number is not None]
    places = (None, None) if leg is None else (leg.origin, leg.destination)
    return TravellerFacts(
        full_name=" ".join(part for part in (names, text_of(family)) if part),
        given_names=names,
        family_names=text_of(family),
        role="passenger",
        date_of_birth=text_of(born),
        nationality=text_of(nation),
        embarked=text_of(places[0]),
        debarked=text_of(places[1]),
        reservation=text_of(locator),
        documents=tuple(_document(one) for one in numbered),
        facts=tuple(_evidence(family, given, (born, nation, *places, locator), numbered)),
        start=person.start,
        end=person.end,
        partial=pnr.partial,
    )


def _given(person: PnrTraveller, document: Document | None) -> list[Field]:
    told = (person.given, *person.more_given) if document is None else (document.given, document.middle)
    return [_untitled(one) for one in told if one is not None]


def _untitled(name: Field) -> Field:
    text = without_title(name.text)
    length = name.end - name.start
    end = name.start + len(text) if length == len(name.text) else name.end
    return Field(text, name.start, end)


def without_title(given: str) -> str:
    """Return a given name without the title that reservation systems write behind it."""
    return _TITLE.sub("", given.strip())


def _document(document: Document) -> TravelDocument:
    return TravelDocument(
        type=text_of(document.kind),
        number=text_of(document.number),
        issuer=text_of(document.issuer),
        expires=text_of(document.expires),
    )


def _evidence(
    family: Field | None,
    given: Sequence[Field],
    others: tuple[Field | None, ...],
    documents: Sequence[Document],
) -> Iterator[Fact]:
    named: list[tuple[str, Field | None]] = [("family_names", family)]
    named += [("given_names", one) for one in given]
    fields = ("date_of_birth", "nationality", "embarked", "debarked", "reservation")
    named += list(zip(fields, others, strict=True))
    for document in documents:
        named += [("documents", document.number), ("documents", document.issuer)]
    for name, field in named:
        if field is not None:
            yield Fact(name, field.text, field.start, field.end)


def agree(one: TravellerFacts, other: TravellerFacts) -> bool:
    """Tell whether two are one person: conditions 1 to 3 above."""
    if not _names_agree(one, other):
        return False
    if _numbers(one) & _numbers(other):
        return True
    if _born(one) and _born(one) == _born(other):
        return True
    locators = one.reservation.strip().upper(), other.reservation.strip().upper()
    return bool(locators[0]) and locators[0] == locators[1] and not _contradict(one, other)


def _contradict(one: TravellerFacts, other: TravellerFacts) -> bool:
    dates = bool(_born(one) and _born(other)) and _born(one) != _born(other)
    return dates or bool(_numbers(one) and _numbers(other))


def _numbers(facts: TravellerFacts) -> set[str]:
    return {plain(one.number) for one in facts.documents if plain(one.number)}


def _born(facts: TravellerFacts) -> str:
    return facts.date_of_birth if len(facts.date_of_birth) == _WHOLE_DATE else ""


def _names_agree(one: TravellerFacts, other: TravellerFacts) -> bool:
    """Condition 1. One may have fewer given names than the other, but none that the other lacks."""
    family = plain(one.family_names)
    if not family or family != plain(other.family_names):
        return False
    mine, theirs = _given_ways(one), _given_ways(other)
    return any(way[-1] in their for way in mine for their in theirs) or any(
        way[-1] in my for way in theirs for my in mine
    )


def _given_ways(facts: TravellerFacts) -> list[list[str]]:
    """The given names as systems write them, glued: the first, the first two... all; with a title or not."""
    ways = []
    for text in sorted({facts.given_names, without_title(facts.given_names)}):
        words = [word for part in text.split() if (word := plain(part))]
        ways += [["".join(words[: at + 1]) for at in range(len(words))]] if words else []
    return ways


def plain(text: str) -> str:
    """Return a name or number as it is compared: letters and digits without marks, whatever their case.

    >>> plain("Núñez-Vélez"), plain("AB 12.3")
    ('nunezvelez', 'ab123')
    """
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


class Known(Generic[_Id]):
    """Travellers of a flight, to be looked up by family name."""

    def __init__(self, people: Mapping[_Id, TravellerFacts]) -> None:
        """Take those who are known by now."""
        self._people: dict[_Id, TravellerFacts] = {}
        self._by_family: dict[str, list[_Id]] = {}
        for ref, facts in people.items():
            self.add(ref, facts)

    def add(self, ref: _Id, facts: TravellerFacts) -> None:
        """Know one more."""
        self._people[ref] = facts
        self._by_family.setdefault(plain(facts.family_names), []).append(ref)

    def partner(self, one: TravellerFacts, without: Collection[_Id]) -> _Id | None:
        """Return the only one who agrees with somebody; of several the only one with the same document."""
        near = [ref for ref in self._by_family.get(plain(one.family_names), []) if ref not in without]
        refs = [ref for ref in near if agree(one, self._people[ref])]
        if len(refs) > 1:
            refs = [ref for ref in refs if _numbers(self._people[ref]) & _numbers(one)]
        return refs[0] if len(refs) == 1 else None


def partners(
    people: Sequence[TravellerFacts],
    known: Known[_Id],
    without: Collection[_Id] = (),
    apart: Sequence[Collection[_Id]] = (),
) -> list[_Id | None]:
    """Return for each of some people of one reservation or list who of those known they are, or None.

    Several could be meant, or two people mean the same one: then it is None. `apart` names for each whom an
    officer said they are not.
    """
    parted = apart or [()] * len(people)
    found = [known.partner(one, {*without, *others}) for one, others in zip(people, parted, strict=True)]
    counts = Counter(ref for ref in found if ref is not None)
    return [ref if ref is not None and counts[ref] == 1 else None for ref in found]


def adds_to(booked: TravellerFacts, listed: TravellerFacts) -> bool:
    """Tell whether a reservation says something that a list did not: a birth date, or a document."""
    return bool(_born(booked) and not _born(listed)) or bool(_numbers(booked) - _numbers(listed))
