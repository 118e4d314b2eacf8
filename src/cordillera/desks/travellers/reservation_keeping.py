"""Reservations as the desk may keep them: the law's allow-list, and three things more.

`kept` is applied to every PNRGOV message before anything of it is stored, shown or compared. It leaves

1. what `safeguard.allowed_message` leaves (the nineteen elements of Directive 2016/681 Annex I);
2. codes that are codes: where a short code belongs, a longer text is emptied, since it could say anything;
3. documents without the sex of their holder, which nothing here may use (DESIGN 4.4);
4. of a card number sent whole, the first six and the last four digits.

>>> card_shown("4111111111111111"), card_shown("XXXXXXXXXXXX1186")
('411111XXXXXX1111', 'XXXXXXXXXXXX1186')
"""

import re
from typing import TypeVar

import msgspec

from cordillera.engines.edifact.paxlst_model import Field
from cordillera.engines.edifact.pnrgov_model import Document, Payment, Pnr, PnrgovMessage
from cordillera.engines.edifact.safeguard import SERVICES, allowed_message

_CODE = re.compile(r"[A-Za-z0-9]{0,3}|DOC[SOA](?: [A-Z0-9]{1,2})?|CTC[A-Z]?|\d{1,4}(?:\.\d{1,4})?")
TOLD = frozenset(
    {
        *("pnrgov.pnr_count", "pnrgov.part_missing", "pnrgov.part_again", "pnrgov.no_locator"),
        *("pnrgov.no_src", "pnrgov.missing", "pnrgov.misplaced", "edifact.segment_count"),
        *("paxlst.traveller_count", "paxlst.repeats", "paxlst.no_flight"),
    }
)
"""Findings whose text is made of numbers and tags alone."""
_SHORTEST_CARD = 12
_FIRST, _LAST = 6, 4
_Record = TypeVar("_Record", bound=msgspec.Struct)


def kept(message: PnrgovMessage) -> PnrgovMessage:
    """Return a message with its reservations as they may be kept: conditions 1 to 4 above.

    Its findings do not quote it, except numbers and tags.
    """
    lawful = allowed_message(message)
    found = (one if one.code in TOLD else msgspec.structs.replace(one, text="") for one in lawful.findings)
    return msgspec.structs.replace(
        lawful, pnrs=tuple(_strict(one) for one in lawful.pnrs), findings=tuple(found)
    )


def is_part(message: PnrgovMessage) -> bool:
    """Tell whether a message is one part of several."""
    return message.part > 1 or not message.last


def is_code(text: str) -> bool:
    """Tell whether a text is a code, too short to say anything about somebody."""
    return text in SERVICES or _CODE.fullmatch(text) is not None


def card_shown(account: str) -> str:
    """Return a card number with only its first six and last four digits; other texts stay as they are."""
    places = [at for at, letter in enumerate(account) if letter.isdecimal()]
    hidden = set(places[_FIRST:-_LAST]) if len(places) >= _SHORTEST_CARD else set()
    return "".join("X" if at in hidden else letter for at, letter in enumerate(account))


def _strict(pnr: Pnr) -> Pnr:
    return _records(pnr)


def _records(record: _Record) -> _Record:
    """A record with everything in it as conditions 2 to 4 say."""
    if isinstance(record, Field):
        return record
    changed = {}
    for name in record.__struct_fields__:
        before = getattr(record, name)
        after = _value(record, name, before)
        if after is not before:
            changed[name] = after
    return msgspec.structs.replace(record, **changed) if changed else record


def _value(record: msgspec.Struct, name: str, value: object) -> object:
    if isinstance(value, str):
        return value if is_code(value) else ""
    if isinstance(record, Document) and name == "sex":
        return None
    if isinstance(record, Payment) and name == "account" and isinstance(value, Field):
        shown = card_shown(value.text)
        return value if shown == value.text else msgspec.structs.replace(value, text=shown)
    if isinstance(value, msgspec.Struct):
        return _records(value)
    if isinstance(value, tuple):
        changed = tuple(_records(one) if isinstance(one, msgspec.Struct) else one for one in value)
        return value if all(new is old for new, old in zip(changed, value, strict=True)) else changed
    return value
