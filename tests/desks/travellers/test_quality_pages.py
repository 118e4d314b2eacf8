"""The pages of carriers' quality on a whole node: what came late, not at all, or could not be read."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.web.house import House

LATE = (
    b"UNB+UNOC:3+YAIR+ECMIG+261121:1000+77'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+YA9'LOC+125+BOG'DTM+189:"
)


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def screen(house):
    with house.browser() as opened:
        yield opened


@pytest.fixture
def upload(house):
    token = house.machine()

    def send(raw: bytes):
        with house.visitor() as gateway:
            headers = {"authorization": f"Bearer {token}", "content-type": "application/edifact"}
            return gateway.post("/api/messages", content=raw, headers=headers)

    return send


def test_a_carrier_in_time_has_no_fault_and_an_empty_node_says_so(screen, upload, paxlst):
    assert screen.get("/messages/carriers.json").json()["carriers"] == []
    upload(paxlst("MORA:ANA"))
    (line,) = screen.get("/messages/carriers.json").json()["carriers"]
    assert (line["carrier"], line["flights"], line["late"], line["lead"]) == ("XA", 1, 0, 270)
    assert screen.get("/messages/carriers/XA.json").json()["faulty"] == 0
    assert screen.get("/messages/carriers").status_code == 200


def test_a_list_after_departure_is_late_and_one_cut_is_partial(house, upload, paxlst, clock):
    clock.advance(timedelta(hours=8))
    upload(paxlst("MORA:ANA"))
    upload(LATE + b"2611212300:201'LOC+87+UIO'NAD+FL+++PINO:LUZ'DTM+329:8")
    with house.browser() as screen:
        lines = screen.get("/messages/carriers.json").json()["carriers"]
        carriers = {line["carrier"]: line for line in lines}
        assert (carriers["XA"]["late"], carriers["XA"]["unclosed"]) == (1, 1)
        assert (carriers["YA"]["late"], carriers["YA"]["partial"]) == (0, 1)
        one = screen.get("/messages/carriers/ya.json").json()
        assert one["flights"][0]["number"] == "YA9"
        assert {finding["code"] for finding in one["findings"]} >= {"edifact.interchange_cut"}
        page = screen.get("/messages/carriers/YA", headers={"accept-language": "es"}).text
        assert "YA9" in page
        assert "<dt>Sin cierre</dt>" in page
        assert "<dt>Parciales</dt><dd>1</dd>" in page


def test_what_cannot_be_read_is_told_by_sender_and_reason(screen, upload):
    upload(b"UNB+UNOC:3+ZAIR+ECMIG+261121:1000+5'UNH+1+CUSCAR:D:95B:UN'BGM+85'UNT+3+1'UNZ+1+5'")
    (one,) = screen.get("/messages/carriers.json").json()["refused"]
    assert (one["sender"], one["reason"], one["count"]) == ("ZAIR", "travellers.not_paxlst", 1)


def test_a_flight_that_came_three_weeks_running_and_not_the_fourth_is_missing(screen, upload, paxlst):
    for week in (3, 2, 1):
        day = datetime(2026, 11, 20, tzinfo=UTC) - timedelta(weeks=week)
        text = paxlst("MORA:ANA", reference=str(week)).replace(b"261121", day.strftime("%y%m%d").encode())
        assert upload(text).json()["travellers"] == 1
    (gone,) = screen.get("/messages/carriers/XA.json").json()["missing"]
    assert (gone["day"], gone["number"], gone["origin"], gone["seen"]) == ("2026-11-20", "XA12", "BOG", 3)


def test_a_long_period_is_refused_and_an_unknown_carrier_is_not_found(screen):
    assert screen.get("/messages/carriers?days=32").status_code == 422
    assert screen.get("/messages/carriers/-").status_code == 404
    assert screen.get("/messages/carriers/TOOLONG").status_code == 404
