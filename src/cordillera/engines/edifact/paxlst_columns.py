"""People of a passenger list, made from compiled columns where nothing about them needs thought.

The order is that of the message: what stands before the first person, the people, what stands behind. A
person begins at a NAD with a code of its own whatever came before, so everybody can be read alone. Facts are
made place by place for many people at once: one list for all surnames, one for all dates of birth.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import repeat
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from cordillera.engines.edifact import dates, lexer
from cordillera.engines.edifact import paxlst_kernel as kernel
from cordillera.engines.edifact.model import Message
from cordillera.engines.edifact.paxlst_model import Document, Field, Reference, Role, Traveller
from cordillera.engines.edifact.tokens import tokenize

Rows = NDArray[np.int64]
_Reads = Callable[[str, str, date | None], str | None]
_Fields = list[Field | None]
_Made = TypeVar("_Made")
_AT_A_TIME = 1024
_CODES = {"FL": Role.PASSENGER, "FM": Role.CREW, "DDU": Role.TRANSIT_PASSENGER, "DDT": Role.TRANSIT_CREW}
_ROLES = {int.from_bytes(code.encode(), "big"): role for code, role in _CODES.items()}
_birth = lru_cache(maxsize=65_536)(dates.birth_date)
_expiry = lru_cache(maxsize=65_536)(dates.expiry_date)
_SEGMENT_HEAD = 4
_VALUES_OF_SEGMENT = 12
"""Four times what segments of lists have on average."""
_NO_DATE = Field("", -1, -1)
"""Stands for a date that cannot be: the reference says so in a finding."""


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
    if _has_many_values(message):
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
        self._source = message.segments.source
        self._base = message.start
        self._day = flight_day
        # Plain values are ASCII: one letter a byte, whatever the charset is.
        self._text = self._source.data[message.start : message.end].decode("latin-1")

    def travellers(self, rows: Rows) -> list[Traveller | None]:
        """The travellers of rows, in order; None where the reference has to look."""
        plain = rows[:, kernel.ODD] == 0
        made = iter(self._made(rows[plain] if not plain.all() else rows))
        return [next(made) if is_plain else None for is_plain in plain.tolist()]

    def _made(self, rows: Rows) -> list[Traveller | None]:
        names = [self._names(rows, part) for part in range(kernel.NAMES)]
        born = self._dates(rows, kernel.BIRTH, _birth)
        documents = [self._documents(rows, number) for number in range(kernel.DOCUMENTS)]
        units = ["" if one is None else one.text for one in self._fields(rows, kernel.UNIT)]
        travellers = map(
            Traveller,
            map(_ROLES.__getitem__, rows[:, kernel.ROLE].tolist()),
            rows[:, kernel.START].tolist(),
            rows[:, kernel.END].tolist(),
            names[0],
            names[1],
            _gathered(names[2:]),
            *(self._fields(rows, kernel.SEX), born),
            *(
                self._fields(rows, place)
                for place in (kernel.NATIONALITY, kernel.RESIDENCE, kernel.BIRTHPLACE)
            ),
            *(self._fields(rows, place) for place in (kernel.EMBARKED, kernel.DISEMBARKS, kernel.CLEARANCE)),
            _gathered(documents),
            _gathered([self._references(rows, number) for number in range(kernel.REFERENCES)]),
            _gathered([self._fields(rows, kernel.BAG + number) for number in range(kernel.BAGS)]),
            self._fields(rows, kernel.BAG_COUNT),
            self._fields(rows, kernel.BAG_WEIGHT),
            units,
        )
        doubtful = _doubtful(names, [born, *([_expires(one) for one in each] for each in documents)])
        if not doubtful:
            return list(travellers)
        return [None if at in doubtful else one for at, one in enumerate(travellers)]

    def _fields(self, rows: Rows, place: int) -> _Fields:
        """The facts of one place, one for each person."""
        starts, ends = rows[:, kernel.HEAD + 2 * place], rows[:, kernel.HEAD + 2 * place + 1]
        if len(rows) == 0 or int(starts.max()) < 0:
            return [None] * len(rows)
        text, base = self._text, self._base
        return [
            None if start < 0 else Field(text[start - base : end - base], start, end)
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]

    def _names(self, rows: Rows, part: int) -> _Fields:
        found = self._fields(rows, part)
        for at in np.nonzero(rows[:, kernel.ODD_NAMES] >> part & 1)[0].tolist():
            written = found[at]
            if written is not None:
                value = lexer.value_of(self._source, written.start, written.end)
                text = value.text.strip()
                found[at] = Field(text, value.start, value.end) if text else None
        return found

    def _dates(self, rows: Rows, place: int, read: _Reads) -> _Fields:
        """Like `_fields`, as ISO dates; the form stands in the place behind."""
        written, forms = self._fields(rows, place), self._fields(rows, place + 1)
        found: _Fields = []
        for one, form in zip(written, forms, strict=True):
            if one is None:
                found.append(None)
                continue
            iso = read(one.text, "" if form is None else form.text, self._day)
            found.append(_NO_DATE if iso is None else Field(iso, one.start, one.end))
        return found

    def _documents(self, rows: Rows, number: int) -> list[Document | None]:
        counts = rows[:, kernel.DOCUMENT_COUNT]
        if len(rows) == 0 or int(counts.max()) <= number:
            return [None] * len(rows)
        place = kernel.DOCUMENT + number * kernel.PER_DOCUMENT
        facts = [self._fields(rows, place + each) for each in (kernel.KIND, kernel.NUMBER, kernel.ISSUER)]
        expires = self._dates(rows, place + kernel.EXPIRY, _expiry)
        made = map(Document, *facts, expires)
        return [
            one if is_there else None for one, is_there in zip(made, (counts > number).tolist(), strict=True)
        ]

    def _references(self, rows: Rows, number: int) -> list[Reference | None]:
        place = kernel.REFERENCE + 2 * number
        codes, values = self._fields(rows, place), self._fields(rows, place + 1)
        return [
            None if code is None or value is None else Reference(code.text, value)
            for code, value in zip(codes, values, strict=True)
        ]


def _expires(document: Document | None) -> Field | None:
    return None if document is None else document.expires


def _doubtful(names: list[_Fields], found: Iterable[_Fields]) -> set[int]:
    """Who has a date that cannot be, or no name after all."""
    doubtful = {at for column in found for at, one in enumerate(column) if one is _NO_DATE}
    return doubtful | {at for at, each in enumerate(zip(*names, strict=True)) if not any(each)}


def _gathered(columns: list[list[_Made | None]]) -> Iterable[tuple[_Made, ...]]:
    """What each person has of several columns."""
    used = [column for column in columns if any(column)]
    if not used:
        return repeat(())
    if all(map(all, used)):
        return zip(*used, strict=True)  # none is missing
    return [tuple([one for one in each if one is not None]) for each in zip(*used, strict=True)]
