"""The flights board on a whole node: what came, what differs, a full day by pages, an empty one."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from tests.desks.travellers.test_reservation_ingest import ONE, OTHER, passengers
from tests.engines.edifact.pnr_texts import message
from tests.web.house import House

from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.trust.access import passwords

SETUP = Scope("EC-PN", "setup")


@pytest.fixture
def house(store, clock, tmp_path, monkeypatch) -> House:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    return House(store, clock, tmp_path)


@pytest.fixture
def take(house, store):
    def do(raw: bytes) -> None:
        with store.transaction(SETUP) as tx:
            house.node.travellers.ingest(tx, raw, Origin(Channel.FILE, "f", "EC-PN"))

    return do


@pytest.fixture
def screen(house):
    with house.browser() as opened:
        opened.headers["accept-language"] = "en"
        yield opened


@pytest.fixture
def full_day(store):
    """Flights of a day as a store holds them, one each three minutes."""

    def fill(count: int) -> None:
        first = datetime.fromisoformat("2026-11-26T06:00:00+00:00")
        rows = [
            {
                "id": uuid7(), "agency": "EC-PN", "number": f"XA{at + 100}", "origin": "BOG",
                "destination": "UIO", "departs_local": "2026-11-26T01:00",
                "arrives_local": "2026-11-26T01:00",
                "arrives_zone": "America/Guayaquil", "zone_assumed": False,
                "arrives_at": first + timedelta(minutes=3 * at), "closed": False,
                "erase_after": first + timedelta(days=90), "review_at": first + timedelta(days=90),
            }
            for at in range(count)
        ]  # fmt: skip
        with store.transaction(SETUP) as tx:
            tx.execute(sa.insert(sa.table("traveller_flight", *(sa.column(name) for name in rows[0]))), rows)

    return fill


def board(screen, query: str = ""):
    return screen.get(f"/flights.json?day=2026-11-26{query}").json()


def test_a_flight_shows_which_messages_came_and_how_long_is_left(take, screen):
    take(message(ONE, OTHER))
    take(passengers("VERA:ROSA|900101||").replace(b"UNT+9", b"CNT+42:7'UNT+9"))
    (flight,) = board(screen)["flights"]
    assert (flight["load"]["reservations"], flight["load"]["passengers"]) == ("came", "came")
    assert (flight["load"]["crew"], flight["load"]["closing"]) == ("awaited", "awaited")
    assert flight["load"]["counted"] == [{"what": "passengers", "declared": 7, "read": 1}]
    assert flight["departs_at"] == "2026-11-26T14:00:00Z"
    page = screen.get("/flights?day=2026-11-26").text
    assert "leaves in 5 d" in page
    assert "7 declared, 1 read" in page
    assert "2026-11-26 14:00 UTC" in page
    shown = screen.get(f"/flights/{flight['id']}").text
    assert "7 declared, 1 read" in shown


def test_a_flight_that_has_gone_tells_what_is_missing(take, clock, house):
    take(passengers("VERA:ROSA|900101||"))
    clock.advance(timedelta(days=6))
    with house.browser("later") as later:
        (flight,) = board(later)["flights"]
        page = later.get("/flights?day=2026-11-26", headers={"accept-language": "es"}).text
    assert [flight["load"][part] for part in ("reservations", "crew", "closing")] == ["missing"] * 3
    assert "salió hace" in page
    assert "falta" in page


def test_a_flight_announced_again_with_other_hours_says_which_hold(take, screen, clock):
    take(passengers("VERA:ROSA|900101||", reference="1"))
    clock.advance(timedelta(minutes=5))
    take(passengers("VERA:ROSA|900101||", reference="2").replace(b"2611261105", b"2611261145"))
    old, new = sorted(board(screen)["flights"], key=lambda one: one["arrives_at"])
    assert (old["newer"], new["newer"], new["moved"]) == (new["id"], None, 40)
    page = screen.get("/flights?day=2026-11-26").text
    assert "40 min later" in page
    assert f'href="/flights/{new["id"]}">announced again' in page


def test_a_day_of_three_hundred_flights_comes_by_pages(full_day, screen):
    full_day(300)
    first, third = board(screen), board(screen, "&page=3")
    assert (first["total"], first["pages"], len(first["flights"]), first["timeline"]) == (300, 3, 100, [])
    assert (third["flights"][-1]["number"], third["older"]) == ("XA399", "")
    assert board(screen, "&page=99")["page"] == 3
    assert board(screen, "&q=xa2&sort=flight")["matching"] == 100
    page = screen.get("/flights?day=2026-11-26&page=2").text
    assert page.count("<tr data-flight=") == 100


def test_a_filter_that_lets_none_through_says_so_and_an_empty_day_too(full_day, screen):
    full_day(1)
    assert "The filter lets none through" in screen.get("/flights?day=2026-11-26&show=alerts").text
    assert screen.get("/flights?day=2019-01-01").status_code == 200
    assert screen.get("/flights?day=2026-11-26&sort=nothing").status_code == 422


def test_another_agency_has_an_empty_board(take, house):
    take(passengers("VERA:ROSA|900101||"))
    with house.browser("otra") as other:
        token, opened = house.session("otra")
        with house.transaction() as tx:
            house.access.sessions.declare(tx, opened, "EC-SENAE", "border_control")
        other.cookies.set("__Host-cordillera-ec", token)
        assert board(other)["total"] == 0
