"""Who of a flight's travellers is shown, and in which order; purely.

What is looked for is told from what may be shown: of somebody whom age masks neither the name nor a missing
document is known, so they are let through by no such filter and come last in such an order. Of the filters

1. `alerts` lets through who has an alert that is not decided;
2. `no_document` who is announced without the number of a travel document (a visa is none: ICAO 9303-7);
3. `in_transit` who was announced as going on, or leaves the journey elsewhere than where the flight lands;
4. `no_seat` who lacks a seat (`seats_core`, condition 6);
5. `crew` those who work aboard.

>>> AboardQuery(show="crew", page=2).suffix(sort="seat")
'?show=crew&sort=seat'
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Literal, get_args
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from cordillera.desks.travellers.model import CREW, TravellerFacts, TravellerRow
from cordillera.desks.travellers.seats_core import Place, SeatMap, seat_of

PER_PAGE: Final = 200
Show = Literal["all", "alerts", "no_document", "in_transit", "no_seat", "crew"]
Sort = Literal["alerts", "name", "seat", "document"]
SHOWS: tuple[Show, ...] = get_args(Show)
SORTS: tuple[Sort, ...] = get_args(Sort)
_TRANSIT: Final = frozenset({"transit_passenger", "transit_crew"})
_VISA: Final = "V"
_LAST: Final = "\uffff"
_NOWHERE: Final = Place(1000, "")


class AboardQuery(msgspec.Struct, frozen=True):
    """What the address of a flight says about whom to show."""

    show: Show = "all"
    sort: Sort = "alerts"
    page: int = 1

    def suffix(self, **changes: str | int) -> str:
        """Return the query string of this address with `changes`; what is usual is left out."""
        changed = {**msgspec.structs.asdict(self), **({"page": 1} if changes else {}), **changes}
        usual = msgspec.structs.asdict(AboardQuery())
        said = {name: value for name, value in changed.items() if value != usual[name]}
        return f"?{urlencode(said)}" if said else ""


class Known(msgspec.Struct, frozen=True):
    """What is known beside the facts, of travellers by id.

    `lands` is where the flight does; `seats` are what each sits on, `seatless` who lacks one, `masked` whom
    age hides; `alerts` the place of each one's alert in the queue, `open` who has one that is not decided.
    """

    lands: str
    seats: Mapping[UUID, tuple[str, ...]]
    seatless: Collection[UUID]
    masked: Collection[UUID]
    alerts: Mapping[UUID, int]
    open: Collection[UUID]


class Aboard(msgspec.Struct, frozen=True):
    """A page of a flight's travellers, how many each filter lets through, and how many pages there are."""

    travellers: tuple[TravellerRow, ...]
    counts: dict[Show, int]
    page: int
    pages: int


def seats_of(told: SeatMap) -> dict[UUID, tuple[str, ...]]:
    """Return the seats of each traveller of a map, in the order of rows."""
    found: dict[UUID, tuple[str, ...]] = {}
    for seat in told.seats:
        for sitter in seat.sitters:
            found[sitter.traveller_id] = (*found.get(sitter.traveller_id, ()), seat.number)
    return found


def aboard(people: Sequence[TravellerRow], known: Known, wanted: AboardQuery) -> Aboard:
    """Return the page asked for of those `people` who are looked for."""
    shown = [one for one in people if _lets(one, known, wanted.show)]
    shown.sort(key=lambda one: (*_ORDERS[wanted.sort](one, known), *_by_name(one, known)))
    pages = max(1, -(-len(shown) // PER_PAGE))
    page = min(wanted.page, pages)
    counts = {show: sum(_lets(one, known, show) for one in people) for show in SHOWS}
    return Aboard(tuple(shown[(page - 1) * PER_PAGE : page * PER_PAGE]), counts, page, pages)


def has_document(facts: TravellerFacts) -> bool:
    """Tell whether the number of a travel document is known: condition 2."""
    return any(one.number and one.type != _VISA for one in facts.documents)


def _lets(one: TravellerRow, known: Known, show: Show) -> bool:
    """Tell whether a filter lets somebody through: conditions 1 to 5."""
    role, leaves = one.facts.role, one.facts.debarked
    return {
        "all": True,
        "alerts": one.id in known.open,
        "no_document": one.id not in known.masked and not has_document(one.facts),
        "in_transit": role in _TRANSIT or bool(leaves and known.lands and leaves != known.lands),
        "no_seat": one.id in known.seatless,
        "crew": role in CREW,
    }[show]


def _by_name(one: TravellerRow, _: Known) -> tuple[Any, ...]:
    names = (one.facts.family_names or one.facts.full_name, one.facts.given_names)
    return (*(name.casefold() or _LAST for name in names), one.id)


def _by_alert(one: TravellerRow, known: Known) -> tuple[Any, ...]:
    return one.id not in known.open, known.alerts.get(one.id, len(known.alerts))


def _by_seat(one: TravellerRow, known: Known) -> tuple[Any, ...]:
    return ((seat_of(known.seats[one.id][0]) if one.id in known.seats else None) or _NOWHERE,)


def _by_document(one: TravellerRow, known: Known) -> tuple[Any, ...]:
    first = next((document.number for document in one.facts.documents), "")
    return one.id in known.masked, has_document(one.facts), first


_ORDERS: Final = {"alerts": _by_alert, "name": _by_name, "seat": _by_seat, "document": _by_document}
