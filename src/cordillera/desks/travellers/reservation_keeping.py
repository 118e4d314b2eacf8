"""Reservations as the desk may keep them: the law's allow-list, and three things more.

`kept` is applied to every PNRGOV message before anything of it is stored, shown or compared. It leaves

1. what `safeguard.allowed_message` leaves (the nineteen elements of Directive 2016/681 Annex I);
2. codes that are codes: where a short code belongs, a longer text is emptied, since it could say anything;
   where a number, a moment or a reference belongs (all but names, addresses and contacts), words are;
3. documents without the sex of their holder, which nothing here may use (DESIGN 4.4);
4. of a card number sent whole, the first six and the last four digits.

>>> card_shown("4111111111111111"), card_shown("XXXXXXXXXXXX1186")
('411111XXXXXX1111', 'XXXXXXXXXXXX1186')
"""

import re
from typing import TypeVar

import msgspec

from cordillera.desks.travellers.sensitive_words import tells_sensitive, tells_words
from cordillera.engines.edifact.paxlst_model import Field
from cordillera.engines.edifact.pnrgov_model import (
    Address,
    Contact,
    Document,
    FrequentFlyer,
    Leg,
    Moment,
    Money,
    Office,
    Payment,
    Pnr,
    PnrgovMessage,
    Seat,
)
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
_FREE = frozenset({"surname", "given", "middle", "more_given", "traveller", "payer", "text", "tier"})
"""Names, whose words are lawful, and what `safeguard` gave a form; of addresses and contacts all is free."""
_PLACES = frozenset({"birthplace", "issued_at"})
"""Names of places: their words are lawful, sensitive ones are not."""
_NEEDED: dict[type, frozenset[str]] = {
    Moment: frozenset({"at"}),
    Money: frozenset({"amount"}),
    FrequentFlyer: frozenset({"number"}),
    Seat: frozenset({"number"}),
}
"""Records that say nothing without this field."""
_SHORT = 3
_Kept = TypeVar("_Kept", Pnr, Office, Leg)
_SHORTEST_CARD = 12
_FIRST, _LAST = 6, 4


def kept(message: PnrgovMessage) -> PnrgovMessage:
    """Return a message with its reservations as they may be kept: conditions 1 to 4 above.

    Its findings do not quote it, except numbers and tags.
    """
    lawful = allowed_message(message)
    found = (one if one.code in TOLD else msgspec.structs.replace(one, text="") for one in lawful.findings)
    return msgspec.structs.replace(
        lawful,
        reference=_reference(lawful.reference),
        access_reference=_reference(lawful.access_reference),
        version=":".join(part for part in lawful.version.split(":") if is_code(part)),
        sender=lawful.sender and _with(lawful.sender),
        flight=lawful.flight and _with(lawful.flight),
        pnrs=tuple(map(_with, lawful.pnrs)),
        findings=tuple(found),
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


def _reference(text: str) -> str:
    return "" if tells_words(text) or tells_sensitive(text) else text


def _with(record: _Kept) -> _Kept:
    changed = _changed(record)
    return msgspec.structs.replace(record, **changed) if changed else record


def _changed(record: msgspec.Struct) -> dict[str, object]:
    """What of a record is otherwise as conditions 2 to 4 say."""
    names = record.__struct_fields__
    found = ((name, getattr(record, name)) for name in names)
    pairs = ((name, before, _value(record, name, before)) for name, before in found)
    return {name: after for name, before, after in pairs if after is not before}


def _value(record: msgspec.Struct, name: str, value: object) -> object:
    if isinstance(value, str):
        return value if is_code(value) else ""
    if isinstance(record, Document) and name == "sex":
        return None
    if isinstance(record, Payment) and name == "account" and isinstance(value, Field):
        shown = card_shown(value.text)
        value = value if shown == value.text else msgspec.structs.replace(value, text=shown)
    if isinstance(value, tuple):
        changed = tuple(_value(record, name, one) for one in value)
        same = all(new is old for new, old in zip(changed, value, strict=True))
        return value if same else tuple(one for one in changed if one is not None)
    if isinstance(value, Field):
        return None if _is_worded(record, name, value.text) else value
    return _record(value) if isinstance(value, msgspec.Struct) else value


def _record(record: msgspec.Struct) -> msgspec.Struct | None:
    """A record inside another; None where it is nothing without the field that was emptied."""
    changed = _changed(record)
    if any(after is None and name in _NEEDED.get(type(record), ()) for name, after in changed.items()):
        return None
    return msgspec.structs.replace(record, **changed) if changed else record


def _is_worded(record: msgspec.Struct, name: str, text: str) -> bool:
    """Condition 2, for what is no code: words stand where a number, a moment or a reference belongs."""
    if name in _FREE or isinstance(record, Address | Contact):
        return False
    if name in _PLACES:
        return tells_sensitive(text)
    return tells_words(text) or (len(text) > _SHORT and tells_sensitive(text))
