"""What rules read of a traveller beyond their own messages: earlier journeys, other reservations, lists.

Everything is read as it stood at one moment, that of the newest message about the flight. At arrival that is
now; in a pre-test it is then. So a rule sees on history what it would have seen, and nothing learnt later;
only links that an officer parted count for nobody, in the past neither.

1. `traveller.journeys`, `journeys_year`, `companion.journeys_shared`: earlier flights by links
   (`history_core`); unknown of whoever told neither document nor whole birth date: nothing could be found.
2. `payment.card_uses`, `contact.shared_with`, `agency.bookings_week`: reservations held, by blind index;
   unknown where more than `rules_held_store.MOST` share it.
3. `document.reported_lost`: lists of the agency; unknown without any list, or without the issuing state.
4. `document.check_failed`: the number's own check digits; unknown where the numbering has none.
5. `itinerary.origin_country`, `destination_country`: the airports' table; unknown for an airport not in it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import contacts_core as contacts
from cordillera.desks.travellers import rules_held_store as sql
from cordillera.desks.travellers.contacts_core import Kind, Point
from cordillera.desks.travellers.contacts_store import ContactStore
from cordillera.desks.travellers.history_core import leaves_traces
from cordillera.desks.travellers.itinerary_places import place_of
from cordillera.desks.travellers.lost_core import lost_key
from cordillera.desks.travellers.model import TravellerFacts
from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.pnrgov_model import Address, Contact, Payment, Pnr
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.documents_schemes import Verdict, identify
from cordillera.engines.names.model import Document
from cordillera.engines.names.places_countries import three_letters
from cordillera.engines.rules.facts import Facts, Seen, Thing, Things
from cordillera.foundation.explain import Evidence
from cordillera.foundation.store.sealing import FieldSealer

YEAR: Final = timedelta(days=365)
WEEK: Final = timedelta(days=7)
_ENDS: Final = ("origin", "destination")


class Past(msgspec.Struct, frozen=True):
    """The earlier flights of a traveller, by link: `None` as `journeys` where nothing could be found."""

    journeys: tuple[sql.Earlier, ...] | None = None

    def facts(self, departs: str) -> dict[str, Seen]:
        """Condition 1: how many, and how many in the year before this flight departs."""
        if self.journeys is None:
            return {}
        year = _year_before(departs)
        lately = [one for one in self.journeys if year and one.departs_local >= year]
        known = {"traveller.journeys": Seen(len(_flights(self.journeys)), _evidence(self.journeys))}
        if year:
            known["traveller.journeys_year"] = Seen(len(_flights(lately)), _evidence(lately))
        return known

    def shared(self, other: "Past") -> Seen | None:
        """Condition 1: on how many earlier flights both were, or None."""
        if self.journeys is None or other.journeys is None:
            return None
        both = _flights(self.journeys) & _flights(other.journeys)
        return Seen(len(both), _evidence([one for one in self.journeys if one.flight_id in both]))


class HeldReservations:
    """Condition 2, for the reader of one reservation."""

    def __init__(self, index: ContactStore, counts: Mapping[tuple[str, bytes], int]) -> None:
        self._index = index
        self._counts = counts

    def card_uses(self, payment: Payment) -> int | None:
        """How many reservations were paid with this card, this one included."""
        return self._count(card_point(payment))

    def shared_with(self, contact: Contact | Address) -> int | None:
        """How many other reservations tell this contact or address."""
        return self._others(contact_point(contact))

    def phone_shared_with(self, address: Address) -> int | None:
        """How many other reservations tell the telephone number in an address."""
        return self._others(phone_point(address))

    def bookings_week(self, pnr: Pnr) -> int | None:
        """How many reservations of its agency were first told in the seven days before."""
        return self._count(agency_point(pnr))

    def _others(self, point: Point) -> int | None:
        count = self._count(point)
        return None if count is None else max(0, count - 1)

    def _count(self, point: Point) -> int | None:
        return self._counts.get((point.kind.value, self._index.blind(point))) if point.compared else None


class Held:
    """Reads what is held beside the messages of a flight."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer
        self._index = ContactStore(sealer)

    def moments(self, tx: sa.Connection, flights: Collection[UUID]) -> dict[UUID, sql.Moment]:
        """Return as of when facts of flights are read: the newest message about each."""
        return sql.moments(tx, flights)

    def past(
        self,
        tx: sa.Connection,
        people: Mapping[UUID, Mapping[UUID, TravellerFacts]],
        moments: Mapping[UUID, sql.Moment],
    ) -> dict[UUID, Past]:
        """Return the earlier flights of some flights' travellers, as they were known at a moment of each."""
        found = sql.earlier(tx, {ref: moments[flight] for flight, told in people.items() for ref in told})
        return {
            ref: Past(tuple(found.get(ref, ())) if leaves_traces(facts) else None)
            for told in people.values()
            for ref, facts in told.items()
        }

    def reservations(self, tx: sa.Connection, pnrs: Sequence[Pnr], when: sql.Moment) -> HeldReservations:
        """Return the counts that some reservations of a flight ask for."""
        points = {point for pnr in pnrs for point in _points(pnr) if point.compared}
        wanted = {(point.kind.value, self._index.blind(point)) for point in points}
        week = {key for key in wanted if key[0] == Kind.AGENCY.value}
        counts = sql.counted(tx, when.agency, wanted - week, (None, when.at))
        counts |= sql.counted(tx, when.agency, week, (when.at - WEEK, when.at))
        return HeldReservations(self._index, counts)

    def documents(
        self, tx: sa.Connection, people: Mapping[UUID, Facts], when: sql.Moment
    ) -> dict[UUID, Facts]:
        """Return facts with what is known of the documents in them: conditions 3 and 4."""
        lists = sql.has_lost(tx, when)
        keys = {key for facts in people.values() for key in self._numbers(facts)} if lists else set()
        lost = sql.lost(tx, set(keys), when) if lists and keys else {}
        return {ref: self._documents(facts, lost if lists else None) for ref, facts in people.items()}

    def _numbers(self, facts: Facts) -> Iterable[bytes]:
        for thing in facts.things("document").things:
            if key := _lost_text(thing):
                yield self._blind(key)

    def _blind(self, key: str) -> bytes:
        return self._sealer.blind("traveller_lost_document.key", key)

    def _documents(self, facts: Facts, lost: Mapping[bytes, str] | None) -> Facts:
        told = facts.sets.get("document")
        if told is None:
            return facts
        things = tuple(self._document(thing, lost) for thing in told.things)
        return msgspec.structs.replace(
            facts, sets={**facts.sets, "document": Things(things, complete=told.complete)}
        )

    def _document(self, thing: Thing, lost: Mapping[bytes, str] | None) -> Thing:
        number = thing.get("document.number")
        if number is None:
            return thing
        known = dict(thing)
        verdict = identify(_document_of(thing)).verdict
        if verdict is not Verdict.UNCHECKED:
            known["document.check_failed"] = Seen(int(verdict is Verdict.DOUBTFUL), number.evidence)
        if lost is not None and (key := _lost_text(thing)):
            list_name = lost.get(self._blind(key))
            where = (
                number.evidence
                if list_name is None
                else Evidence(f"lost:{list_name}", 0, 0, str(number.value))
            )
            known["document.reported_lost"] = Seen(int(list_name is not None), where)
        return known


