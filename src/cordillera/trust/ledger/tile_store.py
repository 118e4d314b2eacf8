"""The stored tree: tiles as rows, a proof in one statement, and what never changes kept in memory.

A full tile is a row and immutable; a partial one is derived from what lies below and only grows, so a
known beginning of it stays right. A proof at 10 million leaves touches three tiles and the right edge:
one of them (level 0) is read for each proof, the others are almost always held already.
"""

import threading
from collections import OrderedDict
from typing import Final

import sqlalchemy as sa

from cordillera.foundation.store.swift import Statement
from cordillera.trust.ledger.tiles import TILE_LEVELS, TILE_WIDTH, perfect_root, tile_hashes
from cordillera.trust.ledger.tree import HASH_BYTES

KEEP: Final = 512
_HEAD: Final = Statement(
    "SELECT (SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1) AS note,"
    " (SELECT hashes FROM ledger_tile WHERE level = 0 AND tile_index = :tile) AS hashes"
)
_ROW: Final = Statement("SELECT hashes, root FROM ledger_tile WHERE level = :level AND tile_index = :index")
_LEAVES: Final = Statement(
    "SELECT string_agg(leaf_hash, ''::bytea ORDER BY leaf_index) FROM ledger_leaf"
    " WHERE leaf_index >= :a AND leaf_index < :b"
)
_ROOTS: Final = Statement(
    "SELECT string_agg(root, ''::bytea ORDER BY tile_index) FROM ledger_tile"
    " WHERE level = :below AND tile_index >= :a AND tile_index < :b"
)


class Tile:
    """The hashes of a tile as far as they are known, and the nodes above them once computed."""

    __slots__ = ("_nodes", "hashes")

    def __init__(self, hashes: list[bytes]) -> None:
        self.hashes = hashes
        self._nodes: dict[tuple[int, int], bytes] = {}

    def node(self, within: int, place: int) -> bytes:
        """The root over 2**within hashes from `place`; IndexError when they are not all known."""
        if within == 0:
            return self.hashes[place]
        known = self._nodes.get((within, place))
        if known is None:
            end = place + (1 << within)
            if end > len(self.hashes):
                raise IndexError(end)
            known = self._nodes[within, place] = perfect_root(self.hashes[place:end])
        return known


class TileCache:
    """The tiles used most lately, for all threads of a process."""

    def __init__(self, keep: int = KEEP) -> None:
        self._keep = keep
        self._tiles: OrderedDict[tuple[int, int], Tile] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, at: tuple[int, int], width: int) -> Tile | None:
        """A tile of which at least `width` hashes are known."""
        with self._lock:
            tile = self._tiles.get(at)
            if tile is None or len(tile.hashes) < width:
                return None
            self._tiles.move_to_end(at)
            return tile

    def put(self, at: tuple[int, int], tile: Tile) -> Tile:
        """Hold a tile; the one unused for longest goes."""
        with self._lock:
            self._tiles[at] = tile
            self._tiles.move_to_end(at)
            if len(self._tiles) > self._keep:
                self._tiles.popitem(last=False)
        return tile


class TableNodes:
    """Perfect nodes of the stored tree of `size` leaves, for the proofs of one transaction."""

    def __init__(self, tx: sa.Connection, cache: TileCache | None = None) -> None:
        self._tx = tx
        self._cache = cache or TileCache()
        self._own: dict[tuple[int, int], Tile] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of perfect subtree `index` of 2**level leaves."""
        at, within, place = _where(level, index)
        width = place + (1 << within)
        tile = self._own.get(at) or self._cache.get(at, width) or self._load(at)
        return tile.node(within, place)

    def hold(self, tile: int, raw: bytes) -> None:
        """Use a full level-0 tile that was read already; for this proof only, there are too many of them."""
        self._own[0, tile] = Tile(tile_hashes(raw, TILE_WIDTH))

    def _load(self, at: tuple[int, int]) -> Tile:
        tile = Tile(tile_at(self._tx, *at))
        if at[0] == 0 and len(tile.hashes) == TILE_WIDTH:
            self._own[at] = tile
            return tile
        return self._cache.put(at, tile)


def head_and_tile(tx: sa.Connection, tile: int) -> tuple[bytes | None, bytes | None]:
    """The newest checkpoint's note and the hashes of a full level-0 tile, in one round trip."""
    ((note, hashes),) = _HEAD.rows(tx, {"tile": tile})
    return note, hashes


def tile_row(tx: sa.Connection, level: int, index: int) -> tuple[bytes, bytes] | None:
    """A full tile as stored: (hashes, root), or nothing."""
    row = _ROW.row(tx, {"level": level, "index": index})
    return None if row is None else (row[0], row[1])


def tile_at(tx: sa.Connection, level: int, index: int) -> list[bytes]:
    """The hashes of a tile, full or as far as it has grown."""
    full = tile_row(tx, level, index)
    if full is not None:
        return tile_hashes(full[0], TILE_WIDTH)
    span = {"a": index * TILE_WIDTH, "b": (index + 1) * TILE_WIDTH}
    ((found,),) = _ROOTS.rows(tx, span | {"below": level - 1}) if level else _LEAVES.rows(tx, span)
    raw = found or b""
    return tile_hashes(raw, len(raw) // HASH_BYTES)


def _where(level: int, index: int) -> tuple[tuple[int, int], int, int]:
    """Which tile a node lies in, how far above its hashes, and from which of them."""
    tile_level, within = divmod(level, TILE_LEVELS)
    tile_index, place = divmod(index << within, TILE_WIDTH)
    return (tile_level, tile_index), within, place
