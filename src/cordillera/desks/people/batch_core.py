"""Columns of people in, columns of candidates out: rows read one after the other, answers in their order.

>>> [subject.full_name for _, subject in rows_of_columns({"full_name": ["Ana", "Luis"], "dob": ["1980", ""]})]
['Ana', 'Luis']
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from cordillera.desks.people.errors import TableUnreadable
from cordillera.desks.people.match_errors import BatchTooLarge, BatchUnreadable
from cordillera.desks.people.match_wire import ListTold, ScoredEntity
from cordillera.desks.people.tables import NAME_COLUMNS, read_rows, subject_of_row
from cordillera.engines.names.model import Subject
from cordillera.foundation.csvsafe import csv_line

MAX_ROWS: Final = 100_000
"""Rows of one batch; more are refused, nothing of the batch is answered then."""

Row = tuple[str, Subject]  # what the caller calls the row, and whom it names


class Answer(msgspec.Struct, frozen=True):
    """The best candidate of one row, or none: empty texts and zeros."""

    row: int
    id: str
    candidates: int = 0
    entity: str = ""
    caption: str = ""
    list: str = ""
    list_date: str = ""
    score: float = 0.0
    match: bool = False
    engine_score: float = 0.0
    similarity: float = 0.0
    probability: float = 0.0
    completeness: float = 0.0
    rests_on: str = ""
    handling: str = ""


COLUMNS: Final = Answer.__struct_fields__


class ColumnsAnswer(msgspec.Struct, frozen=True):
    """Columns of equal length, a value for each row in order; and the lists that were asked.

    `withheld` are lists that were not: their marking keeps them out of a file.
    """

    lists: tuple[ListTold, ...]
    rows: int
    columns: dict[str, list[str | int | float | bool]]
    withheld: tuple[str, ...] = ()


def rows_of_columns(columns: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Rows of columns, named as those of a table to screen; `id` names rows. Raise the errors of a batch.

    1. There is a column for names.
    2. All columns have the same length.
    3. There are at most `MAX_ROWS` rows.
    """
    named = {name.strip().lower(): values for name, values in columns.items()}
    if not any(name in named for name in NAME_COLUMNS):  # 1
        raise BatchUnreadable(reason="no column for names")
    lengths = {len(values) for values in named.values()}
    if len(lengths) != 1:  # 2
        raise BatchUnreadable(reason="columns of unequal length")
    (length,) = lengths
    if length > MAX_ROWS:  # 3
        raise BatchTooLarge(reason=f"more than {MAX_ROWS} rows")
    for at in range(length):
        row = {name: values[at] for name, values in named.items()}
        yield row.get("id", ""), subject_of_row(str(at + 1), row)


def rows_of_csv(chunks: Callable[[], bytes]) -> Iterator[Row]:
    """Rows of CSV that arrives piece by piece (b"" at the end); only the piece in hand is kept."""
    text = io.TextIOWrapper(
        io.BufferedReader(_Incoming(chunks)), encoding="utf-8-sig", errors="replace", newline=""
    )
    try:
        for number, row in enumerate(read_rows(text), start=1):
            if number > MAX_ROWS:
                raise BatchTooLarge(reason=f"more than {MAX_ROWS} rows")
            yield row.get("id", ""), subject_of_row(str(number), row)
    except TableUnreadable as error:
        raise BatchUnreadable(**error.facts) from error


class _Incoming(io.RawIOBase):
    """Pieces of a request as a stream of bytes."""

    def __init__(self, chunks: Callable[[], bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        """Pieces are read, never written."""
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override] # any buffer
        """Fill the buffer with what has arrived; 0 at the end."""
        if not self._rest:
            self._rest = self._chunks()
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def answer_of(number: int, name: str, found: Sequence[ScoredEntity], stamps: Mapping[str, str]) -> Answer:
    """The answer to a row, under the marking (`stamps`) of the list that it names."""
    if not found:
        return Answer(number, name)
    best = found[0]
    return Answer(
        row=number,
        id=name,
        candidates=len(found),
        entity=best.id,
        caption=best.caption,
        list=best.datasets[0],
        list_date=best.list_date,
        score=best.score,
        match=best.match,
        engine_score=best.engine_score,
        similarity=best.similarity,
        probability=best.probability,
        completeness=best.completeness,
        rests_on=" ".join(best.rests_on),
        handling=stamps[best.datasets[0]],
    )


def as_columns(
    lists: tuple[ListTold, ...], withheld: tuple[str, ...], answers: Sequence[Answer]
) -> ColumnsAnswer:
    """Answers as columns."""
    columns = {name: [getattr(answer, name) for answer in answers] for name in COLUMNS}
    return ColumnsAnswer(lists, len(answers), columns, withheld)


def as_csv(answers: Iterable[Answer]) -> Iterator[str]:
    """Answers as CSV, a line for each row; no value can start a formula."""
    yield csv_line(COLUMNS)
    for answer in answers:
        told = msgspec.structs.asdict(answer) | {"match": int(answer.match)}
        yield csv_line(told.values())
