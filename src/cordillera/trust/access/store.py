"""SQL of officers and machine tokens."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.swift import Statement, blobs, texts
from cordillera.trust.access.model import OfficerRow

_COLUMNS = (
    "officer_id, login, name, agencies, roles, desks, active, one_time_until, language, theme,"
    " password_hash, created_at, last_login_at"
)

_ACTIVE = Statement("SELECT officer_id FROM officer WHERE officer_id = ANY(:ids) AND active")
NOTED_EVERY = timedelta(minutes=1)
_USE_TOKENS = Statement(
    "WITH noted AS (UPDATE machine_token SET last_used_at = :now WHERE token_id IN"
    " (SELECT token_id FROM machine_token WHERE token_hash = ANY(:hashes) AND revoked_at IS NULL"
    " AND erase_after > :now AND (last_used_at IS NULL OR last_used_at < :noted)"
    " FOR NO KEY UPDATE SKIP LOCKED))"
    " SELECT token_hash, token_id, name, agency, scope_name, created_at, last_used_at, revoked_at"
    " FROM machine_token WHERE token_hash = ANY(:hashes) AND revoked_at IS NULL AND erase_after > :now"
)
"""Who else notes the same tokens at this moment is not waited for."""
_NAMES = sa.text(
    "SELECT officer_id, name FROM officer WHERE officer_id = ANY(:ids) AND :agency = ANY(agencies)"
)


class OfficerRecord(msgspec.Struct, frozen=True):
    """One row of `officer`."""

    officer_id: str
    login: str
    name: str
    agencies: tuple[str, ...]
    roles: tuple[str, ...]
    desks: tuple[str, ...]
    active: bool
    one_time_until: datetime | None
    language: str
    theme: str
    password_hash: str
    created_at: datetime
    last_login_at: datetime | None

    def public(self) -> OfficerRow:
        """Return what may be shown."""
        return OfficerRow(
            officer_id=self.officer_id,
            login=self.login,
            name=self.name,
            agencies=self.agencies,
            roles=self.roles,
            desks=self.desks,
            active=self.active,
            must_change_password=self.one_time_until is not None,
            created_at=self.created_at,
            last_login_at=self.last_login_at,
        )


class TokenRecord(msgspec.Struct, frozen=True):
    """One row of `machine_token`, without its hash."""

    token_id: UUID
    name: str
    agency: str
    scope_name: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def _record(row: sa.Row[Any]) -> OfficerRecord:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    for name in ("agencies", "roles", "desks"):
        values[name] = tuple(values[name])
    return OfficerRecord(**values)


def officer_by_login(tx: sa.Connection, login: str) -> OfficerRecord | None:
    """Return the officer with `login`, active or not."""
    query = sa.text(f"SELECT {_COLUMNS} FROM officer WHERE login = :login")  # noqa: S608 - our own column names
    row = tx.execute(query, {"login": login}).first()
    return _record(row) if row else None


def officer_by_id(tx: sa.Connection, officer_id: str) -> OfficerRecord | None:
    """Return the officer with `officer_id`."""
    query = sa.text(f"SELECT {_COLUMNS} FROM officer WHERE officer_id = :id")  # noqa: S608 - our own column names
    row = tx.execute(query, {"id": officer_id}).first()
    return _record(row) if row else None


def all_officers(tx: sa.Connection) -> tuple[OfficerRecord, ...]:
    """Return every officer by login."""
    rows = tx.execute(sa.text(f"SELECT {_COLUMNS} FROM officer ORDER BY login LIMIT 1000"))  # noqa: S608 - our own column names
    return tuple(map(_record, rows))


def active_officers_ahead(tx: sa.Connection, officer_ids: Sequence[str]) -> None:
    """Have `active_officers` answered with the next answer, unless that was asked for already."""
    values = {"ids": texts(officer_ids)}
    if officer_ids and not _ACTIVE.went_ahead(tx, values):
        _ACTIVE.ahead(tx, values)


def active_officers(tx: sa.Connection, officer_ids: Sequence[str]) -> frozenset[str]:
    """Return those of these officers whose account is active."""
    found = _ACTIVE.rows(tx, {"ids": texts(officer_ids)}) if officer_ids else []
    return frozenset(officer_id for (officer_id,) in found)


def names_in(tx: sa.Connection, agency: str, officer_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of those of these officers who work for `agency`, by their ids."""
    rows = tx.execute(_NAMES, {"ids": list(officer_ids), "agency": agency}) if officer_ids else ()
    return {row.officer_id: row.name for row in rows}


