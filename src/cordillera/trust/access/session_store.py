"""SQL of sessions and of the delay after wrong passwords."""

from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.trust.access.model import SessionRow


class SessionRecord(msgspec.Struct, frozen=True):
    """One row of `officer_session`, without its hash."""

    session_id: UUID
    officer_id: str
    agency: str
    purpose: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


_COLUMNS = "session_id, officer_id, agency, purpose, address, created_at, last_seen_at, expires_at"


def insert(tx: sa.Connection, record: SessionRecord, hashed: bytes) -> None:
    """Open a session."""
    tx.execute(
        sa.text(
            "INSERT INTO officer_session (session_id, token_hash, officer_id, agency, purpose, address,"
            " created_at, last_seen_at, expires_at, review_at, erase_after) VALUES (:session_id, :hash,"
            " :officer_id, :agency, :purpose, :address, :created_at, :last_seen_at, :expires_at, :expires_at,"
            " :expires_at)"
        ),
        {**msgspec.structs.asdict(record), "hash": hashed},
    )


def by_hash(tx: sa.Connection, hashed: bytes) -> SessionRecord | None:
    """Return the session of a token hash, living or not."""
    query = sa.text(f"SELECT {_COLUMNS} FROM officer_session WHERE token_hash = :hash")  # noqa: S608 - our own column names
    row = tx.execute(query, {"hash": hashed}).first()
    return SessionRecord(*row) if row else None


def seen(tx: sa.Connection, session_id: UUID, now: datetime) -> None:
    """Note that a session was used."""
    tx.execute(
        sa.text("UPDATE officer_session SET last_seen_at = :now WHERE session_id = :id"),
        {"id": session_id, "now": now},
    )


def declare(tx: sa.Connection, session_id: UUID, agency: str, purpose: str) -> None:
    """Set for which agency and purpose a session works."""
    tx.execute(
        sa.text("UPDATE officer_session SET agency = :agency, purpose = :purpose WHERE session_id = :id"),
        {"id": session_id, "agency": agency, "purpose": purpose},
    )


def of_officer(tx: sa.Connection, officer_id: str, now: datetime) -> tuple[SessionRow, ...]:
    """Return an officer's sessions that have not run out, newest first."""
    rows = tx.execute(
        sa.text(
            "SELECT session_id, created_at, last_seen_at, address, agency, purpose FROM officer_session"
            " WHERE officer_id = :officer_id AND expires_at > :now ORDER BY created_at DESC LIMIT 100"
        ),
        {"officer_id": officer_id, "now": now},
    )
    return tuple(SessionRow(*row) for row in rows)


def end(tx: sa.Connection, officer_id: str, session_id: UUID) -> bool:
    """Close one session of an officer; False when it is not theirs or closed already."""
    done = tx.execute(
        sa.text("DELETE FROM officer_session WHERE session_id = :id AND officer_id = :officer_id"),
        {"id": session_id, "officer_id": officer_id},
    )
    return done.rowcount == 1


def end_all(tx: sa.Connection, officer_id: str, keep: UUID | None = None) -> int:
    """Close the sessions of an officer, except `keep`."""
    done = tx.execute(
        sa.text(
            "DELETE FROM officer_session WHERE officer_id = :officer_id"
            " AND session_id IS DISTINCT FROM cast(:keep AS uuid)"
        ),
        {"officer_id": officer_id, "keep": keep},
    )
    return done.rowcount


def purge(tx: sa.Connection, now: datetime) -> None:
    """Erase sessions and failures whose time has come."""
    tx.execute(sa.text("DELETE FROM officer_session WHERE erase_after <= :now"), {"now": now})
    tx.execute(sa.text("DELETE FROM login_delay WHERE erase_after <= :now"), {"now": now})


def lock_delay(
    tx: sa.Connection, key: tuple[str, bytes], now: datetime, erase: datetime
) -> tuple[int, datetime]:
    """Return failures and first permitted moment of `key`; its row stays locked until the commit.

    The row is made when there is none, so that attempts at the same time pass one after the other.
    """
    row = tx.execute(
        sa.text(
            "INSERT INTO login_delay (kind, subject, failures, not_before, review_at, erase_after)"
            " VALUES (:kind, :subject, 0, :now, :erase, :erase) ON CONFLICT (kind, subject) DO UPDATE"
            " SET erase_after = :erase RETURNING failures, not_before"
        ),
        {"kind": key[0], "subject": key[1], "now": now, "erase": erase},
    ).one()
    return row.failures, row.not_before


def set_delay(tx: sa.Connection, key: tuple[str, bytes], failures: int, not_before: datetime) -> None:
    """Keep the count of `key` and let it try again only from `not_before` on."""
    tx.execute(
        sa.text(
            "UPDATE login_delay SET failures = :failures, not_before = :moment"
            " WHERE kind = :kind AND subject = :subject"
        ),
        {"kind": key[0], "subject": key[1], "failures": failures, "moment": not_before},
    )


def forget_one_failure(tx: sa.Connection, key: tuple[str, bytes]) -> None:
    """Take back the failure that was counted before the password turned out right."""
    tx.execute(
        sa.text(
            "UPDATE login_delay SET failures = greatest(failures - 1, 0)"
            " WHERE kind = :kind AND subject = :subject"
        ),
        {"kind": key[0], "subject": key[1]},
    )


def forget_failures(tx: sa.Connection, key: tuple[str, bytes]) -> None:
    """Start counting anew for `key`."""
    tx.execute(
        sa.text("DELETE FROM login_delay WHERE kind = :kind AND subject = :subject"),
        {"kind": key[0], "subject": key[1]},
    )
