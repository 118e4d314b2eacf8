"""What passenger lists tell of one traveller beside who they are: reservation, seat, bags, company; purely.

A carrier that sends no reservations still tells these in its lists (RFF+AVF, RFF+SEA, FTX+BAG, MEA).

1. Of several lists the newest that tells the traveller counts; for the seat, the newest that tells one.
2. Company is who else of the flight is on a list with the same record locator. It says that they were booked
   together, and nothing more.

>>> told_of([]) is None
True
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from cordillera.desks.travellers.model import TravellerRow
from cordillera.engines.edifact.paxlst_model import Field, Traveller, text_of
from cordillera.engines.edifact.pnrgov_parts import UNITS

Bytes = tuple[int, int]
Heard = tuple[UUID, Traveller]
"""A message, and somebody as its list tells them; messages are ordered by their ids, the newest last."""


class ListedText(msgspec.Struct, frozen=True):
    """A text of a list, and its bytes [start, end) in the message."""

    text: str
    at: Bytes


class ListedCompanion(msgspec.Struct, frozen=True):
    """Somebody of the flight with the same record locator, and the seat that was told for them."""

    traveller_id: UUID
    family_names: str
    given_names: str
    seat: str


class ListedView(msgspec.Struct, frozen=True):
    """What lists tell of a traveller; `message_id` is the one that tells it, `seat_id` the one of the seat.

    `weight` has its unit; `pieces` is how many bags were declared, "" where nothing was.
    """

    message_id: UUID
    locator: str
    seat: ListedText | None
    seat_id: UUID | None
    bags: tuple[ListedText, ...]
    pieces: str
    weight: str
    companions: tuple[ListedCompanion, ...] = ()

    @property
    def empty(self) -> bool:
        """Tell whether a list says nothing of all this."""
        return not (self.locator or self.seat or self.bags or self.pieces or self.weight or self.companions)


def told_of(heard: Sequence[Heard]) -> ListedView | None:
    """Return what lists tell of one traveller: condition 1; None where none tells of them."""
    if not heard:
        return None
    newest = sorted(heard, key=_message)
    message_id, person = newest[-1]
    seated = next(((ref, one.seat) for ref, one in reversed(newest) if one.seat is not None), None)
    return ListedView(
        message_id=message_id,
        locator=text_of(person.reservation),
        seat=None if seated is None else _text(seated[1]),
        seat_id=None if seated is None else seated[0],
        bags=tuple(_text(tag) for tag in person.tags),
        pieces=text_of(person.bag_count),
        weight=_weight(person),
    )


def with_company(view: ListedView, company: Sequence[TravellerRow], seats: Mapping[UUID, str]) -> ListedView:
    """Return what lists tell of a traveller with their company as it may be shown: condition 2."""
    return msgspec.structs.replace(
        view,
        companions=tuple(
            ListedCompanion(one.id, one.facts.family_names, one.facts.given_names, seats[one.id])
            for one in sorted(company, key=_named)
            if one.facts.full_name or one.facts.family_names
        ),
    )


def _named(row: TravellerRow) -> tuple[str, str, UUID]:
    return row.facts.family_names, row.facts.given_names, row.id


def _message(one: Heard) -> UUID:
    return one[0]


def _weight(person: Traveller) -> str:
    unit = person.bag_weight_unit.strip().upper()
    return f"{text_of(person.bag_weight)} {UNITS.get(unit, unit)}".strip() if person.bag_weight else ""


def _text(field: Field) -> ListedText:
    return ListedText(field.text, (field.start, field.end))
