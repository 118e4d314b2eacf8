"""SQL of the partner directory and of the nonces seen."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec
import sqlalchemy as sa

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""

_COLUMNS = "id, country, name, url, seq, bundle, status, added_at, changed_at"


class PartnerRow(msgspec.Struct, frozen=True):
    """A partner as stored; `bundle` is the signed text it was taken from."""

    id: str
    country: str
    name: str
    url: str
    seq: int
    bundle: str
    status: str
    added_at: datetime
    changed_at: datetime


def upsert(tx: sa.Connection, row: PartnerRow, fingerprints: Sequence[str]) -> None:
    """Insert a partner, or put a newer bundle in place of the old one; `added_at` stays."""
    values = {name: getattr(row, name) for name in row.__struct_fields__}
    tx.execute(
        _text(
            f"INSERT INTO exchange_partner ({_COLUMNS}, fingerprints)"  # noqa: S608 - constant columns
            " VALUES (:id, :country, :name, :url, :seq, :bundle, :status, :added_at, :changed_at,"
            " :fingerprints)"
            " ON CONFLICT (id) DO UPDATE SET country = :country, name = :name, url = :url, seq = :seq,"
            " bundle = :bundle, status = :status, changed_at = :changed_at, fingerprints = :fingerprints"
        ),
        values | {"fingerprints": list(fingerprints)},
    )


def get(tx: sa.Connection, partner_id: str) -> PartnerRow | None:
    """Return the partner with that id."""
    return _one(tx, "id = :value", partner_id)


def by_fingerprint(tx: sa.Connection, fingerprint: str) -> PartnerRow | None:
    """Return the partner that holds the certificate with this SHA-256 (hex)."""
    return _one(tx, ":value = ANY(fingerprints)", fingerprint)


def all_partners(tx: sa.Connection) -> list[PartnerRow]:
    """Return every partner, active ones first."""
    rows = tx.execute(
        _text(f"SELECT {_COLUMNS} FROM exchange_partner ORDER BY status, id")  # noqa: S608 - constant
    )
    return [PartnerRow(*row) for row in rows]


def set_status(tx: sa.Connection, partner_id: str, status: str, now: datetime) -> None:
    """Change whether a partner may exchange."""
    tx.execute(
        _text("UPDATE exchange_partner SET status = :status, changed_at = :now WHERE id = :id"),
        {"id": partner_id, "status": status, "now": now},
    )


def add_nonce(tx: sa.Connection, keyid: str, nonce: str, expires_at: datetime) -> bool:
    """Remember a nonce; False when it was seen before. Waits for a request with the same nonce in flight."""
    result = tx.execute(
        _text(
            "INSERT INTO exchange_nonce (keyid, nonce, expires_at) VALUES (:keyid, :nonce, :expires_at)"
            " ON CONFLICT DO NOTHING"
        ),
        {"keyid": keyid, "nonce": nonce, "expires_at": expires_at},
    )
    return result.rowcount == 1


def forget_nonces(tx: sa.Connection, before: datetime) -> None:
    """Drop nonces of requests that are too old to be replayed."""
    tx.execute(_text("DELETE FROM exchange_nonce WHERE expires_at < :before"), {"before": before})


def _one(tx: sa.Connection, condition: str, value: str) -> PartnerRow | None:
    row = tx.execute(
        _text(f"SELECT {_COLUMNS} FROM exchange_partner WHERE {condition}"),  # noqa: S608 - constant
        {"value": value},
    ).first()
    return None if row is None else PartnerRow(*row)
