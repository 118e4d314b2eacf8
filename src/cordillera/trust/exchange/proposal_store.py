"""SQL of first conclusions that wait for a second officer."""

from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

_COLUMNS = (
    "query_id, reference, agency, confirmed, officer, judged_at, key_id, reason, erase_after, review_at"
)


class ProposalRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the first officer concluded; the reason is sealed."""

    query_id: UUID
    reference: str
    agency: str
    confirmed: bool
    officer: str
    judged_at: datetime
    key_id: UUID
    reason: bytes
    erase_after: datetime
    review_at: datetime


def get(tx: sa.Connection, query_id: UUID, reference: str) -> ProposalRow | None:
    """Return the first conclusion about a candidate, locked, or None."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_COLUMNS} FROM exchange_proposal"  # noqa: S608 - constant columns
            " WHERE query_id = :query AND reference = :reference FOR UPDATE"
        ),
        {"query": query_id, "reference": reference},
    )
    return next((ProposalRow(**row) for row in rows.mappings()), None)


def put(tx: sa.Connection, row: ProposalRow) -> None:
    """Keep a first conclusion, in place of the same officer's earlier one."""
    tx.execute(
        sa.text(
            "INSERT INTO exchange_proposal (query_id, reference, agency, confirmed, officer, judged_at,"
            " key_id, reason, erase_after, review_at) VALUES (:query_id, :reference, :agency, :confirmed,"
            " :officer, :judged_at, :key_id, :reason, :erase_after, :review_at)"
            " ON CONFLICT (query_id, reference) DO UPDATE SET confirmed = excluded.confirmed,"
            " judged_at = excluded.judged_at, reason = excluded.reason"
        ),
        msgspec.structs.asdict(row),
    )
