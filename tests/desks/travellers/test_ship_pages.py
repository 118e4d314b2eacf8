"""The list of a ship on a whole node: name and number of the ship stand where a flight stands."""

import pytest
from argon2 import PasswordHasher
from tests.engines.edifact.test_paxlst_ships import ship_list
from tests.web.house import House

from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access import passwords

SHIP = "OCEAN INVENTED (IMO 9074729)"


@pytest.fixture
def house(store, clock, tmp_path, monkeypatch) -> House:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    return House(store, clock, tmp_path)


@pytest.fixture
def screen(house, store):
    with store.transaction(Scope("EC-PN", "setup")) as tx:
        for raw in (ship_list(), ship_list(kind="250").replace(b"JUAN", b"PEDRO")):
            house.node.travellers.ingest(tx, raw, Origin(Channel.FILE, "f", "EC-PN"))
    with house.browser() as opened:
        opened.headers["accept-language"] = "en"
        yield opened


def test_passengers_and_crew_stand_on_one_voyage_of_the_named_ship(screen):
    (flight,) = screen.get("/flights.json?day=2026-11-22").json()["flights"]
    assert (flight["number"], flight["vessel"]) == ("V0123", SHIP)
    assert (flight["travellers"], flight["crew"]) == (1, 1)


def test_the_ship_is_shown_on_the_board_and_every_page_below_it(screen):
    (flight,) = screen.get("/flights.json?day=2026-11-22").json()["flights"]
    (person, *_) = screen.get(f"/flights/{flight['id']}.json").json()["travellers"]
    pages = ("/flights?day=2026-11-22", f"/flights/{flight['id']}", f"/travellers/{person['id']}")
    for address in pages:
        assert SHIP in screen.get(address).text, address
    (sent, *_) = screen.get("/messages.json").json()["rows"]
    assert SHIP in screen.get(f"/messages/{sent['id']}").text


def test_a_ship_is_judged_as_itself_and_not_as_an_airline(screen):
    (line,) = screen.get("/messages/carriers.json").json()["carriers"]
    assert (line["carrier"], line["vessel"], line["messages"]) == ("IMO 9074729", SHIP, 2)
    assert SHIP in screen.get("/messages/carriers").text
    page = screen.get("/messages/carriers/IMO%209074729")
    assert page.status_code == 200
    assert SHIP in page.text
    assert screen.get("/messages/carriers/V0").status_code == 404


STAR = b"INVENTED STAR"


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("second", "told"),
    [
        (ship_list().replace(b"OCEAN INVENTED", b""), SHIP),  # the number alone: the fuller stays
        (ship_list().replace(b"OCEAN INVENTED", STAR), f"{SHIP} / INVENTED STAR (IMO 9074729)"),
    ],
)
def test_two_lists_of_one_voyage_lose_no_ship(house, store, together, second, told):
    """Whether they come in one transaction, as messages that wait do, or one after the other."""
    origin = Origin(Channel.FILE, "f", "EC-PN")
    raws = (ship_list(), second.replace(b"JUAN", b"PEDRO"))
    read = [house.node.travellers.read(raw, origin) for raw in raws]
    for batch in [read] if together else [read[:1], read[1:]]:
        with store.transaction(Scope("EC-PN", "setup")) as tx:
            house.node.travellers.ingest_all(tx, batch)
    with house.browser() as screen:
        (flight,) = screen.get("/flights.json?day=2026-11-22").json()["flights"]
    assert flight["vessel"] == told
