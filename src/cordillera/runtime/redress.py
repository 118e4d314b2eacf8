"""Redress joined to what holds something about people: travellers, alerts, lists, queries, records.

Every inventory goes through all that it keeps: a person's request is answered from everything, not from
an index of some. What carries the person's document is certain; a resembling name is a doubt for a person.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people.list_handling import stamp_of_list
from cordillera.desks.people.memory import ListsInMemory
from cordillera.desks.people.strength import strength
from cordillera.desks.travellers.folder import QUARANTINE, inbox_of
from cordillera.desks.travellers.inventory_store import (
    every_traveller,
    forget_traveller,
    forget_unread,
    unread_telling_of,
)
from cordillera.desks.travellers.model import TravellerRow
from cordillera.desks.travellers.screening import label
from cordillera.desks.travellers.unread_core import sought_by
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import Document, Subject
from cordillera.foundation.clock import Clock
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.forensics import needles
from cordillera.foundation.store.living_store import living_fields
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.runtime.likeness import DOUBTFUL, Likeness
from cordillera.runtime.redress_records import RecordMeans
from cordillera.trust.exchange.inventory_store import every_query
from cordillera.trust.exchange.model import QueryView
from cordillera.trust.exchange.views import Views
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.records.service import Records
from cordillera.trust.redress.model import Held, Shared, Sought
from cordillera.trust.redress.parts import Means
from cordillera.trust.redress.ports import Eraser, Officer
from cordillera.trust.review.model import FoundAlert
from cordillera.trust.review.service import ReviewService
from cordillera.trust.safeguards.model import DueGroup
from cordillera.trust.safeguards.retention import RetentionRunner

_KNOWN = ("traveller", "review_", "exchange_", "watchlist_", "record", "redress_", "ledger_")
"""Tables with an inventory of their own, or that only repeat what one finds; tickets, and the log."""
_SHORTEST = 5


class Holdings(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a node that hold something about people."""

    sealer: FieldSealer
    ledger: Ledger
    review: ReviewService
    clock: Clock
    records: Records | None = None
    lists: ListsInMemory | None = None
    safeguards: RetentionRunner | None = None
    settings: Settings | None = None


def means_of(holdings: Holdings) -> Means:
    """Return what redress searches and acts through at a node."""
    aside = None if holdings.settings is None else inbox_of(holdings.settings) / QUARANTINE
    travellers = TravellerInventory(holdings.sealer, holdings.ledger, aside)
    alerts, queries = AlertInventory(holdings.review), QueryInventory(holdings.sealer)
    lists = () if holdings.lists is None else (ListInventory(holdings.lists),)
    kept = None if holdings.records is None else RecordMeans(holdings.records)
    records = () if kept is None else (kept,)
    others = OtherInventory(holdings.sealer, holdings.clock)
    unread = UnreadInventory(holdings.sealer, holdings.ledger)
    erasers: dict[str, Eraser] = {"traveller": travellers, "message": unread}
    if holdings.safeguards is not None:
        keyed = {"alert": "review_alert", "query": "exchange_query"}
        erasers |= {
            source: KeyedEraser(holdings.safeguards, kind, holdings.clock) for source, kind in keyed.items()
        }
    return Means(
        inventories=(travellers, unread, alerts, queries, *lists, *records, others),
        linked=(alerts, queries, *records),
        freezers={"alert": alerts} | ({} if kept is None else {"record": kept}),
        erasers=erasers,
        matches={"alert": alerts},
        records=kept,
    )


class TravellerInventory:
    """Travellers of carriers' messages; erases them too, and what in `aside` tells of them."""

    source = "traveller"

    def __init__(self, sealer: FieldSealer, ledger: Ledger, aside: Path | None = None) -> None:
        self._sealer = sealer
        self._ledger = ledger
        self._aside = aside

    def find(self, tx: sa.Connection, about: Sought) -> tuple[Held, ...]:
        """Compare every traveller that is kept."""
        likeness = Likeness(about)
        found = []
        for rows in every_traveller(tx, self._sealer):
            likely = likeness.of([_subject(row) for row in rows])
            found += [_traveller(row, *how) for row, how in zip(rows, likely, strict=True) if any(how)]
        return tuple(found)

    def erase(self, tx: sa.Connection, officer: Officer, ref: str, reason: str) -> bool:
        """Erase one traveller, and the bytes of the messages that named them, unread ones too."""
        gone = forget_traveller(tx, UUID(ref), self._sealer, self._aside)
        if gone:
            _erased(tx, self._ledger, officer, ("traveller", ref, reason))
        return gone


