"""The names of a part of the list as arrays: each name's words, and for each word the names it stands in.

A segment never changes. A live list is a few segments and, for each, which of its persons still stand
(`live.py`). Its arrays can be written to files and mapped into memory.

>>> rows = NameRows()
>>> rows.add([0, 1], [1, 3]), rows.add([1], [3])
(None, None)
>>> segment = post(rows, np.array([0, 1], np.int32))
>>> segment.rows_of(1).tolist(), segment.rows_of(0).tolist(), segment.rows_of(7).tolist()
([0, 1], [0], [])
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
_BUFFERED: Final = 1 << 16


class NameRows:
    """Names being gathered: the numbers and roles of each name's words."""

    def __init__(self) -> None:
        self._tokens: list[Ints] = []
        self._roles: list[Bytes] = []
        self._open: tuple[list[int], list[int]] = ([], [])
        self._ends: list[int] = [0]

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, tokens: Sequence[int], roles: Sequence[int]) -> None:
        """Add one name."""
        self._open[0].extend(tokens)
        self._open[1].extend(roles)
        self._ends.append(self._ends[-1] + len(tokens))
        if len(self._open[0]) > _BUFFERED:
            self._close()

    def arrays(self) -> tuple[Ints, Ints, Bytes]:
        """Return where each name begins, the words, and their roles."""
        self._close()
        tokens = np.concatenate([np.empty(0, np.int32), *self._tokens])
        return np.array(self._ends, np.int32), tokens, np.concatenate([np.empty(0, np.uint8), *self._roles])

    def _close(self) -> None:
        self._tokens.append(np.array(self._open[0], np.int32))
        self._roles.append(np.array(self._open[1], np.uint8))
        self._open = ([], [])


class Segment(msgspec.Struct, frozen=True):
    """Names ready to be asked: word numbers and roles run along `starts`, `persons` tells whose each is.

    `keys` are the words that occur, sorted; `rows`, along `places`, the names in which each stands.
    """

    starts: Ints
    tokens: Ints
    roles: Bytes
    persons: Ints
    keys: Ints
    places: Ints
    rows: Ints

    @property
    def names(self) -> int:
        """How many names the segment holds."""
        return len(self.starts) - 1

    def rows_of(self, token: int) -> Ints:
        """Return the names in which a word stands."""
        at = int(np.searchsorted(self.keys, token))
        if at == len(self.keys) or self.keys[at] != token:
            return self.rows[:0]
        return self.rows[self.places[at] : self.places[at + 1]]

    def save(self, folder: Path) -> None:
        """Write the arrays as files that `open_segment` maps into memory."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.__struct_fields__:
            np.save(folder / f"{name}.npy", getattr(self, name))


def open_segment(folder: Path) -> Segment:
    """Return a saved segment whose arrays stay in their files until they are read (mmap)."""
    read = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in Segment.__struct_fields__}
    return Segment(**read)


def post(rows: NameRows, persons: Ints) -> Segment:
    """Return names as a segment; `persons` tells for each name whose it is."""
    return from_arrays(*rows.arrays(), persons)


def from_arrays(starts: Ints, tokens: Ints, roles: Bytes, persons: Ints) -> Segment:
    """Return names that are arrays already as a segment; a name is posted once under a word."""
    row = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    pairs = np.unique(tokens.astype(np.int64) << 32 | row)
    found = (pairs >> 32).astype(np.int32)
    keys, firsts = np.unique(found, return_index=True)
    places = np.append(firsts, len(found)).astype(np.int32)
    rows = (pairs & 0xFFFFFFFF).astype(np.int32)
    return Segment(starts, tokens, roles, persons, keys.astype(np.int32), places, rows)
