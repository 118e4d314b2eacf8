"""What is no agreement of this kind is said to be outside the schema, with reasons, and not half-encoded.

The schema speaks of standing exchange of information between two parties, by services with closed lists.
A treaty on legal assistance, an extradition treaty or a convention of many states asks for other acts; an
attempt to write one as an agreement file fails here and names everything that does not fit.

>>> [reason.code for reason in reasons_against(b"# A treaty, as people read it")]
['agreements.outside.not_json']
"""

import re
from typing import Any

import msgspec

from cordillera.foundation import canonical, shapes
from cordillera.trust.agreements.errors import OutsideSchema
from cordillera.trust.agreements.model import Agreement, Clause, Party, Service

MOST_REASONS = 40
_KINDS = (
    ("legal_assistance", r"legal assistance|asistencia (?:judicial|jur[ií]dica|legal)|rechtshulp"),
    ("extradition", r"\bextradition\b|\bextradici[oó]n\b|\buitlevering\b"),
    ("convention", r"states? parties|estados? partes?|staten die partij|verdragsluitende staten"),
)
_MENTIONS = 20


class Reason(msgspec.Struct, frozen=True):
    """Why a file is no agreement: a message id and the place."""

    code: str
    place: str


def read_or_say_why(raw: bytes) -> Agreement:
    """Read one agreement strictly; raise `OutsideSchema` with every reason, or the errors of `canonical`."""
    reasons = reasons_against(raw)
    if reasons:
        raise OutsideSchema(reasons=tuple(f"{one.code}: {one.place}" for one in reasons), found=reasons)
    return canonical.to_struct(raw, Agreement)


def reasons_against(raw: bytes) -> tuple[Reason, ...]:
    """Return why the bytes are no agreement file; () when they are one.

    1. It is JSON. 2. It is one object. 3. It has the fields of an agreement and no others.
    4. Every value has its type and every word is in the vocabulary.
    """
    try:
        value = canonical.loads(raw)
    except canonical.NotJson:
        return (Reason("agreements.outside.not_json", _first_line(raw)), *_kinds_of(raw))
    if not isinstance(value, dict):
        return (Reason("agreements.outside.not_an_object", type(value).__name__),)
    return _wrong_fields(value) or _wrong_values(value)


def _wrong_fields(value: dict[str, Any]) -> tuple[Reason, ...]:
    fields = msgspec.structs.fields(Agreement)
    missing = [field.encode_name for field in fields if field.required and field.encode_name not in value]
    unknown = sorted(set(value) - {field.encode_name for field in fields})
    found = [Reason("agreements.outside.missing", name) for name in missing]
    found += [Reason("agreements.outside.unknown", name[:64]) for name in unknown]
    return tuple(found[:MOST_REASONS])


def _wrong_values(value: dict[str, Any]) -> tuple[Reason, ...]:
    """Judge field by field, so that one wrong value does not hide the next."""
    found = []
    for field in msgspec.structs.fields(Agreement):
        if field.encode_name in value:
            found += _wrong_field(value[field.encode_name], field)
    return tuple(found[:MOST_REASONS])


def _wrong_field(value: object, field: msgspec.structs.FieldInfo) -> list[Reason]:
    name = field.encode_name
    one = _LISTS.get(name)
    if one is None or not isinstance(value, list) or not value:
        return _wrong_part(value, field.type, name)
    parts = [_wrong_part(item, one, f"{name}[{at}]") for at, item in enumerate(value)]
    return [reason for part in parts for reason in part] or _wrong_part(value, field.type, name)


_LISTS: dict[str, Any] = {"services": Service, "clauses": Clause, "parties": Party}


def _wrong_part(value: object, kind: Any, place: str) -> list[Reason]:
    try:
        shapes.decode(msgspec.json.encode(value), kind)
    except msgspec.ValidationError as error:
        return [Reason("agreements.outside.value", f"{place}: {error}"[:300])]
    return []


def _first_line(raw: bytes) -> str:
    text = raw[:2000].decode("utf-8", "replace").strip()
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("<"))
    line = next(lines, text[:80])
    return "".join(sign for sign in line if sign.isprintable())[:80]


def _kinds_of(raw: bytes) -> tuple[Reason, ...]:
    """Name the kind of instrument that a text for people speaks of, when it says so often enough."""
    text = raw[: canonical.MAX_BYTES].decode("utf-8", "replace").lower()
    return tuple(
        Reason(f"agreements.outside.{kind}", str(count))
        for kind, pattern in _KINDS
        if (count := len(re.findall(pattern, text))) >= _MENTIONS
    )
