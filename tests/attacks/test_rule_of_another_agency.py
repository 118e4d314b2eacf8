"""Attack: an officer of another agency of the node reads, changes or activates a rule by its id."""

import re

import pytest
from tests.desks.travellers.rules_world import LAWFUL
from tests.sim.rules import Rulers, proposed
from tests.web.house import House

from cordillera.trust.access.model import Role
from cordillera.web.app import handlers_of

BODIES = {
    "pretest": {"days": 30},
    "activate": {"seen": {"digest": "", "pretest": "00000000-0000-0000-0000-000000000000"}},
    "review": {"review_on": "2027-03-01"},
}


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


def test_no_operation_reaches_a_rule_of_another_agency(house):
    version, _ = proposed(Rulers(house), LAWFUL)
    asked = 0
    with house.browser("ajena", Role.ANALYST, Role.SUPERVISOR) as browser:
        token, opened = house.session("ajena")
        with house.transaction() as tx:
            house.access.sessions.declare(tx, opened, "EC-SENAE", "border_control")
        browser.cookies.clear()
        browser.cookies.set("__Host-cordillera-ec", token)
        browser.headers["x-csrf-token"] = opened.csrf_token
        assert browser.get("/api/rules").json() == {"rules": []}
        for path, handler in handlers_of(house.app):
            if not path.startswith("/api/rules/{rule_id"):
                continue
            address = re.sub(r"\{rule_id[^}]*\}", str(version.id), path)
            step = address.rpartition("/")[2]
            body = {"reason": "what is yours is mine"} | BODIES.get(step, {})
            body = {"days": 30} if step == "pretest" else body
            for method in {str(one) for one in handler.http_methods} - {"HEAD"}:
                answer = browser.request(method, address, **({"json": body} if method == "POST" else {}))
                assert answer.status_code == 404, (method, address, answer.text)
                assert "bogota" not in answer.text
                asked += 1
    assert asked == 9
