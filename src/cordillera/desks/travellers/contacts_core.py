"""What of a reservation says how somebody is reached or pays: compared by blind index, never shown from it.

Two travellers are linked when one of these is the same in what carriers told of both:

1. `phone`: the last nine digits of a number that has at least eight, so that a country's prefix or a zero
   before it makes no difference; fewer digits link nobody.
2. `email`: the address, whatever the case of its letters.
3. `address`: street with town or postal code, letters and digits alone.
4. `card`: company and account when at least ten digits of it were told (first six, last four); the last four
   alone are shared by one card in ten thousand and link nobody.
5. `agency`: the agency's number, or its office where it has none.
6. `booking`: the record locator of one carrier.

A link says that two lines share something. It never says that two lines are one person.

>>> phone("+593 2 290-1234") == phone("0022901234"), phone("12345")
(False, '')
>>> phone("+593 99 123 4567") == phone("0991234567")
True
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.pnrgov_model import Address, Pnr, PnrTraveller

_DIGITS: Final = re.compile(r"\D")
_PLAIN: Final = re.compile(r"[^a-z0-9]+")
_SHORTEST_PHONE, _COMPARED = 8, 9
_SHORTEST_CARD: Final = 10
_SHORTEST_STREET: Final = 4


class Kind(StrEnum):
    """What two travellers share."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    CARD = "card"
    BOOKING = "booking"
    AGENCY = "agency"


class Point(msgspec.Struct, frozen=True):
    """One thing somebody is reached or pays by: as compared, and as the carrier wrote it."""

    kind: Kind
    compared: str
    told: str


class Holding(msgspec.Struct, frozen=True):
    """What a traveller is reached or pays by, as a blind index."""

    traveller_id: UUID
    kind: Kind
    value: bytes


class Shared(msgspec.Struct, frozen=True):
    """Who has something, or that too many have it; `cancelled` are those whose booking does not stand."""

    kind: Kind
    value: bytes
    holders: tuple[UUID, ...]
    cancelled: frozenset[UUID]
    too_many: bool


def points_of(key: str, pnr: Pnr, person: PnrTraveller) -> tuple[Point, ...]:
    """Return what a reservation called `key` says of one of its people, each thing once."""
    found: dict[tuple[Kind, str], Point] = {}
    for point in _points(key, pnr, person):
        if point.compared:
            found.setdefault((point.kind, point.compared), point)
    return tuple(found.values())


def _points(key: str, pnr: Pnr, person: PnrTraveller) -> Iterator[Point]:
    for one in (*person.contacts, *pnr.contacts):
        yield _reached(one.value.text)
    for address in (*person.addresses, *pnr.addresses):
        yield Point(Kind.ADDRESS, place(address), _written(address))
        yield Point(Kind.PHONE, phone(text_of(address.phone)), text_of(address.phone))
    for ticket in person.tickets:
        for paid in ticket.payments:
            vendor, account = text_of(paid.vendor), text_of(paid.account)
            yield Point(Kind.CARD, card(vendor, account), f"{vendor} {account}".strip())
    if pnr.agency is not None:
        told = text_of(pnr.agency.number) or " ".join(
            part for part in (text_of(pnr.agency.company), text_of(pnr.agency.office)) if part
        )
        yield Point(Kind.AGENCY, agency(pnr), told)
    if pnr.key:
        yield Point(
            Kind.BOOKING, key, text_of(next(one.code for one in pnr.locators if one.code is not None))
        )


def _reached(text: str) -> Point:
    if "@" in text:
        return Point(Kind.EMAIL, email(text), text)
    return Point(Kind.PHONE, phone(text), text)


def phone(text: str) -> str:
    """Return the digits a telephone number is compared by, "" when they are too few (condition 1)."""
    digits = _DIGITS.sub("", text)
    return digits[-_COMPARED:] if len(digits) >= _SHORTEST_PHONE else ""


def email(text: str) -> str:
    """Return a mail address as it is compared (condition 2)."""
    plain = text.strip().casefold()
    name, _, host = plain.partition("@")
    return plain if name and "." in host else ""


def place(address: Address) -> str:
    """Return an address as it is compared, "" without street, or town and postal code (condition 3)."""
    street, town = _plain(text_of(address.street)), _plain(text_of(address.city))
    code = _plain(text_of(address.postal_code))
    if len(street) < _SHORTEST_STREET or not (town or code):
        return ""
    return "|".join((street, code or town, _plain(text_of(address.country))))


def card(vendor: str, account: str) -> str:
    """Return a card as it is compared, "" when too few of its digits were told (condition 4).

    >>> card("VI", "411111XXXXXX1186"), card("VI", "XXXXXXXXXXXX1186")
    ('VI|411111XXXXXX1186', '')
    """
    shown = sum(letter.isdecimal() for letter in account)
    return f"{vendor}|{account.strip().upper()}" if shown >= _SHORTEST_CARD else ""


def agency(pnr: Pnr) -> str:
    """Return an agency as it is compared (condition 5)."""
    told = pnr.agency
    if told is None:
        return ""
    if told.number is not None:
        return f"number|{_plain(told.number.text)}"
    office = _plain(text_of(told.office))
    return f"office|{_plain(text_of(told.company))}|{office}" if office else ""


def _plain(text: str) -> str:
    """Letters and digits, without accents: how a text is compared."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    return _PLAIN.sub("", "".join(one for one in bare if not unicodedata.combining(one)))


def _written(address: Address) -> str:
    parts = (address.street, address.postal_code, address.city, address.region, address.country)
    return ", ".join(text_of(part) for part in parts if part)
