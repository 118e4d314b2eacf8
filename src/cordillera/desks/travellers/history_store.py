"""Traces, links and partings in PostgreSQL: blind keys, pairs of journeys, and who said they are two people.

A trace goes with the message that left it, and after six months at the latest: no index of names, documents
or contacts is kept longer than names are (PNR Directive 2016/681 art. 12). A link goes with the first of its
journeys. A parting stays as long as the later of them, since it keeps two people from being taken for one.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert

from cordillera.desks.travellers.history_core import Ground, Sighting, Span
from cordillera.desks.travellers.model import TravellerFacts
from cordillera.desks.travellers.raising import Announced
from cordillera.desks.travellers.reservation_store import BookedPlace
from cordillera.desks.travellers.zones import to_utc, zone_of
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import FieldSealer, Place
from cordillera.foundation.store.swift import Bulk, Statement, blobs, uuids
from cordillera.trust.review.model import Retention

TRACES_KEPT: Final = timedelta(days=183)
PER_KEY: Final = 4
"""The newest that one key finds: a number which hundreds share tells nobody apart."""


class Trace(msgspec.Struct, frozen=True):
    """A blind key that a traveller left, and the message that told it."""

    id: UUID
    agency: str
    message_id: UUID
    traveller_id: UUID
    key: bytes
    told_at: datetime
    erase_after: datetime
    review_at: datetime


class Seen(msgspec.Struct, frozen=True):
    """A traveller opened for comparing, with their flight and their term."""

    sighting: Sighting
    facts: TravellerFacts
    message_id: UUID
    agency: str
    role: str
    number: str
    origin: str
    destination: str
    departs_local: str
    keep: Retention


class Link(msgspec.Struct, frozen=True):
    """Two journeys taken for one person's. `one_id` is the smaller id; terms are names and bits alone."""

    id: UUID
    agency: str
    one_id: UUID
    other_id: UUID
    ground: Ground
    through_id: UUID | None
    probability: float
    bits: float
    terms: tuple[tuple[str, float], ...]
    made_at: datetime
    parted_at: datetime | None
    erase_after: datetime
    review_at: datetime

    def beside(self, traveller: UUID) -> UUID:
        """Return the other of the two."""
        return self.other_id if traveller == self.one_id else self.one_id


class Parting(msgspec.Struct, frozen=True):
    """An officer's word that two are not one person: `what` was joined, a history or a reservation."""

    id: UUID
    agency: str
    what: str
    one_id: UUID
    other_id: UUID
    one_person: bytes
    other_person: bytes
    officer_id: str
    officer_name: str
    at: datetime
    reason: str
    erase_after: datetime
    review_at: datetime


_LINK: Final = ", ".join(Link.__struct_fields__)
_SEEN: Final = Statement(
    "SELECT t.id, t.message_id, t.flight_id, t.agency, t.key_id, t.facts, t.role, f.number, f.origin,"
    " f.destination, f.departs_local, f.arrives_at, t.erase_after, t.review_at"
    " FROM traveller t JOIN traveller_flight f ON f.id = t.flight_id WHERE t.id = ANY(:ids) AND t.gone = ''"
)
_FLIGHTS: Final = Statement(
    "SELECT id, number, origin, destination, departs_local, arrives_at FROM traveller_flight"
    " WHERE id = ANY(:ids)"
)
_LINKS: Final = Statement(
    f"SELECT {_LINK} FROM traveller_link"  # noqa: S608 - constant columns
    " WHERE (one_id = ANY(:ids) OR other_id = ANY(:ids)) AND (:parted OR parted_at IS NULL) ORDER BY id"
)
_PARTINGS: Final = Statement(
    "SELECT one_id, other_id, one_person, other_person FROM traveller_parting WHERE"
    " one_id = ANY(:ids) OR other_id = ANY(:ids) OR one_person = ANY(:persons)"
    " OR other_person = ANY(:persons)"
)
_DROP_TRACES: Final = Statement("DELETE FROM traveller_trace WHERE traveller_id = ANY(:ids)")
_NEAR: Final = Statement(
    "SELECT key, traveller_id FROM (SELECT key, traveller_id,"
    " row_number() OVER (PARTITION BY key ORDER BY told_at DESC, id DESC) AS place"
    " FROM traveller_trace WHERE agency = :agency AND key = ANY(:keys)) found"
    " WHERE place <= :most"
)
_ADD_TRACES: Final = Bulk(
    "INSERT INTO traveller_trace (id, agency, message_id, traveller_id, key, told_at, erase_after, review_at)"
    " SELECT * FROM {rows}",
    {
        "id": "uuid",
        "agency": "text",
        "message_id": "uuid",
        "traveller_id": "uuid",
        "key": "bytea",
        "told_at": "timestamptz",
        "erase_after": "timestamptz",
        "review_at": "timestamptz",
    },
)


