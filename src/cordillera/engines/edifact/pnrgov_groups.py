"""Groups of a reservation as records: travellers with tickets, flights with check-ins, the history."""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from cordillera.engines.edifact import pnrgov_parts as parts
from cordillera.engines.edifact.grammar import Group
from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnrgov_model import (
    Bag,
    Change,
    CheckIn,
    Leg,
    Locator,
    Moment,
    Office,
    Payment,
    PnrTraveller,
    Split,
    Ticket,
)
from cordillera.engines.edifact.pnrgov_services import Context, Told, take
from cordillera.engines.edifact.values import Composite, Segment

CHECKED_IN, TICKETED = "2", "710"
SPONSOR = "43"
WITH_INFANT = frozenset("123")
"""An infant told by this sign alone, with a given name, or with both names."""
_SEVERAL = re.compile(r"[2-9]|[1-9][0-9]")
_Record = TypeVar("_Record")


def collected(group: Group, tag: str, read: Callable[[Segment], tuple[_Record, ...]]) -> tuple[_Record, ...]:
    """What `read` makes of every segment of a tag that stands in the group itself."""
    return tuple(record for segment in group.segments if segment.tag == tag for record in read(segment))


def told_in(group: Group, context: Context) -> Told:
    """What the group's own SSR, IFT, LTS and ADD segments say."""
    told = Told()
    for segment in group.segments:
        take(segment, told, context)
    return told


def one_of(group: Group, tag: str) -> Segment | None:
    """The first segment of a tag in the group itself."""
    return next((segment for segment in group.segments if segment.tag == tag), None)


def at_of(moments: tuple[Moment, ...], qualifier: str = "") -> Field | None:
    """The time with that qualifier, or any time."""
    return next((one.at for one in moments if qualifier in {"", one.qualifier}), None)


def travellers(group: Group, context: Context) -> Iterator[PnrTraveller]:
    """A TIF group: its traveller, and those of the same surname who are told behind with a type or number."""
    name = group.segments[0]
    first = _traveller(group, context)
    yield first
    for one in parts.composites(name, 2):
        if _is_person(one):
            kind, reference = (text_of(parts.part(one, at)) for at in (1, 2))
            yield PnrTraveller(name.start, name.end, reference, first.surname, parts.part(one, 0), kind)


def _is_person(composite: Composite) -> bool:
    return parts.part(composite, 1) is not None or parts.part(composite, 2) is not None


def _traveller(group: Group, context: Context) -> PnrTraveller:
    name = group.segments[0]
    told = told_in(group, context)
    return PnrTraveller(
        start=name.start,
        end=group.end,
        reference=name.text(1, 2).strip(),
        surname=parts.told(name, 0),
        given=parts.told(name, 1),
        kind=name.text(1, 1).strip() or name.text(0, 1).strip(),
        with_infant=name.text(1, 3).strip() in WITH_INFANT,
        more_given=tuple(
            more
            for one in parts.composites(name, 2)
            if not _is_person(one) and (more := parts.part(one, 0)) is not None
        ),
        frequent_flyer=collected(group, "FTI", parts.memberships),
        identifiers=collected(group, "REF", parts.identifiers),
        fares=collected(group, "FAR", lambda one: _present(parts.told(one, 5))),
        documents=tuple(told.documents),
        contacts=tuple(told.contacts),
        addresses=(*collected(group, "ADD", parts.addresses), *told.addresses),
        tickets=tuple(_ticket(inner, context) for inner in group.groups if inner.rule.trigger == "TKT"),
        excess_bags=collected(group, "EBD", parts.excess),
        services=tuple(told.services),
        remarks=tuple(told.remarks),
    )


def _present(value: Field | None) -> tuple[Field, ...]:
    return () if value is None else (value,)


def _ticket(group: Group, context: Context) -> Ticket:
    number = group.segments[0]
    booklets, others = parts.told(number, 0, 2), [*parts.composites(number)][1:]
    return Ticket(
        number=parts.told(number, 0),
        kind=number.text(0, 1).strip(),
        prices=collected(group, "MON", parts.money),
        issued=at_of(collected(group, "DAT", parts.moments), TICKETED),
        payments=tuple(
            payment for inner in group.groups for payment in _payments(inner, told_in(inner, context))
        ),
        booklets=booklets if _SEVERAL.fullmatch(text_of(booklets)) else None,
        conjunction=tuple(more for one in others if (more := parts.part(one, 0)) is not None),
    )


