"""Bodies are read strictly, before the handler's own decoding: the declared media type, no NUL, exact shape.

1. The media type is the one the handler declares (415).
2. JSON is read with `foundation.canonical` (no duplicate keys, NaN, lone surrogates, deep nesting): 400.
3. It has exactly the declared shape, without turning text into numbers: 422.
4. No text in it holds a NUL byte: 422.
"""

import re
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException
from litestar.handlers import BaseRouteHandler
from litestar.params import BodyKwarg

from cordillera.foundation import canonical, shapes
from cordillera.foundation.errors import BadInput

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")
_PLACE = re.compile(r" - at `(\$[\w.\[\]]*)`\Z")
_MISSING = re.compile(r"missing required field `(\w+)`")


class WrongMediaType(ClientException):
    """The body is of another kind than the operation takes."""

    status_code = 415


class NulByte(BadInput):
    """A text holds a NUL byte."""

    code = "web.nul_byte"


class WrongBody(BadInput):
    """The body has not the declared shape."""

    code = "web.wrong_values"


def check_moments(request: Request[Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Take moments in addresses as RFC 3339 only; the decoder behind would read any number as one."""
    for name, field in handler.parsed_fn_signature.parameters.items():
        if not field.has_inner_subclass_of(datetime) and field.annotation is not datetime:
            continue
        alias = getattr(field.kwarg_definition, "query", None) or name
        given = request.query_params.get(alias)
        if given and not _MOMENT.match(given):
            raise WrongBody(field=f"query.{alias}")


async def check_body(request: Request[Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Check the body against what the handler takes; raise the errors named above."""
    field = handler.parsed_data_field
    if field is None:
        return
    shapes.learn(field.raw)  # before the framework reads into it, beside the node's other threads
    kwarg = field.kwarg_definition
    wanted = kwarg.media_type if isinstance(kwarg, BodyKwarg) else RequestEncodingType.JSON
    given = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if given != str(getattr(wanted, "value", wanted)):  # 1
        raise WrongMediaType
    if wanted == RequestEncodingType.JSON:
        _check_json(await request.body(), field.raw)
    elif wanted in {RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART}:
        form = await request.form()
        if any(isinstance(value, str) and "\0" in value for value in form.values()):  # 4
            raise NulByte


def _check_json(raw: bytes, kind: Any) -> None:
    try:
        value = canonical.loads(raw)  # 2
    except BadInput as error:
        raise ClientException(error.code) from error
    if _holds_nul(value):  # 4
        raise NulByte
    try:
        shapes.convert(_with_integers(value), kind, strict=True)  # 3
    except msgspec.ValidationError as error:
        raise WrongBody(field=_place(str(error))) from error


def _with_integers(value: object) -> object:
    """Read 3.0 as the integer that it is in JSON Schema; nothing else changes its kind."""
    if isinstance(value, dict):
        return {key: _with_integers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_integers(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _place(message: str) -> str:
    """Return where a value does not fit or is missing; only names we declared, the sender's own are data."""
    found, missing = _PLACE.search(message), _MISSING.search(message)
    if missing:
        return f"{found.group(1) if found else '$'}.{missing.group(1)}"
    return found.group(1) if found else "body"


def _holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_holds_nul, value))
