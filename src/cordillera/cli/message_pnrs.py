"""Reservations as `cordillera message read --json` shows them: what the law allows to keep, in short."""

from collections.abc import Iterable

import msgspec

from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.pnrgov_model import Leg, Pnr, PnrgovMessage, PnrTraveller
from cordillera.engines.edifact.safeguard import allowed


class PnrTravellerSummary(msgspec.Struct, frozen=True):
    """One traveller of a reservation."""

    surname: str
    given: str
    kind: str
    documents: tuple[str, ...]


class PnrFlightSummary(msgspec.Struct, frozen=True):
    """One flight of a reservation; times are local, without zone."""

    flight: str
    origin: str
    destination: str
    departs: str
    arrives: str
    status: str
    seats: tuple[str, ...]
    bags: int


class PnrSummary(msgspec.Struct, frozen=True):
    """One reservation; `start` and `end` are its bytes in the file."""

    locators: tuple[str, ...]
    function: str
    travellers: tuple[PnrTravellerSummary, ...]
    flights: tuple[PnrFlightSummary, ...]
    changes: int
    partial: bool
    start: int
    end: int


def summaries(messages: Iterable[PnrgovMessage]) -> tuple[PnrSummary, ...]:
    """Every reservation of the messages, after the safeguard."""
    return tuple(_summary(allowed(pnr), one.function.value) for one in messages for pnr in one.pnrs)


def _summary(pnr: Pnr, function: str) -> PnrSummary:
    return PnrSummary(
        locators=tuple(f"{text_of(one.company)}:{text_of(one.code)}" for one in pnr.locators),
        function=function,
        travellers=tuple(_traveller(one) for one in pnr.travellers),
        flights=tuple(_flight(one) for one in pnr.legs),
        changes=len(pnr.history),
        partial=pnr.partial,
        start=pnr.start,
        end=pnr.end,
    )


def _traveller(person: PnrTraveller) -> PnrTravellerSummary:
    numbers = tuple(text_of(one.number) for one in person.documents if one.number is not None)
    return PnrTravellerSummary(text_of(person.surname), text_of(person.given), person.kind, numbers)


def _flight(leg: Leg) -> PnrFlightSummary:
    return PnrFlightSummary(
        flight=leg.flight,
        origin=text_of(leg.origin),
        destination=text_of(leg.destination),
        departs=text_of(leg.departs),
        arrives=text_of(leg.arrives),
        status=text_of(leg.status),
        seats=tuple(one.number.text for one in leg.seats),
        bags=sum(len(one.bags) for one in leg.check_ins),
    )
