"""The flights board by keyboard alone, and kept fresh where it stands."""

import pytest
from tests.browser.test_every_page import PAXLST, findings

from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role

pytest_plugins = ["tests.browser.live"]
pytestmark = pytest.mark.browser
DAY = "/flights?day=2026-11-21"


def take(live, text: str) -> None:
    with live.house.node.store.transaction(Scope("EC-PN", "border_control")) as tx:
        live.house.node.travellers.ingest(tx, text.encode(), Origin(Channel.FILE, "a.edi", "EC-PN"))


def test_the_board_is_filtered_opened_and_kept_fresh_by_keyboard(live):
    take(live, PAXLST)
    take(live, PAXLST.replace("TDT+20+XA12", "TDT+20+XB7").replace("1000+1'", "1000+2'"))
    page = live.page()
    page.clock.install()
    live.log_in(page, "teclado", Role.WATCH_OFFICER)
    page.goto(DAY)
    page.keyboard.press("f")
    page.keyboard.type("xa1")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=xa1**")
    assert page.locator("tr[data-flight]").count() == 1
    line = page.locator("tr[data-flight]")
    assert line.locator(".load-came").count() == 1
    crew = PAXLST.replace("BGM+745", "BGM+250").replace("NAD+FL+++TOAPANTA QUILUMBA", "NAD+FM+++PILOTO")
    take(live, crew.replace("1000+1'", "1000+3'"))
    page.clock.fast_forward(31_000)
    line.locator(".load-came").nth(1).wait_for()
    assert findings(page) == []
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('tr') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/flights/*-*")
    assert live.complaints == []


def test_who_is_on_a_flight_is_filtered_and_put_in_order_by_keyboard(live):
    take(live, PAXLST)
    page = live.page(width=390)
    live.speaks(page, "es")
    live.log_in(page, "listado", Role.WATCH_OFFICER)
    (flight,) = page.request.get(f"{DAY.replace('/flights', '/flights.json')}").json()["flights"]
    page.goto(f"/flights/{flight['id']}")
    page.keyboard.press("4")
    page.wait_for_url("**show=in_transit#people")
    assert page.get_by_role("link", name="En tránsito", exact=False).get_attribute("aria-current") == "true"
    page.keyboard.press("1")
    page.wait_for_url(lambda address: address.endswith(f"{flight['id']}#people"))
    page.keyboard.press("f")
    assert page.locator(".board-sort").get_attribute("open") is not None
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=seat#people")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/travellers/*")
    assert live.complaints == []


def test_what_carriers_did_wrong_is_whole_on_a_telephone(live):
    take(live, PAXLST.replace("2611211130", "2611210300").replace("2611211300", "2611210440"))
    page = live.page(width=360, theme="dark")
    live.speaks(page, "es")
    live.log_in(page, "calidad", Role.WATCH_OFFICER)
    page.goto("/messages/carriers?days=7")
    wide = "[...document.querySelectorAll('.table-scroll')].filter(e => e.scrollWidth > e.clientWidth).length"
    assert page.locator("td[data-label='Sin cierre']").is_visible()
    assert (page.evaluate(wide), findings(page)) == (0, [])
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/messages/carriers/XA*")
    assert page.locator("td[data-label=Fallo]").is_visible()
    assert (page.evaluate(wide), findings(page)) == (0, [])
    assert live.complaints == []
