"""What single segments of a reservation say (PADIS composites; places count from 0 after the tag).

>>> from cordillera.engines.edifact.lexer import split_segment
>>> from cordillera.engines.edifact.service import LEVEL_A
>>> from cordillera.engines.edifact.values import Source
>>> text = b"TVL+121210:0915::1230+LHR+JFK+DL+324:B"
>>> found = leg(split_segment(Source(text, LEVEL_A, "ascii"), 0, len(text)), len(text))
>>> found.flight, found.departs.text, found.arrives.text, text[found.departs.start : found.departs.end]
('DL324', '2010-12-12T09:15', '2010-12-12T12:30', b'121210:0915')
"""

import re
from collections.abc import Iterator

from cordillera.engines.edifact import padis_dates
from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.paxlst_traveller import field
from cordillera.engines.edifact.pnrgov_model import (
    Address,
    Bag,
    FrequentFlyer,
    Leg,
    Locator,
    Moment,
    Money,
    Office,
    Payment,
)
from cordillera.engines.edifact.values import Composite, Segment

UNITS = {"700": "kg", "K": "kg", "KG": "kg", "KGM": "kg", "701": "lb", "L": "lb", "LB": "lb", "LBR": "lb"}
_DAY = re.compile(r"\d{6}")
_CLOCK = re.compile(r"\d{4}")
_SEAT = re.compile(r"0{0,2}[1-9]\d{0,2}[A-Z]{1,2}")


def composites(segment: Segment, first: int = 0) -> Iterator[Composite]:
    """Every composite from an element on, repetitions included."""
    for element in segment.elements[first:]:
        yield from element


def part(composite: Composite, place: int) -> Field | None:
    """A component of a composite, or None."""
    return field(composite[place]) if place < len(composite) else None


def told(segment: Segment, element: int, component: int = 0) -> Field | None:
    """A component of a segment as a field, or None."""
    return field(segment.value(element, component))


def seat_number(value: Field | None) -> Field | None:
    """A seat such as 15A; None for the X's and words that stand where none is known."""
    return value if value is not None and _SEAT.fullmatch(value.text) else None


def when(day: Field | None, time: Field | None) -> Field | None:
    """A local time as one field over its day and clock, or None when the day is none."""
    iso = None if day is None else padis_dates.moment(day.text, text_of(time))
    return None if day is None or iso is None else Field(iso, day.start, (time or day).end)


def locators(segment: Segment) -> tuple[Locator, ...]:
    """RCI: record locators with the time they were made; the type in between may be left out."""
    found = []
    for composite in composites(segment):
        shift = 2 if _DAY.fullmatch(text_of(part(composite, 2))) else 3
        made = when(part(composite, shift), part(composite, shift + 1))
        code = part(composite, 1)
        if code is not None:
            found.append(Locator(part(composite, 0), code, made))
    return tuple(found)


def moments(segment: Segment) -> tuple[Moment, ...]:
    """DAT: qualified times."""
    found = ((one, when(part(one, 1), part(one, 2))) for one in composites(segment))
    return tuple(Moment(text_of(part(one, 0)), at) for one, at in found if at is not None)


def office(segment: Segment) -> Office:
    """ORG: who made the booking, the check-in or the message."""
    return Office(
        company=told(segment, 0),
        location=told(segment, 0, 1),
        number=told(segment, 1),
        office=told(segment, 1, 1),
        city=told(segment, 2),
        kind=told(segment, 4),
        country=told(segment, 5),
        agent=told(segment, 6),
    )


def changer(segment: Segment) -> Office:
    """ABI: who made a change of the history."""
    return Office(
        kind=told(segment, 0),
        agent=told(segment, 1),
        office=told(segment, 1, 1),
        city=told(segment, 2),
        company=told(segment, 4),
    )


def addresses(segment: Segment) -> tuple[Address, ...]:
    """ADD: addresses; the telephone number in one is read by `contacts`."""
    found = []
    for one in composites(segment, 1):
        street, city, region, country, postal = (part(one, at) for at in (1, 2, 3, 5, 6))
        phone = _phone(part(one, 7))
        if street or city or region or country or postal or phone:
            found.append(Address(text_of(part(one, 0)), street, city, region, country, postal, phone))
    return tuple(found)


