"""The one way in for carriers' messages, whatever the channel (DESIGN 4.7 and 7).

A message is read whole, its flights and travellers are stored, everybody is screened in one batch, and
the alerts are raised, all in the caller's transaction with one leaf for the collection. The same
message again is acknowledged as a duplicate; what cannot be read is kept whole, with a reason.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import screening as findings
from cordillera.desks.travellers.advice_core import AdvicePolicy
from cordillera.desks.travellers.at_hand import NOTHING, AtHand
from cordillera.desks.travellers.errors import MessageTooLarge
from cordillera.desks.travellers.history_service import History
from cordillera.desks.travellers.model import (
    IngestResult,
    MessagePlan,
    MessageStatus,
    Note,
    Origin,
    Period,
    PlannedFlight,
)
from cordillera.desks.travellers.ports import Screener, Silencer
from cordillera.desks.travellers.raising import DESK, TRAVELLER, Announced, alert_about, occasion
from cordillera.desks.travellers.reading import plan_message
from cordillera.desks.travellers.reservation_ingest import Reservations
from cordillera.desks.travellers.rules_judging import Judge
from cordillera.desks.travellers.store import NewTraveller, StoredMessage, TravellerStore
from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.model import Raised
from cordillera.trust.review.service import ReviewService

__all__ = ["DESK", "MAX_BYTES", "TRAVELLER", "Desk", "Ingest"]

MAX_BYTES = 16 * 1024 * 1024
_CREW = frozenset({"crew", "transit_crew"})


Told = Callable[[sa.Connection, StoredMessage, Sequence[Announced]], None]


def _nobody(tx: sa.Connection, message: StoredMessage, people: Sequence[Announced]) -> None:
    """Tell nobody."""


class Desk(msgspec.Struct, frozen=True):
    """What the desk knows of its node: the zone of its border and how long it keeps things."""

    zone: str
    period: Period = Period()
    advice: AdvicePolicy = AdvicePolicy()


class Ingest:
    """Takes messages in."""

    def __init__(
        self,
        ledger: Ledger,
        review: ReviewService,
        asked: tuple[Screener, Silencer, Judge],
        stores: tuple[TravellerStore, Reservations, History],
        desk: Desk,
    ) -> None:
        self._ledger = ledger
        self._review = review
        self._screener, self._silencer, self._judge = asked
        self._store, self._reservations, self._history = stores
        self._desk = desk

    def take(
        self, tx: sa.Connection, raw: bytes, origin: Origin, told: Told = _nobody
    ) -> IngestResult | UUID:
        """Store a message and all it leads to; for one that came before, return its id only.

        `told` is given whom its lists announced, in their order, once they are stored.

        Raises `MessageTooLarge`; nothing that the bytes hold raises.
        """
        if len(raw) > MAX_BYTES:
            raise MessageTooLarge(bytes=len(raw), limit=MAX_BYTES)
        plan = plan_message(raw, self._desk.zone)
        known = self._store.known_message(tx, origin.agency, plan, self._store.digest(raw))
        if known is not None:
            return known
        if self._store.same_reference(tx, origin.agency, plan):
            plan = _with_note(plan, Note("travellers.reference_reused", "warning", 0, plan.reference))
        keep = self._store.keep(self._desk.period.traveller_days)
        message = self._store.add_message(tx, origin, plan, raw, keep)
        self._leaf(tx, message, origin, plan, raw)
        return self._people(tx, message, plan, told)

    def settle_overdue(self, tx: sa.Connection) -> int:
        """Take in, incomplete, messages whose other parts did not come in time; return how many people."""
        settled = self._reservations.overdue(tx)
        for agency, one in settled:
            self._screen(tx, agency, (one.screen, one.told), AtHand(told=one.messages))
        return sum(one.people for _, one in settled)

    def again(self, tx: sa.Connection, agency: str, travellers: Sequence[Announced]) -> dict[UUID, Raised]:
        """Ask lists and rules about stored travellers as if they came now; return what was raised of whom."""
        return self._screen(tx, agency, (travellers, ()))

    def screen_parted(self, tx: sa.Connection, agency: str, travellers: Sequence[Announced]) -> None:
        """Ask lists and rules about travellers whom an officer took apart from others."""
        self._screen(tx, agency, (travellers, ()))

    def _people(
        self, tx: sa.Connection, message: StoredMessage, plan: MessagePlan, told: Told
    ) -> IngestResult:
        announced, listed = self._listed(tx, message, plan)
        told(tx, message, listed)
        booked = self._reservations.take(tx, message, plan)
        lists = {} if plan.lists is None else {message.id: plan.lists}
        people = (*listed, *booked.screen), booked.told
        raised = self._screen(
            tx, message.agency, people, AtHand(lists, booked.messages, {message.id: message.keep})
        )
        roles = [one.facts.role for one in listed]
        counts = {
            "travellers": sum(role not in _CREW for role in roles) + booked.people,
            "crew": sum(role in _CREW for role in roles),
            "known": sum(new.id != old.id for new, old in zip(announced, listed, strict=True)) + booked.known,
            "alerts": sum(one.alert_id is not None for one in raised.values()),
            "cleared": sum(one.cleared for one in raised.values()),
            "reservations": sum(len(one.pnrs) for one in plan.reservations),
        }
        self._store.count_message(tx, message.id, counts)
        return IngestResult(
            message_id=message.id,
            status=plan.status,
            reason=plan.reason,
            findings=len(plan.notes),
            duplicate=False,
            **counts,
        )

    def _listed(
        self, tx: sa.Connection, message: StoredMessage, plan: MessagePlan
    ) -> tuple[list[NewTraveller], list[Announced]]:
        """Store whom lists announce; return them with the ids they came with and as they are known."""
        flights = []
        for flight in plan.flights:
            self._reservations.adopt_flight(tx, message, flight)
            flights.append(self._store.add_flight(tx, message, flight))
        announced = [
            NewTraveller(
                uuid7(), flights[t.flight], self._store.identity(flights[t.flight], t.identity), t.facts
            )
            for t in plan.travellers
        ]
        self._reservations.adopt(tx, message, announced)
        ids = self._store.add_travellers(tx, message, announced)
        planned = dict(zip(flights, plan.flights, strict=True))
        return announced, [
            _announced(message, _renamed(one, ids[one.flight_id, one.identity]), planned[one.flight_id])
            for one in announced
        ]

    def _screen(
        self,
        tx: sa.Connection,
        agency: str,
        people: tuple[Sequence[Announced], Sequence[Announced]],
        at_hand: AtHand = NOTHING,
    ) -> dict[UUID, Raised]:
        """Raise one alert for each traveller whom lists or rules found; return what was raised of whom.

        The first of `people` are asked about by lists and rules; by rules also the others, who are booked
        and of whom lists know all.
        """
        travellers, booked = people
        everybody = {one.id: one for one in (*booked, *travellers)}
        if not everybody:
            return {}
        subjects = [findings.subject_of(str(t.id), t.facts) for t in travellers]
        found = self._screener.screen(tx, subjects) if subjects else ()
        asking = self._silencer.asks(tx, agency, subjects, found)
        listed = {t.id: both for t, *both in zip(travellers, asking, found, strict=True)}
        self._history.learn(tx, tuple(everybody.values()))
        verdict = self._judge.judge(tx, agency, tuple(everybody.values()), at_hand)
        raised = {}
        for traveller in everybody.values():
            hits, all_hits = listed.get(traveller.id, ((), ()))
            silenced = len(all_hits) - len(hits)
            ruled = verdict.findings.get(traveller.id, ())
            one = Raised(None, new=False, cleared=0)
            if hits or ruled:
                keep = self._store.keep(self._desk.period.alert_days)
                one = self._review.raise_alert(tx, alert_about(traveller, hits, keep, ruled))
            if all_hits or ruled:
                raised[traveller.id] = msgspec.structs.replace(one, cleared=one.cleared + silenced)
        self._judge.kept(tx, verdict, {ref: one.alert_id for ref, one in raised.items()})
        return raised

    def _leaf(
        self, tx: sa.Connection, message: StoredMessage, origin: Origin, plan: MessagePlan, raw: bytes
    ) -> None:
        kept = plan.status is not MessageStatus.QUARANTINED
        told = {
            "message": str(message.id),
            "channel": origin.channel.value,
            "status": plan.status.value,
            "reason": plan.reason,
            "bytes": str(len(raw)),
            "people": str(len(plan.travellers)),
            "reservations": str(sum(len(one.pnrs) for one in plan.reservations)),
        }
        self._ledger.record(
            tx,
            Event(
                kind=LeafKind.COLLECTION if kept else LeafKind.QUARANTINED,
                actor=origin.actor,
                agency=origin.agency,
                purpose=origin.purpose,
                payload=canonical.dumps({**told, "digest": self._store.digest(raw).hex()}),
                detail=told,
                subject_ref=str(message.id),
            ),
        )


def _announced(message: StoredMessage, traveller: NewTraveller, flight: PlannedFlight) -> Announced:
    return Announced(
        id=traveller.id,
        agency=message.agency,
        message_id=message.id,
        flight_id=traveller.flight_id,
        facts=traveller.facts,
        occasion=occasion(flight.number, flight.origin, flight.destination),
        arrives_at=flight.arrives_at,
    )


def _renamed(traveller: NewTraveller, known: UUID) -> NewTraveller:
    return traveller if known == traveller.id else msgspec.structs.replace(traveller, id=known)


def _with_note(plan: MessagePlan, note: Note) -> MessagePlan:
    return msgspec.structs.replace(plan, notes=(*plan.notes, note))