class UnreadInventory:
    """Messages that nobody could read and whose words tell of the person: a person looks; erases them too."""

    source = "message"

    def __init__(self, sealer: FieldSealer, ledger: Ledger) -> None:
        self._sealer = sealer
        self._ledger = ledger

    def find(self, tx: sa.Connection, about: Sought) -> tuple[Held, ...]:
        """Search every quarantined message."""
        numbers = tuple(document.number for document in about.documents)
        sought = sought_by(about.full_name, about.family_names, about.given_names, numbers)
        return tuple(
            Held(
                source=self.source,
                ref=str(one.id),
                certain=False,
                score=1.0,
                label=f"{one.sender} {one.reference}".strip() or str(one.id),
                at=one.received_at,
                erase_after=one.erase_after,
            )
            for one in unread_telling_of(tx, self._sealer, sought)
        )

    def erase(self, tx: sa.Connection, officer: Officer, ref: str, reason: str) -> bool:
        """Erase the bytes of one message."""
        gone = forget_unread(tx, UUID(ref), self._sealer)
        if gone:
            _erased(tx, self._ledger, officer, (self.source, ref, reason))
        return gone


class AlertInventory:
    """Alerts: those on travellers found, and those whose own heading or document fits."""

    source = "alert"

    def __init__(self, review: ReviewService) -> None:
        self._review = review

    def find(self, tx: sa.Connection, about: Sought) -> tuple[Held, ...]:
        """Compare the heading and the document of every alert."""
        likeness = Likeness(about)
        found = []
        for alerts in _batches(self._review.every(tx)):
            likely = likeness.of([_alert_subject(alert) for alert in alerts])
            found += [_alert(alert, *how) for alert, how in zip(alerts, likely, strict=True) if any(how)]
        return tuple(found)

    def linked(self, tx: sa.Connection, found: Sequence[Held]) -> tuple[Held, ...]:
        """Return the alerts on travellers that were found."""
        known = {held.ref: held for held in found if held.source == TravellerInventory.source}
        return tuple(
            _alert(alert, known[alert.row.subject_ref].score, known[alert.row.subject_ref].certain)
            for alert in self._review.every(tx)
            if alert.row.subject_ref in known
        )

    def freeze(self, tx: sa.Connection, officer: Officer | None, refs: Sequence[str], cause: UUID) -> None:
        """Let their scores stand still."""
        del cause
        if officer is not None:  # a partner's request names messages between us, never our alerts
            self._review.dispute(tx, officer, [UUID(ref) for ref in refs], on=True)

    def lift(self, tx: sa.Connection, officer: Officer | None, refs: Sequence[str], cause: UUID) -> None:
        """Let their scores move again."""
        del cause
        if officer is not None:  # a partner's request names messages between us, never our alerts
            self._review.dispute(tx, officer, [UUID(ref) for ref in refs], on=False)

    def remember(self, tx: sa.Connection, officer: Officer, ref: str, reason: str) -> bool:
        """Conclude that an alert was a wrong match, and keep that for the next time."""
        self._review.overturn(tx, officer, UUID(ref), f"redress {reason}")
        return True


class ListInventory:
    """Entries of active lists that resemble the person: always for a person to judge."""

    source = "list"

    def __init__(self, lists: ListsInMemory) -> None:
        self._lists = lists

    def find(self, tx: sa.Connection, about: Sought) -> tuple[Held, ...]:
        """Search every active list."""
        documents = tuple(Document(document_kind(d.type), d.number, d.issuer) for d in about.documents)
        names = about.full_name, about.given_names, about.family_names
        subject = Subject("redress", *names, about.date_of_birth, documents)
        versions = {loaded.version.version_id: loaded.version for loaded in self._lists.current(tx)}
        return tuple(
            Held(
                source=self.source,
                ref=f"{hit.list_name}/{hit.entry_id}",
                certain=False,
                score=strength(hit.score, hit.terms, hit.threshold)[0],
                label=hit.listed_name,
                at=versions[hit.version_id].imported_at,
                erase_after=versions[hit.version_id].erase_after,
                facts=(("list", hit.list_name), ("list_date", hit.list_date)),
                handling=stamp_of_list(versions[hit.version_id].handling),
            )
            for hit in self._lists.hits(tx, [subject], threshold=DOUBTFUL)[0]
        )


class QueryInventory:
    """Queries of ours to partners: those that name the person, and those asked for alerts found."""

    source = "query"

    def __init__(self, sealer: FieldSealer) -> None:
        self._views = Views(sealer)

    def find(self, tx: sa.Connection, about: Sought) -> tuple[Held, ...]:
        """Open every query of ours and compare whom it asked about."""
        likeness = Likeness(about)
        found = []
        for views in self._every(tx):
            likely = likeness.of([_asked(view) for view in views])
            found += [_query(view, *how) for view, how in zip(views, likely, strict=True) if any(how)]
        return tuple(found)

    def linked(self, tx: sa.Connection, found: Sequence[Held]) -> tuple[Held, ...]:
        """Return the queries that were asked for alerts found."""
        known = {held.ref: held for held in found if held.source == AlertInventory.source}
        return tuple(
            _query(view, known[view.subject_ref].score, known[view.subject_ref].certain)
            for views in self._every(tx)
            for view in views
            if view.subject_ref in known
        )

    def _every(self, tx: sa.Connection) -> Iterator[tuple[QueryView, ...]]:
        for rows in every_query(tx):
            yield tuple(view for view in self._views.queries(tx, rows) if view.question is not None)


