"""Whom a traveller shares a phone, card, address, mail address, booking or agency with.

Carriers' reservations are searched only when

1. the officer works for the border or against serious crime, and may read alerts;
2. there is an alert about the traveller in this agency: nobody is looked into because they could be;
3. the traveller may be seen by name: six months are not over, or two officers let them be seen;
4. the look is written in the ledger, with how many were found.

Who was found is shown as their own age allows; whoever is not named any more is not found at all.
"""

from typing import Final, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.contacts_core import Kind, Shared
from cordillera.desks.travellers.contacts_errors import ContactsForOtherPurpose, ContactsWithoutAlert
from cordillera.desks.travellers.contacts_graph import (
    Found,
    Link,
    Spot,
    Thing,
    first_step,
    followed,
    found,
    second_step,
    spots,
    without,
)
from cordillera.desks.travellers.contacts_store import (
    MOST_HOLDERS,
    ContactStore,
    FlightOf,
    flights_of,
)
from cordillera.desks.travellers.depersonalise import Masking
from cordillera.desks.travellers.errors import Depersonalised
from cordillera.desks.travellers.ingest import TRAVELLER
from cordillera.desks.travellers.model import TravellerRow
from cordillera.desks.travellers.people_store import opened
from cordillera.desks.travellers.reservation_showing import Showing
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.ports import Officer
from cordillera.trust.review.store import about

Hops = Literal[1, 2]
PURPOSES: Final = frozenset(
    {
        *("border_control", "drug_trafficking", "human_trafficking", "migrant_smuggling"),
        *("organised_crime", "terrorism"),
    }
)
"""Condition 1: what reservations may be searched for (PNR Directive 2016/681 art. 1(2) and the border)."""


class LinkView(msgspec.Struct, frozen=True):
    """What two share: `told` is how the carrier wrote it of the traveller asked about, else empty."""

    kind: Kind
    with_id: UUID
    with_name: str
    told: str
    cancelled: bool


class Linked(msgspec.Struct, frozen=True):
    """Somebody who was found: how many steps away, on which flight, by what, and the alert about them."""

    number: int
    traveller_id: UUID
    name: str
    step: int
    flight: FlightOf | None
    links: tuple[LinkView, ...]
    alert_id: UUID | None


class Crowded(msgspec.Struct, frozen=True):
    """Something that too many share to link anybody."""

    kind: Kind
    told: str


class Edge(msgspec.Struct, frozen=True):
    """A line of the picture: one pair and everything that the two share."""

    x1: float
    y1: float
    x2: float
    y2: float
    kinds: tuple[Kind, ...]


class ContactsView(msgspec.Struct, frozen=True):
    """Whom a traveller is linked with; `spots` and `edges` are empty when there are too many to draw."""

    traveller: TravellerRow
    hops: int
    people: tuple[Linked, ...]
    crowded: tuple[Crowded, ...]
    spots: tuple[Spot[UUID], ...]
    edges: tuple[Edge, ...]
    omitted: int
    most: int = MOST_HOLDERS


