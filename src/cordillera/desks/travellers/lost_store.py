"""Documents reported lost in PostgreSQL: blind keys with the time from which and until which they stand."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from cordillera.foundation.ids import uuid7
from cordillera.trust.review.model import Retention

_BATCH: Final = 20_000


class LostLine(msgspec.Struct, frozen=True):
    """A list of lost documents: how many it names now, and since when the newest of them."""

    list_name: str
    documents: int
    newest: datetime


def lines(tx: sa.Connection, agency: str) -> tuple[LostLine, ...]:
    """Return an agency's lists that name something now, by name."""
    found = tx.execute(
        sa.text(
            "SELECT list_name, count(*) AS documents, max(from_at) AS newest FROM traveller_lost_document"
            " WHERE agency = :agency AND until_at IS NULL GROUP BY list_name ORDER BY list_name"
        ),
        {"agency": agency},
    )
    return tuple(LostLine(**dict(row)) for row in found.mappings())


def standing(tx: sa.Connection, agency: str, list_name: str) -> frozenset[bytes]:
    """Return the documents that a list names now, and keep others from changing the list."""
    tx.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 30))"),
        {"what": f"{agency} {list_name}"},
    )
    found = tx.execute(
        sa.text(
            "SELECT key FROM traveller_lost_document WHERE agency = :agency AND list_name = :list"
            " AND until_at IS NULL"
        ),
        {"agency": agency, "list": list_name},
    )
    return frozenset(map(bytes, found.scalars()))


def add(
    tx: sa.Connection, about: tuple[str, str], keys: Collection[bytes], when: tuple[datetime, Retention]
) -> None:
    """Put documents on a list (agency, name) from a moment on."""
    (agency, list_name), (now, keep) = about, when
    rows = [
        {
            "id": uuid7(),
            "agency": agency,
            "list_name": list_name,
            "key": key,
            "from_at": now,
            "erase_after": keep.erase_after,
            "review_at": keep.review_at,
        }
        for key in sorted(keys)
    ]
    for first in range(0, len(rows), _BATCH):
        part = rows[first : first + _BATCH]
        target = sa.table("traveller_lost_document", *(sa.column(name) for name in part[0]))
        tx.execute(target.insert(), part)


def end(
    tx: sa.Connection, about: tuple[str, str], keys: Collection[bytes], when: tuple[datetime, Retention]
) -> None:
    """Let documents stand on a list until a moment; they stay for pre-tests on history."""
    _change(tx, "until_at = :now,", about, keys, when)


def prolong(
    tx: sa.Connection, about: tuple[str, str], keys: Collection[bytes], when: tuple[datetime, Retention]
) -> None:
    """Keep documents that a list still names."""
    _change(tx, "", about, keys, when)


def _change(
    tx: sa.Connection,
    change: str,
    about: tuple[str, str],
    keys: Collection[bytes],
    when: tuple[datetime, Retention],
) -> None:
    ordered = sorted(keys)
    for first in range(0, len(ordered), _BATCH):
        tx.execute(
            sa.text(
                f"UPDATE traveller_lost_document SET {change} erase_after = :erase, review_at = :review"  # noqa: S608 - constants
                " WHERE agency = :agency AND list_name = :list AND until_at IS NULL AND key = ANY(:keys)"
            ),
            {
                "agency": about[0],
                "list": about[1],
                "keys": ordered[first : first + _BATCH],
                "erase": when[1].erase_after,
                "review": when[1].review_at,
            }
            | ({"now": when[0]} if change else {}),
        )
