"""The start page says what waits for this role, and the rail marks one place."""

from datetime import timedelta

import pytest
from tests.sim.federation import Pair
from tests.sim.flows import Desk, give, write
from tests.web.house import House

from cordillera.trust.access.model import OfficerSession, Permission, Role
from cordillera.web.navigation import RAIL, rail

pytest_plugins = ["tests.sim.fixtures"]
EVERYWHERE = {place.href for _, places in RAIL for place in places}


def waiting(site: House, login: str, role: Role, purpose: str) -> dict[str, int]:
    """What one officer's start page counts; the page itself opens in both languages."""
    browser = site.browser(login, role, purpose=purpose)
    for language in ("es", "en"):
        assert browser.get(f"/?lang={language}").status_code == 200
    return {line["title"]: line["count"] for line in browser.get("/index.json").json()["waiting"]}


def test_each_role_is_told_what_waits_for_it(pair: Pair):
    site, ec, us = House(pair.ec.store, pair.ec.clock, pair.ec.home), Desk(pair.ec), Desk(pair.us)
    give(pair, us, ec)
    write(ec, pair.us)
    ec.node.ask()
    pair.us.deliver(pair.ec, pair.us.craft(pair.ec, 1))
    pair.us.deliver(pair.ec, pair.us.craft(pair.ec, 1))
    pair.sequence()
    pair.advance(timedelta(days=4))
    pair.ec.turn("us")
    found = waiting(site, "ana", Role.ANALYST, "drug_trafficking")
    assert found == {"home.waiting.sealed": 1, "home.waiting.drafts": 1}
    assert waiting(site, "vigia", Role.WATCH_OFFICER, "border_control") == {}
    assert "home.waiting.letters" in waiting(site, "oper", Role.OPERATOR, "operation")
    assert waiting(site, "jefa", Role.SUPERVISOR, "oversight") == {}


def test_what_is_late_comes_first(store, clock, tmp_path):
    site = House(store, clock, tmp_path)
    browser = site.browser("jurista", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    form = {"kind": "access", "full_name": "Rosario Invented", "date_of_birth": "1980-05-17"}
    form |= {"document_number": "X1234567", "applicant_document": "1712345678", "language": "es"}
    assert browser.post("/redress", data=form, follow_redirects=False).status_code == 303
    assert waiting(site, "otra", Role.AGREEMENT_OFFICER, "agreement_work") == {"home.waiting.tickets": 1}
    clock.advance(timedelta(days=31))
    late = waiting(site, "tercera", Role.AGREEMENT_OFFICER, "agreement_work")
    assert late == {"home.waiting.tickets.late": 1}


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/", "/"),
        ("/exchange", "/exchange"),
        ("/exchange/queries/1", "/exchange"),
        ("/exchange/channels", "/exchange/channels"),
        ("/exchange/partners/us", "/exchange/channels"),
        ("/exchange/keys", "/exchange/channels"),
        ("/safeguards/legal", "/redress"),
        ("/handling/1/export", "/records"),
        ("/account", ""),
    ],
)
def test_the_rail_marks_the_one_place_an_address_lies_in(path: str, marked: str, everyone: OfficerSession):
    groups = rail(everyone, EVERYWHERE, path, {})
    assert [item.href for group in groups for item in group.items if item.current] == [marked] * bool(marked)


def test_every_permission_of_the_rail_is_somebodys(everyone: OfficerSession):
    assert all(everyone.may(place.permission) for _, places in RAIL for place in places)
    assert Permission.HOME_VIEW in {place.permission for _, places in RAIL for place in places}


@pytest.fixture
def everyone(store, clock, tmp_path) -> OfficerSession:
    """Somebody with every role."""
    site = House(store, clock, tmp_path)
    site.officer("todas", *Role)
    return site.session("todas")[1]
