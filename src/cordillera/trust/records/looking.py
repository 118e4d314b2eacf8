"""What an officer sees of records: lists, one record with all that hangs on it, and what is still open."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.trust.access.officers import colleagues
from cordillera.trust.exchange.approving import Waiting
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.handling.added import added
from cordillera.trust.handling.display import Badge, badge_of
from cordillera.trust.handling.model import join
from cordillera.trust.handling.wire import caveats_of
from cordillera.trust.ledger.model import AuditRow
from cordillera.trust.records import store as sql
from cordillera.trust.records.errors import RecordBlocked, RecordErased, RecordSealed
from cordillera.trust.records.model import Change, Consent, ConsentUse, Holder, Record
from cordillera.trust.records.service import Records

ROWS = 100


class Count(msgspec.Struct, frozen=True):
    """How many records of one origin, under one agreement, in one status."""

    origin: str
    agreement_id: str
    status: str
    records: int


class RecordList(msgspec.Struct, frozen=True):
    """Records, newest first, with the filter that chose them; `older` is where the next page begins."""

    own: str
    counts: tuple[Count, ...]
    wanted: sql.Filter
    rows: tuple[Record, ...]
    older: datetime | None
    open_changes: int
    overdue: int
    consents_waiting: int


class Made(msgspec.Struct, frozen=True):
    """A thing made from a record, and what a change did to it ("" for nothing yet)."""

    kind: str
    ref: str
    mark: str


class Seen(msgspec.Struct, frozen=True):
    """Something that happened to a record here: what, when, by whom; `name` where it was a colleague."""

    at: datetime
    kind: str
    actor: str
    peer: str
    index: int | None
    name: str = ""


class RecordView(msgspec.Struct, frozen=True):
    """One record: where it is from, who has it, what became of it. `closed` says why there is no content.

    `error` and `typed` are what a refused step said and had in its form.
    """

    own: str
    record: Record
    badge: Badge
    content: str
    closed: str
    holders: tuple[Holder, ...]
    changes: tuple[Change, ...]
    consents: tuple[Consent, ...]
    made: tuple[Made, ...]
    seen: tuple[Seen, ...]
    releases: tuple[Waiting, ...] = ()
    error: str = ""
    typed: dict[str, str] = {}


class OpenView(msgspec.Struct, frozen=True):
    """What is not carried out everywhere yet, and the requests that wait for our consent."""

    own: str
    now: datetime
    changes: tuple[Change, ...]
    consents: tuple[Consent, ...]
    consents_today: tuple[ConsentUse, ...]
    overdue: int


def record_list(
    tx: sa.Connection, records: Records, wanted: sql.Filter, before: datetime | None = None
) -> RecordList:
    """Return a page of records without their contents."""
    rows = records.newest(tx, wanted, ROWS, before)
    return RecordList(
        own=records.own,
        counts=tuple(Count(*row) for row in sql.counts(tx)),
        wanted=wanted,
        rows=rows,
        older=rows[-1].kept_at if len(rows) == ROWS else None,
        open_changes=len(records.open_changes(tx)),
        overdue=records.overdue(tx),
        consents_waiting=len(records.consents_waiting(tx)),
    )


def record_view(
    tx: sa.Connection, records: Records, officer: Officer, record_id: UUID, error: str = ""
) -> RecordView:
    """Open a record: that its content was read is a leaf. Raises `NoSuchRecord`."""
    record = records.get(tx, record_id)
    content, closed = _content(tx, records, officer, record_id)
    events = records.parts.ledger.events(tx, subject_ref=str(record_id))
    names = colleagues(tx, officer.agency, (row.actor or "" for row in events))
    return RecordView(
        own=records.own,
        record=record,
        badge=badge_of(join(caveats_of(record.handling), added(tx, [record_id])[record_id])),
        content=content,
        closed=closed,
        holders=records.holders(tx, record_id),
        changes=records.changes(tx, record_id),
        consents=records.consents(tx, record_id),
        made=tuple(Made(*one) for one in records.made_from(tx, record_id)),
        seen=tuple(_seen(row, names) for row in events),
        releases=records.releases(tx, record_id),
        error=error,
    )


def open_view(tx: sa.Connection, records: Records) -> OpenView:
    """Return what is open, the most urgent first."""
    return OpenView(
        own=records.own,
        now=records.parts.clock.now(),
        changes=records.open_changes(tx),
        consents=records.consents_waiting(tx),
        consents_today=records.consents_left(tx),
        overdue=records.overdue(tx),
    )


def _content(tx: sa.Connection, records: Records, officer: Officer, record_id: UUID) -> tuple[str, str]:
    try:
        raw = records.read(tx, officer, record_id)
    except (RecordSealed, RecordBlocked, RecordErased) as closed:
        return "", closed.code
    try:
        return msgspec.json.format(raw, indent=2).decode(), ""
    except (msgspec.DecodeError, UnicodeDecodeError):
        return raw.decode("utf-8", "replace"), ""


def _seen(row: AuditRow, names: Mapping[str, str]) -> Seen:
    actor = row.actor or ""
    return Seen(row.at, row.kind, actor, row.peer, row.index, names.get(actor, ""))
