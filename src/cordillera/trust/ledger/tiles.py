"""Tiles and entry bundles: how the log lies in files (c2sp.org/tlog-tiles).

A tile holds up to 256 hashes of one level, eight tree levels apart; a bundle holds the up to 256
entries below a level-0 tile, each with a 16-bit big-endian length. The rightmost ones are partial.

>>> tile_path(TileId(0, 1234067, 256))
'tile/0/x001/x234/067'
>>> tile_path(TileId(ENTRIES, 1, 44))
'tile/entries/001.p/44'
>>> [(tile.level, tile.width) for tile in tiles_of(600)]
[(0, 256), (0, 256), (0, 88), (1, 2)]
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from cordillera.trust.ledger.errors import TileMalformed
from cordillera.trust.ledger.tree import HASH_BYTES

TILE_LEVELS = 8
TILE_WIDTH = 1 << TILE_LEVELS
TILE_BYTES = TILE_WIDTH * HASH_BYTES
HALF_LEVELS = TILE_LEVELS // 2
HALF_WIDTH = 1 << HALF_LEVELS
"""How many nodes lie half way up to the root of a tile, and over how many of its hashes each."""
MAX_ENTRY = 0xFFFF
MAX_LEVEL = 63
ENTRIES = -1
"""The level under which entry bundles are known here; in paths it is written "entries"."""

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<high>(?:x[0-9]{3}/){0,6})(?P<low>[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class TileId:
    """Which tile (or, at level ENTRIES, bundle): its level, its number there, and how many hashes."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def start(self) -> int:
        """The index of its first leaf."""
        return self.index << TILE_LEVELS * (max(self.level, 0) + 1)

    @property
    def end(self) -> int:
        """The index after its last leaf."""
        return self.start + (self.width << TILE_LEVELS * max(self.level, 0))


def tile_path(tile: TileId) -> str:
    """Where a tile lies below the log's prefix."""
    level = "entries" if tile.level == ENTRIES else str(tile.level)
    number = f"{tile.index % 1000:03d}"
    rest = tile.index // 1000
    while rest:
        number = f"x{rest % 1000:03d}/{number}"
        rest //= 1000
    part = f".p/{tile.width}" if tile.width < TILE_WIDTH else ""
    return f"tile/{level}/{number}{part}"


def parse_tile_path(path: str) -> TileId:
    """Read a tile's path; raise `TileMalformed` unless it is written the one right way."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise TileMalformed(path=path)
    level = ENTRIES if match["level"] == "entries" else int(match["level"])
    number = int(match["high"].replace("x", "").replace("/", "") + match["low"])
    tile = TileId(level, number, int(match["width"] or TILE_WIDTH))
    if level > MAX_LEVEL or tile_path(tile) != path:
        raise TileMalformed(path=path)
    return tile


def tiles_of(size: int) -> Iterator[TileId]:
    """The tiles of a tree of `size` leaves, level by level from below, each level from the left."""
    level = 0
    while size:
        full, rest = divmod(size, TILE_WIDTH)
        yield from (TileId(level, index) for index in range(full))
        if rest:
            yield TileId(level, full, rest)
        size, level = full, level + 1


def bundles_of(size: int) -> Iterator[TileId]:
    """The entry bundles of a tree of `size` leaves, from the left."""
    full, rest = divmod(size, TILE_WIDTH)
    yield from (TileId(ENTRIES, index) for index in range(full))
    if rest:
        yield TileId(ENTRIES, full, rest)


def tile_hashes(raw: bytes, width: int) -> list[bytes]:
    """Part a tile into its `width` hashes; raise `TileMalformed` when it has another length."""
    if len(raw) != width * HASH_BYTES:
        raise TileMalformed(bytes=len(raw), expected=width * HASH_BYTES)
    return [raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)]


def perfect_root(hashes: list[bytes]) -> bytes:
    """The root over a power of two of neighbouring hashes (a full tile, or part of one)."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


def half_way(hashes: list[bytes]) -> list[bytes]:
    """The nodes half way up to the root of a full tile."""
    return [perfect_root(hashes[at : at + HALF_WIDTH]) for at in range(0, TILE_WIDTH, HALF_WIDTH)]


def pack_entries(entries: Iterable[bytes]) -> bytes:
    """Write an entry bundle; raise `TileMalformed` for an entry over 65,535 bytes."""
    packed = bytearray()
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise TileMalformed(entry_bytes=len(entry))
        packed += len(entry).to_bytes(2, "big") + entry
    return bytes(packed)


def unpack_entries(raw: bytes, width: int) -> list[bytes]:
    """Part a bundle into exactly `width` entries; raise `TileMalformed` for fewer, more or a rest."""
    entries, at = [], 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        if at + 2 > len(raw) or end > len(raw):
            raise TileMalformed(offset=at)
        entries.append(raw[at + 2 : end])
        at = end
    if len(entries) != width:
        raise TileMalformed(entries=len(entries), expected=width)
    return entries
