"""The stored tree: tiles as rows, a proof in one statement, and what never changes kept in memory.

A full tile is a row and immutable; a partial one is derived from what lies below and only grows, so a
known beginning of it stays right. A proof at 10 million leaves touches three tiles and the right edge:
of one of them (level 0) an eighth is read for each proof (docs/adr/0070), the others are almost always held
already.
"""

import threading
from collections import OrderedDict
from typing import Final

import sqlalchemy as sa

from cordillera.foundation.store.swift import Statement
from cordillera.trust.ledger.tiles import HALF_LEVELS, HALF_WIDTH, TILE_LEVELS, TILE_WIDTH, tile_hashes
from cordillera.trust.ledger.tree import HASH_BYTES, node_hash

KEEP: Final = 512
_HEAD: Final = Statement(
    "SELECT note, substr(hashes, CAST(:start AS integer), CAST(:count AS integer)), middle"
    " FROM (SELECT (SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1) AS note) AS head"
    " LEFT JOIN ledger_tile ON level = 0 AND tile_index = CAST(:tile AS bigint)"
)
_HASHES: Final = Statement("SELECT hashes FROM ledger_tile WHERE level = :level AND tile_index = :index")
_ROW: Final = Statement(
    "SELECT hashes, middle, root FROM ledger_tile WHERE level = :level AND tile_index = :index"
)
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
            middle = place + (1 << (within - 1))
            known = node_hash(self.node(within - 1, place), self.node(within - 1, middle))
            self._nodes[within, place] = known
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
        self._nodes: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of perfect subtree `index` of 2**level leaves."""
        known = self._nodes.get((level, index))
        if known is not None:
            return known
        at, within, place = _where(level, index)
        width = place + (1 << within)
        tile = self._own.get(at) or self._cache.get(at, width) or self._load(at)
        return tile.node(within, place)

    def hold(self, level: int, first: int, raw: bytes) -> None:
        """Use half a tile's width of neighbouring nodes that were read already, and those above them.

        For this proof only: there are too many of them.
        """
        row = tile_hashes(raw, HALF_WIDTH)
        for up in range(HALF_LEVELS):
            self._nodes.update(((level + up, (first >> up) + n), found) for n, found in enumerate(row))
            row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]

    def _load(self, at: tuple[int, int]) -> Tile:
        tile = Tile(tile_at(self._tx, *at))
        if at[0] == 0 and len(tile.hashes) == TILE_WIDTH:
            self._own[at] = tile
            return tile
        return self._cache.put(at, tile)


def head_and_nodes(tx: sa.Connection, index: int, cache: TileCache) -> tuple[bytes | None, TableNodes]:
    """The newest checkpoint's note and the nodes for a proof of a leaf, in one round trip.

    What lies beside the leaf in a full tile are the hashes of sixteen leaves and the sixteen nodes half way.
    """
    tile, place = divmod(max(index, 0), TILE_WIDTH)
    first = place - place % HALF_WIDTH
    values = {"tile": tile, "start": first * HASH_BYTES + 1, "count": HALF_WIDTH * HASH_BYTES}
    ((note, beside, middle),) = _HEAD.rows(tx, values)
    nodes = TableNodes(tx, cache)
    if middle is not None:
        nodes.hold(0, tile * TILE_WIDTH + first, beside)
        nodes.hold(HALF_LEVELS, tile * HALF_WIDTH, middle)
    return note, nodes


def tile_row(tx: sa.Connection, level: int, index: int) -> tuple[bytes, bytes, bytes] | None:
    """A full tile as stored: its hashes, the nodes half way and its root; or nothing."""
    row = _ROW.row(tx, {"level": level, "index": index})
    return None if row is None else (row[0], row[1], row[2])


def tile_at(tx: sa.Connection, level: int, index: int) -> list[bytes]:
    """The hashes of a tile, full or as far as it has grown."""
    full = _HASHES.row(tx, {"level": level, "index": index})
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
