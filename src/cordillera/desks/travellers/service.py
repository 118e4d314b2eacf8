"""The use cases of the traveller desk; permission is checked by the caller's declaration, scope by `tx`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import rescreening_store
from cordillera.desks.travellers.advice_service import Advising
from cordillera.desks.travellers.as2_service import As2, As2Identity
from cordillera.desks.travellers.board_core import arrival
from cordillera.desks.travellers.board_day import DayBoards
from cordillera.desks.travellers.board_store import Board, MessageCounts, landing_status
from cordillera.desks.travellers.bulk_service import BulkUploads
from cordillera.desks.travellers.contacts_service import Contacts
from cordillera.desks.travellers.contacts_store import ContactStore
from cordillera.desks.travellers.depersonalise import Masking, due
from cordillera.desks.travellers.disposition_service import Dispositions
from cordillera.desks.travellers.findings_service import ManualFindings
from cordillera.desks.travellers.history_apart import Partings
from cordillera.desks.travellers.history_service import History
from cordillera.desks.travellers.history_showing import Journeys
from cordillera.desks.travellers.history_unjoin import Unjoining
from cordillera.desks.travellers.ingest import DESK, TRAVELLER, Desk, Ingest
from cordillera.desks.travellers.itinerary_previous import Concluded, Conclusions
from cordillera.desks.travellers.listed_core import ListedView, with_company
from cordillera.desks.travellers.lost_service import LostDocuments
from cordillera.desks.travellers.model import (
    FlightFilter,
    FlightRow,
    IngestResult,
    MessageDetail,
    MessageRow,
    MessageStatus,
    Origin,
    TravellerRow,
)
from cordillera.desks.travellers.on_flight_store import OnFlightStore
from cordillera.desks.travellers.people_store import opened
from cordillera.desks.travellers.ports import NobodySilenced, Screener, Silenced, Silencer
from cordillera.desks.travellers.quality_service import Quality
from cordillera.desks.travellers.replay_service import Replay
from cordillera.desks.travellers.rescreening_model import Progress
from cordillera.desks.travellers.reservation_ingest import Reservations
from cordillera.desks.travellers.reservation_keeping import TOLD
from cordillera.desks.travellers.reservation_parts_store import PartStore
from cordillera.desks.travellers.reservation_showing import Showing
from cordillera.desks.travellers.reservation_store import ReservationStore
from cordillera.desks.travellers.reservation_views import ReservationView
from cordillera.desks.travellers.rules_core import MEASURED
from cordillera.desks.travellers.rules_hits_store import alerts_of, suspended
from cordillera.desks.travellers.rules_judging import Judge, NoRules
from cordillera.desks.travellers.seats import Seating, Seats
from cordillera.desks.travellers.store import TravellerStore
from cordillera.desks.travellers.together import Outcome, Together
from cordillera.desks.travellers.together_core import Arrival
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.model import GroupCount
from cordillera.trust.review.ports import Officer
from cordillera.trust.review.previous import PreviousDecisions
from cordillera.trust.review.service import ReviewService


class Parts(msgspec.Struct, frozen=True):
    """What the desk is built on."""

    ledger: Ledger
    sealer: FieldSealer
    clock: Clock
    review: ReviewService
    screener: Screener
    silencer: Silencer = NobodySilenced()
    judge: Judge = NoRules()
    as2: As2Identity | None = None


class TravellerService:
    """Messages in; flights, travellers and their messages out."""

    def __init__(self, parts: Parts, desk: Desk) -> None:
        self._ledger = parts.ledger
        self._clock = parts.clock
        self._review = parts.review
        self._board = Board(parts.sealer)
        self.boards = DayBoards(parts.sealer, parts.clock, parts.review, desk.zone)
        self.masking = Masking(parts.ledger, parts.clock)
        self.quality = Quality(parts.sealer, parts.clock, desk.zone)
        self._store = TravellerStore(parts.sealer, parts.clock, desk.period)
        asked = (parts.screener, parts.silencer, parts.judge)
        self._bookings = Showing(parts.sealer, self.masking)
        self._seats = Seats(parts.sealer, self._store, desk.zone)
        self.contacts = Contacts(parts.ledger, parts.sealer, parts.clock, self.masking)
        self._previous = PreviousDecisions(parts.sealer, parts.clock)
        self._conclusions = Conclusions(parts.sealer, self.masking, self._previous)
        told, aboard = ReservationStore(parts.sealer), OnFlightStore(parts.sealer)
        own = (told, PartStore(parts.sealer), aboard, ContactStore(parts.sealer), Partings(parts.sealer))
        self.history = History(parts.ledger, parts.sealer, parts.clock)
        self.journeys = Journeys(parts.ledger, parts.sealer, self.masking)
        self.dispositions = Dispositions(parts.ledger, parts.sealer, parts.clock, parts.review)
        self.findings = ManualFindings(
            (parts.ledger, parts.clock), parts.review, self, desk.period.alert_days
        )
        stores = (self._store, Reservations(own, self._store, parts.clock, desk.zone), self.history)
        self._ingest = Ingest(parts.ledger, parts.review, asked, stores, desk)
        self._together = Together(self.ingest_all)
        self.unjoining = Unjoining((told, aboard), self._store, self.history, self._ingest.screen_parted)
        self._silencer = parts.silencer
        self._sealer = parts.sealer
        known = (parts.ledger, parts.sealer, parts.clock)
        self.advice = Advising(known, self._ingest, self._store, desk.advice)
        self.as2 = As2(known, self.ingest, parts.as2)
        self.replay = Replay(known, self._ingest, self._store, desk.zone)
        self.lost = LostDocuments(parts.ledger, parts.sealer, parts.clock)
        self.bulk = BulkUploads(parts.sealer, parts.clock, self.ingest)

    def ingest(self, tx: sa.Connection, raw: bytes, origin: Origin) -> IngestResult:
        """Take a message in whole, screen everybody, raise the alerts; a duplicate changes nothing.

        Raises `MessageTooLarge`. Whatever else is wrong with the bytes is a finding or a quarantine.
        """
        return self.ingest_all(tx, [self.read(raw, origin)])[0]

    def read(self, raw: bytes, origin: Origin) -> Arrival:
        """Read a message whole, before it is taken in with `ingest_all`; raise `MessageTooLarge`."""
        return self._ingest.read(raw, origin)

    def upload(self, store: Store, scope: Scope, raw: bytes, origin: Origin) -> IngestResult:
        """Take a message in as `ingest` does, durably, together with others that wait at this moment."""
        return self._together.take(store, scope, self.read(raw, origin))

    def upload_all(self, store: Store, brought: Sequence[tuple[Scope, bytes, Origin]]) -> list[Outcome]:
        """Take in what was brought at one time, durably; what `upload` would raise is an outcome."""
        read = [self._read(raw, origin) for _, raw, origin in brought]
        readable = [
            (scope, one)
            for (scope, _, _), one in zip(brought, read, strict=True)
            if not isinstance(one, Exception)
        ]
        done = iter(self._together.take_all(store, readable))
        return [one if isinstance(one, Exception) else next(done) for one in read]

    def _read(self, raw: bytes, origin: Origin) -> Arrival | Exception:
        try:
            return self.read(raw, origin)
        except Exception as error:  # noqa: BLE001 - raised to who brought it, and to nobody else
            return error

    def ingest_all(self, tx: sa.Connection, arrivals: Sequence[Arrival]) -> list[IngestResult]:
        """Take messages of one agency in, as `ingest` does each; raise `NotTogether`."""
        return [
            one if isinstance(one, IngestResult) else self._came_before(tx, one)
            for one in self._ingest.take_all(tx, arrivals)
        ]

    def _came_before(self, tx: sa.Connection, taken: UUID) -> IngestResult:
        row = self._board.message(tx, taken)[0]
        shared = set(IngestResult.__struct_fields__) & set(MessageRow.__struct_fields__)
        return IngestResult(
            message_id=row.id, duplicate=True, **{name: getattr(row, name) for name in shared}
        )

    def settle_overdue(self, tx: sa.Connection) -> int:
        """Take in what waited too long for its other parts; return how many people it told."""
        return self._ingest.settle_overdue(tx)

    def flights(self, tx: sa.Connection, wanted: FlightFilter) -> tuple[FlightRow, ...]:
        """Return arrivals with their alerts and landing status."""
        rows = self._board.flights(tx, wanted)
        counts = self._review.counts_by_group(tx, DESK, [str(row.id) for row in rows])
        return tuple(self._with_alerts(row, counts) for row in rows)

    def nearest_arrival(self, tx: sa.Connection) -> datetime | None:
        """Return the arrival nearest to now."""
        return self._board.nearest_arrival(tx, self._clock.now())

    def flight(self, tx: sa.Connection, flight_id: UUID) -> FlightRow:
        """Return one flight with its alerts and status; raise `FlightNotFound`."""
        row = self._board.flight(tx, flight_id)
        return self._with_alerts(row, self._review.counts_by_group(tx, DESK, [str(row.id)]))

    def passengers(self, tx: sa.Connection, officer: Officer, flight_id: UUID) -> tuple[TravellerRow, ...]:
        """Open the travellers of a flight for an officer, and write down that they looked."""
        self._seen(tx, officer, str(flight_id), "flight")
        return self.masking.shown(tx, self._board.travellers_of(tx, flight_id))

    def traveller(self, tx: sa.Connection, traveller_id: UUID) -> TravellerRow:
        """Open one traveller; raise `TravellerNotFound`. Opening the alert has written the leaf."""
        return self.masking.shown(tx, [self._store.traveller(tx, traveller_id)])[0]

    def named(self, tx: sa.Connection, travellers: Sequence[UUID]) -> tuple[TravellerRow, ...]:
        """Open some travellers for a page whose leaf is written; who was erased is left out."""
        found = opened(tx, self._sealer, list(travellers))
        return self.masking.shown(tx, [one.row for one in found])

    def open_traveller(
        self, tx: sa.Connection, officer: Officer, traveller_id: UUID
    ) -> tuple[TravellerRow, bool]:
        """Open one traveller for an officer, write down that they looked, and tell whether they are masked.

        Raises `TravellerNotFound`.
        """
        row = self._store.traveller(tx, traveller_id)
        self._seen(tx, officer, str(traveller_id), "traveller")
        return self.masking.shown(tx, [row])[0], bool(self.masking.hidden(tx, [row]))

    def concluded(
        self, tx: sa.Connection, traveller: TravellerRow, linked: Collection[UUID] = ()
    ) -> tuple[Concluded, ...]:
        """Return what was concluded about a traveller that is open, the same document, and `linked` ones."""
        return self._conclusions.of(tx, traveller, linked)

    def alert_of(self, tx: sa.Connection, traveller_id: UUID) -> UUID | None:
        """Return the alert about a traveller, if there is one."""
        return self._previous.alert_of(tx, TRAVELLER, str(traveller_id))

    def reservations_of(self, tx: sa.Connection, traveller: TravellerRow) -> tuple[ReservationView, ...]:
        """Return the reservations of a traveller whose alert is open; its leaf is written."""
        return self._bookings.of(tx, traveller)

    def open_seats(self, tx: sa.Connection, officer: Officer, flight: FlightRow) -> Seating:
        """Return who sits where on a flight, and write down that the officer looked."""
        self._seen(tx, officer, str(flight.id), "seats")
        return self.seating(tx, flight)

    def seating(self, tx: sa.Connection, flight: FlightRow) -> Seating:
        """Return who sits where on a flight, for a page whose leaf is written."""
        return self._seats.of(tx, flight)

    def listed_of(
        self, tx: sa.Connection, traveller: TravellerRow, flight: FlightRow | None
    ) -> ListedView | None:
        """Return what lists tell of a traveller that is open, and of their company; nothing once masked."""
        if flight is None or self.masking.hidden(tx, [traveller]):
            return None
        told = self._seats.listed(tx, flight, traveller.id)
        company = self.named(tx, [*told.company])
        return None if told.own is None else with_company(told.own, company, told.company)

    def suspended_rules(self, tx: sa.Connection) -> int:
        """Return how many rules stand still, for a notice on the desk."""
        return suspended(tx)

    def alerts_by_rule(self, tx: sa.Connection, rule_id: UUID) -> tuple[UUID, ...]:
        """Return the alerts that hits of a version are in, those that its report counts."""
        return alerts_of(tx, rule_id, self._clock.now() - MEASURED)

    def silenced(self, tx: sa.Connection, subject_ref: str) -> tuple[Silenced, ...]:
        """Return the candidates about a traveller that were not asked, and why."""
        return self._silencer.silenced(tx, subject_ref)

    def rescreened(self, tx: sa.Connection) -> tuple[Progress, ...]:
        """Return how far each list has been screened again."""
        return rescreening_store.every(tx)

    def messages(
        self, tx: sa.Connection, status: MessageStatus | None = None, limit: int = 50, offset: int = 0
    ) -> tuple[MessageRow, ...]:
        """Return messages, the newest first; a file's own name, which may be a person's, for six months."""
        now = self._clock.now()
        return tuple(
            msgspec.structs.replace(row, name="") if due(row.received_at, now) else row
            for row in self._board.messages(tx, status, limit, offset)
        )

    def count_messages(self, tx: sa.Connection) -> MessageCounts:
        """Return how many messages came, were partial, were quarantined."""
        return self._board.count_messages(tx)

    def message(self, tx: sa.Connection, message_id: UUID) -> MessageDetail:
        """Return a message with its findings and flights; raise `MessageNotFound`.

        Six months later findings quote nothing and the file has no name, unless all whom the message names
        may be seen.
        """
        row, notes, keep = self._board.message(tx, message_id)
        if self.masking.hides_message(tx, message_id):
            notes = tuple(one if one.code in TOLD else msgspec.structs.replace(one, text="") for one in notes)
            row = msgspec.structs.replace(row, name="")
        return MessageDetail(row, notes, self._board.flights_of_message(tx, message_id), keep)

    def open_message(self, tx: sa.Connection, officer: Officer, message_id: UUID) -> MessageDetail:
        """Return a message's findings, which may quote it, and write down that the officer saw them."""
        self._seen(tx, officer, str(message_id), "message")
        return self.message(tx, message_id)

    def message_bytes(self, tx: sa.Connection, officer: Officer, message_id: UUID) -> bytes:
        """Return a message's bytes as kept, and write down that the officer saw them."""
        self.masking.check_bytes(tx, message_id)
        self._seen(tx, officer, str(message_id), "message")
        return self._board.message_bytes(tx, message_id)

    def evidence_bytes(self, tx: sa.Connection, message_id: UUID) -> bytes:
        """Return a message's bytes for an alert that is open already (its leaf is written)."""
        self.masking.check_bytes(tx, message_id)
        return self._board.message_bytes(tx, message_id)

    def now(self) -> datetime:
        """Return the moment that "landed" and "in 20 minutes" are told by."""
        return self._clock.now()

    def _with_alerts(self, row: FlightRow, counts: dict[str, GroupCount]) -> FlightRow:
        count = counts.get(str(row.id), GroupCount(0, 0))
        at = arrival(row)
        status = landing_status(at, self._clock.now())
        return msgspec.structs.replace(
            row, arrives_at=at, alerts=count.total, pending=count.pending, status=status
        )

    def _seen(self, tx: sa.Connection, officer: Officer, ref: str, what: str) -> None:
        told = {"what": what, "ref": ref}
        self._ledger.record(
            tx,
            Event(
                kind=LeafKind.CONSULTATION,
                actor=officer.officer_id,
                agency=officer.agency,
                purpose=officer.purpose,
                payload=canonical.dumps(told),
                detail=told,
                subject_ref=ref,
            ),
        )
