"""Statements of the busiest paths, sent to the driver without SQLAlchemy's compiler and result objects.

A `Statement` is prepared by the server on first use and its results come in binary. A `Bulk` writes many
rows in one statement: each column travels as one binary array and is spread by `unnest`, so that neither
side pays per row for a message of the protocol. Within a transaction that gathers, what is `send` waits
for the next statement that returns something, as `pooling.deferred` does. Errors are SQLAlchemy's.

>>> Statement("SELECT 1 WHERE :one = 1").text
'SELECT 1 WHERE %(one)s = 1'
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct, pack
from types import MappingProxyType
from typing import Any, Final, cast
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg import adapt, pq

from cordillera.foundation.store import pooling

_PARAMETER: Final = re.compile(r"(?<!:):([a-z_]+)")
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NULL: Final = b"\xff\xff\xff\xff"
_MICROSECOND: Final = timedelta(microseconds=1)
_LENGTH: Final = Struct(">i").pack
_EIGHT: Final = Struct(">q").pack
LIST_SEPARATOR: Final = "\x1f"
"""Between the members of a list of codes in a `Bulk` column of kind "text"; see `spread`."""


class Statement:
    """One statement with named parameters (`:name`)."""

    def __init__(self, text: str) -> None:
        names = tuple(dict.fromkeys(_PARAMETER.findall(text)))
        places = {name: f"${number}" for number, name in enumerate(names, 1)}
        self.names = names
        self.text = _PARAMETER.sub(r"%(\1)s", text)
        self.wired = _PARAMETER.sub(lambda found: places[found[1]], text).encode()

    def send(self, tx: sa.Connection, values: Mapping[str, object]) -> None:
        """Execute it; nobody reads a result."""
        try:
            line = pooling.line_of(tx)
            if line is None:
                self._cursor(tx, values)
            else:
                line.send(self.wired, [values[name] for name in self.names])
        except psycopg.Error as error:
            raise pooling.failed(tx, error) from error

    def ahead(self, tx: sa.Connection, values: Mapping[str, object]) -> None:
        """Send it now where the transaction gathers: the next `rows` with these values finds its answer.

        Nothing that it reads may be written in between.
        """
        try:
            line = pooling.line_of(tx)
            if line is not None:
                line.ahead(self.wired, [values[name] for name in self.names])
        except psycopg.Error as error:
            raise pooling.failed(tx, error) from error

    def went_ahead(self, tx: sa.Connection, values: Mapping[str, object]) -> bool:
        """Whether it was sent ahead with these values in this transaction, and its answer not taken yet."""
        line = pooling.line_of(tx)
        return line is not None and line.went_ahead(self.wired, [values[name] for name in self.names])

    def rows(self, tx: sa.Connection, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """Execute it and return its rows."""
        try:
            line = pooling.line_of(tx)
            if line is None:
                return self._cursor(tx, values).fetchall()
            return line.rows(self.wired, [values[name] for name in self.names])
        except psycopg.Error as error:
            raise pooling.failed(tx, error) from error

    def row(self, tx: sa.Connection, values: Mapping[str, object]) -> tuple[Any, ...] | None:
        """Execute it and return its first row, if there is one."""
        found = self.rows(tx, values)
        return found[0] if found else None

    def _cursor(self, tx: sa.Connection, values: Mapping[str, object]) -> psycopg.Cursor[tuple[Any, ...]]:
        driver: psycopg.Connection[tuple[Any, ...]] = cast("Any", tx.connection.driver_connection)
        return driver.cursor(binary=True).execute(self.text, values)


class Bulk:
    """A statement over rows: `{rows}` in it is a table called `rows` with the columns named here.

    Kinds are `uuid`, `text`, `bytea`, `timestamptz`, `bigint`, `boolean`.
    """

    def __init__(self, text: str, columns: Mapping[str, str]) -> None:
        self._columns = {name: _ARRAYS[kind] for name, kind in columns.items()}
        names = ", ".join(columns)
        arrays = ", ".join(f":{name}" for name in columns)
        cells = ", ".join(f"CAST(:{name} AS {kind})" for name, kind in columns.items())
        self._many = Statement(text.replace("{rows}", f"unnest({arrays}) AS rows ({names})"))
        self._one = Statement(text.replace("{rows}", f"(VALUES ({cells})) AS rows ({names})"))

    def send(
        self,
        tx: sa.Connection,
        rows: Sequence[tuple[object, ...]],
        shared: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Execute it over `rows`, in their order; `shared` parameters hold for all. Nothing for no rows."""
        if rows:
            statement, values = self._filled(rows, shared)
            statement.send(tx, values)

    def rows(
        self,
        tx: sa.Connection,
        rows: Sequence[tuple[object, ...]],
        shared: Mapping[str, object] = MappingProxyType({}),
    ) -> list[tuple[Any, ...]]:
        """Execute it as `send` does, and return its rows."""
        if not rows:
            return []
        statement, values = self._filled(rows, shared)
        return statement.rows(tx, values)

    def _filled(
        self, rows: Sequence[tuple[object, ...]], shared: Mapping[str, object]
    ) -> tuple[Statement, dict[str, object]]:
        if len(rows) == 1:
            return self._one, {**dict(zip(self._columns, rows[0], strict=True)), **shared}
        columns = zip(self._columns.items(), zip(*rows, strict=True), strict=True)
        return self._many, {**{name: array(values) for (name, array), values in columns}, **shared}


