r"""JSON that is signed or hashed: RFC 8785 on the way out, a strict reader on the way in.

The reader refuses what lenient parsers let through and attackers use: duplicate keys, NaN and
Infinity, integers beyond 2^53 - 1, lone surrogates, byte-order marks, nesting deeper than 32 and
documents over a cap that is checked before anything is parsed.

>>> dumps({"b": 1.0, "a": "ñ"})
b'{"a":"\xc3\xb1","b":1}'
>>> loads(b'{"a": 1, "a": 2}')
Traceback (most recent call last):
...
cordillera.foundation.canonical.DuplicateKey: json.duplicate_key(key='a')
"""

import json
import math
import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NoReturn, TypeVar, cast

import msgspec
from msgspec import inspect

from cordillera.foundation import shapes
from cordillera.foundation.errors import BadInput

MAX_BYTES = 1_048_576
MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1

T = TypeVar("T")


class NotJson(BadInput):
    """The bytes are no JSON text, or not UTF-8."""

    code = "json.not_json"


class DuplicateKey(BadInput):
    """An object names a key twice: two readers would see two documents."""

    code = "json.duplicate_key"


class NotANumber(BadInput):
    """NaN or Infinity, which JSON does not have."""

    code = "json.not_a_number"


class IntegerTooLarge(BadInput):
    """An integer that other readers would round (I-JSON, RFC 7493 2.2)."""

    code = "json.integer_too_large"


class TooDeep(BadInput):
    """More nesting than a reader should have to follow."""

    code = "json.too_deep"


class TooLarge(BadInput):
    """More bytes than the place allows."""

    code = "json.too_large"


class LoneSurrogate(BadInput):
    """Half a UTF-16 pair: no character."""

    code = "json.lone_surrogate"


class WrongShape(BadInput):
    """Well-formed JSON that is not what the schema asks for."""

    code = "json.wrong_shape"


class NotCanonicalizable(BadInput):
    """A value that RFC 8785 cannot write."""

    code = "json.not_canonicalizable"


def loads(raw: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> object:
    """Read one JSON text strictly; raise a subtype of `BadInput` for anything doubtful."""
    if len(raw) > max_bytes:
        raise TooLarge(size=len(raw), limit=max_bytes)
    _check_depth(raw, max_depth)
    try:
        text = raw.decode("utf-8")
        value: object = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_int=_exact,
            parse_float=_finite,
        )
    except UnicodeDecodeError as error:
        raise NotJson(reason="not UTF-8", offset=error.start) from error
    except json.JSONDecodeError as error:
        raise NotJson(reason=error.msg, offset=error.pos) from error
    if "\\u" in text:
        _check_surrogates(value)
    return value


def to_struct(raw: bytes, kind: type[T], *, max_bytes: int = MAX_BYTES) -> T:
    """Read strictly, then convert to the msgspec type `kind`; unknown or wrong fields raise `WrongShape`.

    Text that reads and writes back to the same bytes in canonical order names no key twice and hides
    nothing; only what differs is read the long way, which says what is wrong with it.
    """
    if len(raw) <= max_bytes and not _may_be_doubtful(raw, cast("Hashable", kind)):
        try:
            found = shapes.decode(raw, kind)
            if _write_sorted(found) == raw:
                return found
        except (msgspec.MsgspecError, UnicodeError):
            pass
    try:
        return shapes.convert(loads(raw, max_bytes=max_bytes), kind, strict=True)
    except msgspec.ValidationError as error:
        raise WrongShape(reason=str(error)) from error


def dumps(value: object) -> bytes:
    """Write `value` (JSON values, msgspec structs) as RFC 8785 canonical bytes."""
    try:
        if isinstance(value, msgspec.Struct) and _is_plain(type(value)):
            raw = _write_sorted(value)
            if not _has_long_number(raw):
                return raw
        plain = msgspec.to_builtins(value)
        return _write_sorted(plain) if _is_simple(plain) else _encode(plain).encode("utf-8")
    except UnicodeEncodeError as error:
        raise LoneSurrogate(offset=error.start) from error


_write_sorted = msgspec.json.Encoder(order="sorted").encode
_LONG_NUMBERS = tuple(re.compile(start + rb"-?\d{16}") for start in (rb":", rb",", rb"\["))


def _may_be_doubtful(raw: bytes, kind: Hashable) -> bool:
    """Whether it may nest too deep or hold an integer that other readers would round.

    A plain type says itself how deep its values nest.
    """
    flat = raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH
    if not flat and not _is_plain(kind):
        return True
    return _has_long_number(raw)


_ZEROS = bytes(0x30 if 0x30 <= byte <= 0x39 else byte for byte in range(256))
_SIXTEEN = b"0" * 16


def _has_long_number(raw: bytes) -> bool:
    """Whether an integer may stand in `raw` that other readers would round; text may look like one."""
    if _SIXTEEN not in raw.translate(_ZEROS):
        return False
    member, item, first = _LONG_NUMBERS
    return bool(member.search(raw) or item.search(raw) or first.search(raw))


