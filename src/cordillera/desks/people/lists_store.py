"""The SQL of living lists: bulk entries, sources, updates, activation, and what differs between versions."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from cordillera.desks.people.lists_model import KnownSource, SourceState, Update
from cordillera.desks.people.model import ListVersion
from cordillera.foundation import shapes
from cordillera.foundation.store.swift import Bulk

_ENTRIES: Final = Bulk(
    "INSERT INTO watchlist_entry"
    " (version_id, ordinal, kind, reference_blind, sealed, content_mark, erase_after, review_at)"
    " SELECT CAST(:version AS uuid), ordinal, kind, reference_blind, sealed, content_mark,"
    " CAST(:erase_after AS timestamptz), CAST(:review_at AS timestamptz) FROM {rows}",
    {
        "ordinal": "bigint",
        "kind": "text",
        "reference_blind": "bytea",
        "sealed": "bytea",
        "content_mark": "bytea",
    },
)
_DOCUMENTS: Final = Bulk(
    "INSERT INTO watchlist_document (version_id, ordinal, number_blind, erase_after, review_at)"
    " SELECT CAST(:version AS uuid), ordinal, number_blind,"
    " CAST(:erase_after AS timestamptz), CAST(:review_at AS timestamptz) FROM {rows}",
    {"ordinal": "bigint", "number_blind": "bytea"},
)
_COUNTED: Final = (
    *("list_date", "source_bytes", "entries", "persons", "names", "refused_fields", "unread_fields"),
    *("capped_values", "skipped_entries", "left_values", "encoding"),
)
_SOURCE: Final = (
    *("list_name", "format", "kind", "place", "sums", "signature", "public_key", "mapping", "every_minutes"),
    *("stale_days", "automatic", "largest_change"),
)
_POLICY: Final = ("stale_days", "automatic", "largest_change")
_STATE: Final = SourceState.__struct_fields__
_UPDATE: Final = Update.__struct_fields__

EntryTuple = tuple[int, str, bytes, bytes, bytes]
"""Ordinal, kind, blind reference, sealed body, content mark."""
DocumentTuple = tuple[int, bytes]
"""Ordinal, blind number."""


class Difference(msgspec.Struct, frozen=True):
    """One entry that differs: its place in each version, None where it is not."""

    old: int | None
    new: int | None


def add_entries(
    tx: sa.Connection, version: ListVersion, entries: Sequence[EntryTuple], documents: Sequence[DocumentTuple]
) -> None:
    """Keep entries of a version with their blind document numbers."""
    shared = {
        "version": version.version_id,
        "erase_after": version.erase_after,
        "review_at": version.review_at,
    }
    _ENTRIES.send(tx, entries, shared)
    _DOCUMENTS.send(tx, documents, shared)


def note_counts(tx: sa.Connection, version: ListVersion) -> None:
    """Write what is known of a version once its last entry has been read."""
    cells = ", ".join(f"{name} = :{name}" for name in _COUNTED)
    values = {name: getattr(version, name) for name in _COUNTED}
    tx.execute(
        sa.text(f"UPDATE watchlist_version SET {cells} WHERE version_id = :id"),  # noqa: S608 - constants only
        {**values, "id": version.version_id},
    )


def activate(tx: sa.Connection, version_id: UUID, now: datetime, review_at: datetime) -> None:
    """Make a version the active one; it is kept as long as its key may be."""
    tx.execute(
        sa.text(
            "UPDATE watchlist_version v SET waiting = false, activated_at = :now, superseded_at = NULL,"
            " erase_after = k.erase_after, review_at = least(k.erase_after, CAST(:review_at AS timestamptz))"
            " FROM data_key k WHERE k.key_id = v.key_id AND v.version_id = :id"
        ),
        {"now": now, "review_at": review_at, "id": version_id},
    )


def renew(tx: sa.Connection, list_name: str, review_at: datetime) -> None:
    """Note that the active version was found to be the newest: it is fresh for another while."""
    tx.execute(
        sa.text(
            "UPDATE watchlist_version SET review_at = least(erase_after, greatest(review_at, :review_at))"
            " WHERE list_name = :name AND superseded_at IS NULL AND NOT waiting"
        ),
        {"name": list_name, "review_at": review_at},
    )


def versions_of_record(tx: sa.Connection, record_ids: Sequence[UUID]) -> tuple[tuple[UUID, str], ...]:
    """Return the versions that were made from these records, with their keys' list names."""
    rows = tx.execute(
        sa.text("SELECT version_id, list_name FROM watchlist_version WHERE record_id = ANY(:ids)"),
        {"ids": list(record_ids)},
    )
    return tuple((row.version_id, row.list_name) for row in rows)


