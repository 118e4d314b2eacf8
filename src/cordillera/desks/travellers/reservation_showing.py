"""The reservations of one traveller, opened for an officer who has their alert or their page open."""

from collections.abc import Callable, Sequence
from itertools import groupby
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.contacts_core import Point, points_of
from cordillera.desks.travellers.depersonalise import Masking
from cordillera.desks.travellers.excerpt import Window, excerpt
from cordillera.desks.travellers.model import TravellerRow
from cordillera.desks.travellers.reservation_core import named
from cordillera.desks.travellers.reservation_showing_store import Version, people_of, versions_of
from cordillera.desks.travellers.reservation_store import ReservationStore
from cordillera.desks.travellers.reservation_views import (
    ReservationView,
    depersonalised,
    views_of,
    without_bytes,
)
from cordillera.engines.edifact.pnr_state import Reservation, fold
from cordillera.foundation.store.sealing import FieldSealer


class Showing:
    """Opens reservations as their age allows."""

    def __init__(self, sealer: FieldSealer, masking: Masking) -> None:
        self._sealer = sealer
        self._own = ReservationStore(sealer)
        self._masking = masking

    def of(self, tx: sa.Connection, traveller: TravellerRow) -> tuple[ReservationView, ...]:
        """Return the reservations of a traveller; after six months without what tells who they are.

        The row may be as shown to the officer: what is read of it are its ids.
        """
        standing, who = self._standing(tx, traveller)
        mine = {key: name for (key, name), ref in who.items() if ref == traveller.id}
        views = [
            _sourced(view, *standing[key])
            for key in standing
            for view in views_of([standing[key][0]], mine, who)
        ]
        shown = tuple(sorted(views, key=_cancelled))
        hidden = self._masking.hidden(tx, [traveller])
        return tuple(depersonalised(one) for one in shown) if hidden else shown

    def points(self, tx: sa.Connection, traveller: TravellerRow) -> tuple[Point, ...]:
        """Return what a traveller who may be seen is reached and pays by, as carriers wrote it."""
        standing, who = self._standing(tx, traveller)
        found: list[Point] = []
        for (key, name), ref in who.items():
            pnr = standing[key][0].pnr
            person = dict(named(pnr)).get(name)
            if ref == traveller.id and person is not None:
                found += points_of(key, pnr, person)
        return tuple(found)

    def _standing(
        self, tx: sa.Connection, traveller: TravellerRow
    ) -> tuple[dict[str, tuple[Reservation, tuple[Version, ...]]], dict[tuple[str, str], UUID]]:
        """The reservations of a traveller with their versions, and who each of their persons is."""
        told = versions_of(tx, self._sealer, traveller.flight_id, traveller.id)
        bookings = people_of(tx, traveller.flight_id, traveller.id) if told else {}
        named_in = {(one.key, name) for one in told for name, _ in named(one.pnr)}
        found = {who: bookings.get(self._own.place(*who)) for who in named_in}
        groups = [tuple(group) for _, group in groupby(sorted(told, key=_by_locator), key=_by_locator)]
        standing = {one.key: (one, group) for group in groups for one in (_as_it_stands(group),)}
        return standing, {place: ref for place, ref in found.items() if ref is not None}


def with_lines(
    views: Sequence[ReservationView], bytes_of: Callable[[UUID], bytes]
) -> tuple[ReservationView, ...]:
    """Return reservations with the bytes they come from, what is about the traveller marked."""
    raws = {source: bytes_of(source) for source in {one.source for one in views} if source is not None}
    return tuple(
        one
        if one.source is None or one.at is None
        else msgspec.structs.replace(one, lines=excerpt(raws[one.source], Window(*one.at), one.cited))
        for one in views
    )


def _as_it_stands(versions: Sequence[Version]) -> Reservation:
    """One reservation as its versions together say; whether it stands, the whole flight has told."""
    messages = (msgspec.structs.replace(one.head, pnrs=(one.pnr,)) for one in versions)
    folded = fold(messages).reservations[-1]
    newest = versions[-1]
    return msgspec.structs.replace(folded, key=newest.key, cancelled=newest.cancelled)


def _sourced(view: ReservationView, standing: Reservation, versions: Sequence[Version]) -> ReservationView:
    """Say which message a reservation comes from; one that was cut comes from several, and has no place."""
    pnr = standing.pnr
    if pnr.partial and len(versions) > 1:
        return without_bytes(view)
    same = [
        one
        for one in versions
        if (one.pnr.start, one.pnr.end) == (pnr.start, pnr.end)
        and (one.head.prepared <= standing.as_of)
        and (one.pnr.travellers or not pnr.travellers)
    ]
    return msgspec.structs.replace(view, source=same[-1].source) if same else without_bytes(view)


def _by_locator(version: Version) -> bytes:
    return version.locator


def _cancelled(view: ReservationView) -> bool:
    return view.cancelled
