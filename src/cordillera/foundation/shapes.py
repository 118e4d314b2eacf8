"""Reading values into types, from as many threads as there are.

msgspec works out a type when it first sees it and keeps what it found with the type, unfinished while it
works. A second thread that meets the type in that moment reads what is not there yet and takes the process
down with it (msgspec 0.22.0). Here one thread at a time works out a type, and nobody uses it before it is
done; every place that reads into a type goes through this module (tests/test_house.py).

>>> decode(b'[1,2]', tuple[int, ...])
(1, 2)
>>> convert("7", int, strict=False)
7
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast, overload

import msgspec
import msgspec.inspect

T = TypeVar("T")

_readers: dict[object, msgspec.json.Decoder[Any]] = {}
_working_out = threading.Lock()


@overload
def decode(raw: bytes | str, kind: type[T]) -> T: ...
@overload
def decode(raw: bytes | str, kind: object) -> Any: ...
def decode(raw: bytes | str, kind: object) -> Any:
    """Read JSON into `kind`; raises `msgspec.DecodeError`, or its subtype `ValidationError`."""
    return reader(kind).decode(raw)


@overload
def convert(
    value: object, kind: type[T], *, strict: bool = True, dec_hook: Callable[[type, Any], Any] | None = None
) -> T: ...
@overload
def convert(
    value: object, kind: object, *, strict: bool = True, dec_hook: Callable[[type, Any], Any] | None = None
) -> Any: ...
def convert(
    value: object, kind: Any, *, strict: bool = True, dec_hook: Callable[[type, Any], Any] | None = None
) -> Any:
    """Turn plain values into `kind`; raises `msgspec.ValidationError`."""
    learn(kind)
    return msgspec.convert(value, kind, strict=strict, dec_hook=dec_hook)


def learn(kind: object) -> None:
    """Work out `kind` with all types in it, unless that was done: from now on any thread may use it."""
    reader(kind)


@overload
def reader(kind: type[T]) -> msgspec.json.Decoder[T]: ...
@overload
def reader(kind: object) -> msgspec.json.Decoder[Any]: ...
def reader(kind: object) -> msgspec.json.Decoder[Any]:
    """The reader of JSON of a type, made once."""
    found = _readers.get(kind)
    if found is None:
        with _working_out:
            found = _readers.get(kind) or _readers.setdefault(kind, msgspec.json.Decoder(cast("Any", kind)))
    return found


def described(kind: object) -> msgspec.inspect.Type:
    """What msgspec says about a type: to say it, it works the type out."""
    with _working_out:
        return msgspec.inspect.type_info(kind)


def schemas(kinds: Sequence[object], place: str) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    """The JSON schemas of types, and those that they name, which are found at `place` (with `{name}`)."""
    with _working_out:
        return msgspec.json.schema_components(kinds, ref_template=place)


def packed_reader(kind: type[T]) -> msgspec.msgpack.Decoder[T]:
    """A reader of MessagePack of a type."""
    with _working_out:
        return msgspec.msgpack.Decoder(kind)
