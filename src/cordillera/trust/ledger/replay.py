"""Building the tree again from its entries, and finding out which stored part contradicts it.

Every stored hash is redundant with the entries, and the signed checkpoints decide who is right: when
an entry and its tile disagree, the one that leads to the signed root stands, the other is named.

>>> from cordillera.trust.ledger.tree import leaf_hash
>>> replay = Replay({1: leaf_hash(b"one")}, lambda tile: None, str)
>>> replay.add(0, [b"one"], [leaf_hash(b"one")])
>>> replay.finish()
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from cordillera.trust.ledger.compact import CompactRange
from cordillera.trust.ledger.errors import LogBroken
from cordillera.trust.ledger.tiles import ENTRIES, TILE_LEVELS, TILE_WIDTH, TileId, perfect_root

Stored = Callable[[TileId], bytes | None]
"""Gives the stored bytes of a tile above level 0, or nothing where the log keeps none."""

Naming = Callable[[TileId | int], str]
"""Names a tile, a bundle (level ENTRIES), or the checkpoint of a size, as the reader knows it."""


class Replay:
    """A tree grown bundle by bundle beside what was stored and signed."""

    def __init__(self, heads: Mapping[int, bytes], stored: Stored, name: Naming) -> None:
        self.tree = CompactRange()
        self._heads = heads
        self._sizes = sorted(heads, reverse=True)
        self._root = b""
        self._stored = stored
        self._name = name
        self._open: list[list[bytes]] = [[]]
        self._done: list[int] = [0]
        self._last_good = 0
        self._bad_head: int | None = None
        self._bad_tile: LogBroken | None = None
        self._fork: CompactRange | None = None
        self._disputed: tuple[int, int] = (0, 0)
        self._check_head()

    @property
    def sound_so_far(self) -> bool:
        """Whether nothing has been found yet that `finish` will raise."""
        return self._bad_head is None and self._bad_tile is None and self._fork is None

    def add(self, index: int, entries: Sequence[bytes], stored: Sequence[bytes] | None) -> None:
        """Grow by bundle `index`, beside its level-0 tile as stored (None: the log keeps none)."""
        hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
        claimed = list(hashes if stored is None else stored)
        if self._fork is None and claimed != hashes:
            self._fork = self.tree.copy()
            self._disputed = next(
                (index, at) for at, pair in enumerate(zip(hashes, claimed, strict=True)) if pair[0] != pair[1]
            )
        if len(hashes) == TILE_WIDTH and self._fork is None and not self._has_head_within():
            self._grow(0, hashes)
            self.tree.append_perfect(TILE_LEVELS, self._root)
            self._check_head()
            return
        for hashed, claim in zip(hashes, claimed, strict=True):
            self.tree.append(hashed)
            if self._fork is not None:
                self._fork.append(claim)
            self._check_head()
        self._grow(0, hashes)

    def finish(self) -> None:
        """Raise `LogBroken` with the place and reason of the first contradiction, if there was one."""
        for level in range(1, len(self._open)):
            if self._open[level]:
                self._check_tile(level)
        if self._fork is not None:
            raise self._judge(self._fork)
        if self._bad_head is not None:
            last = self._bad_head - 1
            raise LogBroken(
                self._name(self._bad_head),
                f"leaves {self._last_good} to {last} do not lead to the signed root",
            )
        if self._bad_tile is not None:
            raise self._bad_tile

    def _has_head_within(self) -> bool:
        """Whether a checkpoint was signed inside the next full bundle, its end left out."""
        while self._sizes and self._sizes[-1] <= self.tree.size:
            self._sizes.pop()
        return bool(self._sizes) and self._sizes[-1] < self.tree.size + TILE_WIDTH

    def _check_head(self) -> None:
        size = self.tree.size
        root = self._heads.get(size)
        if root is None or self._bad_head is not None:
            return
        if root == self.tree.root():
            self._last_good = size
        else:
            self._bad_head = size

    def _grow(self, level: int, hashes: Sequence[bytes]) -> None:
        if level == len(self._open):
            self._open.append([])
            self._done.append(0)
        self._open[level].extend(hashes)
        if len(self._open[level]) < TILE_WIDTH:
            return
        if level:
            self._check_tile(level)
        closed, self._open[level] = self._open[level], []
        self._done[level] += 1
        root = perfect_root(closed)
        if level == 0:
            self._root = root
        self._grow(level + 1, [root])

    def _check_tile(self, level: int) -> None:
        tile = TileId(level, self._done[level], len(self._open[level]))
        stored = self._stored(tile)
        if self._bad_tile is None and stored is not None and stored != b"".join(self._open[level]):
            self._bad_tile = LogBroken(self._name(tile), "the hashes are not those of the tiles below")

    def _judge(self, fork: CompactRange) -> LogBroken:
        """Say whether an entry or its tile was changed, by the newest signed root."""
        bundle, at = self._disputed
        leaf = bundle * TILE_WIDTH + at
        signed = self._heads.get(self.tree.size)
        if signed == fork.root():
            place = TileId(ENTRIES, bundle, self._width(bundle))
            return LogBroken(self._name(place), f"entry {leaf} is not the one that was signed")
        place = TileId(0, bundle, self._width(bundle))
        if signed == self.tree.root():
            return LogBroken(self._name(place), f"hash {at} is not that of entry {leaf}")
        return LogBroken(self._name(place), f"hash {at} and entry {leaf} disagree, neither leads to a root")

    def _width(self, bundle: int) -> int:
        return min(TILE_WIDTH, self.tree.size - bundle * TILE_WIDTH)
