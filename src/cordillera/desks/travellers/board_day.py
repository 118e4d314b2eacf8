"""The board of a day put together: flights, what came about them, how many alerts, how long is left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import board_day_store as sql
from cordillera.desks.travellers.board_core import (
    PER_PAGE,
    BoardFlight,
    BoardQuery,
    DayFlight,
    arrival,
    chosen,
    countdown,
    counted_in,
    departure,
    load_of,
    moved_by,
    newest,
)
from cordillera.desks.travellers.board_store import landing_status
from cordillera.desks.travellers.ingest import DESK
from cordillera.desks.travellers.model import FlightFilter
from cordillera.desks.travellers.quality_core import Judging
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.review.model import GroupCount
from cordillera.trust.review.service import ReviewService

COUNTED_AT_ONCE: Final = 1_000
"""Of more flights a day the people are counted for those shown only."""


class DayBoard(msgspec.Struct, frozen=True):
    """A page of the board, and the sums of the day; `travellers` is None when they were not counted."""

    flights: tuple[BoardFlight, ...]
    total: int
    matching: int
    pages: int
    travellers: int | None
    pending: int
    doubtful: int
    faulty: int


class DayBoards:
    """Puts boards together, under the caller's scope."""

    def __init__(self, sealer: FieldSealer, clock: Clock, review: ReviewService, zone: str) -> None:
        self._sealer = sealer
        self._clock = clock
        self._review = review
        self._zone = zone

    def of(self, tx: sa.Connection, day: FlightFilter, wanted: BoardQuery) -> DayBoard:
        """Return the page of a day's board that an address asks for; a page after the last is the last."""
        flights = sql.of_day(tx, day)
        counts = self._review.counts_by_group(tx, DESK, [str(one.id) for one in flights])
        lines = self._lines(flights, counts)
        matching = chosen(lines, wanted)
        pages = max(1, -(-len(matching) // PER_PAGE))
        page = min(wanted.page, pages)
        shown = matching[(page - 1) * PER_PAGE : page * PER_PAGE]
        whole = len(lines) <= COUNTED_AT_ONCE
        people = sql.people(tx, [one.id for one in (lines if whole else shown)])
        return DayBoard(
            flights=self._told(tx, shown, people),
            total=len(lines),
            matching=len(matching),
            pages=pages,
            travellers=sum(travellers for travellers, _ in people.values()) if whole else None,
            pending=sum(one.pending for one in lines),
            doubtful=sum(one.worst in {"error", "warning"} for one in lines),
            faulty=sum(one.load.faults > 0 and one.newer is None for one in lines),
        )

    def one(self, tx: sa.Connection, flight_id: UUID) -> BoardFlight:
        """Return the line of one flight, which the caller has found already."""
        flight = sql.one(tx, flight_id)
        counts = self._review.counts_by_group(tx, DESK, [str(flight_id)])
        lines = self._lines((flight,), counts)
        return self._told(tx, lines, sql.people(tx, [flight_id]))[0]

    def _lines(self, flights: Sequence[DayFlight], counts: Mapping[str, GroupCount]) -> list[BoardFlight]:
        now, holds = self._clock.now(), newest(flights)
        return [
            self._line(one, counts, (now, moved_by(one, holds, flights), holds.get(one.id)))
            for one in flights
        ]

    def _line(
        self,
        flight: DayFlight,
        counts: Mapping[str, GroupCount],
        at: tuple[datetime, int, DayFlight | None],
    ) -> BoardFlight:
        now, moved, holds = at
        departs_at, zone = departure(flight, self._zone)
        arrives_at = arrival(flight)
        count = counts.get(str(flight.id), GroupCount(0, 0))
        return BoardFlight(
            **{name: getattr(flight, name) for name in _SHARED},
            arrives_at=arrives_at,
            travellers=0,
            crew=0,
            alerts=count.total,
            pending=count.pending,
            decided=count.total - count.pending,
            status=landing_status(arrives_at, now),
            departs_at=departs_at,
            departs_zone=zone,
            to_departure=None if departs_at is None else countdown(departs_at, now),
            to_arrival=None if arrives_at is None else countdown(arrives_at, now),
            load=load_of(flight, departs_at, Judging(now, self._zone)),
            moved=moved,
            newer=None if holds is None or holds.id == flight.id else holds.id,
        )

    def _told(
        self, tx: sa.Connection, lines: Sequence[BoardFlight], people: Mapping[UUID, tuple[int, int]]
    ) -> tuple[BoardFlight, ...]:
        """Lines with their people, and with the counts that messages declared otherwise than they held."""
        doubted = [one.id for one in lines if one.worst in {"error", "warning"}]
        notes = sql.notes(tx, self._sealer, doubted) if doubted else {}
        return tuple(
            msgspec.structs.replace(
                one,
                travellers=people.get(one.id, (0, 0))[0],
                crew=people.get(one.id, (0, 0))[1],
                load=msgspec.structs.replace(one.load, counted=counted_in(notes.get(one.id, ()))),
            )
            for one in lines
        )


_SHARED: Final = tuple(
    name
    for name in BoardFlight.__struct_fields__
    if name in DayFlight.__struct_fields__ and name not in {"travellers", "crew", "arrives_at"}
)
