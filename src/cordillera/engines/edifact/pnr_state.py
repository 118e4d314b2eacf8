"""Which reservations stand for a flight after its messages (PNRGOV MSG 22 and 141): a pure fold.

A carrier sends the reservations of a flight several times before it leaves; they arrive in any order. `fold`
takes them in the order in which they were made:

1. A reservation stands as the newest message that holds it says; an older one adds history only.
2. A whole message (22) that is complete cancels what it does not hold any more; an update (141) does not.
3. A traveller or flight that the newer version lacks, or whose status says cancelled, is gone; it is kept by
   name with the message that no longer had it.
4. A reservation without travellers and flights says by its history (SAC X) who and what is cancelled; without
   that, all of it is.
5. What was cut removes nobody.
6. History is never lost: every change ever told stays, once.

>>> fold(()).standing
()
"""

from collections.abc import Iterable

import msgspec

from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnrgov_model import (
    Change,
    Function,
    Leg,
    Pnr,
    PnrgovMessage,
    PnrTraveller,
)

CANCELLED = frozenset({"XX", "XK", "XL", "XR", "HX", "UN", "UC", "NO", "X"})
"""Status codes of a flight that is not flown (AIRIMP)."""


class Gone(msgspec.Struct, frozen=True):
    """A traveller, flight or reservation that a later message did not hold any more."""

    what: str
    name: str
    message: str
    at: str


class Reservation(msgspec.Struct, frozen=True):
    """A reservation as it stands: `pnr` without what is gone; `as_of` when its newest message was made."""

    key: str
    pnr: Pnr
    as_of: str
    message: str
    cancelled: bool = False
    gone: tuple[Gone, ...] = ()
    history: tuple[Change, ...] = ()


class FlightState(msgspec.Struct, frozen=True):
    """Every reservation ever told of a flight."""

    reservations: tuple[Reservation, ...] = ()

    @property
    def standing(self) -> tuple[Reservation, ...]:
        """Reservations that are not cancelled."""
        return tuple(one for one in self.reservations if not one.cancelled)


def fold(messages: Iterable[PnrgovMessage]) -> FlightState:
    """Work out what stands by all messages of a flight; of two made in one minute the later given holds."""
    known: dict[str, Reservation] = {}
    for message in sorted(messages, key=lambda one: one.prepared):
        _take(known, message)
    return FlightState(tuple(known.values()))


def is_whole_message(message: PnrgovMessage) -> bool:
    """Tell whether a message cancels what it does not hold (condition 2)."""
    return message.function is Function.FULL and message.complete


def traveller_name(person: PnrTraveller) -> str:
    """What tells travellers of one reservation apart from message to message: name and kind."""
    return f"{text_of(person.surname)}/{text_of(person.given)}/{person.kind}"


def leg_name(leg: Leg) -> str:
    """What tells flights of one reservation apart: flight, day and places; its hours may change."""
    day = text_of(leg.departs)[:10]
    return f"{leg.flight} {day} {text_of(leg.origin)}-{text_of(leg.destination)}"


def _take(known: dict[str, Reservation], message: PnrgovMessage) -> None:
    """Take a message in that was made after all that are `known`."""
    held = set()
    for number, pnr in enumerate(message.pnrs):
        key = pnr.key or f"{message.reference} {message.prepared} {number}"
        held.add(key)
        known[key] = _stands(known.get(key), key, pnr, message)
    if is_whole_message(message):
        known |= {key: _cancelled(one, message) for key, one in known.items() if key not in held}


def _stands(before: Reservation | None, key: str, pnr: Pnr, message: PnrgovMessage) -> Reservation:
    """Conditions 1 and 3 to 6 for one reservation of a message."""
    last, gone, history = (pnr, (), ()) if before is None else (before.pnr, before.gone, before.history)
    now = _without_cancelled(pnr if before is None else _newer(last, pnr))
    standing = Reservation(
        key=key,
        pnr=now,
        as_of=message.prepared,
        message=message.reference,
        gone=(*gone, *_missing(last, now, message)),
        history=_with(history, pnr.history),
    )
    return _checked(standing, message)


def _newer(before: Pnr, pnr: Pnr) -> Pnr:
    """The version that holds: the newer, except where it only tells changes, or was cut."""
    if not pnr.travellers and not pnr.legs:
        return _changed(before, pnr)
    if not pnr.partial:
        return pnr
    people = {traveller_name(one): one for one in (*before.travellers, *pnr.travellers)}
    legs = {leg_name(one): one for one in (*before.legs, *pnr.legs)}
    return msgspec.structs.replace(pnr, travellers=tuple(people.values()), legs=tuple(legs.values()))


def _changed(before: Pnr, pnr: Pnr) -> Pnr:
    """Condition 4: what stood, without whom and what the changes cancel."""
    if pnr.partial:
        return before
    cancelled = [one for one in pnr.history if one.action == "X" and (one.traveller or one.leg)]
    if not cancelled:
        return msgspec.structs.replace(before, travellers=(), legs=())
    names = {tuple(part.text for part in one.traveller) for one in cancelled if one.traveller}
    legs = {leg_name(one.leg) for one in cancelled if one.leg is not None}
    return msgspec.structs.replace(
        before,
        travellers=tuple(
            one for one in before.travellers if (text_of(one.surname), text_of(one.given)) not in names
        ),
        legs=tuple(one for one in before.legs if leg_name(one) not in legs),
    )


def _without_cancelled(pnr: Pnr) -> Pnr:
    legs = tuple(one for one in pnr.legs if text_of(one.status).upper() not in CANCELLED)
    return pnr if len(legs) == len(pnr.legs) else msgspec.structs.replace(pnr, legs=legs)


def _missing(before: Pnr, now: Pnr, message: PnrgovMessage) -> tuple[Gone, ...]:
    people = {traveller_name(one) for one in now.travellers}
    legs = {leg_name(one) for one in now.legs}
    gone = [("traveller", name) for one in before.travellers if (name := traveller_name(one)) not in people]
    gone += [("flight", name) for one in before.legs if (name := leg_name(one)) not in legs]
    return tuple(Gone(what, name, message.reference, message.prepared) for what, name in gone)


def _checked(standing: Reservation, message: PnrgovMessage) -> Reservation:
    """A reservation that lost its last traveller or flight, or never had any, is cancelled."""
    pnr, lost = standing.pnr, {one.what for one in standing.gone}
    empty = (
        (not pnr.travellers and "traveller" in lost)
        or (not pnr.legs and "flight" in lost)
        or not (pnr.travellers or pnr.legs)
    )
    return _cancelled(standing, message) if empty and not pnr.partial else standing


def _cancelled(one: Reservation, message: PnrgovMessage) -> Reservation:
    if one.cancelled:
        return one
    gone = Gone("reservation", one.key, message.reference, message.prepared)
    return msgspec.structs.replace(one, cancelled=True, gone=(*one.gone, gone))


def _with(history: tuple[Change, ...], more: tuple[Change, ...]) -> tuple[Change, ...]:
    if not (history and more):
        return history or more
    told = {_said(one) for one in history}
    return (*history, *(one for one in more if _said(one) not in told))


def _said(record: object) -> object:
    """What a record says, without where it stands, so that the same change told twice is one."""
    if isinstance(record, Field):
        return record.text
    if isinstance(record, msgspec.Struct):
        names = (name for name in record.__struct_fields__ if name not in {"start", "end"})
        return tuple(_said(getattr(record, name)) for name in names)
    return tuple(_said(part) for part in record) if isinstance(record, tuple) else record
