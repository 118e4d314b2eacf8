"""The people desk joined to what names people: travellers of carriers' messages, records of the exchange.

Each source answers under the scope of the officer's transaction. A traveller older than six months is not
found by name (PNR Directive art. 12), a record that is sealed, blocked or gone is not shown at all.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people.person_model import (
    RECORD,
    TRAVELLER,
    Badge,
    Item,
    Link,
    Provenance,
)
from cordillera.desks.people.search_core import plain_phone
from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.people_store import Arrived, newer, opened
from cordillera.desks.travellers.screening import label
from cordillera.desks.travellers.service import TravellerService
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import Document, Subject
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.runtime.redress_records import named_in
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.exchange.model import QueryView
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.handling.display import Badge as Shown
from cordillera.trust.handling.display import badge_of
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.records import people_store, store
from cordillera.trust.records.errors import RecordErased
from cordillera.trust.records.model import RecordStatus
from cordillera.trust.records.service import Records
from cordillera.trust.review import store as alerts
from cordillera.trust.review.service import ReviewService

_SHOWN = frozenset({RecordStatus.ACTIVE, RecordStatus.DISPUTED})


class OwnedItem(msgspec.Struct, frozen=True):
    """An item with its agency, and until when it may be found by name. Fills the desk's `Owned`."""

    agency: str
    item: Item
    until: datetime


class TravellerSource:
    """Travellers of carriers' messages."""

    name = TRAVELLER

    def __init__(
        self,
        sealer: FieldSealer,
        travellers: TravellerService,
        review: ReviewService,
        exchange: Callable[[], ExchangeService],
    ) -> None:
        self._sealer = sealer
        self._travellers = travellers
        self._review = review
        self._exchange = exchange

    def may(self, officer: OfficerSession) -> bool:
        """Whoever may read travellers."""
        return officer.may(Permission.TRAVELLER_READ)

    def open(self, tx: sa.Connection, officer: OfficerSession, refs: Sequence[str]) -> tuple[Item, ...]:
        """Return travellers that may be seen by name today."""
        del officer
        found = opened(tx, self._sealer, list(_uuids(refs)))
        shown = {row.id: row for row in self._travellers.masking.shown(tx, [one.row for one in found])}
        named = (msgspec.structs.replace(one, row=shown[one.row.id]) for one in found)
        return tuple(_traveller(one) for one in named if one.row.facts.full_name)

    def links(self, tx: sa.Connection, ref: str) -> tuple[Link, ...]:
        """Return the alert on a traveller, and what partners were asked because of it."""
        alert_id = alerts.about(tx, TRAVELLER, [ref]).get(ref)
        if alert_id is None:
            return ()
        row = self._review.line(tx, alert_id)
        alert = Link(
            kind="alert",
            ref=str(alert_id),
            text=row.occasion,
            state=(row.outcome or row.status).value,
            at=row.raised_at,
            href=f"/alerts/{alert_id}",
            score=row.score,
        )
        return (alert, *map(_query, self._exchange().queries_about(tx, str(alert_id))))

    def newer(self, tx: sa.Connection, last: str, limit: int) -> tuple[tuple[OwnedItem, ...], str]:
        """Return travellers in the order in which they were stored."""
        found = newer(tx, self._sealer, last, limit)
        return _owned(found), str(found[-1].row.id) if found else last

    def again(self, tx: sa.Connection, refs: Sequence[str]) -> tuple[OwnedItem, ...]:
        """Return travellers as they read now."""
        return _owned(opened(tx, self._sealer, list(_uuids(refs))))


class RecordSource:
    """Records of the exchange: notices, answers, follow-ups, ours and partners'."""

    name = RECORD

    def __init__(self, records: Callable[[], Records], handling: Callable[[], HandlingService]) -> None:
        self._records = records
        self._handling = handling

    def may(self, officer: OfficerSession) -> bool:
        """Whoever may read records."""
        return officer.may(Permission.RECORD_READ)

    def open(self, tx: sa.Connection, officer: OfficerSession, refs: Sequence[str]) -> tuple[Item, ...]:
        """Return records whose content is open and names somebody."""
        del officer
        rows = store.get(tx, list(_uuids(refs)))
        open_rows = [row for row in rows.values() if row.seen("").status in _SHOWN]
        badges = self._handling().caveats(tx, [row.id for row in open_rows])
        items = (self._item(tx, row) for row in open_rows)
        return tuple(
            msgspec.structs.replace(item, badge=_badge(badge_of(badges[UUID(item.ref)])))
            for item in items
            if item is not None
        )

    def links(self, tx: sa.Connection, ref: str) -> tuple[Link, ...]:
        """Return what was made from a record, and who else holds it."""
        records = self._records()
        made = (
            Link(
                kind=f"made.{kind}",
                ref=thing,
                text="",
                state=mark or "unchanged",
                at=records.get(tx, UUID(ref)).kept_at,
                href=f"/alerts/{thing}" if kind == "alert" else "",
            )
            for kind, thing, mark in records.made_from(tx, UUID(ref))
            if kind in {"alert", "query"}
        )
        held = (
            Link(
                kind="holder",
                ref=one.holder,
                text=one.holder.upper(),
                state="gone" if one.gone_at else "holds",
                at=one.given_at,
                agreement=one.agreement_id,
            )
            for one in records.holders(tx, UUID(ref))
        )
        return (*made, *held)

    def newer(self, tx: sa.Connection, last: str, limit: int) -> tuple[tuple[OwnedItem, ...], str]:
        """Return records in the order in which they were kept."""
        at, _, record = last.partition("|")
        after = (datetime.fromisoformat(at), UUID(record)) if record else None
        found = people_store.kept_after(tx, after, limit)
        owned = self.again(tx, [str(record_id) for record_id, _ in found])
        return owned, f"{found[-1][1].isoformat()}|{found[-1][0]}" if found else last

    def again(self, tx: sa.Connection, refs: Sequence[str]) -> tuple[OwnedItem, ...]:
        """Return records with whose they are, whatever their status: only blind keys are made of them."""
        rows = store.get(tx, list(_uuids(refs)))
        made = ((row, self._item(tx, row)) for row in rows.values())
        return tuple(OwnedItem(row.agency, item, row.erase_after) for row, item in made if item is not None)

    def _item(self, tx: sa.Connection, row: store.RecordRow) -> Item | None:
        try:
            body = self._records().open(tx, row)
        except RecordErased:
            return None
        named = named_in(body)
        return _record(row, named, body) if named else None


