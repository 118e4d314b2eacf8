"""Questions and parts of a list as arrays: what the compiled screening reads (`screen_kernel.py`).

Rows of `Words` run over all questions of a batch; a question's words are `starts[q]` to `starts[q + 1]`.

What a list is asked in is read only (`still`), as are arrays that another process shares with this one
(Ray): machine code is made for one of the two, so both kinds would be compiled, for a minute and a half.
"""

from typing import Final, NamedTuple, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Shorts = npt.NDArray[np.uint16]
NO_JOIN: Final = -(1 << 31)  # no frame has this value
HINTS: Final = 1 << 14
MARKED: Final = 2  # in `single`: a word with a mark
Kind = TypeVar("Kind", bound=np.generic)


def still(array: npt.NDArray[Kind]) -> npt.NDArray[Kind]:
    """Return the same memory, to be read only."""
    seen = array.view()
    seen.setflags(write=False)
    return seen


def keep_still(arrays: msgspec.Struct) -> None:
    """Let nobody write to the arrays among the fields from now on."""
    for name in arrays.__struct_fields__:
        value = getattr(arrays, name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)


class Asked(NamedTuple):
    """The words of the questions, one by one.

    `near` and `units` along `reach`: words of the list like it. `together`: what it tells with the word
    before it as one, and how many letters that has. `whole` along `wholes`: words that it may be so.
    `frames`: its frames, and that of both words as one (NO_JOIN: none).
    """

    starts: Ints
    told: Ints
    roles: Bytes
    single: Bytes
    initials: Bytes
    tokens: Ints
    letters: Longs
    symbols: Bytes
    reach: Longs
    near: Ints
    units: npt.NDArray[np.uint16]
    together: Ints
    together_letters: Ints
    wholes: Longs
    whole: Ints
    frames: Ints


class Facts(NamedTuple):
    """What the questions tell beside the name: one row each.

    `least`: the score needed (1/GRID bit) by the years between the births; `birth_least`, along `births`:
    the score needed of who is found by a key. `offset`: what a score has besides what words earn.
    """

    syllabic: Bytes
    years: Ints
    offset: Ints
    least: Ints
    births: Longs
    birth_keys: Ints
    birth_least: Ints


class Listed(NamedTuple):
    """A part of the list (`postings.Segment`, `listed.People`, `live.Part`)."""

    starts: Ints
    tokens: Ints
    roles: Bytes
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
    years: npt.NDArray[np.int16]
    alive: Bytes
    birth_keys: Ints
    birth_places: Ints
    birth_rows: Ints


class Lexicon(NamedTuple):
    """The words of the list: information, letters, initials, sounds.

    `letter_tokens` are single letters, `short_tokens` these and those with a mark.
    """

    told: Ints
    lengths: Bytes
    single: Bytes
    initials: Bytes
    folds: Bytes
    fold_lengths: Bytes
    letter_tokens: Ints
    short_tokens: Ints


class Scratch(NamedTuple):
    """What one thread works in: `slots` one per word (all -1 between questions), `stamps` one per name.

    `hints`: 1 where a name whose number ends so is marked (all 0 between questions): few are.
    `worth`: what a word can earn, by its code (`brief_kernel.py`; all 0 between questions).
    """

    slots: Ints
    stamps: Longs
    hints: Bytes
    worth: Ints
    room: Ints
    letters: Longs
    symbols: Bytes
