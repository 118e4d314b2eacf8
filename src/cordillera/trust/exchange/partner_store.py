"""SQL of the partner directory and of the nonces seen."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.swift import Statement

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""


class PartnerRow(msgspec.Struct, frozen=True):
    """A partner as stored; `bundle` is the signed text it was taken from, `told_*` what it knows of us."""

    id: str
    country: str
    name: str
    url: str
    seq: int
    bundle: str
    status: str
    added_at: datetime
    changed_at: datetime
    hash: str = ""
    signer_kid: str = ""
    root_kid: str = ""
    epoch: int = 0
    delegation_hash: str = ""
    revoked_kids: Sequence[str] = ()
    heard_at: datetime | None = None
    told_seq: int = 0
    told_at: datetime | None = None
    told_error: str = ""


class PartnerKey(msgspec.Struct, frozen=True):
    """A key that a partner has or had, kept for as long as its signatures may be looked at."""

    partner: str
    kid: str
    use: str
    public: str
    not_before: datetime
    not_after: datetime
    revoked_from: datetime | None = None
    revoked_by: str = ""
    reason: str = ""


_COLUMNS = ", ".join(PartnerRow.__struct_fields__)
_KEY = ", ".join(PartnerKey.__struct_fields__)
_TAKEN = (
    "country", "name", "url", "seq", "bundle", "status", "changed_at", "hash", "signer_kid", "root_kid",
    "epoch", "delegation_hash", "revoked_kids", "heard_at",
)  # fmt: skip


_BY_ID = Statement(f"SELECT {_COLUMNS} FROM exchange_partner WHERE id = :value")  # noqa: S608 - constant
_BY_FINGERPRINT = Statement(
    f"SELECT {_COLUMNS} FROM exchange_partner WHERE CAST(:value AS text) = ANY(fingerprints)"  # noqa: S608
)
_ADD_NONCE = Statement(
    "INSERT INTO exchange_nonce (keyid, nonce, expires_at) VALUES (:keyid, :nonce, :expires_at)"
    " ON CONFLICT DO NOTHING RETURNING true"
)


def upsert(tx: sa.Connection, row: PartnerRow, fingerprints: Sequence[str]) -> None:
    """Insert a partner, or put a newer bundle in place of the old one; `added_at` stays."""
    values = msgspec.structs.asdict(row) | {"revoked_kids": list(row.revoked_kids)}
    tx.execute(
        _text(
            f"INSERT INTO exchange_partner ({_COLUMNS}, fingerprints)"  # noqa: S608 - constant columns
            f" VALUES ({', '.join(':' + name for name in PartnerRow.__struct_fields__)}, :fingerprints)"
            f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = :{name}' for name in _TAKEN)},"
            " fingerprints = :fingerprints"
        ),
        values | {"fingerprints": list(fingerprints)},
    )


def keep_bundle(tx: sa.Connection, partner: str, seq: int, text: str, facts: dict[str, object]) -> None:
    """Keep a bundle that was taken in, or a second one with its `seq`; `facts`: hash, verdict, now."""
    tx.execute(
        _text(
            "INSERT INTO exchange_partner_bundle (partner, seq, hash, bundle, verdict, seen_at)"
            " VALUES (:partner, :seq, :hash, :bundle, :verdict, :now) ON CONFLICT DO NOTHING"
        ),
        {"partner": partner, "seq": seq, "bundle": text, **facts},
    )


def keep_keys(tx: sa.Connection, keys: Sequence[PartnerKey], now: datetime) -> None:
    """Remember keys of a partner. A term may be shortened; a revocation is never taken back."""
    for key in keys:
        tx.execute(
            _text(
                f"INSERT INTO exchange_partner_key ({_KEY}, seen_at)"  # noqa: S608 - constant columns
                f" VALUES ({', '.join(':' + name for name in PartnerKey.__struct_fields__)}, :now)"
                " ON CONFLICT (partner, kid) DO UPDATE SET"
                " not_after = least(exchange_partner_key.not_after, :not_after)"
            ),
            msgspec.structs.asdict(key) | {"now": now},
        )


def revoke_keys(
    tx: sa.Connection, partner: str, revoked: Sequence[tuple[str, datetime, str]], by: str
) -> None:
    """Mark keys of a partner as revoked: (id, from when, why); an earlier moment stands."""
    for kid, since, reason in revoked:
        tx.execute(
            _text(
                "UPDATE exchange_partner_key SET revoked_by = :by, reason = :reason,"
                " revoked_from = least(coalesce(revoked_from, :since), :since)"
                " WHERE partner = :partner AND kid = :kid"
            ),
            {"partner": partner, "kid": kid, "since": since, "reason": reason, "by": by},
        )


def set_revoked(tx: sa.Connection, partner: str, kids: Sequence[str]) -> None:
    """Keep which keys of a partner are refused whatever its bundle says."""
    tx.execute(
        _text("UPDATE exchange_partner SET revoked_kids = :kids WHERE id = :partner"),
        {"partner": partner, "kids": list(kids)},
    )


def keys_of(tx: sa.Connection, partner: str) -> list[PartnerKey]:
    """Return every key a partner has or had, oldest first."""
    rows = tx.execute(
        _text(
            f"SELECT {_KEY} FROM exchange_partner_key WHERE partner = :partner"  # noqa: S608 - constant
            " ORDER BY not_before, kid"
        ),
        {"partner": partner},
    )
    return [PartnerKey(*row) for row in rows]


def set_excluded(tx: sa.Connection, origin: str, nodes: Sequence[tuple[str, datetime]]) -> None:
    """Keep which nodes a partner has revoked, as its newest bundle says."""
    tx.execute(_text("DELETE FROM exchange_excluded WHERE origin = :origin"), {"origin": origin})
    for node, since in nodes:
        tx.execute(
            _text("INSERT INTO exchange_excluded VALUES (:origin, :node, :since) ON CONFLICT DO NOTHING"),
            {"origin": origin, "node": node, "since": since},
        )


def is_excluded(tx: sa.Connection, origin: str, node: str, now: datetime) -> bool:
    """Whether `origin` has revoked `node`, as far as it told us."""
    found = tx.execute(
        _text(
            "SELECT 1 FROM exchange_excluded"
            " WHERE origin = :origin AND node = :node AND effective_from <= :now"
        ),
        {"origin": origin, "node": node, "now": now},
    ).first()
    return found is not None


def set_heard(tx: sa.Connection, partner: str, now: datetime) -> None:
    """Keep when a partner last showed its bundle."""
    tx.execute(
        _text("UPDATE exchange_partner SET heard_at = :now WHERE id = :partner"),
        {"partner": partner, "now": now},
    )


def set_told(tx: sa.Connection, partner: str, seq: int, now: datetime, error: str = "") -> None:
    """Keep which of our bundles a partner has; with an error, only that the telling failed."""
    tx.execute(
        _text(
            "UPDATE exchange_partner SET told_at = :now, told_error = :error,"
            " told_seq = CASE WHEN :error = '' THEN :seq ELSE told_seq END WHERE id = :partner"
        ),
        {"partner": partner, "seq": seq, "now": now, "error": error},
    )


def get(tx: sa.Connection, partner_id: str) -> PartnerRow | None:
    """Return the partner with that id."""
    return _one(tx, _BY_ID, partner_id)


def get_ahead(tx: sa.Connection, partner_id: str) -> None:
    """Have `get` answered with the next answer."""
    _BY_ID.ahead(tx, {"value": partner_id})


def by_fingerprint(tx: sa.Connection, fingerprint: str) -> PartnerRow | None:
    """Return the partner that holds the certificate with this SHA-256 (hex)."""
    return _one(tx, _BY_FINGERPRINT, fingerprint)


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
    values = {"keyid": keyid, "nonce": nonce, "expires_at": expires_at}
    return _ADD_NONCE.row(tx, values) is not None


def add_nonce_ahead(tx: sa.Connection, keyid: str, nonce: str, expires_at: datetime) -> None:
    """Have `add_nonce` answered with the next answer."""
    _ADD_NONCE.ahead(tx, {"keyid": keyid, "nonce": nonce, "expires_at": expires_at})


def forget_nonces(tx: sa.Connection, before: datetime) -> None:
    """Drop nonces of requests that are too old to be replayed."""
    tx.execute(_text("DELETE FROM exchange_nonce WHERE expires_at < :before"), {"before": before})


def _one(tx: sa.Connection, statement: Statement, value: str) -> PartnerRow | None:
    row = statement.row(tx, {"value": value})
    return None if row is None else PartnerRow(*row)
