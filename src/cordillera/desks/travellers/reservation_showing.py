"""The reservations of one traveller, opened for an officer who has their alert open."""

import sqlalchemy as sa

from cordillera.desks.travellers.depersonalise import Masking
from cordillera.desks.travellers.model import TravellerRow
from cordillera.desks.travellers.reservation_core import key_of, named
from cordillera.desks.travellers.reservation_store import ReservationStore
from cordillera.desks.travellers.reservation_views import ReservationView, depersonalised, views_of
from cordillera.engines.edifact.pnr_state import FlightState, fold
from cordillera.foundation.store.sealing import FieldSealer


class Showing:
    """Opens reservations as their age allows."""

    def __init__(self, sealer: FieldSealer, masking: Masking) -> None:
        self._own = ReservationStore(sealer)
        self._masking = masking

    def of(self, tx: sa.Connection, traveller: TravellerRow) -> tuple[ReservationView, ...]:
        """Return the reservations of a traveller; after six months without what tells who they are.

        The row may be as shown to the officer: what is read of it are its ids.
        """
        told = self._own.messages(tx, traveller.flight_id)
        if not told:
            return ()
        bookings = self._own.bookings(tx, traveller.flight_id)
        named_in = {
            (key_of(each.message, number), name)
            for each in told
            for number, pnr in enumerate(each.message.pnrs)
            for name, _ in named(pnr)
        }
        found = {who: bookings.get(self._own.place(*who)) for who in named_in}
        who = {place: ref for place, ref in found.items() if ref is not None}
        mine = {key: name for (key, name), ref in who.items() if ref == traveller.id}
        state = fold(FlightState(), (one.message for one in told))
        views = views_of(state.reservations, mine, who)
        hidden = self._masking.hidden(tx, [traveller])
        return tuple(depersonalised(one) for one in views) if hidden else views