def _phone(value: Field | None) -> Field | None:
    """A number alone; a text around one is no address and is read as a contact."""
    plain = value is not None and re.fullmatch(r"\+?[\d ()./-]{5,25}", value.text)
    return value if plain else None


def money(segment: Segment) -> tuple[Money, ...]:
    """MON: amounts by kind."""
    found = ((part(one, 1), one) for one in composites(segment))
    return tuple(
        Money(text_of(part(one, 0)), amount, part(one, 2)) for amount, one in found if amount is not None
    )


def excess(segment: Segment) -> tuple[Money, ...]:
    """EBD: what was paid for further bags; `kind` is their number."""
    amount = told(segment, 0, 1)
    return () if amount is None else (Money(segment.text(1).strip(), amount, told(segment, 0)),)


def payments(segment: Segment) -> tuple[Payment, ...]:
    """FOP: forms of payment."""
    return tuple(
        Payment(
            text_of(part(one, 0)), part(one, 2), part(one, 3), part(one, 4), part(one, 5), form=part(one, 0)
        )
        for one in composites(segment)
        if any(part(one, at) for at in range(6))
    )


def memberships(segment: Segment) -> tuple[FrequentFlyer, ...]:
    """FTI: frequent-flyer numbers."""
    found = ((part(one, 1), one) for one in composites(segment))
    return tuple(
        FrequentFlyer(part(one, 0), number, part(one, 4) or part(one, 3))
        for number, one in found
        if number is not None
    )


def identifiers(segment: Segment) -> tuple[Field, ...]:
    """REF: numbers by which systems know a traveller."""
    return tuple(found for one in composites(segment) if (found := part(one, 1)) is not None)


def bags(segment: Segment, holder: str = "") -> tuple[Bag, ...]:
    """TBD: bags by run of tags; the first has pieces and weight. Who shares a pool may have neither."""
    pieces, weight = told(segment, 1), told(segment, 1, 1)
    unit = segment.text(1, 2).strip()
    runs = [one for one in composites(segment, 3) if part(one, 1) is not None]
    pool = next((text for at in (0, 2, 3) if (text := segment.text(at).strip()) in {"HP", "MP"}), "")
    found = [
        Bag(pool=pool, holder=holder, carrier=part(one, 0), tag=part(one, 1), in_row=part(one, 2),
            destination=part(one, 3))
        for one in runs
    ] or [Bag(pool=pool, holder=holder)]  # fmt: skip
    first = found[0]
    whole = Bag(pieces, weight, UNITS.get(unit, unit), pool, first.carrier, first.tag, first.in_row,
                first.destination, holder)  # fmt: skip
    return (whole, *found[1:]) if pieces or weight or runs or pool else ()


def leg(segment: Segment, end: int, kind: str = "") -> Leg:
    """TVL: a flight, or with a `kind` another service of the itinerary."""
    day, clock, day_after, clock_after = (told(segment, 0, at) for at in range(4))
    if clock_after is None and _CLOCK.fullmatch(text_of(day_after)):
        day_after, clock_after = None, day_after  # the day left out together with its colon
    arrives = when(day_after, clock_after) if day_after else _same_day(day, clock_after)
    return Leg(
        start=segment.start,
        end=end,
        origin=told(segment, 1),
        destination=told(segment, 2),
        departs=when(day, clock),
        arrives=arrives,
        carrier=told(segment, 3),
        number=told(segment, 4),
        operating=told(segment, 3, 1),
        booking_class=segment.text(4, 1).strip(),
        kind=kind,
    )


def _same_day(day: Field | None, clock: Field | None) -> Field | None:
    """An arrival without a day of its own is on the day of departure."""
    found = None if clock is None else when(day, clock)
    if found is None or clock is None or "T" not in found.text:
        return None
    return Field(found.text, clock.start, clock.end)
