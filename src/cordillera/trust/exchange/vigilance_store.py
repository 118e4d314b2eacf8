"""SQL of what is watched in asking: hashes of the last month, and alarms."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.swift import Bulk, spread

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""
_INSERT = Bulk(
    "INSERT INTO flow_asked (id, agency, officer, case_blind, documents, neighbours, asked_at, erase_after,"
    " review_at) SELECT id, agency, officer, case_blind,"
    " ARRAY(SELECT decode(one, 'hex') FROM unnest(string_to_array(documents, chr(31))) AS one),"
    " ARRAY(SELECT decode(one, 'hex') FROM unnest(string_to_array(neighbours, chr(31))) AS one),"
    " asked_at, erase_after, review_at FROM {rows}",
    {
        "id": "uuid",
        "agency": "text",
        "officer": "text",
        "case_blind": "bytea",
        "documents": "text",
        "neighbours": "text",
        "asked_at": "timestamptz",
        "erase_after": "timestamptz",
        "review_at": "timestamptz",
    },
)


class AskedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One question, as keyed hashes."""

    id: UUID
    agency: str
    officer: str
    case_blind: bytes
    documents: list[bytes]
    neighbours: list[bytes]
    asked_at: datetime
    erase_after: datetime
    review_at: datetime


class Suspicion(msgspec.Struct, frozen=True):
    """What looks like fishing: by whom ("" for a case of several officers), about which case, how often."""

    agency: str
    officer: str
    subject: bytes
    count: int


class Alarm(msgspec.Struct, frozen=True):
    """A suspicion on the supervisor's list."""

    id: UUID
    kind: str
    officer: str
    count: int
    raised_at: datetime
    seen_at: datetime | None
    seen_by: str


def insert(tx: sa.Connection, rows: Sequence[AskedRow]) -> None:
    """Remember questions."""
    _INSERT.send(tx, [_flat(row) for row in rows])


def _flat(row: AskedRow) -> tuple[object, ...]:
    documents, neighbours = (spread([one.hex() for one in some]) for some in (row.documents, row.neighbours))
    return (*msgspec.structs.astuple(row)[:4], documents, neighbours, *msgspec.structs.astuple(row)[6:])


def busy_cases(tx: sa.Connection, since: datetime, limit: int) -> Sequence[Suspicion]:
    """Return cases with at least `limit` questions."""
    rows = tx.execute(
        _text(
            "SELECT agency, '' AS officer, case_blind, count(*) FROM flow_asked WHERE asked_at > :since"
            " GROUP BY agency, case_blind HAVING count(*) >= :limit"
        ),
        {"since": since, "limit": limit},
    )
    return [Suspicion(row[0], row[1], bytes(row[2]), row[3]) for row in rows]


def busy_officers(tx: sa.Connection, since: datetime, limit: int) -> Sequence[Suspicion]:
    """Return officers who asked in at least `limit` cases."""
    rows = tx.execute(
        _text(
            "SELECT agency, officer, count(DISTINCT case_blind) FROM flow_asked WHERE asked_at > :since"
            " GROUP BY agency, officer HAVING count(DISTINCT case_blind) >= :limit"
        ),
        {"since": since, "limit": limit},
    )
    return [Suspicion(row[0], row[1], b"", row[2]) for row in rows]


def rows_of_numbers(tx: sa.Connection, since: datetime, limit: int) -> Sequence[Suspicion]:
    """Return officers who asked for at least `limit` numbers each of which has a neighbour they asked for."""
    rows = tx.execute(
        _text(
            "WITH numbers AS (SELECT agency, officer, unnest(documents) AS number FROM flow_asked"
            " WHERE asked_at > :since), nearby AS (SELECT DISTINCT agency, officer,"
            " unnest(neighbours) AS number FROM flow_asked WHERE asked_at > :since)"
            " SELECT n.agency, n.officer, count(DISTINCT n.number) FROM numbers n"
            " JOIN nearby b ON b.agency = n.agency AND b.officer = n.officer AND b.number = n.number"
            " GROUP BY n.agency, n.officer HAVING count(DISTINCT n.number) >= :limit"
        ),
        {"since": since, "limit": limit},
    )
    return [Suspicion(row[0], row[1], b"", row[2]) for row in rows]


def raise_alarm(  # noqa: PLR0913 - everything one alarm consists of
    tx: sa.Connection, alarm_id: UUID, kind: str, one: Suspicion, now: datetime, until: datetime
) -> bool:
    """Put a suspicion on the list, once a day; a growing one is counted on. True when it is new."""
    inserted = tx.execute(
        _text(
            "INSERT INTO flow_alarm (id, agency, kind, officer, subject, day, count, raised_at, erase_after,"
            " review_at) VALUES (:id, :agency, :kind, :officer, :subject, :day, :count, :now, :until, :until)"
            " ON CONFLICT (agency, kind, officer, subject, day) DO UPDATE SET count = excluded.count"
            " RETURNING xmax = 0"
        ),
        {"id": alarm_id, "kind": kind, "day": now.date(), "now": now, "until": until}
        | msgspec.structs.asdict(one),
    ).scalar()
    return bool(inserted)


def alarms(tx: sa.Connection, limit: int) -> list[Alarm]:
    """Return alarms, the unseen first, then the newest."""
    rows = tx.execute(
        _text(
            "SELECT id, kind, officer, count, raised_at, seen_at, seen_by FROM flow_alarm"
            " ORDER BY seen_at IS NOT NULL, raised_at DESC, id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [Alarm(*row) for row in rows]


def mark_seen(tx: sa.Connection, alarm_id: UUID, by: str, now: datetime) -> bool:
    """Note who looked into an alarm; False when none waited."""
    done = tx.execute(
        _text("UPDATE flow_alarm SET seen_at = :now, seen_by = :by WHERE id = :id AND seen_at IS NULL"),
        {"id": alarm_id, "by": by, "now": now},
    )
    return done.rowcount == 1
