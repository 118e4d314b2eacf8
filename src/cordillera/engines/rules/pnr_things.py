"""The things of one traveller in a reservation: documents, bags, seats, payments, companions, contacts.

A set is complete only where the reservation says so: bags when the pieces are told and none travels in
another's pool, payments when there is a ticket, companions when nobody was split off. Whether somebody else
paid is no fact at all: the name of a payer is not kept.

>>> from cordillera.engines.edifact.pnrgov_model import Bag
>>> from cordillera.engines.edifact.paxlst_model import Field
>>> bag = Bag(tag=Field("0099", 3, 7), in_row=Field("2", 8, 9))
>>> [one["bag.tag"].value for one in tagged(bag, Evident(()))]
['0099', '0100']
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnrgov_model import (
    Bag,
    Change,
    CheckIn,
    Document,
    Leg,
    Payment,
    Pnr,
    PnrTraveller,
    Ticket,
)
from cordillera.engines.edifact.runs import BAG, in_row
from cordillera.engines.rules.facts import Seen, Thing, Things
from cordillera.engines.rules.pnr_held import Held, NothingHeld
from cordillera.engines.rules.pnr_reading import Evident, between
from cordillera.engines.rules.pnr_trip import Hop, ToUtc, minutes_between, no_zones

VISAS: Final = frozenset({"V"})
"""Types of documents that are visas."""
_MOST_BAGS: Final = 99
_METHODS: Final = {
    "CC": "CARD", "DC": "CARD", "CA": "CASH", "BT": "TRANSFER", "EF": "TRANSFER", "VO": "VOUCHER",
    "EX": "VOUCHER", "FF": "MILES", "CK": "OTHER", "MS": "OTHER", "GR": "OTHER", "NR": "OTHER",
}  # fmt: skip


class Person(msgspec.Struct, frozen=True):
    """One traveller of a reservation on the flight in question (`leg` is None when it is not told)."""

    pnr: Pnr
    traveller: PnrTraveller
    leg: Leg | None
    history: tuple[Change, ...]
    reading: Evident
    held: Held = NothingHeld()
    utc: ToUtc = no_zones

    @property
    def check_ins(self) -> tuple[CheckIn, ...]:
        """Their check-ins for the flight."""
        return () if self.leg is None else tuple(one for one in self.leg.check_ins if self._is_theirs(one))

    def holds(self, holder: str) -> bool:
        """Whether a thing with this holder is theirs: by reference, or because they travel alone."""
        if not holder:
            return len(self.pnr.travellers) == 1
        return holder == self.traveller.reference

    def _is_theirs(self, check_in: CheckIn) -> bool:
        if check_in.holder or check_in.surname is None:
            return self.holds(check_in.holder)
        own = (text_of(self.traveller.surname), text_of(self.traveller.given))
        return own == (text_of(check_in.surname), text_of(check_in.given))


def documents(person: Person, day: date | None) -> Things:
    """Documents told in DOCS and DOCO; a carrier may know more of them than it sends."""
    return Things(tuple(_document(one, day, person.reading) for one in person.traveller.own_documents))


def _document(document: Document, day: date | None, reading: Evident) -> Thing:
    known = reading.of(
        {
            "document.type": document.kind,
            "document.number": document.number,
            "document.issuer": document.issuer,
            "document.expires": document.expires,
        }
    )
    last = day_of(document.expires)
    if document.expires is not None and last is not None and day is not None:
        known |= reading.told("document.days_left", f"{(last - day).days} days", document.expires)
    return known


def bags(person: Person) -> Things:
    """One thing for each piece: those with a tag, then those that are only counted."""
    told = [(one, bag) for one in person.check_ins for bag in one.bags]
    found = [thing for one, bag in told for thing in _pieces(one, bag, person)]
    pieces = [number for _, bag in told if (number := whole_number(bag.pieces)) is not None]
    missing = max(0, min(sum(pieces), _MOST_BAGS) - len(found))
    elsewhere = any(bag.pool == "MP" for _, bag in told)
    return Things(
        (*found, *({} for _ in range(missing))),
        complete=bool(pieces) and not elsewhere and not person.pnr.partial and sum(pieces) <= _MOST_BAGS,
    )


def _pieces(check_in: CheckIn, bag: Bag, person: Person) -> Iterator[Thing]:
    known = dict(person.reading.of({"bag.destination": bag.destination}))
    known |= person.reading.told("bag.pooled", bool(bag.pool), bag.pieces)
    if bag.pool:
        known |= person.reading.told("bag.pool_owner", bag.pool == "HP", bag.pieces)
    before = before_departure(check_in.at, person)
    if before:
        known |= person.reading.told("bag.tagged_before", before, check_in.at)
    if whole_number(bag.pieces) == 1:  # the weight is that of all pieces together
        known |= weight("bag.weight", bag, person.reading)
    for tag in tagged(bag, person.reading):
        yield known | tag


def before_departure(at: Field | None, person: Person) -> str:
    """The time that passes from a local moment at the airport of departure until the flight leaves it.

    In whole days where one of the times is a day alone; "" where changed clocks show one twice or never.
    """
    leg = person.leg
    if at is None or leg is None or leg.departs is None:
        return ""
    if "T" not in at.text or "T" not in leg.departs.text:
        return between(at, leg.departs)
    port = text_of(leg.origin)
    minutes = minutes_between(Hop("", port, "", at.text), Hop(port, "", leg.departs.text, ""), person.utc)
    return "" if minutes is None else f"{minutes} min"


def tagged(bag: Bag, reading: Evident) -> Iterator[dict[str, Seen]]:
    """The tags of a run: the first number, and those that follow it in row."""
    if bag.tag is None:
        return
    for text in in_row(bag.tag.text, text_of(bag.in_row), BAG):
        yield reading.told("bag.tag", text, bag.tag)


def weight(name: str, bag: Bag, reading: Evident) -> dict[str, Seen]:
    """The weight told with a bag, when its unit is known."""
    if bag.weight is None or bag.unit not in {"kg", "lb"}:
        return {}
    return reading.told(name, f"{bag.weight.text.replace(',', '.')} {bag.unit}", bag.weight)


def seats(person: Person) -> Things:
    """The seat at check-in, else those asked for; complete once checked in."""
    given = [one.seat for one in person.check_ins if one.seat is not None]
    asked = [] if person.leg is None else [one.number for one in person.leg.seats if person.holds(one.holder)]
    numbers = given or asked
    changes = sum(any(person.holds(seat.holder) for seat in one.seats) for one in person.history)
    things = []
    for number in numbers:
        known = person.reading.of({"seat.number": number})
        things.append(known if person.pnr.partial else known | person.reading.told("seat.changes", changes))
    return Things(tuple(things), complete=bool(given) and not person.pnr.partial)


def payments(person: Person) -> Things:
    """Forms of payment of their tickets; none and complete only where there is a ticket."""
    tickets = person.traveller.tickets
    return Things(
        tuple(_payment(one, ticket, person) for ticket in tickets for one in ticket.payments),
        complete=bool(tickets) and not person.pnr.partial,
    )


def _payment(payment: Payment, ticket: Ticket, person: Person) -> Thing:
    reading, uses = person.reading, person.held.card_uses(payment)
    at = payment.form or payment.account or payment.vendor or payment.amount
    known: dict[str, Seen] = {}
    if payment.kind.upper() in _METHODS:
        known |= reading.told("payment.method", _METHODS[payment.kind.upper()], at)
    currencies = {text_of(one.currency) for one in ticket.prices}
    if payment.amount is not None and currencies == {"USD"}:
        known |= reading.told("payment.amount", f"{payment.amount.text} USD", payment.amount)
    if ticket.issued is not None:
        known |= reading.told("payment.paid_on", ticket.issued.text[:10], ticket.issued)
    return known if uses is None else known | reading.told("payment.card_uses", uses, payment.account)


def companions(person: Person, day: date | None) -> Things:
    """The other travellers of the reservation; complete when it is whole and nobody was split off."""
    others = [one for one in person.pnr.travellers if one is not person.traveller]
    return Things(
        tuple(_companion(one, person, day) for one in others),
        complete=not person.pnr.partial and not person.pnr.splits,
    )


def _companion(other: PnrTraveller, person: Person, day: date | None) -> Thing:
    reading = person.reading
    known = reading.told("companion.same_booking", True, other.surname)
    born = born_of(other)
    if born is not None and day is not None and (first := day_of(born)) is not None:
        known |= reading.told("companion.age", years(first, day), born)
    nationality = next((one.nationality for one in other.own_documents if one.nationality is not None), None)
    known |= reading.of({"companion.nationality": nationality})
    own, theirs = _accounts(person.traveller), _accounts(other)
    if own and theirs:
        shared = next((one for one in theirs if one.text in {mine.text for mine in own}), None)
        known |= reading.told("companion.same_payment", shared is not None, shared or theirs[0])
    counted = bags(msgspec.structs.replace(person, traveller=other))
    if counted.complete:
        known |= reading.told("companion.bags", len(counted.things))
    return known


def _accounts(traveller: PnrTraveller) -> list[Field]:
    found = (one.account for ticket in traveller.tickets for one in ticket.payments)
    return [one for one in found if one is not None]


def contacts(person: Person) -> Things:
    """Telephone numbers, mail addresses and addresses of the reservation and of the traveller."""
    changed = {one.value.text for change in person.history for one in change.contacts}
    known = []
    for kind, field, shared in dict.fromkeys(_told(person)):
        thing = person.reading.told("contact.kind", kind, field)
        thing |= person.reading.told("contact.changed", field.text in changed, field)
        if shared is not None:
            thing |= person.reading.told("contact.shared_with", shared, field)
        known.append(thing)
    return Things(tuple(known), complete=not person.pnr.partial)


def _told(person: Person) -> Iterator[tuple[str, Field, int | None]]:
    """Each contact with its kind, and how many other reservations held tell it too."""
    pnr, traveller, held = person.pnr, person.traveller, person.held
    leg_contacts = [] if person.leg is None else [*person.leg.contacts]
    for contact in (*pnr.contacts, *traveller.contacts, *leg_contacts):
        kind = "EMAIL" if "@" in contact.value.text else "PHONE"
        yield kind, contact.value, held.shared_with(contact)
    for address in (*pnr.addresses, *traveller.addresses):
        place = address.street or address.city or address.postal_code
        if place is not None:
            yield "ADDRESS", place, held.shared_with(address)
        if address.phone is not None:
            yield "PHONE", address.phone, held.phone_shared_with(address)


def born_of(traveller: PnrTraveller) -> Field | None:
    """The birth date in a document of the traveller."""
    return next((one.date_of_birth for one in traveller.own_documents if one.date_of_birth is not None), None)


def day_of(field: Field | None) -> date | None:
    """The day of an ISO date or time, or None."""
    try:
        return None if field is None else date.fromisoformat(field.text[:10])
    except ValueError:
        return None


def years(born: date, day: date) -> int:
    """Whole years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def whole_number(field: Field | None) -> int | None:
    """A small whole number, or None."""
    text = text_of(field)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 12 else None
