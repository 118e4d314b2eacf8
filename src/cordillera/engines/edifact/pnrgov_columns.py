"""Reservations made by compiled code where nothing about them needs thought (ADR 0061).

A reservation begins at an SRC whatever came before, so each can be read alone: those that are odd in any way
are handed back, and the reference makes them. Contacts in free text are found by the reference too.
"""

from array import array
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from cordillera.engines.edifact import kernel, lexer, packing, pnrgov_kernel
from cordillera.engines.edifact import pnrgov_places_kernel as places
from cordillera.engines.edifact import pnrgov_services_kernel as services
from cordillera.engines.edifact.model import Message
from cordillera.engines.edifact.packing_kernel import BEGIN, FIRST, TAG, VALUE, VALUE_END, WIDE, code_of
from cordillera.engines.edifact.pnrgov_grammar import BEGINS_RESERVATION
from cordillera.engines.edifact.pnrgov_model import Contact, Pnr
from cordillera.engines.edifact.pnrgov_services import contacts_asked, contacts_in
from cordillera.engines.edifact.tokens import tokenize
from cordillera.engines.edifact.values import Source, Value
from cordillera.foundation import shapes

_SRC, _UNT, _SSR = code_of("SRC"), code_of("UNT"), code_of("SSR")
_EARLY = [code_of(tag) for tag in sorted(BEGINS_RESERVATION)]
_AT_A_TIME = 1 << 17
"""Bytes of a message that become columns together; a reservation that is longer is not one for columns."""

_encoder = msgspec.msgpack.Encoder()


class Outline(msgspec.Struct, frozen=True):
    """Where the reservations of a message begin, by segments, and where what stands behind them does."""

    begins: list[int]
    tail: int


def outline_of(message: Message) -> Outline | None:
    """Find the reservations; None where there is none, one begins without SRC, or its places have no room."""
    bounds = np.frombuffer(message.segments.bounds, np.uint64).astype(np.int64)
    source = message.segments.source
    if not packing.can_pack(source):
        return None
    tags = np.empty(len(bounds) // 2, np.int32)
    kernel.tags_of(np.frombuffer(source.data, np.uint8), bounds, tags)
    begins = np.flatnonzero(tags == _SRC)
    if not len(begins) or np.isin(tags[: begins[0]], _EARLY).any():
        return None
    return Outline(begins.tolist(), len(tags) - int(tags[-1] == _UNT))


def reservations(message: Message, outline: Outline, flight_day: date | None) -> Iterator[Pnr | None]:
    """Each reservation in order; None where the reference has to look."""
    maker = _Maker(message.segments.source, flight_day)
    for few in _slices(message, outline):
        yield from [None] if few is None else maker.made(*few)


def _slices(message: Message, outline: Outline) -> "Iterator[tuple[array[int], list[int]] | None]":
    """Reservations that are columns together: their bounds, and the segments where they begin."""
    bounds, edges = message.segments.bounds, [*outline.begins, outline.tail]
    some: list[int] = []
    for first, stop in pairwise(edges):
        long = bounds[2 * stop - 1] - bounds[2 * first] > _AT_A_TIME
        if some and (long or bounds[2 * stop - 1] - bounds[2 * some[0]] > _AT_A_TIME):
            yield bounds[2 * some[0] : 2 * first], [each - some[0] for each in (*some, first)]
            some = []
        if long:
            yield None
        else:
            some.append(first)
    if some:
        yield bounds[2 * some[0] : 2 * outline.tail], [each - some[0] for each in (*some, outline.tail)]


class _Maker:
    """Makes reservations of slices."""

    def __init__(self, source: Source, flight_day: date | None) -> None:
        self._source = source
        self._state = packing.state_for(source, flight_day)
        self._out = np.empty(packing.ROOM, np.uint8)

    def made(self, bounds: "array[int]", begins: list[int]) -> list[Pnr | None]:
        """The reservations of a slice, None where one is odd."""
        found = tokenize(self._source, bounds)
        segments, cells = packing.table_of(found)
        packs = (np.frombuffer(self._source.data, np.uint8), segments, cells, self._out, self._state)
        groups = np.empty((len(found) + 1, WIDE), np.int64)
        tree = (groups, *self._contacts(packs), places.MOVES)
        odd = np.zeros(len(begins) - 1, np.uint8)
        edges = np.array(begins, np.int64)
        made: list[Pnr] = []
        done = 0
        while done < len(odd):
            packing.begin(self._state)
            done = pnrgov_kernel.pack_reservations(packs, tree, edges, done, odd)
            made += packing.end(self._out, self._state, _reader())
        if not odd.any():
            return list(made)
        plain = iter(made)
        return [None if is_odd else next(plain) for is_odd in odd.tolist()]

    def _contacts(self, packs: packing.Packs) -> tuple[NDArray[np.uint8], packing.Numbers]:
        """The contacts of all texts, packed one after the other, and where each of them is."""
        _, segments, cells, _, _ = packs
        asked = np.empty((len(cells), 2), np.int64)
        asked = asked[: services.list_texts(packs, asked)]
        packed, edges, firsts = bytearray(), [0], [0]
        for tag, code, span in _spans(segments, cells, asked):
            value = lexer.value_of(self._source, *span)
            for contact in contacts_in(value) if tag != _SSR else self._told(code, value):
                _encoder.encode_into(contact, packed, -1)
                edges.append(len(packed))
            firsts.append(len(edges) - 1)
        cells[asked[:, 1], services.ANSWER] = firsts[:-1]
        cells[asked[:, 1], services.ANSWERS] = np.diff(firsts)
        return np.frombuffer(bytes(packed) or b"\0", np.uint8), np.array(edges, np.int64)

    def _told(self, code: tuple[int, int], value: Value) -> tuple[Contact, ...]:
        return contacts_asked(lexer.value_of(self._source, *code).text.strip().upper(), value)


def _spans(
    segments: packing.Numbers, cells: packing.Numbers, asked: packing.Numbers
) -> Iterator[tuple[int, tuple[int, int], tuple[int, int]]]:
    """Of each value that is asked for the tag of its segment, the bytes of its code and its own."""
    if not len(asked):
        return iter(())
    inside, rows = segments[asked[:, 0]], asked[:, 1]
    codes = (inside[:, BEGIN] + cells[inside[:, FIRST], each] for each in (VALUE, VALUE_END))
    texts = (inside[:, BEGIN] + cells[rows, each] for each in (VALUE, VALUE_END))
    code, text = (zip(*(place.tolist() for place in places), strict=True) for places in (codes, texts))
    return zip(inside[:, TAG].tolist(), code, text, strict=True)


@cache
def _reader() -> msgspec.msgpack.Decoder[list[Pnr]]:
    return shapes.packed_reader(list[Pnr])