def keep_traces(tx: sa.Connection, traces: Sequence[Trace]) -> None:
    """Keep traces; each ends six months after it was told at the latest."""
    rows = []
    for one in traces:
        most = one.told_at + TRACES_KEPT
        term = min(one.erase_after, most), min(one.review_at, most)
        rows.append((one.id, one.agency, one.message_id, one.traveller_id, one.key, one.told_at, *term))
    _ADD_TRACES.send(tx, rows)


def drop_traces(tx: sa.Connection, travellers: Collection[UUID]) -> None:
    """Forget by what travellers were found: newer facts take their place."""
    _DROP_TRACES.send(tx, {"ids": uuids(list(travellers))})


def near(tx: sa.Connection, agency: str, keys: Collection[bytes]) -> dict[bytes, tuple[UUID, ...]]:
    """Return the newest travellers under each key."""
    if not keys:
        return {}
    found: dict[bytes, tuple[UUID, ...]] = {}
    for key, ref in _NEAR.rows(tx, {"agency": agency, "keys": list(keys), "most": PER_KEY}):
        found[bytes(key)] = (*found.get(bytes(key), ()), ref)
    return found


def seen(
    tx: sa.Connection,
    sealer: FieldSealer,
    travellers: Collection[UUID],
    shares: Mapping[UUID, frozenset[bytes]] = MappingProxyType({}),
) -> dict[UUID, Seen]:
    """Return some travellers opened, with their flights; those who are erased or left the flight are not."""
    rows = _SEEN.rows(tx, {"ids": uuids(list(travellers))}) if travellers else []
    keys = sealer.living_keys(tx, sorted({row[4] for row in rows}))
    found = {}
    spans: dict[UUID, Span] = {}
    for ref, message_id, flight_id, agency, key_id, sealed, role, *flight, erase_after, review_at in rows:
        if key_id not in keys:
            continue
        raw = sealer.open(keys[key_id], Place("traveller", "facts", str(ref)), sealed)
        facts = shapes.decode(raw, TravellerFacts)
        span = _span(spans, flight_id, flight)
        sighting = Sighting(ref, flight_id, facts, span, shares.get(ref, frozenset()))
        number, origin, destination, departs, _ = flight
        keep = Retention(erase_after, review_at)
        where = (number, origin, destination, departs)
        found[ref] = Seen(sighting, facts, message_id, agency, role, *where, keep)
    return found


def seen_in_hand(
    tx: sa.Connection, people: Collection[Announced], keep: Mapping[UUID, Retention]
) -> dict[UUID, Seen]:
    """Return what `seen` does of travellers who stand as lists just announced them; `keep` is by message.

    No reservation was taken for theirs yet, so there is nothing that they share with anybody.
    """
    flights_of = {"ids": uuids(sorted({one.flight_id for one in people}))}
    rows = _FLIGHTS.rows(tx, flights_of) if people else []
    flights = {flight_id: flight for flight_id, *flight in rows}
    spans: dict[UUID, Span] = {}
    found = {}
    for one in people:
        flight = flights[one.flight_id]
        span = _span(spans, one.flight_id, flight)
        sighting = Sighting(one.id, one.flight_id, one.facts, span)
        number, origin, destination, departs, _ = flight
        told = (one.message_id, one.agency, one.facts.role, number, origin, destination, departs)
        found[one.id] = Seen(sighting, one.facts, *told, keep[one.message_id])
    return found


def _span(spans: dict[UUID, Span], flight_id: UUID, flight: Sequence[Any]) -> Span:
    """When a flight is in the air; worked out once for all who are aboard."""
    if flight_id not in spans:
        _, origin, _, departs, arrives_at = flight
        spans[flight_id] = Span(_departs(departs, origin), arrives_at)
    return spans[flight_id]


def _departs(local: str, origin: str) -> datetime | None:
    zone = zone_of(origin, "")
    return None if zone.assumed else to_utc(local, zone.name)


def links(
    tx: sa.Connection, travellers: Collection[UUID], *, parted: bool = False
) -> dict[UUID, tuple[Link, ...]]:
    """Return the links of some travellers, by traveller; those that were parted only where asked for."""
    if not travellers:
        return {}
    rows = _LINKS.rows(tx, {"ids": uuids(list(travellers)), "parted": parted})
    wanted, found = set(travellers), dict[UUID, tuple[Link, ...]]()
    for row in rows:
        link = shapes.convert(dict(zip(Link.__struct_fields__, row, strict=True)), Link)
        for end in {link.one_id, link.other_id} & wanted:
            found[end] = (*found.get(end, ()), link)
    return found


