"""The index of contacts finds who shares something, and holds no text, nothing too old, nobody forgotten."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.engines.edifact.pnr_texts import message

from cordillera.desks.travellers.contacts_core import Kind
from cordillera.desks.travellers.contacts_store import MOST_HOLDERS, ContactStore
from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.inventory_store import every_traveller, forget_traveller


def booking(locator: str, name: str, phone: str = "593991234567", agency: str = "12345678") -> bytes:
    """A reservation of one person with a telephone number, by an agency."""
    return (
        f"SRC'RCI+XA:{locator}::011126:1200'ORG+1A:UIO+{agency}:UIO01+QUI++T+EC:USD+AG7'"
        f"ADD++700:CALLE {locator}:CUENCA:AZUAY::EC:010101:{phone}'TIF+{name}+ANAMRS:A:1'"
        f"TVL+261126:0900::1105+UIO+BOG+XA:412:Y'RPI+1+HK'"
    ).encode()


@pytest.fixture
def take(store, travellers, origin, scope):
    def do(*reservations: bytes, made: bytes = b"261125:1200"):
        with store.transaction(scope) as tx:
            return travellers.ingest(tx, message(*reservations, made=made), origin)

    return do


@pytest.fixture
def linked(store, sealer, scope, clock):
    """Who shares what with the traveller of a family name: family names by kind, None for too many."""
    index = ContactStore(sealer)

    def find(name: str) -> dict[Kind, set[str] | None]:
        with store.transaction(scope) as tx:
            rows = {row.id: row for rows in every_traveller(tx, sealer) for row in rows}
            mine = next(row.id for row in rows.values() if row.facts.family_names == name)
            held = {(one.kind, one.value) for one in index.of(tx, [mine], clock.now())}
            found = index.shared(tx, held, clock.now())
        return {
            kind: None
            if one.too_many
            else {rows[ref].facts.family_names for ref in one.holders if ref != mine}
            for (kind, _), one in found.items()
        }

    return find


def test_who_shares_a_phone_or_an_agency_is_found(take, linked):
    take(
        booking("AAAAA1", "LOOR"),
        booking("BBBBB2", "MORA", "0991234567"),
        booking("CCCCC3", "VERA", "77", "99"),
    )
    assert linked("LOOR") == {
        Kind.PHONE: {"MORA"}, Kind.AGENCY: {"MORA"}, Kind.ADDRESS: set(), Kind.BOOKING: set()
    }  # fmt: skip
    assert linked("VERA") == {Kind.AGENCY: set(), Kind.ADDRESS: set(), Kind.BOOKING: set()}


def test_a_phone_that_many_share_links_nobody(take, linked):
    take(*(booking(f"AAAA{at:02d}", f"LOOR{chr(65 + at)}") for at in range(MOST_HOLDERS + 1)))
    found = linked("LOORA")
    assert found[Kind.PHONE] is None
    assert found[Kind.AGENCY] is None


def test_a_newer_version_takes_the_place_of_what_was_told(take, linked):
    take(booking("AAAAA1", "LOOR"), booking("BBBBB2", "MORA"))
    take(booking("AAAAA1", "LOOR", "593987777777"), booking("BBBBB2", "MORA"), made=b"261125:1300")
    assert linked("LOOR")[Kind.PHONE] == set()


def test_no_text_is_in_the_index_and_nothing_older_than_six_months_is_compared(
    take, linked, store, scope, clock
):
    take(booking("AAAAA1", "LOOR"), booking("BBBBB2", "MORA"))
    with store.transaction(scope) as tx:
        rows = tx.execute(sa.text("SELECT CAST(c.* AS text) FROM traveller_contact c")).scalars().all()
        ends = tx.execute(sa.text("SELECT max(erase_after) FROM traveller_contact")).scalar_one()
    assert not any(word in row for row in rows for word in ("991234567", "CALLE", "AAAAA1", "12345678"))
    assert ends <= clock.now() + AFTER
    clock.advance(AFTER + timedelta(seconds=1))
    assert linked("LOOR") == {}


def test_whoever_is_forgotten_leaves_the_index(take, linked, store, sealer, scope):
    take(booking("AAAAA1", "LOOR"), booking("BBBBB2", "MORA"))
    with store.transaction(scope) as tx:
        rows = [row for rows in every_traveller(tx, sealer) for row in rows]
        gone = next(row.id for row in rows if row.facts.family_names == "MORA")
        assert forget_traveller(tx, gone, sealer)
        assert tx.execute(sa.text("SELECT count(DISTINCT locator) FROM traveller_contact")).scalar_one() == 1
    assert linked("LOOR")[Kind.PHONE] == set()


def test_another_agency_sees_nothing_of_the_index(take, store, stranger):
    take(booking("AAAAA1", "LOOR"))
    with store.transaction(stranger.scope) as tx:
        assert tx.execute(sa.text("SELECT count(*) FROM traveller_contact")).scalar_one() == 0
