"""SQL of adopted versions and of the signed files that wait for a second officer."""

from datetime import date, datetime

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes

_COLUMNS = (
    "agreement_id, version, agreement_hash, signed, valid_from, valid_to, file, leaf, proposed_by,"
    " adopted_by, reason, adopted_at"
)


class VersionRow(msgspec.Struct, frozen=True):
    """A version as it was adopted: `file` the exact signed file, `leaf` the hash of the adoption's leaf.

    A text that came with the software is kept unsigned once another version follows it: history stays.
    """

    agreement_id: str
    version: int
    agreement_hash: str
    signed: bool
    valid_from: date
    valid_to: date | None
    file: bytes
    leaf: str
    proposed_by: str
    adopted_by: str
    reason: str
    adopted_at: datetime


class DraftRow(msgspec.Struct, frozen=True):
    """A signed file that one officer proposes to adopt."""

    agreement_hash: str
    officer_id: str
    agreement_id: str
    version: int
    file: bytes
    reason: str
    proposed_at: datetime


def add_version(tx: sa.Connection, row: VersionRow) -> None:
    """Keep a version and forget the proposals of its text."""
    tx.execute(
        sa.text(
            f"INSERT INTO agreement_version ({_COLUMNS}) VALUES (:agreement_id, :version, :agreement_hash,"  # noqa: S608 - constants
            " :signed, :valid_from, :valid_to, :file, :leaf, :proposed_by, :adopted_by, :reason, :adopted_at)"
        ),
        msgspec.structs.asdict(row),
    )
    forget_drafts(tx, row.agreement_hash)


def end_version(tx: sa.Connection, agreement_id: str, version: int, last_day: date) -> None:
    """Set the last day of a version that another one follows."""
    tx.execute(
        sa.text(
            "UPDATE agreement_version SET valid_to = :day WHERE agreement_id = :id AND version = :version"
        ),
        {"id": agreement_id, "version": version, "day": last_day},
    )


def file_of(tx: sa.Connection, agreement_hash: str) -> tuple[bytes, bool]:
    """Return the file of a version, and whether it is a signed one."""
    row = tx.execute(
        sa.text("SELECT file, signed FROM agreement_version WHERE agreement_hash = :hash"),
        {"hash": agreement_hash},
    ).one()
    return bytes(row.file), row.signed


def versions(tx: sa.Connection) -> tuple[VersionRow, ...]:
    """Return every version of every agreement, in order."""
    rows = tx.execute(
        sa.text(f"SELECT {_COLUMNS} FROM agreement_version ORDER BY agreement_id, version")  # noqa: S608
    )
    return tuple(shapes.convert(dict(row), VersionRow) for row in rows.mappings())


def add_draft(tx: sa.Connection, row: DraftRow) -> None:
    """Keep a proposal; the same officer's later one of the same text changes nothing."""
    tx.execute(
        sa.text(
            "INSERT INTO agreement_draft"
            " (agreement_hash, officer_id, agreement_id, version, file, reason, proposed_at)"
            " VALUES (:agreement_hash, :officer_id, :agreement_id, :version, :file, :reason, :proposed_at)"
            " ON CONFLICT DO NOTHING"
        ),
        msgspec.structs.asdict(row),
    )


def drafts(tx: sa.Connection, agreement_hash: str = "") -> tuple[DraftRow, ...]:
    """Return what waits for a second officer: all of it, or the proposals of one text."""
    rows = tx.execute(
        sa.text(
            "SELECT agreement_hash, officer_id, agreement_id, version, file, reason, proposed_at"
            " FROM agreement_draft WHERE :hash = '' OR agreement_hash = :hash"
            " ORDER BY proposed_at, officer_id"
        ),
        {"hash": agreement_hash},
    )
    return tuple(shapes.convert(dict(row), DraftRow) for row in rows.mappings())


def forget_drafts(tx: sa.Connection, agreement_hash: str) -> None:
    """Forget the proposals of a text."""
    tx.execute(sa.text("DELETE FROM agreement_draft WHERE agreement_hash = :hash"), {"hash": agreement_hash})
