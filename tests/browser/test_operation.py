"""The operator's pages with something to show: a frozen channel, a message without effect, revoked keys."""

import os
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from tests.browser.axe import AXE
from tests.sim.federation import AGREEMENT, NODE, Pair, officer
from tests.web.house import House, listening

from cordillera.trust.access.model import Role
from cordillera.trust.exchange.thawing import Place, Thaws

pytest_plugins = ["tests.browser.live", "tests.sim.fixtures"]
pytestmark = pytest.mark.browser
SERIOUS = {"serious", "critical"}
PAGES = ("channels", f"channels/in/us/{AGREEMENT}", "partners", "partners/us", "keys")


@pytest.fixture
def troubled(pair: Pair, chromium):
    """EC after a bad week: US told two histories, a query died, and a signing key was revoked."""
    pair.us.deliver(pair.ec, pair.us.craft(pair.ec, 1))
    pair.us.deliver(pair.ec, pair.us.craft(pair.ec, 1))
    pair.ec.ask()
    pair.sequence()
    pair.advance(timedelta(days=4))
    pair.ec.turn("us")
    with pair.ec.store.transaction(NODE) as tx:
        pair.ec.keys.revoke(tx, "operator", [pair.ec.identity.kid], "laptop lost at the harbour")
        who = officer("EC", ("operator",), "otra")
        reason = "US restored an old backup; both operators compared the histories by telephone"
        Thaws(pair.ec.parts).propose(tx, who, Place("in", "us", AGREEMENT), reason)
    pair.ec.keys.tick()
    from tests.browser.live import Live  # after pytest has rewritten its assertions

    house = House(pair.ec.store, pair.ec.clock, pair.ec.home)
    with listening(house.app) as port:
        yield Live(house, port, chromium)


def test_the_pages_of_a_bad_week_are_accessible_and_fit(troubled):
    troubled.house.officer("operadora", Role.OPERATOR)
    found = {}
    for width, theme, language in ((1440, "light", "es"), (390, "dark", "en")):
        page = troubled.page(width=width, theme=theme)
        troubled.speaks(page, language)
        troubled.enter(page, "operadora", "operation")
        for path in PAGES:
            answer = page.goto(f"/exchange/{path}")
            assert answer is not None
            assert answer.status == 200, path
            page.evaluate(AXE.read_text("utf-8"))
            result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            if serious := [one["id"] for one in result["violations"] if one["impact"] in SERIOUS]:
                found[path] = serious
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            _keep(page, path, width, theme, language)
    assert found == {}
    assert troubled.complaints == []


def test_an_operator_lets_a_frozen_channel_flow_and_refuses_a_key_by_keyboard(troubled):
    troubled.house.officer("operadora", Role.OPERATOR)
    page = troubled.page()
    troubled.speaks(page, "en")
    troubled.enter(page, "operadora", "operation")
    page.goto("/")
    expect(page.get_by_text("1 channel with a partner is frozen")).to_be_visible()
    page.goto("/exchange/channels")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/channels/in/us/{AGREEMENT}")
    press(page, "Approve")
    expect(page.get_by_text("Approved here.")).to_be_visible()
    page.goto("/exchange/channels")
    press(page, "Put aside", before="Told the other side by telephone")
    expect(page.get_by_text("Told the other side by telephone")).to_be_visible()
    page.goto("/exchange/partners/us")
    page.keyboard.press("d")
    page.keyboard.type("Their laptop was stolen")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("Sig")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Their laptop was stolen")).to_be_visible()
    assert page.get_by_text("Active").count()
    assert troubled.complaints == []


def press(page, name: str, before: str = "") -> None:
    """Press a button with the keyboard alone; `before` is typed into the field in front of it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if before and page.evaluate("document.activeElement.name") == "reason":
            page.keyboard.type(before)
        if page.evaluate("document.activeElement.innerText || ''").strip().startswith(name):
            page.keyboard.press("Enter")
            page.wait_for_load_state()
            return
    pytest.fail(f"no button {name}")


def _keep(page, path: str, width: int, theme: str, language: str) -> None:
    """Keep a picture where `CORDILLERA_PICTURES` names a folder: for whoever wants to look."""
    folder = os.environ.get("CORDILLERA_PICTURES")
    if folder:
        name = f"{path.replace('/', '_')}-{width}-{theme}-{language}.png"
        page.screenshot(path=f"{folder}/{name}", full_page=True)
