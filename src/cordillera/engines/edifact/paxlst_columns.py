"""People of a passenger list, made from compiled columns where nothing about them needs thought.

The order is that of the message: what stands before the first person, the people, what stands behind. A
person begins at a NAD with a code of its own whatever came before, so everybody can be read alone. Facts are
written as records by compiled code and made for many people at once (ADR 0061).
"""

from collections.abc import Iterator
from datetime import date
from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from cordillera.engines.edifact import packing
from cordillera.engines.edifact import paxlst_kernel as kernel
from cordillera.engines.edifact.model import Message
from cordillera.engines.edifact.paxlst_model import Traveller
from cordillera.engines.edifact.paxlst_packing_kernel import pack_people
from cordillera.engines.edifact.tokens import tokenize
from cordillera.foundation import shapes

Rows = NDArray[np.int64]
_AT_A_TIME = 1024
_SEGMENT_HEAD = 4
_VALUES_OF_SEGMENT = 12
"""Four times what segments of lists have on average."""


class Few(msgspec.Struct, frozen=True):
    """Some people in a row: person n has the segments begins[n] up to begins[n + 1], its facts rows[n]."""

    begins: list[int]
    rows: Rows


class People(msgspec.Struct, frozen=True):
    """The segments before the first person, all people, and where the segments behind them begin."""

    first: int
    few: Iterator[Few]
    tail: int


def people_of(message: Message) -> People | None:
    """Cut a message into people; None where that cannot be done without thought, or nobody is in it."""
    segments = message.segments
    if _has_many_values(message) or not packing.can_pack(segments.source):
        return None
    found = tokenize(segments.source, segments.bounds)
    table = kernel.table_of(found)
    begins = np.empty(len(found) + 1, np.int64)
    count, tail = kernel.find_people(table, begins)
    if count <= 0:
        return None
    begins[count] = tail
    return People(int(begins[0]), _placed(table, begins[: count + 1]), int(tail))


def _has_many_values(message: Message) -> bool:
    """Whether columns would be large: a segment can have a million empty elements (attack)."""
    data, service = message.segments.source.data, message.segments.source.service
    marks = {service.element, service.component, service.repetition} - {b""}
    found = sum(data.count(mark, message.start, message.end) for mark in marks)
    return found > _VALUES_OF_SEGMENT * len(message.segments)


def _placed(table: kernel.Table, begins: Rows) -> Iterator[Few]:
    for first in range(0, len(begins) - 1, _AT_A_TIME):
        some = begins[first : first + _AT_A_TIME + 1]
        rows = kernel.rows_for(len(some) - 1)
        kernel.place_people(table, some, rows)
        yield Few(some.tolist(), rows)


def repeated(rows: Rows, allowed: int) -> Iterator[int]:
    """Where the references begin that are more than the directory allows."""
    for row in rows[rows[:, kernel.REFERENCE_COUNT] > allowed]:
        for number in range(allowed, int(row[kernel.REFERENCE_COUNT])):
            yield int(row[kernel.HEAD + 2 * kernel.REFERENCE + 4 * number]) - _SEGMENT_HEAD


class Maker:
    """Makes travellers of rows."""

    def __init__(self, message: Message, flight_day: date | None) -> None:
        source = message.segments.source
        nothing = np.empty((0, 1), np.int64)
        self._state = packing.state_for(source, flight_day)
        self._out = np.empty(packing.ROOM, np.uint8)
        data = np.frombuffer(source.data, np.uint8)
        self._packs = (data, nothing, nothing, self._out, self._state)

    def travellers(self, rows: Rows) -> list[Traveller | None]:
        """The travellers of rows, in order; None where the reference has to look."""
        made: list[Traveller] = []
        done = 0
        while done < len(rows):
            packing.begin(self._state)
            done = pack_people(self._packs, rows, done)
            made += packing.end(self._out, self._state, _reader())
        odd = rows[:, kernel.ODD]
        if not odd.any():
            return list(made)
        plain = iter(made)
        return [None if is_odd else next(plain) for is_odd in odd.tolist()]


@cache
def _reader() -> msgspec.msgpack.Decoder[list[Traveller]]:
    return shapes.packed_reader(list[Traveller])
