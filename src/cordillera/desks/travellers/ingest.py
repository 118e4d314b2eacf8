"""The one way in for carriers' messages, whatever the channel (DESIGN 4.7 and 7).

A message is read whole, its flights and travellers are stored, everybody is screened in one batch, and
the alerts are raised, all in the caller's transaction with one leaf for the collection. The same
message again is acknowledged as a duplicate; what cannot be read is kept whole, with a reason.
Messages that came at the same time may share a transaction (`together.py`): all that leads to an alert is
then asked once for all of them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import screening as findings
from cordillera.desks.travellers.advice_core import AdvicePolicy
from cordillera.desks.travellers.at_hand import NOTHING, AtHand
from cordillera.desks.travellers.errors import MessageTooLarge, NotTogether
from cordillera.desks.travellers.flights_store import announce, lock_flights
from cordillera.desks.travellers.history_service import History
from cordillera.desks.travellers.model import (
    IngestResult,
    MessagePlan,
    MessageStatus,
    Note,
    Origin,
    Period,
    PlannedFlight,
    PlannedTraveller,
)
from cordillera.desks.travellers.on_flight_store import OnFlight
from cordillera.desks.travellers.ports import Screener, Silencer
from cordillera.desks.travellers.raising import DESK, TRAVELLER, Announced, alert_about, occasion
from cordillera.desks.travellers.reading import plan_message
from cordillera.desks.travellers.reservation_ingest import Reservations
from cordillera.desks.travellers.reservation_settling import LIST, Settled
from cordillera.desks.travellers.rules_judging import Judge
from cordillera.desks.travellers.store import NewTraveller, StoredMessage, TravellerStore
from cordillera.desks.travellers.together_core import Arrival, flights_of, turn_of
from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.model import Raised
from cordillera.trust.review.service import ReviewService

__all__ = ["DESK", "MAX_BYTES", "TRAVELLER", "Desk", "Ingest"]

MAX_BYTES = 16 * 1024 * 1024

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
        return self.take_all(tx, [self.read(raw, origin)], told)[0]

    def read(self, raw: bytes, origin: Origin) -> Arrival:
        """Read a message whole, before any transaction; raise `MessageTooLarge`."""
        if len(raw) > MAX_BYTES:
            raise MessageTooLarge(bytes=len(raw), limit=MAX_BYTES)
        return Arrival(raw, origin, plan_message(raw, self._desk.zone), self._store.digest(raw))

    def take_all(
        self, tx: sa.Connection, arrivals: Sequence[Arrival], told: Told = _nobody
    ) -> list[IngestResult | UUID]:
        """Take several messages of one agency in, as `take` does each; raise `NotTogether`.

        Flights are locked in one order whatever the messages' own: two batches do not wait for each other.
        """
        agency = arrivals[0].origin.agency
        asked = [(one.plan.sender, one.plan.reference, one.digest) for one in arrivals]
        before = self._store.known_messages(tx, agency, asked)
        fresh = [at for at, one in enumerate(before) if one.id is None]
        fresh.sort(key=lambda at: turn_of(arrivals[at].plan))
        noted = [_noted(arrivals[at], reused=before[at].reused) for at in fresh]
        entered = dict(zip(fresh, self._enter(tx, noted, told), strict=True))
        self._ledger.record_all(tx, [_collected(one) for one in entered.values()])
        in_hand = AtHand(
            {one.message.id: one.plan.lists for one in entered.values() if one.plan.lists is not None},
            {flight: said for one in entered.values() for flight, said in one.booked.messages.items()},
            {one.message.id: one.message.keep for one in entered.values()},
            _first_told(entered.values()),
        )
        groups = [((*one.listed, *one.booked.screen), one.booked.told) for one in entered.values()]
        raised = self._screen(tx, agency, groups, in_hand)
        return [
            self._counted(tx, entered[at], raised) if one.id is None else one.id
            for at, one in enumerate(before)
        ]

    def settle_overdue(self, tx: sa.Connection) -> int:
        """Take in, incomplete, messages whose other parts did not come in time; return how many people."""
        settled = self._reservations.overdue(tx)
        for agency, one in settled:
            self._screen(tx, agency, [(one.screen, one.told)], AtHand(told=one.messages))
        return sum(one.people for _, one in settled)

    def again(self, tx: sa.Connection, agency: str, travellers: Sequence[Announced]) -> dict[UUID, Raised]:
        """Ask lists and rules about stored travellers as if they came now; return what was raised of whom."""
        return self._screen(tx, agency, [(travellers, ())])

    def screen_parted(self, tx: sa.Connection, agency: str, travellers: Sequence[Announced]) -> None:
        """Ask lists and rules about travellers whom an officer took apart from others."""
        self._screen(tx, agency, [(travellers, ())])

    def _enter(self, tx: sa.Connection, arrivals: Sequence[Arrival], told: Told) -> list["_Entered"]:
        """Store messages with their flights and people; nobody is screened yet."""
        if len(arrivals) > 1 and any(one.plan.reservations for one in arrivals):
            flights = [flight for one in arrivals for flight in flights_of(one.plan)]
            lock_flights(tx, arrivals[0].origin.agency, flights)
        messages = self._stored(tx, arrivals)
        people = self._listed(tx, [(one, by.plan) for one, by in zip(messages, arrivals, strict=True)])
        entered = []
        for arrival, message, (announced, listed) in zip(arrivals, messages, people, strict=True):
            told(tx, message, listed)
            booked = self._reservations.take(tx, message, arrival.plan)
            known = sum(new.id != old.id for new, old in zip(announced, listed, strict=True)) + booked.known
            new = [new for new, old in zip(announced, listed, strict=True) if new.id == old.id]
            entered.append(_Entered(message, arrival, listed, booked, known, new))
        return entered

    def _stored(self, tx: sa.Connection, arrivals: Sequence[Arrival]) -> list[StoredMessage]:
        """Store messages, each for the days of what became of it."""
        days = [self._desk.period.days_of(one.plan.status) for one in arrivals]
        stored: dict[int, StoredMessage] = {}
        for length in set(days):
            some = [at for at, own in enumerate(days) if own == length]
            keep = self._store.keep(length)
            added = self._store.add_messages(tx, [arrivals[at] for at in some], keep)
            stored.update(zip(some, added, strict=True))
        return [stored[at] for at in range(len(arrivals))]

    def _counted(
        self, tx: sa.Connection, entered: "_Entered", everyone: Mapping[UUID, Raised]
    ) -> IngestResult:
        """Return what a message led to, and write it down where that is more than it was stored with."""
        message, plan, booked = entered.message, entered.plan, entered.booked
        people = {one.id for one in (*entered.listed, *booked.screen, *booked.told)}
        raised = [everyone[ref] for ref in people if ref in everyone]
        told = plan.counts()
        counts = {
            **told,
            "travellers": told["travellers"] + booked.people,
            "known": entered.known,
            "alerts": sum(one.alert_id is not None for one in raised),
            "cleared": sum(one.cleared for one in raised),
        }
        if counts != told:
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
        self, tx: sa.Connection, entering: Sequence[tuple[StoredMessage, MessagePlan]]
    ) -> list[tuple[list[NewTraveller], list[Announced]]]:
        """Store whom lists announce; return them, by message, with their new ids and as they are known."""
        known = iter(announce(tx, [(one, flight) for one, plan in entering for flight in plan.flights]))
        flights = [tuple(islice(known, len(plan.flights))) for _, plan in entering]
        told = [
            (message, [self._traveller(own[one.flight], one) for one in plan.travellers])
            for (message, plan), own in zip(entering, flights, strict=True)
        ]
        left = self._reservations.adopt(tx, told)
        ids = self._store.add_travellers(tx, told)
        self._reservations.join(tx, left)
        found = []
        for (message, people), (_, plan), own in zip(told, entering, flights, strict=True):
            planned = dict(zip(own, plan.flights, strict=True))
            renamed = [_renamed(one, ids[one.flight_id, one.identity]) for one in people]
            found.append((people, [_announced(message, one, planned[one.flight_id]) for one in renamed]))
        return found

    def _traveller(self, flight: UUID, one: PlannedTraveller) -> NewTraveller:
        return NewTraveller(uuid7(), flight, self._store.identity(flight, one.identity), one.facts)

    def _screen(
        self,
        tx: sa.Connection,
        agency: str,
        messages: Sequence[tuple[Sequence[Announced], Sequence[Announced]]],
        at_hand: AtHand = NOTHING,
    ) -> dict[UUID, Raised]:
        """Raise one alert for each traveller whom lists or rules found; return what was raised of whom.

        Of each message the first are asked about by lists and rules; by rules also the others, who are
        booked and of whom lists know all. Raises `NotTogether` when messages are about the same people.
        """
        groups = [{one.id: one for one in (*booked, *travellers)} for travellers, booked in messages]
        everybody = {ref: one for group in groups for ref, one in group.items()}
        if len(everybody) < sum(map(len, groups)):
            raise NotTogether
        if not everybody:
            return {}
        travellers = [one for listed, _ in messages for one in listed]
        subjects = [findings.subject_of(str(t.id), t.facts) for t in travellers]
        found = self._screener.screen(tx, subjects) if subjects else ()
        asking = self._silencer.asks(tx, agency, subjects, found)
        listed = {t.id: both for t, *both in zip(travellers, asking, found, strict=True)}
        self._history.learn(tx, [tuple(group.values()) for group in groups], at_hand)
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


class _Entered(msgspec.Struct, frozen=True):
    """A message that is stored with its people, `known` of whom had been announced before; who is `new`."""

    message: StoredMessage
    arrival: Arrival
    listed: Sequence[Announced]
    booked: Settled
    known: int
    new: Sequence[NewTraveller]

    @property
    def plan(self) -> MessagePlan:
        """What it leaves behind."""
        return self.arrival.plan


def _collected(entered: _Entered) -> Event:
    """The leaf of a message's collection."""
    plan, origin, message_id = entered.plan, entered.arrival.origin, str(entered.message.id)
    kept = plan.status is not MessageStatus.QUARANTINED
    told = {
        "message": message_id,
        "channel": origin.channel.value,
        "status": plan.status.value,
        "reason": plan.reason,
        "bytes": str(len(entered.arrival.raw)),
        "people": str(len(plan.travellers)),
        "reservations": str(sum(len(one.pnrs) for one in plan.reservations)),
    }
    return Event(
        kind=LeafKind.COLLECTION if kept else LeafKind.QUARANTINED,
        actor=origin.actor,
        agency=origin.agency,
        purpose=origin.purpose,
        payload=canonical.dumps({**told, "digest": entered.arrival.digest.hex()}),
        detail=told,
        subject_ref=message_id,
    )


def _first_told(entered: Collection[_Entered]) -> dict[UUID, OnFlight]:
    """Who stands as lists just announced them; of a message with reservations nobody: they may tell more.

    No message of a batch tells of a flight of whose reservations another one does (`together_core`, 5).
    """
    return {
        who.id: OnFlight(who.id, one.message.id, who.identity, LIST, "", who.facts)
        for one in entered
        if not one.plan.reservations
        for who in one.new
    }


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


def _noted(arrival: Arrival, *, reused: bool) -> Arrival:
    """The message with a finding where its sender used its reference for another one before."""
    if not reused:
        return arrival
    plan, note = arrival.plan, Note("travellers.reference_reused", "warning", 0, arrival.plan.reference)
    return msgspec.structs.replace(arrival, plan=msgspec.structs.replace(plan, notes=(*plan.notes, note)))