def uuids(values: Sequence[UUID]) -> object:
    """Return ids as one parameter of type uuid[]."""
    return _Uuids(values)


def texts(values: Sequence[str]) -> object:
    """Return texts as one parameter of type text[]."""
    return _Texts(values)


def blobs(values: Sequence[bytes]) -> object:
    """Return bytes as one parameter of type bytea[]."""
    return _Bytes(values)


def integers(values: Sequence[int]) -> object:
    """Return numbers as one parameter of type bigint[]."""
    return _Integers(values)


def spread(codes: Sequence[str]) -> str:
    """Return a list of codes as one text; `string_to_array(column, chr(31))` makes it a list again."""
    return LIST_SEPARATOR.join(codes)


def teach(driver: Any) -> None:
    """Teach a connection of the driver how columns travel."""
    for array in _ARRAYS.values():
        driver.adapters.register_dumper(array, _DUMPERS[array])


class _Array:
    """A column, to be written as PostgreSQL's binary array."""

    element = 0
    oid = 0
    size = 0
    """How many bytes every element has; 0 when that differs."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def __eq__(self, other: object) -> bool:
        """Whether both are the same column: what was sent ahead is asked for by its values."""
        return type(other) is type(self) and isinstance(other, _Array) and other.values == self.values

    __hash__ = None  # type: ignore[assignment]

    def encoded(self, values: Sequence[Any]) -> list[bytes]:
        """Return values, none of them null, as PostgreSQL's binary format has them."""
        return list(values)

    def dumped(self) -> bytes:
        """Return the array: one dimension, its elements with their lengths. What is the same is made once."""
        values, count = self.values, len(self.values)
        nulls = not all(values) and None in values
        head = pack(">iiiii", 1, int(nulls), self.element, count, 1)
        if count > 1 and values[0] == values[-1] and values.count(values[0]) == count:
            return head + self._one(values[0]) * count
        if nulls:
            return head + b"".join([self._one(value) for value in values])
        return head + self._sized(self.encoded(values))

    def _one(self, value: Any) -> bytes:
        return _NULL if value is None else self._sized(self.encoded([value]))

    def _sized(self, encoded: list[bytes]) -> bytes:
        """Join elements, each after its length."""
        if self.size:
            length = _LENGTH(self.size)
            return length + length.join(encoded) if encoded else b""
        return b"".join([part for one in encoded for part in (_LENGTH(len(one)), one)])


class _Uuids(_Array):
    element, oid, size = 2950, 2951, 16

    def encoded(self, values: Sequence[Any]) -> list[bytes]:
        return [value.bytes for value in values]


class _Texts(_Array):
    element, oid = 25, 1009

    def encoded(self, values: Sequence[Any]) -> list[bytes]:
        return [value.encode() for value in values]


class _Bytes(_Array):
    element, oid = 17, 1001


class _Moments(_Array):
    element, oid, size = 1184, 1185, 8

    def encoded(self, values: Sequence[Any]) -> list[bytes]:
        return [_EIGHT((value - _EPOCH) // _MICROSECOND) for value in values]


class _Integers(_Array):
    element, oid, size = 20, 1016, 8

    def encoded(self, values: Sequence[Any]) -> list[bytes]:
        return [_EIGHT(value) for value in values]


class _Booleans(_Array):
    element, oid, size = 16, 1000, 1

    def encoded(self, values: Sequence[Any]) -> list[bytes]:
        return [bytes([value]) for value in values]


class _ArrayDumper(adapt.Dumper):
    format = pq.Format.BINARY

    def dump(self, obj: _Array) -> bytes:
        return obj.dumped()


def _dumper(array: type[_Array]) -> type[_ArrayDumper]:
    return type(f"{array.__name__}Dumper", (_ArrayDumper,), {"oid": array.oid})


_ARRAYS: Final[dict[str, type[_Array]]] = {
    "uuid": _Uuids,
    "text": _Texts,
    "bytea": _Bytes,
    "timestamptz": _Moments,
    "bigint": _Integers,
    "boolean": _Booleans,
}
_DUMPERS: Final = {array: _dumper(array) for array in _ARRAYS.values()}
