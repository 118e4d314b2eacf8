"""Entries are sealed one by one: what the list says, as MessagePack, bound to its version and place."""

from typing import Final
from uuid import UUID

import msgspec

from cordillera.engines.watchlists.model import ListedEntity
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place

TABLE: Final = "watchlist_entry"
REFERENCE: Final = "watchlist_entry.reference"
DOCUMENT: Final = "watchlist_document.number"
MARK: Final = "watchlist_entry.content"
_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = shapes.packed_reader(ListedEntity)


def seal_entity(sealer: FieldSealer, key: DataKey, at: tuple[UUID, int], entity: ListedEntity) -> bytes:
    """Seal an entry for its place."""
    return sealer.seal(key, _place(at), _ENCODER.encode(entity))


def open_entity(sealer: FieldSealer, key: DataKey, at: tuple[UUID, int], sealed: bytes) -> ListedEntity:
    """Open an entry; raise `SealBroken` when it was changed or moved."""
    return _DECODER.decode(sealer.open(key, _place(at), sealed))


def content_mark(sealer: FieldSealer, entity: ListedEntity) -> bytes:
    """Return what two entries of equal content share, their places in the file apart; it tells nothing."""
    names = tuple(msgspec.structs.replace(name, path="") for name in entity.names)
    content = _ENCODER.encode(msgspec.structs.replace(entity, names=names, path=""))
    return sealer.blind_bytes(MARK, content)


def _place(at: tuple[UUID, int]) -> Place:
    return Place(TABLE, "sealed", f"{at[0]}|{at[1]}")
