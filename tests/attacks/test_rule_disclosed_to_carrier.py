"""Attack: a carrier reads rules with its token, or finds them out by uploading made-up travellers."""

import re

import pytest
from tests.desks.travellers.rules_world import LAWFUL
from tests.sim.rules import Rulers, in_force
from tests.web.house import House

from cordillera.web.app import handlers_of

MESSAGE = (
    "UNB+UNOC:3+XAIR+ECMIG+261121:1000+{0}'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA12'LOC+125+{1}'"
    "DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'NAD+FL+++PRUEBA:ROSA'DTM+329:720805'"
    "DOC+P+AB{0}'UNT+11+1'UNZ+1+{0}'"
)


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def carrier(house):
    with house.visitor() as gateway:
        gateway.headers["authorization"] = f"Bearer {house.machine()}"
        yield gateway


def test_no_operation_about_rules_is_open_to_a_carrier(house, carrier):
    version = in_force(Rulers(house), LAWFUL)
    for path, handler in handlers_of(house.app):
        if "/rules" in path:
            address = re.sub(r"\{[^}]*\}", str(version.id), path)
            for method in {str(one) for one in handler.http_methods} - {"HEAD"}:
                answer = carrier.request(method, address, follow_redirects=False)
                assert answer.status_code in {303, 401, 403}, (method, address, answer.status_code)
                assert "bogota" not in answer.text


def test_upload_of_a_hit_is_answered_like_that_of_none(house, carrier):
    in_force(Rulers(house), LAWFUL)
    headers = {"content-type": "application/edifact"}
    told = [
        carrier.post("/api/messages", content=MESSAGE.format(number, origin).encode(), headers=headers)
        for number, origin in (("71", "BOG"), ("72", "LIM"))
    ]
    hit, none = ({**one.json(), "message_id": ""} for one in told)
    assert hit == none
    assert told[0].headers.keys() == told[1].headers.keys()
    with house.browser("propia") as own:
        (row,) = own.get("/alerts.json").json()["rows"]
    assert row["occasion"].startswith("XA12 BOG")
