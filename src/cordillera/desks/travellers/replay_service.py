"""History read again by the present parser, lists and rules, in the order in which messages came.

1. By default nothing is changed: each message's transaction does what it would do, and is rolled back.
2. When it is to be kept, alerts are raised as by any message: whoever has the same finding already, or was
   concluded not to be the person, is not asked about again.
3. Messages older than six months stay masked and are not opened; what was erased is counted, not read.
4. That history was read again, by whom and for which days, is a leaf before anything is read.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.travellers import replay_store as sql
from cordillera.desks.travellers.depersonalise import due
from cordillera.desks.travellers.ingest import Ingest
from cordillera.desks.travellers.model import MessagePlan, PlannedFlight, TravellerFacts
from cordillera.desks.travellers.raising import Announced, occasion
from cordillera.desks.travellers.reading import plan_message
from cordillera.desks.travellers.replay_core import (
    Difference,
    Reread,
    Summary,
    differs,
    missing,
    read_again,
)
from cordillera.desks.travellers.replay_store import StoredFlight, StoredPerson, StoredRow
from cordillera.desks.travellers.reservation_core import same_number
from cordillera.desks.travellers.store import TravellerStore
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

PURPOSE: Final = "border.replay"
_PAGE: Final = 200


class _Undone(Exception):
    """Ends a transaction that was only tried."""


class Replay:
    """Reads history again."""

    def __init__(
        self, parts: tuple[Ledger, FieldSealer, Clock], ingest: Ingest, store: TravellerStore, zone: str
    ) -> None:
        self._ledger, self._sealer, self._clock = parts
        self._ingest = ingest
        self._store = store
        self._zone = zone

    def run(
        self, store: Store, since: datetime, until: datetime, *, actor: str, keep: bool = False
    ) -> Iterator[tuple[Summary, Difference | None]]:
        """Read the messages that came in [since, until) again; after each, the summary and its difference."""
        self._leaf(store, (since, until), actor, keep=keep)
        summary, place = Summary(kept=keep), (since, UUID(int=0))
        while True:
            with store.transaction(Scope.node(PURPOSE)) as tx:
                rows = sql.page(tx, place, until, _PAGE)
            if not rows:
                return
            for row in rows:
                summary, found = self._message(store, row, summary, keep=keep)
                yield summary, found
            place = (rows[-1].received_at, rows[-1].id)

    def _message(
        self, store: Store, row: StoredRow, summary: Summary, *, keep: bool
    ) -> tuple[Summary, Difference | None]:
        if due(row.received_at, self._clock.now()):  # 3
            return summary.with_(None, masked=True), None
        told: list[Difference | None] = []
        with suppress(_Undone), store.transaction(Scope(row.agency, PURPOSE)) as tx:
            raw = sql.raw_of(tx, self._sealer, row.id)
            if raw is None:
                return summary.with_(None, erased=True), None
            told.append(self._compared(tx, row, raw))
            if not keep:  # 1
                raise _Undone
        return summary.with_(told[0]), told[0]

    def _compared(self, tx: sa.Connection, row: StoredRow, raw: bytes) -> Difference | None:
        plan = plan_message(raw, self._zone)
        flights = sql.flights(tx, row.id)
        people = sql.people(tx, self._sealer, [one.id for one in flights])
        read, gained = self._read(row.agency, plan, flights, people)
        own = [one for one in people if one.message_id == row.id]
        booked = [one for one in own if one.source == "reservation"]
        identities = [one.identity for one in people if one.id in read]
        gone = missing({one.identity: one.id for one in own if one.source == "list"}, identities)
        by_id = {one.id: one for one in flights}
        told = (_announced(row.agency, one, by_id[one.flight_id], one.facts) for one in booked)
        announced = [*read.values(), *(one for one in told if one.id not in read)]
        raised = self._ingest.again(tx, row.agency, announced)
        new = tuple(ref for ref, one in raised.items() if one.new)
        more = tuple(ref for ref, one in raised.items() if one.added and not one.new)
        before = Reread(row.status, row.travellers, row.crew, row.reservations, row.findings)
        people_told = max(0, row.travellers + row.crew - len(plan.travellers)) if plan.reservations else 0
        after = read_again(plan, people_told)
        if not differs(before, after, (gained, gone, new, more)):
            return None
        return Difference(
            row.id, row.received_at, row.sender, row.reference, before, after, gained, gone, new, more
        )

    def _read(
        self, agency: str, plan: MessagePlan, flights: Sequence[StoredFlight], people: Sequence[StoredPerson]
    ) -> tuple[dict[UUID, Announced], int]:
        """Whom the lists announce as read now and who is stored, by id, and how many are not."""
        known = {(one.flight_id, one.identity): one for one in people}
        found: dict[UUID, Announced] = {}
        gained = 0
        for traveller in plan.travellers:
            planned = plan.flights[traveller.flight]
            same = next((one for one in flights if _is(one, planned)), None)
            who = None
            if same is not None:
                who = known.get((same.id, self._store.identity(same.id, traveller.identity)))
            if same is None or who is None:
                gained += 1
            else:
                found[who.id] = _announced(agency, who, same, traveller.facts)
        return found, gained

    def _leaf(self, store: Store, days: tuple[datetime, datetime], actor: str, *, keep: bool) -> None:
        told = {
            "what": "replay",
            "since": days[0].isoformat(),
            "until": days[1].isoformat(),
            "kept": str(keep).lower(),
        }
        event = Event(
            kind=LeafKind.CONSULTATION,
            actor=actor,
            agency="node",
            purpose=PURPOSE,
            payload=canonical.dumps(told),
            detail=told,
        )
        with store.transaction(Scope.node(PURPOSE)) as tx:
            self._ledger.record(tx, event)


def _is(stored: StoredFlight, planned: PlannedFlight) -> bool:
    """Whether a stored flight is one as planned: day, places and number, zeros in front of it aside."""
    places = (stored.origin, stored.destination) == (planned.origin, planned.destination)
    days = stored.departs_local[:10] == planned.departs_local[:10]
    return places and days and same_number(stored.number, planned.number)


def _announced(agency: str, who: StoredPerson, flight: StoredFlight, facts: TravellerFacts) -> Announced:
    return Announced(
        id=who.id,
        agency=agency,
        message_id=who.message_id,
        flight_id=flight.id,
        facts=facts,
        occasion=occasion(flight.number, flight.origin, flight.destination),
        arrives_at=flight.arrives_at,
    )
