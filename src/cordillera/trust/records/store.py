"""SQL of records and of who holds them. The content is sealed under a key of its own, in two halves."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.trust.records.core import Held
from cordillera.trust.records.model import Flags, Holder, Record, status_of

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""

_COLUMNS = (
    "id, agency, origin, agreement_id, subject_category, kind, handling, received_from, givers, message_id,"
    " subject_ref, parents, version, sealed, blocked, disputed, frozen, gone, key_id, body, kept_at,"
    " erase_after, review_at"
)
_HOLDER = "record_id, holder, agreement_id, message_id, consent_id, holds_until, given_at, gone_at"


class RecordRow(msgspec.Struct, frozen=True, kw_only=True):
    """A record as stored; `body` is sealed, and gone with its key once the record is."""

    id: UUID
    agency: str
    origin: str
    agreement_id: str
    subject_category: str
    kind: str
    handling: dict[str, str]
    received_from: str
    givers: list[str]
    message_id: UUID
    subject_ref: str
    parents: list[UUID]
    version: int
    sealed: bool
    blocked: bool = False
    disputed: bool = False
    frozen: bool = False
    gone: str = ""
    key_id: UUID | None
    body: bytes | None
    kept_at: datetime
    erase_after: datetime
    review_at: datetime

    @property
    def flags(self) -> Flags:
        """What is known of the record."""
        return Flags(self.sealed, self.blocked, self.disputed, self.frozen, self.gone)

    @property
    def held(self) -> Held:
        """What an order is judged by."""
        return Held(self.origin, tuple(self.givers), self.version, self.gone)

    def seen(self, holder: str) -> Record:
        """Return the record without its content."""
        return Record(
            record_id=self.id,
            origin=self.origin,
            agreement_id=self.agreement_id,
            subject_category=self.subject_category,
            kind=self.kind,
            handling=self.handling,
            erase_after=self.erase_after,
            review_at=self.review_at,
            status=status_of(self.flags),
            version=self.version,
            holder=holder,
            received_from=self.received_from,
            message_id=self.message_id,
            subject_ref=self.subject_ref,
            parents=tuple(self.parents),
            disputed=self.disputed,
            frozen=self.frozen,
            kept_at=self.kept_at,
        )


def insert(tx: sa.Connection, row: RecordRow) -> bool:
    """Keep a record; False when its id is taken."""
    names = RecordRow.__struct_fields__
    values = msgspec.structs.asdict(row) | {"handling": msgspec.json.encode(row.handling).decode()}
    places = ", ".join(f"CAST(:{n} AS jsonb)" if n == "handling" else f":{n}" for n in names)
    result = tx.execute(
        _text(
            f"INSERT INTO record ({', '.join(names)}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 - constant columns
        ),
        values,
        execution_options={"preserve_rowcount": True},
    )
    return result.rowcount == 1


def get(tx: sa.Connection, ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, RecordRow]:
    """Return records by id, as far as the scope sees them."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM record WHERE id = ANY(:ids)"  # noqa: S608 - constant columns
            + (" ORDER BY id FOR UPDATE" if lock else "")
        ),
        {"ids": list(ids)},
    )
    return {row.id: _row(row) for row in rows}


def find(
    tx: sa.Connection, *, subject_ref: str | None, message_id: UUID | None, limit: int = 1000
) -> list[RecordRow]:
    """Return the records about a subject, or of a message, oldest first."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM record"  # noqa: S608 - constant columns
            " WHERE (CAST(:subject AS text) IS NULL OR subject_ref = :subject)"
            " AND (CAST(:message AS uuid) IS NULL OR message_id = :message) ORDER BY kept_at, id LIMIT :limit"
        ),
        {"subject": subject_ref, "message": message_id, "limit": limit},
    )
    return [_row(row) for row in rows]


class Filter(msgspec.Struct, frozen=True):
    """Which records a list shows; an empty word is any."""

    origin: str = ""
    agreement_id: str = ""
    status: str = ""


_STATUS = (
    "CASE WHEN gone <> '' THEN gone WHEN blocked THEN 'blocked' WHEN sealed THEN 'sealed'"
    " WHEN disputed THEN 'disputed' ELSE 'active' END"
)


def newest(tx: sa.Connection, wanted: Filter, limit: int, before: datetime | None = None) -> list[RecordRow]:
    """Return the newest records that a filter lets through."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM record WHERE (:origin = '' OR origin = :origin)"  # noqa: S608 - constant
            " AND (:agreement_id = '' OR agreement_id = :agreement_id)"
            f" AND (:status = '' OR {_STATUS} = :status)"
            " AND (CAST(:before AS timestamptz) IS NULL OR kept_at < :before)"
            " ORDER BY kept_at DESC, id DESC LIMIT :limit"
        ),
        msgspec.structs.asdict(wanted) | {"limit": limit, "before": before},
    )
    return [_row(row) for row in rows]


