"""Who sits where on a flight, as carriers told it: rows and letters, nothing between them; purely.

No carrier sends the plan of a cabin. What is shown are the rows and letters that some message told, in
order; rows and letters that nobody told are not there, and where aisles lie is not known. Conditions:

1. a seat is a row from 1 to 999 and one letter, whatever blanks and zeros stand around the row ("012 A");
   a range, a letter before its row and any other text is no seat: it is shown as it was told;
2. of what was told of one traveller the seats assigned (checked in, or on a passenger list) go before those
   asked for, and among these the newest message stands;
3. one message may tell one traveller several seats: they sit in each of them;
4. two travellers on one seat contradict each other, unless all but one of them are infants in arms;
5. an infant is one by the carrier's word, or by a whole birth date less than two years before departure;
6. who has no seat is counted, and an infant among them is none that lacks one.

>>> seat_of("012 a"), seat_of("A12"), seat_of("12A-C")
(Place(row=12, letter='A'), None, None)
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

_SEAT: Final = re.compile(r" *0*([1-9][0-9]{0,2}) *([A-Za-z]) *")
_LONGEST: Final = 20
_INFANT_YEARS: Final = 2


class Place(msgspec.Struct, frozen=True, order=True):
    """A seat by its row and letter."""

    row: int
    letter: str


class Telling(msgspec.Struct, frozen=True):
    """What one message told of one traveller's seat; messages are ordered by their ids, the newest last."""

    traveller_id: UUID
    text: str
    assigned: bool
    message_id: UUID


class Sitter(msgspec.Struct, frozen=True):
    """Somebody on a seat; `assigned` is false of who only asked for it, `infant` of who sits on no one."""

    traveller_id: UUID
    assigned: bool
    infant: bool


class Seat(msgspec.Struct, frozen=True):
    """A seat that was told, who is on it, and whether these contradict each other (condition 4)."""

    number: str
    sitters: tuple[Sitter, ...]
    contradicts: bool


class Row(msgspec.Struct, frozen=True):
    """A row that was told; `seats` has one place for each letter of the map, None where nobody was told."""

    number: int
    seats: tuple[Seat | None, ...]


class Unplaced(msgspec.Struct, frozen=True):
    """What was told of somebody's seat, and is none."""

    traveller_id: UUID
    text: str


class SeatMap(msgspec.Struct, frozen=True):
    """The seats told of a flight; `unseated` are travellers without any, `in_arms` infants without any."""

    letters: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    unseated: tuple[UUID, ...] = ()
    in_arms: tuple[UUID, ...] = ()

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Every seat that somebody is on, row by row."""
        return tuple(seat for row in self.rows for seat in row.seats if seat is not None)


def seat_of(text: str) -> Place | None:
    """Return the seat that a text tells, or None: condition 1."""
    if len(text) > _LONGEST:
        return None
    found = _SEAT.fullmatch(text)
    return None if found is None else Place(int(found[1]), found[2].upper())


def is_infant(date_of_birth: str, departs: str) -> bool:
    """Tell whether somebody is younger than two when a flight departs: condition 5. Dates are ISO 8601."""
    try:
        born, leaves = date.fromisoformat(date_of_birth), date.fromisoformat(departs[:10])
    except ValueError:
        return False
    years = leaves.year - born.year - ((leaves.month, leaves.day) < (born.month, born.day))
    return 0 <= years < _INFANT_YEARS


def seat_map(told: Iterable[Telling], aboard: Sequence[UUID], infants: Collection[UUID]) -> SeatMap:
    """Return the map of those aboard: conditions 1 to 6. Who is not aboard any more has no seat."""
    standing = _standing(told, aboard)
    placed: dict[Place, dict[UUID, Sitter]] = {}
    unplaced = []
    for who, tellings in standing.items():
        for text in dict.fromkeys(one.text for one in tellings):
            place = seat_of(text)
            if place is None:
                unplaced.append(Unplaced(who, text[:_LONGEST]))
            else:
                placed.setdefault(place, {})[who] = Sitter(who, tellings[0].assigned, who in infants)
    without = [who for who in aboard if who not in standing]
    letters = tuple(sorted({place.letter for place in placed}))
    return SeatMap(
        letters=letters,
        rows=tuple(
            Row(row, tuple(_seat(Place(row, letter), placed) for letter in letters))
            for row in sorted({place.row for place in placed})
        ),
        unplaced=tuple(unplaced),
        unseated=tuple(who for who in without if who not in infants),
        in_arms=tuple(who for who in without if who in infants),
    )


def _standing(told: Iterable[Telling], aboard: Sequence[UUID]) -> dict[UUID, list[Telling]]:
    """What stands of each who is aboard: conditions 2 and 3."""
    found: dict[UUID, list[Telling]] = {who: [] for who in aboard}
    for one in told:
        before = found.get(one.traveller_id)
        if before is None or not one.text.strip():
            continue
        if not before or _weight(one) > _weight(before[0]):
            found[one.traveller_id] = [one]
        elif _weight(one) == _weight(before[0]):
            before.append(one)
    return {who: tellings for who, tellings in found.items() if tellings}


def _weight(one: Telling) -> tuple[bool, UUID]:
    return one.assigned, one.message_id


def _seat(place: Place, placed: dict[Place, dict[UUID, Sitter]]) -> Seat | None:
    """One seat of the map: condition 4."""
    if place not in placed:
        return None
    sitters = tuple(sorted(placed[place].values(), key=_infants_last))
    return Seat(
        number=f"{place.row}{place.letter}",
        sitters=sitters,
        contradicts=sum(not one.infant for one in sitters) > 1,
    )


def _infants_last(sitter: Sitter) -> bool:
    return sitter.infant