class OtherInventory:
    """Whatever else is sealed at the node and says the person's name or document: drafts, follow-ups.

    A net under the inventories that know their things: a part that nobody joined is found all the same,
    by the words themselves, and a person looks at it.
    """

    source = "other"

    def __init__(self, sealer: FieldSealer, clock: Clock) -> None:
        self._sealer = sealer
        self._clock = clock

    def find(self, tx: sa.Connection, about: Sought) -> tuple[Held, ...]:
        """Open every sealed field of the parts that have no inventory of their own."""
        words = [about.full_name, *(document.number for document in about.documents)]
        wanted = [raw for word in words if len(word) >= _SHORTEST for _, raw in needles(word)]
        found = {
            f"{field.place}/{field.key_id}": field.place
            for field in living_fields(tx, self._sealer)
            if not field.place.startswith(_KNOWN) and any(raw in field.content for raw in wanted)
        }
        now = self._clock.now()
        return tuple(
            Held(
                source=self.source,
                ref=ref,
                certain=False,
                score=1.0,
                label=place,
                at=now,
                erase_after=now,
            )
            for ref, place in found.items()
        )


class KeyedEraser:
    """Erases things that retention knows how to erase: alerts, queries."""

    def __init__(self, safeguards: RetentionRunner, kind: str, clock: Clock) -> None:
        self._safeguards = safeguards
        self._kind = kind
        self._clock = clock

    def erase(self, tx: sa.Connection, officer: Officer, ref: str, reason: str) -> bool:
        """Destroy the key and the rows of one thing."""
        del reason  # the tombstone names the officer; why is told by the ticket's own leaf
        group = DueGroup(self._kind, UUID(ref), officer.agency, self._clock.now())
        return self._safeguards.erase_now(tx, group, officer.officer_id) > 0


def _subject(row: TravellerRow) -> Subject:
    facts = row.facts
    documents = tuple(Document(document_kind(d.type), d.number, d.issuer) for d in facts.documents)
    names = facts.full_name, facts.given_names, facts.family_names
    return Subject(str(row.id), *names, facts.date_of_birth, documents)


def _traveller(row: TravellerRow, score: float, certain: bool) -> Held:  # noqa: FBT001 - as likeness tells it
    return Held(
        source=TravellerInventory.source,
        ref=str(row.id),
        certain=certain,
        score=score,
        label=label(row.facts),
        at=datetime.fromtimestamp((row.id.int >> 80) / 1000, UTC),  # a UUIDv7 begins with its time
        erase_after=row.keep.erase_after,
        facts=(("born", row.facts.date_of_birth), ("message", str(row.message_id))),
    )


def _alert_subject(alert: FoundAlert) -> Subject:
    number, _, rest = alert.identity.partition("|")
    _, _, birth = rest.partition("|")
    documents = tuple(Document(kind, number) for kind in (document_kind("P"),) if number)
    return Subject(str(alert.row.id), alert.row.label, "", "", birth, documents)


def _alert(alert: FoundAlert, score: float, certain: bool) -> Held:  # noqa: FBT001 - as likeness tells it
    return Held(
        source=AlertInventory.source,
        ref=str(alert.row.id),
        certain=certain,
        score=score,
        label=alert.row.label,
        at=alert.row.raised_at,
        erase_after=alert.keep.erase_after,
        facts=(("status", alert.row.status.value), ("occasion", alert.row.occasion)),
    )


def _asked(view: QueryView) -> Subject:
    assert view.question is not None  # `_every` leaves erased ones out
    asked = view.question.query
    documents = tuple(Document(document_kind(d.type), d.number, d.issuer) for d in asked.documents)
    names = asked.full_name, asked.given_names, asked.family_names
    return Subject(str(view.id), *names, asked.date_of_birth, documents)


def _query(view: QueryView, score: float, certain: bool) -> Held:  # noqa: FBT001 - as likeness tells it
    return Held(
        source=QueryInventory.source,
        ref=str(view.id),
        certain=certain,
        score=score,
        label=view.question.query.full_name if view.question else "",
        at=view.asked_at,
        erase_after=view.erase_after,
        facts=(("partner", view.peer), ("outcome", view.outcome), ("purpose", view.purpose)),
        shared=(Shared(view.peer, view.agreement_id, view.id, "out", view.asked_at),),
    )


def _batches(alerts: Iterable[FoundAlert], size: int = 1_000) -> Iterator[list[FoundAlert]]:
    batch: list[FoundAlert] = []
    for alert in alerts:
        batch.append(alert)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _erased(tx: sa.Connection, ledger: Ledger, officer: Officer, what: tuple[str, str, str]) -> None:
    kind, ref, reason = what
    told = {"record": kind, "ref": ref, "redress": reason}
    event = Event(
        kind=LeafKind.ERASED,
        actor=officer.officer_id,
        agency=officer.agency,
        purpose=officer.purpose,
        payload=msgspec.json.encode(told),
        detail=told,
        subject_ref=ref,
    )
    ledger.record(tx, event)
