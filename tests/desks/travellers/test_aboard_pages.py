"""One flight on a whole node: who is on it, filtered and put in order by the address alone."""

import re
from datetime import timedelta

import pytest
from tests.desks.travellers.test_reservation_ingest import passengers
from tests.desks.travellers.test_traveller_page import LIST
from tests.web.house import House

from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope

SETUP = Scope("EC-PN", "setup")


@pytest.fixture
def house(house_listing) -> House:
    return house_listing(LIST)


@pytest.fixture
def flight(house, store, screen) -> str:
    """The address of a flight: one alert, one without a document, one who goes on, seats told in no order."""
    raw = passengers(
        "VERA:ROSA|900101|B2|", "SOL:EVA|900103||", "LOOR:ANA MARIA|800517|A1|", "PAZ:JUAN|900102|C3|"
    )
    for document, seat in (("B2", "12A"), ("C3", "2C")):
        raw = raw.replace(f"DOC+P+{document}'".encode(), f"RFF+SEA:{seat}'DOC+P+{document}'".encode())
    raw = raw.replace(b"NAD+FL+++PAZ:JUAN'", b"NAD+FL+++PAZ:JUAN'LOC+178+UIO'LOC+179+MIA'")
    with store.transaction(SETUP) as tx:
        house.node.travellers.ingest(tx, raw, Origin(Channel.FILE, "f", "EC-PN"))
    (row,) = screen.get("/flights.json?day=2026-11-26").json()["flights"]
    return f"/flights/{row['id']}"


@pytest.fixture
def screen(house):
    with house.browser() as opened:
        opened.headers["accept-language"] = "en"
        yield opened


def families(screen, address: str) -> list[str]:
    return [one["facts"]["family_names"] for one in screen.get(address).json()["travellers"]]


def test_the_officer_sees_the_alert_first_and_each_order_by_its_address(screen, flight):
    assert families(screen, f"{flight}.json") == ["LOOR", "PAZ", "SOL", "VERA"]
    assert families(screen, f"{flight}.json?sort=seat") == ["PAZ", "VERA", "LOOR", "SOL"]
    assert families(screen, f"{flight}.json?sort=document")[0] == "SOL"


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("alerts", ["LOOR"]),
        ("no_document", ["SOL"]),
        ("in_transit", ["PAZ"]),
        ("no_seat", ["LOOR", "SOL"]),
        ("crew", []),
    ],
)
def test_each_filter_lets_through_whom_it_names_and_keeps_the_order(screen, flight, show, expected):
    view = screen.get(f"{flight}.json?show={show}&sort=name").json()
    assert [one["facts"]["family_names"] for one in view["travellers"]] == expected
    assert next(one["count"] for one in view["shows"] if one["value"] == show) == len(expected)
    assert view["sorts"]["seat"].endswith(f"?show={show}&sort=seat#people")


def test_the_page_tells_counts_seats_and_how_to_show_everybody_again(screen, flight):
    page = screen.get(flight).text
    assert "No travel document · 1" in page
    assert re.search(rf'href="{flight}/seats\?of=[0-9a-f-]+">2C</a>', page)
    empty = screen.get(f"{flight}?show=crew&lang=es").text
    assert "Nadie así en este vuelo" in empty
    assert "Ver a todos" in empty


def test_an_order_or_a_filter_that_is_none_is_refused(screen, flight):
    assert screen.get(f"{flight}?sort=nationality").status_code == 422
    assert screen.get(f"{flight}?show=nationality").status_code == 422


def test_looking_at_a_flight_with_its_seats_leaves_one_leaf(screen, house, flight):
    def leaves() -> int:
        with house.node.store.transaction(SETUP) as tx:
            return len(house.node.ledger.events(tx, subject_ref=flight.removeprefix("/flights/"), limit=50))

    before = leaves()
    screen.get(f"{flight}?show=no_seat")
    assert leaves() == before + 1


def test_whom_age_masks_is_let_through_by_no_filter_that_tells_what_they_lack(house, flight, clock):
    clock.advance(AFTER + timedelta(days=1))
    with house.browser("luego") as later:
        view = later.get(f"{flight}.json?sort=name").json()
        assert next(one["count"] for one in view["shows"] if one["value"] == "no_document") == 0
        assert {one["facts"]["family_names"] for one in view["travellers"]} == {""}
