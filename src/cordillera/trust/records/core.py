"""What must hold before a record is kept, changed or passed on; pure, with the numbers that errors carry."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from cordillera.foundation import canonical, shapes
from cordillera.foundation.errors import BadInput
from cordillera.trust.records.errors import (
    CorrectionAdds,
    NotOriginator,
    OrderRefused,
    ReasonNeeded,
    RecordErased,
    RecordKnown,
    RecordUnreadable,
    SecondOfficerMissing,
    WrongState,
)
from cordillera.trust.records.model import ENDING, NewRecord, Order

Content = TypeVar("Content")
MANY: Final = 100
"""How many records a partner, or an officer here, may have erased in an hour before a second must agree."""


class Held(msgspec.Struct, frozen=True):
    """What is known of a record, or of a tombstone, when an order comes."""

    origin: str
    givers: tuple[str, ...]
    version: int
    gone: str
    takers: tuple[str, ...] = ()


class Given(msgspec.Struct, frozen=True):
    """An order that was taken in before: its kind, by whom it was signed and from whom it came."""

    kind: str
    issuer: str
    received_from: str
    early: bool
    state: str = "open"


def check_keep(new: NewRecord, held: Held | None, orders: Sequence[Given]) -> None:
    """Check that a record may be kept. It must hold.

    1. It was not erased or recalled here by who may: its originator, or the partner that now brings it.
    2. Its id is not held as another node's.

    Raises `RecordErased`, `RecordKnown`.
    """
    if is_ended(new.origin, new.received_from, held, orders):
        raise RecordErased(condition=1, record_id=str(new.record_id))
    if held is not None and held.origin != new.origin:
        raise RecordKnown(condition=2, record_id=str(new.record_id))


def is_ended(origin: str, giver: str, held: Held | None, orders: Sequence[Given]) -> bool:
    """Whether a record was ended here by its originator or by who brings it; an order may come first."""
    entitled = {origin, giver} - {""}
    return (held is not None and bool(held.gone)) or any(
        order.kind in ENDING and order.state != "refused" and order.issuer in entitled for order in orders
    )


def check_own_order(own: str, held: Held, order: Order) -> None:
    """Check that this node may order a change. It must hold.

    1. A reason is given.
    2. It originated the record, or carries out a court's order on its own copy and those it gave;
       a dispute may be raised by every holder.
    3. The record is not erased or recalled already.
    4. An extension, and whatever ends more than 100 records in an hour, has a second officer (`seconded`).

    Raises `ReasonNeeded`, `NotOriginator`, `WrongState`.
    """
    if not order.reason.strip():
        raise ReasonNeeded(condition=1)
    if own != held.origin and not order.court_ref.strip() and order.kind != "dispute":
        raise NotOriginator(condition=2, origin=held.origin)
    if own != held.origin and order.kind in {"correct", "extend"}:
        raise NotOriginator(condition=2, origin=held.origin)
    if held.gone:
        raise WrongState(condition=3, state=held.gone)


def needs_second(order: Order, ended_this_hour: int) -> bool:
    """Whether a second officer must agree before an order of ours takes effect (condition 4)."""
    return order.kind == "extend" or (order.kind in ENDING and ended_this_hour >= MANY)


def check_second(first: str, second: str) -> None:
    """Check that two different officers agree; raise `SecondOfficerMissing`."""
    if not second or first == second:
        raise SecondOfficerMissing(condition=4)


def check_order(order: Order, sender: str, held: Held | None, verified: Collection[str]) -> None:
    """Check that a partner's order binds this node. It must hold.

    1. It comes from the originator, or from a partner that gave us the record; where nothing is held
       yet it binds what its sender or its signer may bring later, and nothing else.
    2. It is signed by the originator; or by the partner that gave it, who carries out a court's order or
       a dispute.
    3. Where the signer is a partner of ours, the signature is by its key (`verified`).
    4. An extension was agreed by two officers of the originator, and prolongs.
    5. A dispute may come from anybody who was given the record or gave it.

    Raises `OrderRefused`; the forged recall of a third party ends at 1 or 2.
    """
    if order.kind == "dispute":
        if held is None or sender not in {held.origin, *held.givers, *held.takers}:
            raise OrderRefused(condition=5)
        if order.issuer not in verified:
            raise OrderRefused(condition=3)
        return
    if held is not None:
        entitled = {held.origin, *held.givers}
        if sender not in entitled:
            raise OrderRefused(condition=1)
        court = bool(order.court_ref) and order.issuer in held.givers
        if order.issuer != held.origin and (not court or order.kind in {"correct", "extend"}):
            raise OrderRefused(condition=2)
    if order.issuer not in verified:
        raise OrderRefused(condition=3)
    if order.kind == "extend" and (order.until is None or not order.seconded):
        raise OrderRefused(condition=4)


def supersedes(order: Order, version: int) -> bool:
    """Whether a correction is later than what is held: an older one that comes late changes nothing."""
    return order.version > version


def check_correction(held: bytes, corrected: bytes) -> None:
    """Check that a correction puts right what was given, and gives nothing new. It must hold.

    1. It fills no field that was empty, and makes no list longer.
    2. Each value stays of its kind; emptying one is allowed.

    Otherwise a duty, which flows under a suspended agreement too, would carry data that no article
    permits (about another person, say). Raises `CorrectionAdds`.
    """
    if _adds(_value(held), _value(corrected)):
        raise CorrectionAdds(condition=1)


def _value(raw: bytes) -> object:
    try:
        return canonical.loads(raw)
    except BadInput:
        return raw.decode("latin-1")


def _adds(old: object, new: object) -> bool:
    if new in (None, "", [], {}):
        return False
    if isinstance(new, dict):
        return not isinstance(old, dict) or any(_adds(old.get(name), new[name]) for name in new)
    if isinstance(new, list):
        if not isinstance(old, list) or len(new) > len(old):
            return True
        return any(all(_adds(before, one) for before in old) for one in new)
    if isinstance(new, str):
        return not (isinstance(old, str) and old)
    return isinstance(new, bool) is not isinstance(old, bool) or not isinstance(old, int | float)


def read_as(raw: bytes, kind: type[Content]) -> Content:
    """Return a record's content as its kind; raise `RecordUnreadable` for what a partner made of it."""
    try:
        return shapes.decode(raw, kind)
    except msgspec.MsgspecError as error:
        raise RecordUnreadable from error


def is_mass(kind: str, ended_this_hour: int) -> bool:
    """Whether one more end in this hour needs a person: the record is blocked now, erased when agreed."""
    return kind in ENDING and ended_this_hour >= MANY


def overdue(due_at: datetime, now: datetime, *, complete: bool) -> bool:
    """Whether a holder has let its time pass; only a proof ends that."""
    return not complete and due_at < now