def _owned(found: Iterable[Arrived]) -> tuple[OwnedItem, ...]:
    return tuple(
        OwnedItem(one.agency, _traveller(one), min(one.row.keep.erase_after, one.received_at + AFTER))
        for one in found
    )


def _uuids(refs: Iterable[str]) -> Iterable[UUID]:
    for ref in refs:
        try:
            yield UUID(ref)
        except ValueError:
            continue


def _traveller(one: Arrived) -> Item:
    facts = one.row.facts
    documents = tuple(
        Document(document_kind(d.type), d.number, d.issuer) for d in facts.documents if d.number
    )
    told = (
        ("traveller.nationality", facts.nationality),
        ("traveller.route", f"{facts.embarked or '?'} → {facts.debarked or '?'}"),
        ("traveller.reservation", facts.reservation),
    )
    return Item(
        source=TRAVELLER,
        ref=str(one.row.id),
        label=label(facts),
        names=(_whole(facts.family_names, facts.given_names, facts.full_name),),
        births=(facts.date_of_birth,) if facts.date_of_birth else (),
        documents=documents,
        facts=tuple((name, value) for name, value in told if value),
        provenance=Provenance(one.sender, since=one.received_at, by=one.flight),
        erase_after=min(one.row.keep.erase_after, one.received_at + AFTER),
        review_at=one.row.keep.review_at,
        home=f"/flights/{one.row.flight_id}",
        mark=sha256(msgspec.json.encode(facts)).hex(),
        seen_as=(str(one.row.flight_id), str(one.row.message_id)),
    )


def _whole(family: str, given: str, full: str) -> str:
    return f"{family}, {given}" if family and given else full


def _record(row: store.RecordRow, named: Sequence[Subject], body: bytes) -> Item:
    said = dict.fromkeys(one.full_name for one in named if one.full_name)
    headings = set(_headings(msgspec.json.decode(body)))
    names = tuple(sorted(said, key=lambda name: name not in headings))
    documents = tuple(
        dict.fromkeys(document for one in named for document in one.documents[:1] if document.number)
    )
    return Item(
        source=RECORD,
        ref=str(row.id),
        label=names[0] if names else row.kind,
        names=names,
        births=tuple(dict.fromkeys(one.date_of_birth for one in named if one.date_of_birth)),
        documents=documents,
        phones=phones_in(body),
        facts=(("people.record.kind", row.kind), ("people.record.category", row.subject_category)),
        provenance=Provenance(row.received_from or row.origin, row.agreement_id, row.kept_at, row.origin),
        state="disputed" if row.disputed else "active",
        erase_after=row.erase_after,
        review_at=row.review_at,
        home=f"/records/{row.id}",
        mark=f"{row.version}",
        seen_as=(str(row.id),),
    )


def phones_in(body: bytes) -> tuple[str, ...]:
    """Return the phones that a content names under a word for phone, wherever in it they stand.

    >>> phones_in(b'{"facts": [{"phone": "+593 99 123 4567"}]}')
    ('+593 99 123 4567',)
    """
    try:
        content = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ()
    return tuple(dict.fromkeys(_phones(content)))


def _headings(content: object) -> Iterable[str]:
    """Yield the names that a content gives as somebody's own, before their aliases."""
    if isinstance(content, dict):
        full = content.get("full_name")
        if isinstance(full, str):
            yield full
    for part in (
        content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    ):
        yield from _headings(part)


def _phones(content: object) -> Iterable[str]:
    if isinstance(content, list):
        for part in content:
            yield from _phones(part)
    elif isinstance(content, dict):
        for name, value in content.items():
            if isinstance(value, str) and name in {"phone", "phones", "telephone"} and plain_phone(value):
                yield value
            else:
                yield from _phones(value)


def _badge(shown: Shown) -> Badge:
    return Badge(shown.level, shown.stamp, shown.codes, shown.conditions)


def _query(view: QueryView) -> Link:
    return Link(
        kind="query",
        ref=str(view.id),
        text=view.peer.upper(),
        state=view.outcome or view.status,
        at=view.asked_at,
        href=f"/exchange/queries/{view.id}",
        agreement=view.agreement_id,
    )