def insert_officer(tx: sa.Connection, record: OfficerRecord, review: datetime, erase: datetime) -> bool:
    """Keep a new officer; False when the login is taken."""
    values = msgspec.structs.asdict(record)
    for name in ("agencies", "roles", "desks"):
        values[name] = list(values[name])
    done = tx.execute(
        sa.text(
            "INSERT INTO officer (officer_id, login, name, agencies, roles, desks, active, one_time_until,"
            " language, theme, password_hash, created_at, last_login_at, review_at, erase_after) VALUES"
            " (:officer_id, :login, :name, :agencies, :roles, :desks, :active, :one_time_until, :language,"
            " :theme, :password_hash, :created_at, :last_login_at, :review, :erase)"
            " ON CONFLICT (login) DO NOTHING"
        ),
        {**values, "review": review, "erase": erase},
    )
    return done.rowcount == 1


def set_password(tx: sa.Connection, officer_id: str, hashed: str, one_time_until: datetime | None) -> None:
    """Keep a new password hash; with `one_time_until` it must be replaced before then."""
    tx.execute(
        sa.text(
            "UPDATE officer SET password_hash = :hash, one_time_until = :until WHERE officer_id = :officer_id"
        ),
        {"hash": hashed, "until": one_time_until, "officer_id": officer_id},
    )


def set_active(tx: sa.Connection, officer_id: str, *, active: bool, erase: datetime) -> None:
    """Let an officer in or not; the record is erased at `erase`."""
    tx.execute(
        sa.text("UPDATE officer SET active = :active, erase_after = :erase WHERE officer_id = :officer_id"),
        {"active": active, "erase": erase, "officer_id": officer_id},
    )


def set_looks(tx: sa.Connection, officer_id: str, language: str, theme: str) -> None:
    """Remember the officer's language and theme."""
    tx.execute(
        sa.text("UPDATE officer SET language = :language, theme = :theme WHERE officer_id = :officer_id"),
        {"language": language, "theme": theme, "officer_id": officer_id},
    )


def insert_token(tx: sa.Connection, token: TokenRecord, hashed: bytes, erase: datetime) -> None:
    """Keep a machine token by its hash."""
    tx.execute(
        sa.text(
            "INSERT INTO machine_token (token_id, token_hash, name, agency, scope_name, created_at,"
            " review_at, erase_after) VALUES (:id, :hash, :name, :agency, :scope, :created, :erase, :erase)"
        ),
        {
            "id": token.token_id,
            "hash": hashed,
            "name": token.name,
            "agency": token.agency,
            "scope": token.scope_name,
            "created": token.created_at,
            "erase": erase,
        },
    )


def use_tokens(tx: sa.Connection, hashes: Collection[bytes], now: datetime) -> dict[bytes, TokenRecord]:
    """Return the living tokens with these hashes and note, to the minute, that they were used.

    Messages of one machine neither wait for each other's note nor cost a commit of their own for it.
    """
    values = {"hashes": blobs(list(hashes)), "now": now, "noted": now - NOTED_EVERY}
    return {bytes(hashed): TokenRecord(*row) for hashed, *row in _USE_TOKENS.rows(tx, values)}


def all_tokens(tx: sa.Connection) -> tuple[TokenRecord, ...]:
    """Return every machine token by name."""
    rows = tx.execute(
        sa.text(
            "SELECT token_id, name, agency, scope_name, created_at, last_used_at, revoked_at"
            " FROM machine_token ORDER BY name, created_at LIMIT 1000"
        )
    )
    return tuple(TokenRecord(*row) for row in rows)


def revoke_token(tx: sa.Connection, name: str, now: datetime) -> int:
    """End the living tokens called `name`; return how many there were."""
    done = tx.execute(
        sa.text("UPDATE machine_token SET revoked_at = :now WHERE name = :name AND revoked_at IS NULL"),
        {"name": name, "now": now},
    )
    return done.rowcount


def logged_in(tx: sa.Connection, officer_id: str, now: datetime) -> None:
    """Note when an officer last logged in."""
    tx.execute(
        sa.text("UPDATE officer SET last_login_at = :now WHERE officer_id = :officer_id"),
        {"now": now, "officer_id": officer_id},
    )


def officers_to_review(tx: sa.Connection, now: datetime, limit: int) -> list[tuple[str, datetime, datetime]]:
    """Return officers whose account somebody should confirm: id, review date, erase date."""
    found = tx.execute(
        sa.text(
            "SELECT officer_id, review_at, erase_after FROM officer"
            " WHERE review_at <= :now AND erase_after > :now ORDER BY review_at LIMIT :limit"
        ),
        {"now": now, "limit": limit},
    )
    return [(row.officer_id, row.review_at, row.erase_after) for row in found]
