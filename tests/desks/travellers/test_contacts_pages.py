"""Whom a traveller shares contacts with: found a step or two away, only where it is lawful, and logged."""

from datetime import timedelta

import pytest
from tests.desks.travellers.test_contacts_store import booking
from tests.engines.edifact.pnr_texts import message
from tests.web.house import House

from cordillera.desks.travellers.contacts_store import MOST_HOLDERS
from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope

LIST = '71001,"LOOR, Ana","individual","EXERCISE",' + ",".join(["-0- "] * 8) + "\r\n\x1a"
SETUP = Scope("EC-PN", "setup")


@pytest.fixture
def house(house_listing) -> House:
    return house_listing(LIST)


@pytest.fixture
def take(house, store):
    def do(*reservations: bytes) -> None:
        with store.transaction(SETUP) as tx:
            house.node.travellers.ingest(tx, message(*reservations), Origin(Channel.FILE, "f", "EC-PN"))

    return do


@pytest.fixture
def screen(house):
    with house.browser() as opened:
        opened.headers["accept-language"] = "en"
        yield opened


def people(screen) -> dict[str, str]:
    """The ids of everybody on the flight, by family name."""
    (flight,) = screen.get("/flights.json?day=2026-11-26").json()["flights"]
    told = screen.get(f"/flights/{flight['id']}.json").json()["travellers"]
    return {one["facts"]["family_names"]: one["id"] for one in told}


CHAIN = (
    booking("AAAAA1", "LOOR", "593991234567", "11"),
    booking("BBBBB2", "MORA", "0991234567", "22"),
    booking("CCCCC3", "VERA", "593990000001", "22"),
    booking("DDDDD4", "ZULETA", "593990000002", "33"),
)


def test_who_shares_a_phone_is_found_with_how_it_was_written(take, screen):
    take(*CHAIN)
    page = f"/travellers/{people(screen)['LOOR']}/contacts"
    (one,) = screen.get(f"{page}.json").json()["people"]
    assert (one["name"], one["step"], one["flight"]["number"]) == ("MORA, ANA", 1, "XA412")
    assert [(link["kind"], link["told"]) for link in one["links"]] == [("phone", "593991234567")]
    shown = screen.get(page).text
    assert "edge edge-phone" in shown
    assert "VERA" not in shown
    assert 'style="' not in shown


def test_a_shared_agency_is_not_followed_to_a_second_step(take, screen):
    take(*CHAIN)
    address = f"/travellers/{people(screen)['LOOR']}/contacts.json?hops="
    assert [one["name"] for one in screen.get(f"{address}2").json()["people"]] == ["MORA, ANA"]
    assert screen.get(f"{address}3").status_code == 422


def test_the_second_step_goes_through_what_the_first_shares(take, screen):
    second = booking("BBBBB2", "MORA", "0991234567", "22").replace(
        b"TIF+", b"ADD++702:CALLE X 9:QUITO:::EC:170101:593987654321'TIF+", 1
    )
    take(CHAIN[0], second, booking("FFFFF6", "SUAREZ", "0987654321", "66"))
    told = screen.get(f"/travellers/{people(screen)['LOOR']}/contacts.json?hops=2").json()
    assert [(one["name"], one["step"]) for one in told["people"]] == [("MORA, ANA", 1), ("SUAREZ, ANA", 2)]
    (link,) = told["people"][1]["links"]
    assert (link["kind"], link["with_name"], link["told"]) == ("phone", "MORA, ANA", "")
    assert {spot["step"] for spot in told["spots"]} == {0, 1, 2}


def test_what_many_share_links_nobody_and_the_page_says_so(take, screen):
    crowd = (booking(f"GGG{at:03d}", f"GOMEZ{chr(65 + at)}") for at in range(MOST_HOLDERS))
    take(booking("AAAAA1", "LOOR"), *crowd)
    page = screen.get(f"/travellers/{people(screen)['LOOR']}/contacts")
    assert "GOMEZ" not in page.text
    assert "Shared by many" in page.text
    assert "593991234567" in page.text


def test_only_a_traveller_with_an_alert_is_looked_into_for_a_lawful_purpose(take, screen, house):
    take(*CHAIN)
    ids = people(screen)
    refused = screen.get(f"/travellers/{ids['MORA']}/contacts")
    assert refused.status_code == 403
    assert "no alert about this traveller" in refused.text
    with house.browser("otro-fin", purpose="agreement_work") as other:
        assert other.get(f"/travellers/{ids['LOOR']}/contacts").status_code == 403


def test_the_look_is_written_without_a_name(take, screen, house):
    take(*CHAIN)
    ref = people(screen)["LOOR"]
    screen.get(f"/travellers/{ref}/contacts")
    with house.node.store.transaction(Scope("EC-PN", "test")) as tx:
        (looked,) = house.node.ledger.events(tx, subject_ref=ref, limit=10)
    assert looked.detail == {"what": "contacts", "ref": ref, "hops": "1", "found": "1"}


def test_after_six_months_nobody_is_looked_into_or_found(take, screen, house, clock):
    take(*CHAIN)
    ref = people(screen)["LOOR"]
    clock.advance(AFTER + timedelta(days=1))
    with house.browser("later") as later:
        assert later.get(f"/travellers/{ref}/contacts").status_code == 403
