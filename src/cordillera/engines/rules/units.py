"""Units and values as whole numbers, so that every evaluator compares the same bits.

A mass is counted in 10 nanograms: then a pound (0.45359237 kg) with up to three decimals is whole, and a
limit in kilograms meets a bag weighed in pounds without rounding. Durations are minutes, money is in cents,
days are counted from 1970-01-01, moments are minutes from 1970-01-01T00:00 in UTC or in local time (two kinds
that never meet), times of day are minutes from midnight.

>>> whole(Quantity(Decimal("66"), "lb"), Kind.MASS) < whole(Quantity(Decimal("30"), "kg"), Kind.MASS)
True
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from cordillera.engines.rules.errors import UnknownUnit, WrongType
from cordillera.engines.rules.model import Day, Flag, Moment, Quantity, Time, Value

LARGEST: Final = 2**62
_EPOCH: Final = date(1970, 1, 1).toordinal()
_MINUTES: Final = 1440


class Kind(StrEnum):
    """The type of a fact."""

    TEXT = "text"
    FLAG = "flag"
    COUNT = "count"
    AGE = "age"
    MASS = "mass"
    DURATION = "duration"
    MONEY = "money"
    DAY = "day"
    UTC = "moment_utc"
    LOCAL = "moment_local"
    TIME = "time_of_day"


UNITS: Final[dict[Kind, dict[str, int]]] = {
    Kind.COUNT: {"": 1},
    Kind.AGE: {"years": 1},
    Kind.MASS: {"kg": 10**11, "g": 10**8, "lb": 45_359_237_000},
    Kind.DURATION: {"h": 60, "min": 1, "days": _MINUTES},
    Kind.MONEY: {"USD": 100},
}
"""Units of each kind, as multiples of what is counted; the first one is used when facts are shown."""

_SCALARS: Final[dict[Kind, type]] = {
    Kind.FLAG: Flag,
    Kind.DAY: Day,
    Kind.UTC: Moment,
    Kind.LOCAL: Moment,
    Kind.TIME: Time,
}


def whole(value: Value, kind: Kind) -> int:
    """Return a value as the whole number that facts of this kind are counted in.

    Raises `WrongType` for another type or no date that exists, `UnknownUnit` for a unit of another kind.
    """
    if isinstance(value, Quantity) and kind in UNITS:
        return _quantity(value, kind)
    if not isinstance(value, _SCALARS.get(kind, ())):
        raise WrongType(kind=kind.value, given=type(value).__struct_config__.tag)
    try:
        return _scalar(value, kind)
    except ValueError:
        raise WrongType(kind=kind.value, given="no such day or time") from None


def _quantity(value: Quantity, kind: Kind) -> int:
    factor = UNITS[kind].get(value.unit)
    if factor is None:
        raise UnknownUnit(unit=value.unit, kind=kind.value, units=tuple(UNITS[kind]))
    if not value.amount.is_finite() or abs(value.amount) > LARGEST // factor:
        raise WrongType(kind=kind.value, given="too large a number")
    counted = value.amount * factor
    if counted != counted.to_integral_value():
        raise WrongType(kind=kind.value, given="finer than it is measured")
    return int(counted)


def _scalar(value: Value, kind: Kind) -> int:
    match value:
        case Flag(yes):
            return int(yes)
        case Day(day):
            return date.fromisoformat(day).toordinal() - _EPOCH
        case Time(time):
            return datetime.strptime(time, "%H:%M").hour * 60 + int(time[3:])  # noqa: DTZ007 - a time of day
        case Moment(moment) if moment.endswith("Z") == (kind is Kind.UTC):
            return _minutes(moment.removesuffix("Z"))
    raise WrongType(kind=kind.value, given="UTC" if kind is Kind.LOCAL else "local time")


def _minutes(text: str) -> int:
    at = datetime.fromisoformat(text)
    return (at.date().toordinal() - _EPOCH) * _MINUTES + at.hour * 60 + at.minute


def shown(number: int, kind: Kind) -> str:
    """Return a counted fact exactly, in the first unit of its kind; odd minutes stay minutes.

    >>> shown(255, Kind.DURATION), shown(266, Kind.DURATION)
    ('4.25 h', '266 min')
    """
    if kind is Kind.DURATION and number * 100 % UNITS[kind]["h"]:  # no decimals of hours are exact
        return f"{number} min"
    if kind in UNITS:
        unit, factor = next(iter(UNITS[kind].items()))
        amount = Decimal(number) / factor
        text = f"{amount.normalize():f}"
        return f"{text} {unit}" if unit else text
    match kind:
        case Kind.FLAG:
            return "yes" if number else "no"
        case Kind.DAY:
            return date.fromordinal(number + _EPOCH).isoformat()
        case Kind.TIME:
            return f"{number // 60:02}:{number % 60:02}"
    day = date.fromordinal(number // _MINUTES + _EPOCH).isoformat()
    time = number % _MINUTES
    return f"{day}T{time // 60:02}:{time % 60:02}{'Z' if kind is Kind.UTC else ''}"