class Contacts:
    """Looks up whom travellers share contacts with, for one officer at a time."""

    def __init__(self, ledger: Ledger, sealer: FieldSealer, clock: Clock, masking: Masking) -> None:
        self._ledger = ledger
        self._sealer = sealer
        self._clock = clock
        self._masking = masking
        self._index = ContactStore(sealer)
        self._bookings = Showing(sealer, masking)

    def of(self, tx: sa.Connection, officer: Officer, traveller: TravellerRow, hops: Hops) -> ContactsView:
        """Return whom a traveller is linked with: conditions 1 to 4.

        Raises `ContactsForOtherPurpose`, `ContactsWithoutAlert`, `Depersonalised`.
        """
        if officer.purpose not in PURPOSES:
            raise ContactsForOtherPurpose
        if not about(tx, TRAVELLER, [str(traveller.id)]):
            raise ContactsWithoutAlert
        if self._masking.hidden(tx, [traveller]):
            raise Depersonalised
        result = self._found(tx, traveller.id, hops)
        view = self._view(tx, traveller, hops, result)
        self._seen(tx, officer, view)
        return view

    def _found(self, tx: sa.Connection, mine: UUID, hops: Hops) -> Found:
        now = self._clock.now()
        own = {(one.kind, one.value) for one in self._index.of(tx, [mine], now)}
        shared = self._index.shared(tx, own, now)
        near, links = first_step(mine, shared)
        further: tuple[tuple[UUID, ...], tuple[Link, ...]] = ((), ())
        if hops > 1 and near:
            held = self._index.of(tx, near, now)
            theirs = self._index.shared(tx, followed(held, own), now)
            further = second_step(mine, set(near), held, theirs)
        return found((near, links), further, _crowded(shared))

    def _view(self, tx: sa.Connection, traveller: TravellerRow, hops: Hops, result: Found) -> ContactsView:
        refs = (*result.first, *result.second)
        rows = [one.row for one in opened(tx, self._sealer, list(refs))]
        hidden = self._masking.hidden(tx, rows)
        named = {row.id: _name(row) for row in rows if row.id not in hidden}
        result = without(result, set(refs) - named.keys())
        told = {
            (point.kind, self._index.blind(point)): point.told
            for point in self._bookings.points(tx, traveller)
        }
        names = {**named, traveller.id: _name(traveller)}
        shown = (*result.first, *result.second)
        flights = flights_of(tx, shown)
        alerts = about(tx, TRAVELLER, [str(ref) for ref in shown])
        people = tuple(
            Linked(
                number=number,
                traveller_id=ref,
                name=names[ref],
                step=1 if ref in result.first else 2,
                flight=flights.get(ref),
                links=_links(result, ref, (traveller.id, names, told)),
                alert_id=alerts.get(str(ref)),
            )
            for number, ref in enumerate(shown, start=1)
        )
        places = spots(traveller.id, result)
        return ContactsView(
            traveller=traveller,
            hops=hops,
            people=people,
            crowded=tuple(Crowded(kind, told.get((kind, value), "")) for kind, value in result.crowded),
            spots=places,
            edges=_edges(result, places),
            omitted=result.omitted,
        )

    def _seen(self, tx: sa.Connection, officer: Officer, view: ContactsView) -> None:
        """Condition 4; whose names were shown is committed to, and not written in the clear."""
        ref = str(view.traveller.id)
        told = {"what": "contacts", "ref": ref, "hops": str(view.hops), "found": str(len(view.people))}
        shown = sorted(str(one.traveller_id) for one in view.people)
        self._ledger.record(
            tx,
            Event(
                kind=LeafKind.CONSULTATION,
                actor=officer.officer_id,
                agency=officer.agency,
                purpose=officer.purpose,
                payload=canonical.dumps({**told, "shown": shown}),
                detail=told,
                subject_ref=ref,
            ),
        )


def _crowded(shared: dict[Thing, Shared]) -> set[Thing]:
    return {thing for thing, one in shared.items() if one.too_many}


def _links(
    result: Found, ref: UUID, known: tuple[UUID, dict[UUID, str], dict[Thing, str]]
) -> tuple[LinkView, ...]:
    mine, names, told = known
    return tuple(
        LinkView(
            kind=one.kind,
            with_id=one.one,
            with_name=names[one.one],
            told=told.get((one.kind, one.value), "") if one.one == mine else "",
            cancelled=one.cancelled,
        )
        for one in result.links
        if one.other == ref
    )


def _edges(result: Found, places: tuple[Spot[UUID], ...]) -> tuple[Edge, ...]:
    at = {one.id: one for one in places}
    pairs: dict[tuple[UUID, UUID], dict[Kind, None]] = {}
    for link in result.links:
        if link.one in at and link.other in at:
            pairs.setdefault((link.one, link.other), {})[link.kind] = None
    return tuple(
        Edge(at[one].x, at[one].y, at[other].x, at[other].y, tuple(kinds))
        for (one, other), kinds in pairs.items()
    )


def _name(row: TravellerRow) -> str:
    facts = row.facts
    return ", ".join(part for part in (facts.family_names, facts.given_names) if part) or facts.full_name
