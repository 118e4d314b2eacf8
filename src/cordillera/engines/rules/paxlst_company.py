"""The company of a traveller whom only a passenger list announced: who is on it with the same record locator.

1. Nothing is said of crew, of who has no locator, and of a locator that more than 99 people share: no
   reservation holds more, so it is a word for something else.
2. Companions are the others of the same message with the locator, crew left out; capitals and blanks make no
   difference. Who stands in the list twice is one person and no companion of their own; whether somebody
   else was meant is unknown.
3. They are all only where the list is that of a whole flight: passengers (BGM 745) without a status (which
   tells a change), not cut, as many as it declares (CNT 42), each with a locator, of several reservations and
   more than ten. Interactive carriers send a person or a reservation a message: the others come in other
   messages, so of these, and of all other lists, whether there are more is unknown.

>>> from cordillera.engines.edifact.paxlst_model import Field, Reference
>>> ana, eva = (
...     Traveller(Role.PASSENGER, at, at + 9, Field(name, at, at + 3), references=(
...         Reference("AVF", Field("ABC234", at + 3, at + 9)),))
...     for name, at in (("ANA", 0), ("EVA", 9))
... )
>>> given = (None, None, None, (), (ana, eva), 2, None, True, 0, 18, ())
>>> company = Company(PaxlstMessage("1", "D:05B", ListKind.PASSENGERS, *given), ListReading("msg-1"), None)
>>> company.of(ana).things[0]["companion.same_booking"].evidence, company.of(ana).complete
(Evidence(source='msg-1', start=12, end=18, text='ABC234'), False)
"""

from datetime import date
from typing import Final

import msgspec

from cordillera.engines.edifact.paxlst_model import (
    ListKind,
    PaxlstMessage,
    Role,
    Traveller,
    text_of,
)
from cordillera.engines.rules.facts import Thing, Things
from cordillera.engines.rules.paxlst_reading import ListReading, has_all_bags
from cordillera.engines.rules.pnr_seats import BESIDE, seated_beside
from cordillera.engines.rules.pnr_things import day_of, years

MOST: Final = 99
"""People of one reservation at most."""
MOST_PUSHED: Final = 10
"""People of one interactive message, as far as is known of carriers; a list of more is that of a flight."""
_CREW: Final = frozenset({Role.CREW, Role.TRANSIT_CREW})


class _Aboard(msgspec.Struct, frozen=True):
    """Somebody with a locator: who they are to the list, and what they are told as to a companion."""

    who: tuple[str, str, tuple[str, ...]]
    told: Thing
    seat: Things


class Company:
    """Who is with whom on one list: its people are grouped once."""

    def __init__(self, message: PaxlstMessage, reading: ListReading, day: date | None) -> None:
        self._reading = reading
        self._day = day
        self._groups: dict[str, list[Traveller]] = {}
        for one in message.travellers:
            if (locator := _locator(one)) and one.role not in _CREW:
                self._groups.setdefault(locator, []).append(one)
        self._complete = _is_whole(message, len(self._groups))
        self._told: dict[str, dict[int, _Aboard]] = {}

    def of(self, traveller: Traveller) -> Things | None:
        """Return the companions of somebody on the list, or None where it does not say: conditions 1 to 3."""
        locator = _locator(traveller)
        group = self._groups.get(locator, [])
        if not group or len(group) > MOST or traveller.role in _CREW:  # 1
            return None
        if locator not in self._told:
            self._told[locator] = {one.start: self._aboard(one) for one in group}
        told = self._told[locator]
        own = told[traveller.start]
        others = {one.who: one for one in told.values() if one.who != own.who}  # 2
        complete = self._complete and len(others) + 1 == len(group)
        if not self._reading.wanted.has(BESIDE):
            return Things(tuple(one.told for one in others.values()), complete=complete)
        return Things(tuple(_beside(one, own.seat) for one in others.values()), complete=complete)

    def _aboard(self, one: Traveller) -> _Aboard:
        reading, told = self._reading, dict(self._reading.of({"companion.nationality": one.nationality}))
        if one.reservation is not None:
            told |= reading.told("companion.same_booking", True, one.reservation)
        born = day_of(one.date_of_birth)
        if one.date_of_birth is not None and born is not None and self._day is not None:
            told |= reading.told("companion.age", years(born, self._day), one.date_of_birth)
        if one.bag_count is not None and has_all_bags(one):
            told |= reading.told("companion.bags", len(one.tags), one.bag_count)
        seat = (reading.of({"seat.number": one.seat}),) if one.seat else ()
        return _Aboard(_who(one), told, Things(seat))


def _beside(one: _Aboard, seat: Things) -> Thing:
    beside = seated_beside(seat, one.seat)
    return one.told if beside is None else {**one.told, BESIDE: beside}


def _is_whole(message: PaxlstMessage, locators: int) -> bool:
    """Condition 3."""
    people = [one for one in message.travellers if one.role not in _CREW]
    boarding = sum(one.role is Role.PASSENGER for one in people)
    return (
        message.kind is ListKind.PASSENGERS
        and message.status is None
        and message.complete
        and message.declared_passengers in {boarding, len(people)}
        and all(_locator(one) and not one.partial for one in people)
        and len(people) > MOST_PUSHED
        and locators > 1
    )


def _locator(one: Traveller) -> str:
    """The record locator without blanks, in capitals."""
    return "".join(text_of(one.reservation).upper().split())


def _who(one: Traveller) -> tuple[str, str, tuple[str, ...]]:
    """By what somebody told twice is known to be one: name, birth date, numbers of documents."""
    return (
        one.full_name.upper(),
        text_of(one.date_of_birth),
        tuple(text_of(document.number) for document in one.documents),
    )
