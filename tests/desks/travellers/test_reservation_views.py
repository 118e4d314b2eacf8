"""An officer sees a traveller's reservations whole, and after six months only flights and agency."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from tests.desks.travellers.test_reservation_ingest import ONE, OTHER, passengers
from tests.engines.edifact.pnr_texts import HISTORY, message

from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.inventory_store import every_traveller
from cordillera.desks.travellers.reservation_views import (
    BookedBag,
    BookedLeg,
    BookedPayment,
    Changed,
    ReservationView,
    depersonalised,
    without_bytes,
)


@pytest.fixture
def take(store, travellers, origin, scope):
    def do(raw: bytes):
        with store.transaction(scope) as tx:
            return travellers.ingest(tx, raw, origin)

    return do


@pytest.fixture
def seen(store, sealer, travellers, ana):
    def show(family: str) -> tuple[ReservationView, ...]:
        with store.transaction(ana.scope) as tx:
            rows = [row for rows in every_traveller(tx, sealer) for row in rows]
            row = next(row for row in rows if row.facts.family_names == family)
            return travellers.reservations_of(tx, row)

    return show


def test_itinerary_bags_seats_co_travellers_payment_and_agency(take, seen, store, scope):
    take(passengers("LOOR:ANA|800517||"))
    take(message(ONE + HISTORY, OTHER))
    (view,) = seen("LOOR")
    assert (view.locator, view.cancelled, view.made[:10]) == ("MFN4TI", False, "2026-11-01")
    assert (view.agency, view.city) == ("12345678", "QUI")
    assert without_bytes(view).legs == (
        BookedLeg("XA412", "UIO", "BOG", "2026-11-26T09:00", "2026-11-26T11:05", "HK"),
        BookedLeg("XA18", "BOG", "MAD", "2026-11-26T13:00", "2026-11-27T06:10", "HK"),
    )
    assert view.seats == ("15A XA412",)
    assert without_bytes(view).bags[0] == BookedBag("48521", "2", "41 kg", "BOG", pooled=False)
    assert without_bytes(view).payments == (BookedPayment("CC", "VI", "XXXXXXXXXXXX1186", "240.00 USD"),)
    assert [one.number for one in view.tickets] == ["4621234567890"]
    assert "ANA_LOOR@MAIL.EC" in view.contacts
    assert view.changes[1] == Changed("A", "2026-11-07T10:10", "QUISPE LUISMR")
    (other,) = view.co_travellers
    with store.transaction(scope) as tx:
        ids = set(tx.execute(sa.text("SELECT id FROM traveller")).scalars())
    assert (other.name, other.kind) == ("QUISPE, LUIS", "A")
    assert isinstance(other.traveller_id, UUID)
    assert other.traveller_id in ids
    assert (other.seats, other.beside) == (("15B XA412",), ("XA412",))


def test_a_cancelled_reservation_is_shown_as_such_with_its_history(take, seen):
    take(message(ONE, OTHER, made=b"261124:1200"))
    take(message(ONE, made=b"261125:1200"))
    (view,) = seen("MORA")
    assert (view.locator, view.cancelled) == ("QQ7RST", True)


def test_who_is_on_a_list_alone_has_no_reservation(take, seen):
    take(passengers("VERA:ROSA|900101||"))
    assert seen("VERA") == ()


def test_after_six_months_only_flights_and_agency_are_left(take, seen, clock):
    take(message(ONE + HISTORY))
    (before,) = seen("LOOR")
    clock.advance(AFTER)
    (after,) = seen("LOOR")
    assert after == depersonalised(before)
    told = str(after)
    for gone in ("QUISPE", "MFN4TI", "1186", "MAIL", "15A", "48521"):
        assert gone not in told
    assert after.legs == before.legs