def _payments(group: Group, told: Told) -> tuple[Payment, ...]:
    found = parts.payments(group.segments[0])
    payer = tuple(one.text for one in told.remarks if one.code == SPONSOR)
    address = next(iter(collected(group, "ADD", parts.addresses)), None)
    if not found or not (payer or address):
        return found
    return (msgspec.structs.replace(found[0], payer=payer, address=address), *found[1:])


def leg(group: Group, context: Context, kind: str = "") -> Leg:
    """A TVL group with its seats and check-ins."""
    first = group.segments[0]
    told = told_in(group, context)
    found = parts.leg(first, group.end, kind)
    status, shared, plane = one_of(group, "RPI"), one_of(group, "TRA"), one_of(group, "APD")
    return msgspec.structs.replace(
        found,
        operating=found.operating if shared is None else parts.told(shared, 0) or found.operating,
        operating_number=None if shared is None else parts.told(shared, 1),
        persons=None if status is None else parts.told(status, 0),
        status=None if status is None else parts.told(status, 1),
        aircraft=None if plane is None else parts.told(plane, 0),
        locators=collected(group, "RCI", parts.locators),
        seats=tuple(told.seats),
        check_ins=check_ins(group),
        services=tuple(told.services),
        remarks=tuple(told.remarks),
        contacts=tuple(told.contacts),
    )


def check_ins(group: Group) -> tuple[CheckIn, ...]:
    """The TRI groups below a flight, inside DAT or not."""
    found = []
    for inner in group.groups:
        if inner.rule.trigger == "TRI":
            found.append(_check_in(inner, None, None))
        elif inner.rule.trigger == "DAT":
            at = at_of(parts.moments(inner.segments[0]), CHECKED_IN)
            where = one_of(inner, "ORG")
            office = None if where is None else parts.office(where)
            found += [_check_in(one, at, office) for one in inner.groups]
    return tuple(found)


def _check_in(group: Group, at: Field | None, office: Office | None) -> CheckIn:
    first, person, seat = group.segments[0], one_of(group, "TIF"), one_of(group, "SSD")
    named = "" if person is None else person.text(1, 2).strip()
    holder = first.text(1, 3).strip() or named
    return CheckIn(
        holder=holder,
        at=at,
        office=office,
        sequence=parts.told(first, 1),
        surname=None if person is None else parts.told(person, 0),
        given=None if person is None else parts.told(person, 1),
        seat=None if seat is None else parts.seat_number(parts.told(seat, 0)),
        cabin="" if seat is None else seat.text(4).strip(),
        bags=collected(group, "TBD", lambda one: parts.bags(one, holder)),
    )


def other_service(group: Group, context: Context) -> tuple[Leg, ...]:
    """MSG with its TVL: a hotel, a car or another service."""
    kind = text_of(parts.told(group.segments[0], 0) or parts.told(group.segments[0], 0, 1))
    return tuple(leg(inner, context, kind or "other") for inner in group.groups)


def split(group: Group) -> Split:
    """EQN with RCI: persons split off this reservation."""
    persons: Field | None = parts.told(group.segments[0], 0)
    into: tuple[Locator, ...] = collected(group, "RCI", parts.locators)
    return Split(persons, into)


def history(group: Group, context: Context) -> tuple[Change, ...]:
    """An ABI group, or a SAC group without one."""
    if group.rule.trigger == "SAC":
        return (_change(group, context, (None, None)),)
    at = at_of(collected(group, "DAT", parts.moments))
    by = parts.changer(group.segments[0])
    return tuple(_change(inner, context, (at, by)) for inner in group.groups)


def _change(group: Group, context: Context, made: tuple[Field | None, Office | None]) -> Change:
    first, person, told = group.segments[0], one_of(group, "TIF"), told_in(group, context)
    names = () if person is None else (parts.told(person, 0), parts.told(person, 1))
    bags: tuple[Bag, ...] = collected(group, "TBD", parts.bags)
    return Change(
        action=first.text(2).strip() or first.text(0).strip(),
        start=first.start,
        end=group.end,
        at=made[0],
        office=made[1],
        traveller=tuple(name for name in names if name is not None),
        leg=next((leg(inner, context) for inner in group.groups), None),
        services=tuple(told.services),
        seats=tuple(told.seats),
        documents=tuple(told.documents),
        bags=bags,
        contacts=tuple(told.contacts),
        remarks=tuple(told.remarks),
    )
