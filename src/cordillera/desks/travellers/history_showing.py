"""Travel history before an officer: the other journeys of a traveller, and the grounds of each link.

What is shown of a link is worked out from both travellers as they may be seen now: six months after a
message neither names nor numbers are told, only what agreed and how much it counts.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import history_core as core
from cordillera.desks.travellers import history_store as sql
from cordillera.desks.travellers.depersonalise import Masking
from cordillera.desks.travellers.errors import JourneysNotLinked
from cordillera.desks.travellers.model import TravellerFacts, TravellerRow
from cordillera.foundation import canonical
from cordillera.foundation.explain import Term
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.ports import Officer

MOST_SHOWN: Final = 100


class Journey(msgspec.Struct, frozen=True):
    """One other journey of the same person, as it may be shown: why, how sure, and since when.

    `facts` are masked like the traveller's own; then `terms` say what agreed, and not how it was written.
    `through` is the flight of the journey that both are linked with, "" for a link of its own.
    """

    link_id: UUID
    traveller_id: UUID
    flight_id: UUID
    number: str
    origin: str
    destination: str
    departs_local: str
    facts: TravellerFacts
    ground: core.Ground
    probability: float
    terms: tuple[Term, ...]
    made_at: datetime
    through: str = ""


class HistoryView(msgspec.Struct, frozen=True):
    """The other journeys of a traveller, the newest first, and who was parted from them by whom."""

    traveller_id: UUID
    journeys: tuple[Journey, ...]
    partings: tuple[sql.Parting, ...]


class Side(msgspec.Struct, frozen=True):
    """One of two linked journeys: the traveller as they may be shown, and the flight."""

    traveller_id: UUID
    flight_id: UUID
    number: str
    origin: str
    destination: str
    departs_local: str
    facts: TravellerFacts


class LinkView(msgspec.Struct, frozen=True):
    """Two linked journeys side by side, the earlier first, why they are linked, and who parted them."""

    link_id: UUID
    sides: tuple[Side, ...]
    ground: core.Ground
    probability: float
    bits: float
    terms: tuple[Term, ...]
    made_at: datetime
    through: str
    parting: sql.Parting | None


class Journeys:
    """Shows links and what they rest on."""

    def __init__(self, ledger: Ledger, sealer: FieldSealer, masking: Masking) -> None:
        self._ledger = ledger
        self._sealer = sealer
        self._masking = masking

    def of(self, tx: sa.Connection, traveller_id: UUID) -> HistoryView:
        """Return the other journeys of a traveller; whoever calls has opened them and written the leaf."""
        links = sql.links(tx, [traveller_id]).get(traveller_id, ())
        seen = self._seen(tx, {traveller_id}, links)
        shown = self._shown(tx, seen)
        journeys = []
        for link in links:
            other = seen.get(link.beside(traveller_id))
            if other is None:
                continue
            ref = other.sighting.id
            journeys.append(
                Journey(
                    link_id=link.id,
                    traveller_id=ref,
                    flight_id=other.sighting.flight_id,
                    number=other.number,
                    origin=other.origin,
                    destination=other.destination,
                    departs_local=other.departs_local,
                    facts=shown[ref],
                    ground=link.ground,
                    probability=link.probability,
                    terms=_terms(link, seen, shown),
                    made_at=link.made_at,
                    through=_through(link, seen),
                )
            )
        journeys.sort(key=lambda one: (one.departs_local, one.link_id), reverse=True)
        partings = sql.partings_of(tx, self._sealer, traveller_id)
        return HistoryView(traveller_id, tuple(journeys[:MOST_SHOWN]), partings)

    def open(self, tx: sa.Connection, officer: Officer, link_id: UUID) -> LinkView:
        """Open a link for an officer, and write down that they looked; raise `JourneysNotLinked`."""
        link = sql.link(tx, link_id)
        if link is None:
            raise JourneysNotLinked
        ends = {link.one_id, link.other_id}
        seen = self._seen(tx, ends, (link,))
        shown = self._shown(tx, seen)
        self._looked(tx, officer, link)
        said = sql.partings_of(tx, self._sealer, link.one_id) if link.parted_at else ()
        sides = [_side(seen[ref], shown[ref]) for ref in ends if ref in seen]
        return LinkView(
            link_id=link.id,
            sides=tuple(sorted(sides, key=lambda one: (one.departs_local, one.traveller_id))),
            ground=link.ground,
            probability=link.probability,
            bits=link.bits,
            terms=_terms(link, seen, shown),
            made_at=link.made_at,
            through=_through(link, seen),
            parting=next((one for one in said if one.at == link.parted_at), None),
        )

    def _seen(
        self, tx: sa.Connection, own: Collection[UUID], links: Collection[sql.Link]
    ) -> dict[UUID, sql.Seen]:
        refs = set(own)
        for link in links:
            refs |= {link.one_id, link.other_id}
            refs |= set() if link.through_id is None else {link.through_id}
        return sql.seen(tx, self._sealer, refs)

    def _shown(self, tx: sa.Connection, seen: Mapping[UUID, sql.Seen]) -> dict[UUID, TravellerFacts]:
        rows = [
            TravellerRow(ref, one.message_id, one.sighting.flight_id, one.facts, one.keep)
            for ref, one in seen.items()
        ]
        return {row.id: row.facts for row in self._masking.shown(tx, rows)}

    def _looked(self, tx: sa.Connection, officer: Officer, link: sql.Link) -> None:
        told = {"what": "journeys", "one": str(link.one_id), "other": str(link.other_id)}
        event = Event(
            kind=LeafKind.CONSULTATION,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps(told),
            detail={**told, "officer": officer.name},
            subject_ref=str(link.one_id),
        )
        self._ledger.record(tx, event)


def _terms(
    link: sql.Link, seen: Mapping[UUID, sql.Seen], shown: Mapping[UUID, TravellerFacts]
) -> tuple[Term, ...]:
    """What agreed: in words where both may be named, else by what kind of fact it was."""
    ends = (link.one_id, link.other_id)
    if all(ref in seen and shown[ref] == seen[ref].facts for ref in ends):
        match = core.compared(seen[ends[0]].facts, seen[ends[1]].facts)
        return tuple(Term(one.name, one.contribution, one.detail) for one in match.terms if one.contribution)
    return tuple(Term(name, bits) for name, bits in link.terms)


def _through(link: sql.Link, seen: Mapping[UUID, sql.Seen]) -> str:
    through = seen.get(link.through_id) if link.through_id else None
    return "" if through is None else through.number


def _side(one: sql.Seen, facts: TravellerFacts) -> Side:
    where = one.sighting
    return Side(where.id, where.flight_id, one.number, one.origin, one.destination, one.departs_local, facts)
