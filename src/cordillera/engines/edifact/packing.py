"""Records that compiled code wrote, read into types: MessagePack between numba and msgspec (ADR 0061).

Types are checked when the records are made, as in any message from outside, so what a kernel got wrong cannot
become a record of another shape.
"""

from datetime import date
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from cordillera.engines.edifact import packing_kernel as kernel
from cordillera.engines.edifact.tokens import Tokens
from cordillera.engines.edifact.values import Source
from cordillera.engines.edifact.values_kernel import lay_out

Numbers = NDArray[np.int64]
Packs = tuple[NDArray[np.uint8], Numbers, Numbers, NDArray[np.uint8], Numbers]
"""What every kernel takes: bytes of the file, segments, values, room to write in, numbers about it."""

ROOM = 1 << 18
"""Bytes written before they are read: they stay near the processor."""

MOST_BYTES = 0xFFFF_FFFF
"""Places in larger files have no room in a record."""

_HEAD = 5
_LIST = 0xDD
_CODECS = {"ascii": kernel.OTHER, "latin-1": kernel.LATIN, "utf-8": kernel.UTF}
_Record = TypeVar("_Record")


def state_for(source: Source, flight_day: date | None) -> Numbers:
    """The numbers that kernels share."""
    state = np.zeros(kernel.STATE_SIZE, np.int64)
    release = source.service.release
    state[kernel.RELEASE] = release[0] if release else -1
    state[kernel.CODEC] = _CODECS.get(source.codec, kernel.OTHER)
    state[kernel.ROOM] = ROOM
    state[kernel.FLIGHT_DAY] = -1 if flight_day is None else flight_day.toordinal()
    return state


def can_pack(source: Source) -> bool:
    """Whether places fit, and no separator is half a letter of UTF-8."""
    service = source.service
    marks = service.element + service.component + service.repetition + service.release + service.terminator
    return len(source.data) <= MOST_BYTES and marks.isascii()


def table_of(found: Tokens) -> tuple[Numbers, Numbers]:
    """Segments and values as the kernels take them, with room for what they note about each."""
    segments = np.zeros((len(found) + 1, kernel.WIDE), np.int64)
    cells = np.empty((len(found.starts), kernel.WIDE), np.int64)  # one width for all: compiled once
    places = (found.starts, found.ends, found.elements, found.repetitions, found.components, found.flags)
    lay_out((found.bounds, found.first, found.tags, *places), segments, cells)
    return segments, cells


def begin(state: Numbers) -> None:
    """Begin a list of records."""
    state[kernel.AT], state[kernel.COUNT], state[kernel.FULL] = _HEAD, 0, 0


def end(
    out: NDArray[np.uint8], state: Numbers, reader: msgspec.msgpack.Decoder[list[_Record]]
) -> list[_Record]:
    """Read the list of records that was written."""
    out[0] = _LIST
    out[1:_HEAD] = list(int(state[kernel.COUNT]).to_bytes(4, "big"))
    return reader.decode(out[: int(state[kernel.AT])].data)