_QUOTED = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_BRACKETS = re.compile(rb"[\[{\]}]")


def _check_depth(raw: bytes, limit: int) -> None:
    if raw.count(b"[") + raw.count(b"{") <= limit:
        return
    depth = 0
    for bracket in _BRACKETS.findall(_QUOTED.sub(b"", raw)):
        depth += 1 if bracket in b"[{" else -1
        if depth > limit:
            raise TooDeep(limit=limit)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        (name, _), *_others = Counter(name for name, _ in pairs).most_common(1)
        raise DuplicateKey(key=name[:64])
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise NotANumber(value=word)


def _exact(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_INTEGER:
        raise IntegerTooLarge(digits=len(digits))
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotANumber(value=digits[:32])
    return number


def _check_surrogates(value: object) -> None:
    if isinstance(value, str):
        if any(0xD800 <= ord(character) <= 0xDFFF for character in value):
            raise LoneSurrogate
    elif isinstance(value, Mapping):
        for name, member in value.items():
            _check_surrogates(name)
            _check_surrogates(member)
    elif isinstance(value, Sequence):
        for member in value:
            _check_surrogates(member)


_PLAIN = (
    inspect.StrType,
    inspect.IntType,
    inspect.BoolType,
    inspect.NoneType,
    inspect.UUIDType,
    inspect.DateTimeType,
    inspect.DateType,
    inspect.EnumType,
    inspect.LiteralType,
)


@lru_cache(maxsize=256)
def _is_plain(kind: Hashable) -> bool:
    """Whether all values of a struct's type are simple (`_is_simple`), but for the size of integers."""
    return _is_plain_type(shapes.described(kind))


def _is_plain_type(kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.StructType):
        return all(_is_plain_type(field.type) for field in kind.fields)
    if isinstance(kind, inspect.ListType | inspect.VarTupleType):
        return _is_plain_type(kind.item_type)
    if isinstance(kind, inspect.UnionType):
        return all(_is_plain_type(one) for one in kind.types)
    return isinstance(kind, _PLAIN)


_CERTAIN = frozenset({str, bool, type(None)})


def _is_simple(value: object) -> bool:
    """Whether msgspec writes `value` as RFC 8785 wants it: ASCII keys, no float, no large integer."""
    waiting = [value]
    for one in waiting:
        if isinstance(one, dict):
            if not _has_plain_names(one):
                return False
            waiting += [member for member in one.values() if type(member) not in _CERTAIN]
        elif isinstance(one, list | tuple):
            waiting += [member for member in one if type(member) not in _CERTAIN]
        elif isinstance(one, int):
            if abs(one) > MAX_INTEGER:
                return False
        elif one is not None and not isinstance(one, str):
            return False
    return True


def _has_plain_names(one: dict[Any, Any]) -> bool:
    try:
        return "".join(one).isascii()
    except TypeError:  # a key that is no string
        return False


def _encode(value: object) -> str:
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts)


def _write(value: object, parts: list[str]) -> None:
    if value is None or isinstance(value, bool):
        parts.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, str):
        parts.append(_quote(value))
    elif isinstance(value, int):
        parts.append(_integer(value))
    elif isinstance(value, float):
        parts.append(_ecmascript_number(value))
    elif isinstance(value, Mapping):
        _write_object(value, parts)
    elif isinstance(value, Sequence):
        _write_array(value, parts)
    else:
        raise NotCanonicalizable(kind=type(value).__name__)


def _write_object(value: Mapping[object, object], parts: list[str]) -> None:
    if not all(isinstance(name, str) for name in value):
        raise NotCanonicalizable(kind="key that is no string")
    ordered = sorted(value.items(), key=lambda item: str(item[0]).encode("utf-16-be", "surrogatepass"))
    parts.append("{")
    for position, (name, member) in enumerate(ordered):
        parts.append(("," if position else "") + _quote(str(name)) + ":")
        _write(member, parts)
    parts.append("}")


def _write_array(value: Sequence[object], parts: list[str]) -> None:
    parts.append("[")
    for position, member in enumerate(value):
        if position:
            parts.append(",")
        _write(member, parts)
    parts.append("]")


_quote = json.encoder.encode_basestring  # what json.dumps(ensure_ascii=False) does, without its set-up


def _integer(value: int) -> str:
    if abs(value) > MAX_INTEGER:
        raise NotCanonicalizable(kind="integer over 2^53 - 1")
    return str(value)


def _ecmascript_number(value: float) -> str:
    """Write a double as ECMAScript does (RFC 8785, 3.2.2.3): shortest digits, exponent outside 1e-6..1e21."""
    if not math.isfinite(value):
        raise NotCanonicalizable(kind="NaN or Infinity")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    return sign + _place_point(digits, point)


def _place_point(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    rest = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{rest}e{'+' if point > 0 else '-'}{abs(point - 1)}"
