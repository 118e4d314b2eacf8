"""SQL of this node's own keys, bundles and delegations."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec
import sqlalchemy as sa

from cordillera.foundation.crypto.rotation import Span
from cordillera.foundation.store.swift import Statement

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""
_LOCK = 0x6B657973
_VERSION = Statement("SELECT coalesce(max(seq), 0) FROM exchange_own_bundle")


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A key of this node as stored: where it lies, never the key itself."""

    kid: str
    use: str
    holder: str
    place: str
    public: str
    created_at: datetime
    not_before: datetime
    not_after: datetime
    destroy_at: datetime | None = None
    destroyed_at: datetime | None = None
    revoked_from: datetime | None = None
    reason: str = ""

    @property
    def span(self) -> Span:
        """The term of use."""
        return Span(self.not_before, self.not_after)

    @property
    def usable(self) -> bool:
        """Whether the private key is there and was not revoked."""
        return self.destroyed_at is None and self.revoked_from is None


class OwnBundle(msgspec.Struct, frozen=True):
    """A bundle this node issued."""

    seq: int
    hash: str
    bundle: str
    issued_at: datetime


_NAMES = KeyRow.__struct_fields__


def lock(tx: sa.Connection) -> None:
    """Let one transaction at a time change keys and bundles."""
    tx.execute(_text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def version(tx: sa.Connection) -> int:
    """Return the `seq` of the newest bundle: it grows with every change of keys; 0 before the first."""
    return sum(seq for (seq,) in _VERSION.rows(tx, {}))


def version_ahead(tx: sa.Connection) -> None:
    """Have `version` answered with the next answer."""
    _VERSION.ahead(tx, {})


def insert(tx: sa.Connection, row: KeyRow) -> None:
    """Keep a new key."""
    tx.execute(
        _text(
            f"INSERT INTO exchange_key ({', '.join(_NAMES)})"  # noqa: S608 - constant
            f" VALUES ({', '.join(':' + name for name in _NAMES)})"
        ),
        msgspec.structs.asdict(row),
    )


def all_keys(tx: sa.Connection) -> list[KeyRow]:
    """Return every key this node ever had, oldest first."""
    rows = tx.execute(
        _text(f"SELECT {', '.join(_NAMES)} FROM exchange_key ORDER BY created_at, kid")  # noqa: S608
    )
    return [KeyRow(**dict(zip(_NAMES, row, strict=True))) for row in rows]


def update(tx: sa.Connection, row: KeyRow) -> None:
    """Keep what became of a key."""
    tx.execute(
        _text(
            "UPDATE exchange_key SET not_after = :not_after, destroy_at = :destroy_at,"
            " destroyed_at = :destroyed_at, revoked_from = :revoked_from, reason = :reason WHERE kid = :kid"
        ),
        msgspec.structs.asdict(row),
    )


def newest_bundle(tx: sa.Connection) -> OwnBundle | None:
    """Return the bundle issued last."""
    row = tx.execute(
        _text("SELECT seq, hash, bundle, issued_at FROM exchange_own_bundle ORDER BY seq DESC LIMIT 1")
    ).first()
    return None if row is None else OwnBundle(*row)


def add_bundle(tx: sa.Connection, row: OwnBundle) -> None:
    """Keep a bundle that was issued."""
    tx.execute(
        _text("INSERT INTO exchange_own_bundle VALUES (:seq, :hash, :bundle, :issued_at)"),
        msgspec.structs.asdict(row),
    )


def newest_delegation(tx: sa.Connection) -> str:
    """Return the root's newest word for our bundle key, "" without a root."""
    row = tx.execute(_text("SELECT delegation FROM exchange_delegation ORDER BY epoch DESC LIMIT 1")).first()
    return "" if row is None else str(row.delegation)


def add_delegation(tx: sa.Connection, epoch: int, delegation: str, now: datetime) -> None:
    """Keep a delegation."""
    tx.execute(
        _text("INSERT INTO exchange_delegation VALUES (:epoch, :delegation, :now)"),
        {"epoch": epoch, "delegation": delegation, "now": now},
    )


def revoked_partners(tx: sa.Connection) -> Sequence[tuple[str, datetime]]:
    """Return the partners this node revoked, and since when."""
    rows = tx.execute(
        _text("SELECT id, changed_at FROM exchange_partner WHERE status = 'revoked' ORDER BY id LIMIT 256")
    )
    return [(row.id, row.changed_at) for row in rows]