def with_countries(facts: Facts) -> Facts:
    """Return facts with the countries of where a journey begins and where it goes (condition 5)."""
    found = dict(facts.facts)
    for end in _ENDS:
        port = found.get(f"itinerary.{end}")
        place = None if port is None else place_of(str(port.value))
        if port is not None and place is not None and (country := three_letters(place.country)):
            found[f"itinerary.{end}_country"] = Seen(country, port.evidence)
    return facts if len(found) == len(facts.facts) else msgspec.structs.replace(facts, facts=found)


def with_past(facts: Facts, past: Past, departs: str) -> Facts:
    """Return facts with how often somebody came before."""
    known = past.facts(departs)
    return msgspec.structs.replace(facts, facts={**facts.facts, **known}) if known else facts


def with_companions(facts: Facts, own: Past, others: Sequence[Past]) -> Facts:
    """Return the facts of one of a reservation, with how often each companion came along before.

    `others` are the companions in the order of the reservation, as the set has them.
    """
    told = facts.sets.get("companion")
    if told is None or len(told.things) != len(others):
        return facts
    things = []
    for thing, other in zip(told.things, others, strict=True):
        shared = own.shared(other)
        things.append(thing if shared is None else {**thing, "companion.journeys_shared": shared})
    return msgspec.structs.replace(
        facts, sets={**facts.sets, "companion": Things(tuple(things), complete=told.complete)}
    )


def contact_point(contact: Contact | Address) -> Point:
    """Return by what a contact or an address is compared."""
    if isinstance(contact, Address):
        return Point(Kind.ADDRESS, contacts.place(contact), "")
    text = contact.value.text
    if "@" in text:
        return Point(Kind.EMAIL, contacts.email(text), "")
    return Point(Kind.PHONE, contacts.phone(text), "")


def phone_point(address: Address) -> Point:
    """Return by what the telephone number in an address is compared."""
    return Point(Kind.PHONE, contacts.phone(text_of(address.phone)), "")


def card_point(payment: Payment) -> Point:
    """Return by what a card is compared."""
    return Point(Kind.CARD, contacts.card(text_of(payment.vendor), text_of(payment.account)), "")


def agency_point(pnr: Pnr) -> Point:
    """Return by what the agency of a reservation is compared."""
    return Point(Kind.AGENCY, contacts.agency(pnr), "")


def _points(pnr: Pnr) -> Iterable[Point]:
    yield agency_point(pnr)
    for contact in (
        *pnr.contacts,
        *(one for person in pnr.travellers for one in person.contacts),
        *(one for leg in pnr.legs for one in leg.contacts),
    ):
        yield contact_point(contact)
    for address in (*pnr.addresses, *(one for person in pnr.travellers for one in person.addresses)):
        yield contact_point(address)
        yield phone_point(address)
    for person in pnr.travellers:
        for ticket in person.tickets:
            yield from map(card_point, ticket.payments)


def _document_of(thing: Thing) -> Document:
    told = {name: str(seen.value) for name, seen in thing.items()}
    kind = document_kind(told.get("document.type", ""))
    return Document(kind, told.get("document.number", ""), told.get("document.issuer", ""))


def _lost_text(thing: Thing) -> str:
    document = _document_of(thing)
    return lost_key(document.number, document.issuer)


def _flights(journeys: Iterable[sql.Earlier]) -> set[UUID]:
    return {one.flight_id for one in journeys}


def _evidence(journeys: Sequence[sql.Earlier]) -> Evidence | None:
    """The newest journey's link: the record that a count rests on."""
    if not journeys:
        return None
    newest = max(journeys, key=lambda one: (one.departs_local, one.link_id))
    return Evidence(f"link:{newest.link_id}", 0, 0, f"{newest.number} {newest.departs_local[:10]}")


def _year_before(departs: str) -> str:
    try:
        return (datetime.fromisoformat(departs[:10]) - YEAR).date().isoformat()
    except (ValueError, OverflowError):
        return ""