def link(tx: sa.Connection, link_id: UUID) -> Link | None:
    """Return one link and keep others from changing it, or None."""
    row = tx.execute(
        sa.text(f"SELECT {_LINK} FROM traveller_link WHERE id = :id FOR UPDATE"),  # noqa: S608 - constant columns
        {"id": link_id},
    ).one_or_none()
    return None if row is None else _link(row)


def add_links(tx: sa.Connection, made: Sequence[Link]) -> None:
    """Store links; a pair that is there already, parted or not, stays as it is."""
    if not made:
        return
    rows = [msgspec.structs.asdict(one) | {"ground": one.ground.value} for one in made]
    types: dict[str, Any] = {"terms": JSONB()}
    columns = (sa.column(name, types.get(name)) for name in rows[0])
    tx.execute(insert(sa.table("traveller_link", *columns)).on_conflict_do_nothing(), rows)


def withdraw(tx: sa.Connection, which: Collection[UUID]) -> None:
    """Take links away that hold no more; they were nobody's decision."""
    if not which:
        return
    tx.execute(
        sa.text("DELETE FROM traveller_link WHERE id = ANY(:ids) AND parted_at IS NULL"), {"ids": list(which)}
    )


def mark_parted(tx: sa.Connection, which: Collection[UUID], at: datetime) -> None:
    """Remember of links that an officer parted them."""
    tx.execute(
        sa.text("UPDATE traveller_link SET parted_at = :at WHERE id = ANY(:ids) AND parted_at IS NULL"),
        {"ids": list(which), "at": at},
    )


def partings(
    tx: sa.Connection, travellers: Collection[UUID], persons: Collection[bytes]
) -> list[tuple[UUID, UUID, bytes, bytes]]:
    """Return who was parted from whom, of some journeys or people: ids and indexes of both."""
    rows = _PARTINGS.rows(tx, {"ids": uuids(list(travellers)), "persons": blobs(list(persons))})
    return [(one, other, bytes(person), bytes(another)) for one, other, person, another in rows]


def add_parting(tx: sa.Connection, sealer: FieldSealer, parting: Parting) -> None:
    """Store a parting with its reason sealed."""
    key = sealer.new_key(tx, f"traveller_parting/{parting.id}", parting.erase_after)
    place = Place("traveller_parting", "reason", str(parting.id))
    sealed = sealer.seal(key, place, parting.reason.encode())
    row = msgspec.structs.asdict(parting) | {"key_id": key.key_id, "reason": sealed}
    tx.execute(insert(sa.table("traveller_parting", *(sa.column(name) for name in row))).values(row))


def partings_of(tx: sa.Connection, sealer: FieldSealer, traveller: UUID) -> tuple[Parting, ...]:
    """Return how one traveller was parted from others, the newest first, with the reasons."""
    rows = tx.execute(
        sa.text(
            "SELECT * FROM traveller_parting WHERE one_id = :id OR other_id = :id ORDER BY at DESC, id DESC"
        ),
        {"id": traveller},
    ).all()
    keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
    found = []
    for row in rows:
        if row.key_id in keys:
            place = Place("traveller_parting", "reason", str(row.id))
            reason = sealer.open(keys[row.key_id], place, row.reason).decode()
            told = dict(row._mapping) | {"reason": reason}  # noqa: SLF001 - SQLAlchemy's own name
            found.append(shapes.convert(told, Parting))
    return tuple(found)


def rebook(tx: sa.Connection, flight_id: UUID, place: BookedPlace, traveller: UUID) -> None:
    """Say of a person of a reservation that they are another traveller of the flight."""
    tx.execute(
        sa.text(
            "UPDATE traveller_booking SET traveller_id = :ref WHERE flight_id = :flight"
            " AND locator = :locator AND person = :person"
        ),
        {"ref": traveller, "flight": flight_id, "locator": place.locator, "person": place.person},
    )


def forget(tx: sa.Connection, sealer: FieldSealer, traveller: UUID) -> None:
    """Forget what history keeps of one person: traces, links and partings, those through them too."""
    about = {"id": traveller}
    tx.execute(sa.text("DELETE FROM traveller_trace WHERE traveller_id = :id"), about)
    tx.execute(
        sa.text("DELETE FROM traveller_link WHERE one_id = :id OR other_id = :id OR through_id = :id"), about
    )
    gone = tx.execute(
        sa.text("DELETE FROM traveller_parting WHERE one_id = :id OR other_id = :id RETURNING key_id"), about
    )
    sealer.destroy_keys(tx, list(gone.scalars()))


def _link(row: sa.Row[Any]) -> Link:
    return shapes.convert(dict(row._mapping), Link)  # noqa: SLF001 - the row as a mapping, SQLAlchemy's own name