def counts(tx: sa.Connection) -> list[tuple[str, str, str, int]]:
    """Return how many records there are by origin, agreement and status."""
    rows = tx.execute(
        _text(
            f"SELECT origin, agreement_id, {_STATUS} AS status, count(*) AS n FROM record"  # noqa: S608 - constant
            " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
    )
    return [(row.origin, row.agreement_id, row.status, row.n) for row in rows]


def children(tx: sa.Connection, ids: Sequence[UUID]) -> list[UUID]:
    """Return the records made from these, and from those, all the way down."""
    rows = tx.execute(
        _text(
            "WITH RECURSIVE made AS (SELECT id FROM record WHERE parents && CAST(:ids AS uuid[])"
            " UNION SELECT r.id FROM record r JOIN made m ON m.id = ANY(r.parents)) SELECT id FROM made"
        ),
        {"ids": list(ids)},
    )
    return [row.id for row in rows if row.id not in set(ids)]


def flag(tx: sa.Connection, ids: Sequence[UUID], name: str, *, on: bool) -> list[UUID]:
    """Set or clear a flag of records; return those that it changed."""
    if name not in {"sealed", "blocked", "disputed", "frozen"}:
        raise ValueError(name)
    rows = tx.execute(
        _text(
            f"UPDATE record SET {name} = :on WHERE id = ANY(:ids) AND {name} <> :on AND gone = ''"  # noqa: S608 - fixed names
            " RETURNING id"
        ),
        {"on": on, "ids": list(ids)},
    )
    return [row.id for row in rows]


def end(tx: sa.Connection, ids: Sequence[UUID], how: str, until: datetime) -> None:
    """Leave a tombstone of records: content and key are gone, the fact stays until `until`."""
    tx.execute(
        _text(
            "UPDATE record SET gone = :how, body = NULL, key_id = NULL, handling = '{}', subject_ref = '',"
            " erase_after = :until, review_at = :until WHERE id = ANY(:ids) AND gone = ''"
        ),
        {"how": how, "ids": list(ids), "until": until},
    )


def renew(tx: sa.Connection, row: RecordRow) -> None:
    """Put the next version in place of the one before."""
    tx.execute(
        _text(
            "UPDATE record SET version = :version, key_id = :key_id, body = :body, review_at = :review_at"
            " WHERE id = :id"
        ),
        {
            "version": row.version,
            "key_id": row.key_id,
            "body": row.body,
            "review_at": row.review_at,
            "id": row.id,
        },
    )


def add_giver(tx: sa.Connection, record_id: UUID, giver: str, until: datetime) -> None:
    """Note that the same record came from another partner too; the earlier term counts."""
    tx.execute(
        _text(
            "UPDATE record SET givers = givers || CAST(:giver AS text),"
            " erase_after = least(erase_after, :until) WHERE id = :id AND NOT :giver = ANY(givers)"
        ),
        {"giver": giver, "until": until, "id": record_id},
    )


def look_again(tx: sa.Connection, ids: Sequence[UUID], now: datetime) -> None:
    """Ask people to review records now."""
    tx.execute(
        _text("UPDATE record SET review_at = :now WHERE id = ANY(:ids) AND gone = ''"),
        {"now": now, "ids": list(ids)},
    )


def keep_until(tx: sa.Connection, record_id: UUID, until: datetime, key_id: UUID | None) -> None:
    """Move the term of a record and of its key."""
    tx.execute(
        _text("UPDATE record SET erase_after = :until WHERE id = :id"), {"until": until, "id": record_id}
    )
    tx.execute(
        _text("UPDATE data_key SET erase_after = :until WHERE key_id = :key AND wrapped IS NOT NULL"),
        {"until": until, "key": key_id},
    )


def add_holder(tx: sa.Connection, agency: str, one: Holder) -> None:
    """Remember who was given a record; given again, the newest message counts."""
    tx.execute(
        _text(
            f"INSERT INTO record_holder ({_HOLDER}, agency)"  # noqa: S608 - constant columns
            " VALUES (:record_id, :holder, :agreement_id, :message_id, :consent_id, :holds_until, :given_at,"
            " :gone_at, :agency) ON CONFLICT (record_id, holder) DO UPDATE SET"
            " agreement_id = EXCLUDED.agreement_id, message_id = EXCLUDED.message_id,"
            " consent_id = coalesce(EXCLUDED.consent_id, record_holder.consent_id), gone_at = NULL,"
            " holds_until = greatest(EXCLUDED.holds_until, record_holder.holds_until)"
        ),
        msgspec.structs.asdict(one) | {"agency": agency},
    )


def given_under(tx: sa.Connection, record_id: UUID, holder: str, conditions: str) -> None:
    """Remember the conditions under which a record was given; the holder has not said a word about them."""
    tx.execute(
        _text(
            "UPDATE record_holder SET conditions = :conditions, word = ''"
            " WHERE record_id = :id AND holder = :holder"
        ),
        {"id": record_id, "holder": holder, "conditions": conditions},
    )


def awaits_word(tx: sa.Connection, record_id: UUID, holder: str, agreement_id: str, conditions: str) -> bool:
    """Whether a holder was given a record under these conditions and has not accepted or declined them."""
    found = tx.execute(
        _text(
            "SELECT 1 FROM record_holder WHERE record_id = :id AND holder = :holder AND gone_at IS NULL"
            " AND agreement_id = :agreement AND conditions = :conditions AND word = '' FOR UPDATE"
        ),
        {"id": record_id, "holder": holder, "agreement": agreement_id, "conditions": conditions},
    )
    return found.one_or_none() is not None


def take_word(tx: sa.Connection, record_id: UUID, holder: str, word: str) -> None:
    """Keep what a holder said about the conditions."""
    tx.execute(
        _text("UPDATE record_holder SET word = :word WHERE record_id = :id AND holder = :holder"),
        {"id": record_id, "holder": holder, "word": word},
    )


def holders(tx: sa.Connection, ids: Sequence[UUID]) -> list[Holder]:
    """Return who was given these records."""
    rows = tx.execute(
        _text(f"SELECT {_HOLDER} FROM record_holder WHERE record_id = ANY(:ids) ORDER BY given_at, holder"),  # noqa: S608 - constant columns
        {"ids": list(ids)},
    )
    return [Holder(*row) for row in rows]


def holder_gone(tx: sa.Connection, record_id: UUID, holder: str, at: datetime) -> None:
    """Note that a holder proved that it holds the record no more."""
    tx.execute(
        _text(
            "UPDATE record_holder SET gone_at = :at WHERE record_id = :id AND holder = :holder"
            " AND gone_at IS NULL"
        ),
        {"at": at, "id": record_id, "holder": holder},
    )


def due(tx: sa.Connection, now: datetime, limit: int) -> list[RecordRow]:
    """Return the records and tombstones whose time has come, the oldest first."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM record WHERE erase_after <= :now ORDER BY erase_after LIMIT :limit"  # noqa: S608 - constant columns
        ),
        {"now": now, "limit": limit},
    )
    return [_row(row) for row in rows]


def to_review(tx: sa.Connection, now: datetime, limit: int) -> list[RecordRow]:
    """Return the living records that a person should look at."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM record WHERE review_at <= :now AND erase_after > :now AND gone = ''"  # noqa: S608 - constant columns
            " ORDER BY review_at LIMIT :limit"
        ),
        {"now": now, "limit": limit},
    )
    return [_row(row) for row in rows]


def delete(tx: sa.Connection, ids: Sequence[UUID]) -> int:
    """Remove tombstones and what hangs on them; return how many rows went."""
    gone = 0
    for table in ("record_holder", "record_lineage"):
        gone += tx.execute(
            _text(f"DELETE FROM {table} WHERE record_id = ANY(:ids)"),  # noqa: S608 - fixed names
            {"ids": list(ids)},
        ).rowcount
    return gone + tx.execute(_text("DELETE FROM record WHERE id = ANY(:ids)"), {"ids": list(ids)}).rowcount


def _row(row: sa.Row[tuple[object, ...]]) -> RecordRow:
    return RecordRow(**row._mapping)  # noqa: SLF001 - the public name of a row's columns in SQLAlchemy
