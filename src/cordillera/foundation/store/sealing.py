"""Sealed fields: AES-256-GCM under a data key per record group, wrapped by the key of its erase month.

Destroying the data key erases the group; destroying the month's key erases every group that was due in
that month, in backups too. Equality search goes through blind indexes: a keyed hash per column.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.digest import hmac_sha256
from cordillera.foundation.crypto.halves import Halves
from cordillera.foundation.crypto.keyring import KeyRing, month_label
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.crypto.sealing import open_sealed, seal, unwrap_key, wrap_key
from cordillera.foundation.errors import NotFound
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.swift import Bulk, Statement, uuids

_BLIND_SIZE = 16
SPLIT = "half/"
_NEW_KEYS = Bulk(
    "INSERT INTO data_key (key_id, record_group, kek, wrapped, created_at, erase_after)"
    " SELECT key_id, record_group, kek, wrapped, :now, erase_after FROM {rows}",
    {
        "key_id": "uuid",
        "record_group": "text",
        "kek": "text",
        "wrapped": "bytea",
        "erase_after": "timestamptz",
    },
)
KEY_COLUMNS = "key_id, kek, wrapped, record_group"
_LIVING_KEYS = Statement(
    f"SELECT {KEY_COLUMNS} FROM data_key WHERE key_id = ANY(:ids) AND wrapped IS NOT NULL"  # noqa: S608
)
_DESTROY_KEYS = Statement(
    "UPDATE data_key SET wrapped = NULL, destroyed_at = :now"
    " WHERE key_id = ANY(:keys) AND wrapped IS NOT NULL"
)


class KeyDestroyed(NotFound):
    """The data key is gone: what it sealed has been erased."""

    code = "store.key_destroyed"


class DataKey(msgspec.Struct, frozen=True):
    """An open data key; keep it no longer than the transaction."""

    key_id: UUID
    secret: bytes


class KeyRow(msgspec.Struct, frozen=True):
    """A data key as it is stored: wrapped by the key `kek`, or gone (`wrapped` is None)."""

    key_id: UUID
    kek: str
    wrapped: bytes | None
    record_group: str


class Place(msgspec.Struct, frozen=True):
    """Where a sealed field lives; sealed bytes do not open anywhere else."""

    table: str
    column: str
    row: str


class FieldSealer:
    """Makes, opens and destroys data keys, and seals fields with them."""

    def __init__(self, keyring: KeyRing, clock: Clock) -> None:
        self._keyring = keyring
        self._clock = clock
        self._halves = Halves(keyring.directory / "halves")

    def new_split_key(self, tx: sa.Connection, group: str, erase_after: datetime) -> DataKey:
        """Make a data key of which one half is no part of the database: no backup opens what it sealed.

        It is loaded and destroyed like any other key.
        """
        key = self.new_key(tx, SPLIT + group, erase_after)
        self._halves.make(key.key_id.hex)
        return self._joined(key)

    def new_key(self, tx: sa.Connection, group: str, erase_after: datetime) -> DataKey:
        """Make the data key of a record group that must be gone at `erase_after`."""
        return self.new_keys(tx, [(group, erase_after)])[0]

    def new_keys(self, tx: sa.Connection, groups: Sequence[tuple[str, datetime]]) -> list[DataKey]:
        """Make a data key for each record group and its moment, in order, in one round trip."""
        now = self._clock.now()
        keys = [DataKey(uuid7(), token_bytes(32)) for _ in groups]
        keks = self._keks(month_label(due) for _, due in groups)
        rows = [
            (key.key_id, group, month_label(due), wrap_key(keks[month_label(due)], key.secret), due)
            for key, (group, due) in zip(keys, groups, strict=True)
        ]
        _NEW_KEYS.send(tx, rows, {"now": now})
        return keys

    def ahead(self, tx: sa.Connection, key_ids: Sequence[UUID]) -> None:
        """Have `load_keys` or `living_keys` of these answered with the next answer of one that gathers."""
        values = {"ids": uuids(key_ids)}
        if key_ids and not _LIVING_KEYS.went_ahead(tx, values):
            _LIVING_KEYS.ahead(tx, values)

    def load_key(self, tx: sa.Connection, key_id: UUID) -> DataKey:
        """Open the data key `key_id`; raise `KeyDestroyed` when it is gone."""
        return self.load_keys(tx, [key_id])[key_id]

    def load_keys(self, tx: sa.Connection, key_ids: Sequence[UUID]) -> dict[UUID, DataKey]:
        """Open several data keys at once; raise `KeyDestroyed` when one is gone."""
        keys = self.living_keys(tx, key_ids)
        for key_id in key_ids:
            if key_id not in keys:
                raise KeyDestroyed(key_id=str(key_id))
        return keys

    def living_keys(self, tx: sa.Connection, key_ids: Sequence[UUID]) -> dict[UUID, DataKey]:
        """Open those of several data keys that are not gone."""
        found = _LIVING_KEYS.rows(tx, {"ids": uuids(key_ids)}) if key_ids else []
        return self.open_keys([KeyRow(*row) for row in found])

    def open_key(self, row: KeyRow) -> DataKey:
        """Open a data key that was read with what it belongs to; raise `KeyDestroyed` when it is gone."""
        opened = self.open_keys([row] if row.wrapped is not None else [])
        if row.key_id not in opened:
            raise KeyDestroyed(key_id=str(row.key_id))
        return opened[row.key_id]

    def open_keys(self, rows: Sequence[KeyRow]) -> dict[UUID, DataKey]:
        """Open data keys that were read with what they belong to, none of them gone."""
        keks = self._keks(row.kek for row in rows)
        opened: dict[UUID, DataKey] = {}
        for row in rows:
            key = DataKey(row.key_id, unwrap_key(keks[row.kek], row.wrapped or b""))
            if not row.record_group.startswith(SPLIT):
                opened[row.key_id] = key
            elif self._halves.has(row.key_id.hex):
                opened[row.key_id] = self._joined(key)
        return opened

    def destroy_key(self, tx: sa.Connection, key_id: UUID) -> None:
        """Destroy a data key: what it sealed cannot be read again. Doing so twice changes nothing."""
        self.destroy_keys(tx, [key_id])

    def destroy_keys(self, tx: sa.Connection, key_ids: Sequence[UUID]) -> None:
        """Destroy several data keys at once; an outer half is gone whether or not the caller commits."""
        if key_ids:
            _DESTROY_KEYS.send(tx, {"now": self._clock.now(), "keys": uuids(key_ids)})
        for key_id in key_ids:
            self._halves.destroy(key_id.hex)

    def seal(self, key: DataKey, place: Place, plaintext: bytes) -> bytes:
        """Seal one field for its place."""
        return seal(key.secret, plaintext, _aad(place, key))

    def open(self, key: DataKey, place: Place, blob: bytes) -> bytes:
        """Open one field; raise `SealBroken` when it was changed or moved."""
        return open_sealed(key.secret, bytes(blob), _aad(place, key))

    def blind(self, column: str, value: str) -> bytes:
        """Return the 16-byte blind index of `value` (NFKC, case folded, spaces gone) in `column`."""
        plain = "".join(unicodedata.normalize("NFKC", value).casefold().split())
        return hmac_sha256(self._keyring.secret("blind"), f"{column}|{plain}".encode())[:_BLIND_SIZE]

    def blind_bytes(self, column: str, content: bytes) -> bytes:
        """Return the 16-byte blind index of exact bytes in `column`."""
        return hmac_sha256(self._keyring.secret("blind"), column.encode() + b"|" + content)[:_BLIND_SIZE]

    def _joined(self, key: DataKey) -> DataKey:
        return DataKey(key.key_id, self._halves.join(key.key_id.hex, key.secret))

    def _keks(self, labels: Iterable[str]) -> dict[str, bytes]:
        """Read each month's key once; it is kept no longer, since another process may destroy it."""
        return {label: self._keyring.kek(label) for label in set(labels)}


def _aad(place: Place, key: DataKey) -> bytes:
    return f"{place.table}|{place.column}|{place.row}|{key.key_id}".encode()