def hide(tx: sa.Connection, record_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Take the active versions made from these records out of use; return which."""
    rows = tx.execute(
        sa.text(
            "UPDATE watchlist_version SET waiting = true WHERE record_id = ANY(:ids)"
            " AND superseded_at IS NULL AND NOT waiting RETURNING version_id"
        ),
        {"ids": list(record_ids)},
    )
    return frozenset(row.version_id for row in rows)


def show_again(tx: sa.Connection, record_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Put versions that `hide` took out back in use, where no other has taken their place; return which."""
    rows = tx.execute(
        sa.text(
            "UPDATE watchlist_version v SET waiting = false WHERE record_id = ANY(:ids) AND waiting"
            " AND activated_at IS NOT NULL AND superseded_at IS NULL AND NOT EXISTS"
            " (SELECT FROM watchlist_version o WHERE o.list_name = v.list_name"
            " AND o.superseded_at IS NULL AND NOT o.waiting) RETURNING version_id"
        ),
        {"ids": list(record_ids)},
    )
    return frozenset(row.version_id for row in rows)


def put_source(tx: sa.Connection, known: KnownSource, by: str, now: datetime) -> None:
    """Keep a source, in place of the one that its list had; what was seen of the old one is forgotten."""
    values = msgspec.structs.asdict(known.source)
    values |= msgspec.structs.asdict(values.pop("policy")) | msgspec.structs.asdict(known.state)
    values |= {"changed_by": by, "changed_at": now, "format": known.source.format.value}
    tx.execute(sa.text("DELETE FROM watchlist_source WHERE list_name = :list_name"), values)
    tx.execute(sa.insert(sa.table("watchlist_source", *(sa.column(name) for name in values))), values)


def remove_source(tx: sa.Connection, list_name: str) -> int:
    """Forget where a list comes from; return how many sources went."""
    found = tx.execute(sa.text("DELETE FROM watchlist_source WHERE list_name = :name"), {"name": list_name})
    return found.rowcount


def sources(tx: sa.Connection, list_name: str | None = None) -> tuple[KnownSource, ...]:
    """Return all sources, or that of one list."""
    rows = tx.execute(
        sa.text(
            f"SELECT {', '.join((*_SOURCE, *_STATE))} FROM watchlist_source"  # noqa: S608 - constants only
            " WHERE CAST(:name AS text) IS NULL OR list_name = :name ORDER BY list_name"
        ),
        {"name": list_name},
    )
    return tuple(_known(dict(row._mapping)) for row in rows)  # noqa: SLF001 - SQLAlchemy's documented name


def due_sources(tx: sa.Connection, now: datetime) -> tuple[str, ...]:
    """Return the lists whose source must be looked at, the longest overdue first."""
    rows = tx.execute(
        sa.text("SELECT list_name FROM watchlist_source WHERE next_at <= :now ORDER BY next_at"), {"now": now}
    )
    return tuple(row.list_name for row in rows)


def note_state(tx: sa.Connection, list_name: str, state: SourceState) -> None:
    """Keep what a look at a source found."""
    cells = ", ".join(f"{name} = :{name}" for name in _STATE)
    tx.execute(
        sa.text(f"UPDATE watchlist_source SET {cells} WHERE list_name = :name"),  # noqa: S608 - constants only
        {**msgspec.structs.asdict(state), "name": list_name},
    )


def add_update(tx: sa.Connection, update: Update) -> None:
    """Keep what an update did."""
    values = msgspec.structs.asdict(update)
    values["counts"] = msgspec.structs.asdict(update.counts)
    values |= {"reasons": list(update.reasons), "outcome": update.outcome.value}
    columns = (sa.column(name, JSONB if name == "counts" else None) for name in values)
    tx.execute(sa.insert(sa.table("watchlist_update", *columns)), values)


def updates(tx: sa.Connection, list_name: str | None, limit: int) -> tuple[Update, ...]:
    """Return the updates of a list, or of all, the newest first."""
    return _updates(
        tx,
        "WHERE CAST(:name AS text) IS NULL OR list_name = :name"
        " ORDER BY made_at DESC, update_id DESC LIMIT :limit",
        {"name": list_name, "limit": limit},
    )


def last_updates(tx: sa.Connection) -> tuple[Update, ...]:
    """Return the newest update of every list."""
    return _updates(
        tx,
        "WHERE update_id IN (SELECT DISTINCT ON (list_name) update_id FROM watchlist_update"
        " ORDER BY list_name, made_at DESC, update_id DESC) ORDER BY list_name",
        {},
    )


def waiting_updates(tx: sa.Connection, list_name: str | None = None) -> tuple[Update, ...]:
    """Return the updates that wait for an officer, the oldest first."""
    return _updates(
        tx,
        "WHERE outcome = 'waiting' AND closed_at IS NULL AND version_id IS NOT NULL"
        " AND (CAST(:name AS text) IS NULL OR list_name = :name) ORDER BY made_at",
        {"name": list_name},
    )


def update_of(tx: sa.Connection, version_id: UUID) -> Update | None:
    """Return the newest update that brought a version, locked until the transaction ends."""
    found = _updates(
        tx,
        "WHERE version_id = :id ORDER BY made_at DESC, update_id DESC LIMIT 1 FOR UPDATE",
        {"id": version_id},
    )
    return found[0] if found else None


def put_update(tx: sa.Connection, update: Update) -> None:
    """Write how an update goes on: who agreed, what became of it."""
    tx.execute(
        sa.text(
            "UPDATE watchlist_update SET outcome = :outcome, code = :code, first_officer = :first,"
            " second_officer = :second, closed_at = :closed WHERE update_id = :id"
        ),
        {
            "outcome": update.outcome.value,
            "code": update.code,
            "first": update.first_officer,
            "second": update.second_officer,
            "closed": update.closed_at,
            "id": update.update_id,
        },
    )


def due_updates(tx: sa.Connection, now: datetime, limit: int) -> tuple[tuple[UUID, datetime], ...]:
    """Return updates whose time has come, the oldest first, with that time."""
    rows = tx.execute(
        sa.text(
            "SELECT update_id, erase_after FROM watchlist_update WHERE erase_after <= :now"
            " ORDER BY erase_after LIMIT :limit"
        ),
        {"now": now, "limit": limit},
    )
    return tuple((row.update_id, row.erase_after) for row in rows)


def delete_update(tx: sa.Connection, update_id: UUID) -> int:
    """Delete one update; return how many went."""
    found = tx.execute(sa.text("DELETE FROM watchlist_update WHERE update_id = :id"), {"id": update_id})
    return found.rowcount


_DIFFERENCES: Final = """
    WITH old AS (
        SELECT DISTINCT ON (reference_blind) reference_blind, ordinal, content_mark
        FROM watchlist_entry WHERE version_id = :old ORDER BY reference_blind, ordinal
    ), new AS (
        SELECT DISTINCT ON (reference_blind) reference_blind, ordinal, content_mark
        FROM watchlist_entry WHERE version_id = :new ORDER BY reference_blind, ordinal
    ), differing AS (
        SELECT old.ordinal AS old, new.ordinal AS new FROM old FULL JOIN new USING (reference_blind)
        WHERE old.ordinal IS NULL OR new.ordinal IS NULL
            OR old.content_mark IS NULL OR old.content_mark IS DISTINCT FROM new.content_mark
    )
"""


def difference_counts(tx: sa.Connection, old: UUID | None, new: UUID | None) -> tuple[int, int, int]:
    """Return how many entries were added, removed and changed between two versions."""
    row = tx.execute(
        sa.text(
            _DIFFERENCES + "SELECT count(*) FILTER (WHERE old IS NULL) AS added,"  # noqa: S608 - constants only
            " count(*) FILTER (WHERE new IS NULL) AS removed, count(*) AS size FROM differing"
        ),
        {"old": old, "new": new},
    ).one()
    return row.added, row.removed, row.size - row.added - row.removed


def differences(
    tx: sa.Connection, old: UUID | None, new: UUID | None, window: tuple[int, int | None]
) -> tuple[Difference, ...]:
    """Return differing entries: removed, then changed, then added; `window` is how many to skip and take."""
    rows = tx.execute(
        sa.text(
            _DIFFERENCES + "SELECT old, new FROM differing"  # noqa: S608 - constants only
            " ORDER BY (new IS NOT NULL), (old IS NULL), coalesce(new, old) OFFSET :skip LIMIT :take"
        ),
        {"old": old, "new": new, "skip": window[0], "take": window[1]},
    )
    return tuple(Difference(row.old, row.new) for row in rows)


def bodies(tx: sa.Connection, version_id: UUID, ordinals: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """Yield ordinal and sealed body of some entries of a version."""
    rows = tx.execute(
        sa.text(
            "SELECT ordinal, sealed FROM watchlist_entry WHERE version_id = :id AND ordinal = ANY(:ordinals)"
        ),
        {"id": version_id, "ordinals": list(ordinals)},
    )
    for row in rows:
        yield row.ordinal, bytes(row.sealed)


def _updates(tx: sa.Connection, which: str, values: dict[str, object]) -> tuple[Update, ...]:
    rows = tx.execute(
        sa.text(f"SELECT {', '.join(_UPDATE)} FROM watchlist_update {which}"),  # noqa: S608 - constants only
        values,
    )
    return tuple(shapes.convert(dict(row._mapping), Update) for row in rows)  # noqa: SLF001 - as documented


def _known(row: dict[str, object]) -> KnownSource:
    policy = {name: row.pop(name) for name in _POLICY}
    state = {name: row.pop(name) for name in _STATE}
    return shapes.convert({"source": {**row, "policy": policy}, "state": state}, KnownSource)
