"""Whoever is erased on request is gone from lists, reservations, history and bytes; the others stay."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from tests.desks.travellers.test_reservation_ingest import ONE, OTHER, PARTS, passengers
from tests.engines.edifact.pnr_texts import HISTORY, message

from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.errors import Depersonalised
from cordillera.desks.travellers.inventory_store import every_traveller, forget_traveller
from cordillera.desks.travellers.model import FlightFilter
from cordillera.desks.travellers.reservation_store import ReservationStore
from cordillera.desks.travellers.retention import ERASABLES
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.sealing import KeyDestroyed
from cordillera.trust.review.retention import ERASABLES as ALERTS
from cordillera.trust.safeguards.retention import RetentionRunner

TABLES = ("traveller_pnrgov", "traveller_reservation", "traveller_booking", "traveller_part", "traveller")


@pytest.fixture
def take(store, travellers, origin, scope):
    def do(raw: bytes):
        with store.transaction(scope) as tx:
            return travellers.ingest(tx, raw, origin)

    return do


def everything(store, sealer, scope) -> str:
    """All that is told of reservations and travellers, opened."""
    with store.transaction(scope) as tx:
        own = ReservationStore(sealer)
        flights = tx.execute(sa.text("SELECT id FROM traveller_flight")).scalars().all()
        told = [str(own.told(tx, flight).messages) for flight in flights]
        told += [str(row.facts) for rows in every_traveller(tx, sealer) for row in rows]
    return " ".join(told)


def person(store, sealer, scope, family: str) -> UUID:
    with store.transaction(scope) as tx:
        found = [
            row for rows in every_traveller(tx, sealer) for row in rows if row.facts.family_names == family
        ]
    assert len(found) == 1
    return found[0].id


def test_an_erased_traveller_is_gone_from_every_version_and_the_others_stay(
    take, store, sealer, scope, travellers, ana
):
    first = take(message(ONE + HISTORY, made=b"261123:1200"))
    second = take(message(ONE + HISTORY, OTHER, made=b"261124:1200"))
    listed = take(passengers("QUISPE:LUIS|000101||", "VERA:ROSA|900101|B7|"))
    ref = person(store, sealer, scope, "QUISPE")
    with store.transaction(scope) as tx:
        keys = tx.execute(sa.text("SELECT key_id FROM traveller_message")).scalars().all()
        assert forget_traveller(tx, ref, sealer)
    told = everything(store, sealer, scope)
    for gone in ("QUISPE", "P7654321", "15B", "2000-01-01"):
        assert gone not in told, gone
    for stays in ("LOOR", "A1234567", "MORA", "VERA", "15A"):
        assert stays in told, stays
    with store.transaction(ana.scope) as tx:
        for message_id in (first.message_id, second.message_id, listed.message_id):
            assert travellers.message_bytes(tx, ana, message_id) == b""
        for key in keys:
            with pytest.raises(KeyDestroyed):
                sealer.load_key(tx, key)
        assert tx.execute(sa.text("SELECT count(*) FROM traveller_booking")).scalar_one() == 2
        assert not forget_traveller(tx, ref, sealer)


def test_who_was_never_on_the_board_is_found_too(take, store, sealer, scope, travellers, ana):
    take(message(ONE, made=b"261125:1200"))
    take(message(OTHER, made=b"261124:1200"))
    with store.transaction(ana.scope) as tx:
        (flight,) = travellers.flights(tx, FlightFilter())
    assert flight.travellers == 2
    ref = person(store, sealer, scope, "MORA")
    with store.transaction(scope) as tx:
        forget_traveller(tx, ref, sealer)
    assert "MORA" not in everything(store, sealer, scope)


def test_a_reservation_without_a_locator_is_no_hiding_place(take, store, sealer, scope):
    take(message(ONE, OTHER.replace(b"RCI+XA:QQ7RST::021126:1000'", b"")))
    ref = person(store, sealer, scope, "MORA")
    with store.transaction(scope) as tx:
        forget_traveller(tx, ref, sealer)
    assert "MORA" not in everything(store, sealer, scope)


def test_what_is_due_goes_with_its_message_for_good(take, store, sealer, scope, ledger, keyring, clock):
    take(message(ONE, OTHER))
    take(PARTS[0])
    with store.transaction(scope) as tx:
        keys = tx.execute(sa.text("SELECT DISTINCT key_id FROM traveller_reservation")).scalars().all()
    clock.advance(timedelta(days=181))
    RetentionRunner(sealer, ledger, keyring, clock, (*ALERTS, *ERASABLES)).run_once(store)
    with store.transaction(Scope.node("test")) as tx:
        for table in TABLES:
            assert tx.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0, table
        for key in keys:
            with pytest.raises(KeyDestroyed):
                sealer.load_key(tx, key)


def test_an_older_message_goes_and_what_the_newer_told_stays(
    take, store, sealer, scope, ledger, keyring, clock, travellers, ana
):
    take(message(ONE, OTHER, made=b"261124:1200"))
    clock.advance(timedelta(days=100))
    take(message(ONE, made=b"261125:1200"))
    clock.advance(timedelta(days=81))
    RetentionRunner(sealer, ledger, keyring, clock, (*ALERTS, *ERASABLES)).run_once(store)
    told = everything(store, sealer, scope)
    assert "MORA" not in told
    assert "QUISPE" in told
    with store.transaction(ana.scope) as tx:
        (flight,) = travellers.flights(tx, FlightFilter())
        assert len(travellers.passengers(tx, ana, flight.id)) == 2


def test_after_six_months_nobody_of_a_reservation_is_named(
    take, store, travellers, clock, ana, sealer, scope
):
    result = take(message(ONE))
    ref = person(store, sealer, scope, "LOOR")
    clock.advance(AFTER)
    with store.transaction(ana.scope) as tx:
        facts = travellers.traveller(tx, ref).facts
    assert (facts.full_name, facts.reservation, facts.documents, facts.date_of_birth) == ("", "", (), "1980")
    with pytest.raises(Depersonalised), store.transaction(ana.scope) as tx:
        travellers.message_bytes(tx, ana, result.message_id)
