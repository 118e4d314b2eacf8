"""The form to look keys up privately: its boxes, and how they are read.

>>> read_keys(LookupForm(kind_2="phone", value_2="+593 99 555 0101"))[0].kind
'phone'
"""

from typing import Final

import msgspec

from cordillera.foundation import shapes
from cordillera.trust.agreements.request import ArticleUse
from cordillera.trust.exchange.choices import Box, Route, RouteDuties, WhyForm
from cordillera.trust.lookup.errors import KeyNotExact
from cordillera.trust.lookup.model import ExactKey, LookupView

ROWS: Final = (1, 2, 3, 4)
"""Keys that the form has boxes for; programs may ask for more at once."""


class LookupForm(WhyForm, frozen=True, kw_only=True):
    """The boxes of the form: whom and why, and up to four keys; a key without a value is none."""

    kind_1: Box = "document"
    issuer_1: Box = ""
    type_1: Box = ""
    value_1: Box = ""
    kind_2: Box = "document"
    issuer_2: Box = ""
    type_2: Box = ""
    value_2: Box = ""
    kind_3: Box = "document"
    issuer_3: Box = ""
    type_3: Box = ""
    value_3: Box = ""
    kind_4: Box = "document"
    issuer_4: Box = ""
    type_4: Box = ""
    value_4: Box = ""


class KeyBoxes(msgspec.Struct, frozen=True):
    """The boxes of one key, as they were filled in."""

    number: int
    kind: str
    issuer: str
    type: str
    value: str


class LookupsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Look-ups and the form.

    `error` is a message id, `wrong_key` the key it is about; `fetched` counts entries of a table.
    """

    lookups: tuple[LookupView, ...]
    form: LookupForm
    keys: tuple[KeyBoxes, ...]
    routes: tuple[Route, ...]
    purposes: tuple[str, ...]
    offences: tuple[str, ...]
    categories: tuple[str, ...]
    grounds: tuple[str, ...]
    duties: tuple[RouteDuties, ...]
    missing: tuple[Route, ...]
    error: str = ""
    box: str = ""
    wrong_key: int = 0
    articles: tuple[ArticleUse, ...] = ()
    fetched: int | None = None
    waits: bool = False


def boxes_of(form: LookupForm) -> tuple[KeyBoxes, ...]:
    """Return the boxes of each key."""
    filled = msgspec.structs.asdict(form)
    names = ("kind", "issuer", "type", "value")
    return tuple(KeyBoxes(number, *(filled[f"{name}_{number}"] for name in names)) for number in ROWS)


def read_keys(form: LookupForm) -> tuple[ExactKey, ...]:
    """Return the keys that were filled in, in order.

    Raises `KeyNotExact`; its facts say which by `number`, 0 when there is none at all.
    """
    filled = [boxes for boxes in boxes_of(form) if boxes.value.strip()]
    if not filled:
        raise KeyNotExact(number=0)
    return tuple(_key(boxes) for boxes in filled)


def _key(boxes: KeyBoxes) -> ExactKey:
    kind = {"kind": boxes.kind, "issuer": boxes.issuer, "type": boxes.type, "value": boxes.value}
    try:
        key = shapes.convert(kind, ExactKey)
    except msgspec.ValidationError as error:
        raise KeyNotExact(number=boxes.number) from error
    if not key.is_exact:
        raise KeyNotExact(number=boxes.number)
    return key
