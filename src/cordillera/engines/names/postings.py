"""The names of a part of the list as arrays: each name's words, and for each word the names it stands in.

A segment never changes. A live list is a few segments and, for each, which of its persons still stand
(`live.py`). Its arrays can be written to files and mapped into memory.

>>> rows = NameRows()
>>> rows.add([0, 1], [1, 3]), rows.add([1], [3])
(None, None)
>>> segment = post(rows, Owners(np.array([0, 1], np.int32), np.zeros(2, np.int16)), no_frames)
>>> segment.rows_of(1).tolist(), segment.rows_of(0).tolist(), segment.rows_of(7).tolist()
([0, 1], [0], [])
"""

from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.names.parts import MAX_PARTS
from cordillera.engines.names.screen_arrays import NO_JOIN, Shorts, keep_still

Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Frames = Callable[
    [npt.NDArray[np.int64]], Ints
]  # of pairs of words: the first's number << 32, and the second's
_TOKEN: Final = np.uint64(40)  # bits of a posting: the word's number, twelve of a year, 28 of a row
_YEAR: Final = np.uint64(28)
_YEAR_BITS: Final = np.uint64((1 << 12) - 1)
_ROW_BITS: Final = np.uint64((1 << 28) - 1)
CODES: Final = 1 << 16  # of words in brief; 0 stands for no word


def no_frames(pairs: npt.NDArray[np.int64]) -> Ints:
    """Return that no pair of words is to be found as one."""
    return np.full(len(pairs), NO_JOIN, np.int32)


class NameRows:
    """Names being gathered: the numbers and roles of each name's words."""

    def __init__(self) -> None:
        self._tokens = array("i")
        self._roles = bytearray()
        self._syllabic = bytearray()
        self._ends = array("i", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, tokens: Sequence[int], roles: Sequence[int], *, syllabic: bool = False) -> None:
        """Add one name."""
        self._tokens.extend(tokens)
        self._roles.extend(roles)
        self._syllabic.append(syllabic)
        self._ends.append(len(self._tokens))

    def arrays(self) -> tuple[Ints, Ints, Bytes, Bytes]:
        """Return where each name begins, the words, their roles, and which names are of syllables."""
        return (
            np.array(self._ends, np.int32),
            np.array(self._tokens, np.int32),
            np.array(self._roles, np.uint8),
            np.array(self._syllabic, np.uint8),
        )


class Owners(NamedTuple):
    """Whose each name is, and the year in which each person was born (0: not one known day)."""

    persons: Ints
    years: npt.NDArray[np.int16]


class Segment(msgspec.Struct, frozen=True):
    """Names ready to be asked.

    Word numbers, roles and `joins` (the frame of each word written as one with the next) run along `starts`;
    `persons` tells for each name whose it is, `syllabic` whether it is of syllables, `brief` the codes of its
    words (`in_brief`), which are read before anything else of it. `keys` are the words
    that occur, sorted; `rows`, along `places`, the names in which each stands, by the year of birth
    (`row_years`). `join_keys` are the frames of the pairs of words that may be one, sorted, `join_firsts` and
    `join_seconds` the two words, `join_rows`, along `join_places`, the names that hold the pair.
    """

    starts: Ints
    tokens: Ints
    roles: Bytes
    joins: Ints
    syllabic: Bytes
    persons: Ints
    brief: Shorts
    keys: Ints
    places: Ints
    rows: Ints
    row_years: npt.NDArray[np.int16]
    join_keys: Ints
    join_firsts: Ints
    join_seconds: Ints
    join_places: Ints
    join_rows: Ints

    def __post_init__(self) -> None:
        """Let nobody write to the arrays."""
        keep_still(self)

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


def post(rows: NameRows, owners: Owners, frames: Frames) -> Segment:
    """Return names as a segment; `frames` gives the frames of pairs of words written as one."""
    starts, tokens, roles, syllabic = rows.arrays()
    return from_arrays(starts, (tokens, roles, _joins(starts, tokens, frames)), syllabic, owners)


def from_arrays(starts: Ints, along: tuple[Ints, Bytes, Ints], syllabic: Bytes, owners: Owners) -> Segment:
    """Return names that are arrays already as a segment (`along`: words, roles, joins)."""
    tokens, roles, joins = along
    row = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    years = np.maximum(owners.years[owners.persons], 0)[row]
    posted = np.unique(
        tokens.astype(np.uint64) << _TOKEN | years.astype(np.uint64) << _YEAR | row.astype(np.uint64)
    )
    found = (posted >> _TOKEN).astype(np.int32)
    keys, firsts = np.unique(found, return_index=True)
    return Segment(
        starts,
        tokens,
        roles,
        joins,
        syllabic,
        owners.persons,
        in_brief(starts, tokens),
        keys.astype(np.int32),
        np.append(firsts, len(found)).astype(np.int32),
        (posted & _ROW_BITS).astype(np.int32),
        (posted >> _YEAR & _YEAR_BITS).astype(np.int16),
        *_pairs(tokens, joins, row),
    )


def _pairs(tokens: Ints, joins: Ints, row: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Return the pairs of words that may be one, by their frames, and the names in which each stands."""
    there = np.flatnonzero(joins != NO_JOIN)
    order = there[np.lexsort((tokens[there + 1], tokens[there], joins[there]))]
    first, second = tokens[order], tokens[order + 1]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    places = np.flatnonzero(begins)
    ends = np.append(places, len(order)).astype(np.int32)
    return joins[order][places], first[places], second[places], ends, row[order]


def in_brief(starts: Ints, tokens: Ints) -> Shorts:
    """Return the codes of each name's words: 1 + number modulo (CODES - 1); 0 where it has no more.

    >>> in_brief(np.array([0, 2, 3], np.int32), np.array([4, 65_536, 0], np.int32))[:, :3].tolist()
    [[5, 2, 0], [1, 0, 0]]
    """
    lengths = np.diff(starts)
    row = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    found = np.zeros((len(lengths), MAX_PARTS), np.uint16)
    found[row, np.arange(len(tokens), dtype=np.int32) - starts[row]] = tokens % (CODES - 1) + 1
    return found


def _joins(starts: Ints, tokens: Ints, frames: Frames) -> Ints:
    """Return for each word the frame of it and the next of its name written as one."""
    found = np.full(len(tokens), NO_JOIN, np.int32)
    first = np.ones(len(tokens) + 1, np.bool_)
    first[: len(tokens)] = False
    first[starts] = True
    inner = np.flatnonzero(~first[1:])
    pairs, where = np.unique(tokens[inner].astype(np.int64) << 32 | tokens[inner + 1], return_inverse=True)
    found[inner] = frames(pairs)[where]
    return found
