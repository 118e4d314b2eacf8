"""Entries are sealed one by one: what the list says, as MessagePack, bound to its version and place."""

from typing import Final
from uuid import UUID

import msgspec

from cordillera.engines.watchlists.model import ListedEntity
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place

TABLE: Final = "watchlist_entry"
REFERENCE: Final = "watchlist_entry.reference"
DOCUMENT: Final = "watchlist_document.number"
_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(ListedEntity)


def seal_entity(sealer: FieldSealer, key: DataKey, at: tuple[UUID, int], entity: ListedEntity) -> bytes:
    """Seal an entry for its place."""
    return sealer.seal(key, _place(at), _ENCODER.encode(entity))


def open_entity(sealer: FieldSealer, key: DataKey, at: tuple[UUID, int], sealed: bytes) -> ListedEntity:
    """Open an entry; raise `SealBroken` when it was changed or moved."""
    return _DECODER.decode(sealer.open(key, _place(at), sealed))


def _place(at: tuple[UUID, int]) -> Place:
    return Place(TABLE, "sealed", f"{at[0]}|{at[1]}")
