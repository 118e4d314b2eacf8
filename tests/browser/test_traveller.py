"""A traveller's page and shared contacts in a browser: accessible, within the policy, on a narrow screen."""

import pytest
from tests.browser.test_every_page import findings
from tests.desks.travellers.test_contacts_store import booking
from tests.engines.edifact.pnr_texts import message

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role

pytest_plugins = ["tests.browser.live"]
pytestmark = pytest.mark.browser
LISTED = '7001,"LOOR, Ana","individual","PRUEBA",' + ",".join(["-0- "] * 8) + "\n"
SETUP = Scope("EC-PN", "border_control")
LONG = "WOLFESCHLEGELSTEINHAUSENBERGERDORFF DE LA TORRE"


@pytest.fixture
def pages(live) -> list[str]:
    """A traveller with an alert, who shares a phone with somebody of a very long name."""
    node = live.house.node
    with node.store.transaction(SETUP) as tx:
        target = ("PRUEBA", ListFormat.OFAC_CSV)
        node.people.import_source(tx, SourceFiles(LISTED.encode()), target, Actor("node", "EC-PN", "setup"))
        raw = message(booking("AAAAA1", "LOOR"), booking("BBBBB2", LONG))
        node.travellers.ingest(tx, raw, Origin(Channel.FILE, "a.edi", "EC-PN"))
    live.house.officer("todas", *Role)
    page = live.page()
    live.enter(page, "todas")
    (alert,) = page.goto("/alerts.json").json()["rows"]
    own = f"/travellers/{alert['subject_ref']}"
    seats = f"/flights/{alert['group_ref']}/seats?of={alert['subject_ref']}"
    return [own, f"{own}/contacts?hops=2", f"/alerts/{alert['id']}?tab=journey", seats]


@pytest.mark.parametrize(("language", "theme"), [("es", "dark"), ("en", "light")])
def test_the_traveller_pages_are_accessible_and_fit_a_narrow_screen(live, pages, language, theme):
    page = live.page(width=360, height=740, theme=theme)
    live.speaks(page, language)
    live.enter(page, "todas")
    for address in pages:
        assert page.goto(address).status == 200
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert live.complaints == []


def test_a_digit_opens_a_tab_and_the_keyboard_goes_on_there_to_the_seat_map(live, pages):
    page = live.page()
    live.enter(page, "todas")
    page.goto(pages[2].partition("?")[0])
    page.keyboard.press("2")
    page.wait_for_url("**?tab=journey#tabs")
    steps = 0
    while page.evaluate("document.activeElement.getAttribute('href')") != pages[3] and steps < 12:
        page.keyboard.press("Tab")
        steps += 1
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{pages[3]}")
    assert live.complaints == []


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_name_stays_in_view_on_a_telephone_when_a_tab_was_opened(live, pages, language):
    page = live.page(width=390, height=844)
    live.speaks(page, language)
    live.enter(page, "todas")
    page.goto(f"{pages[2]}#tabs")
    name, bar = page.locator(".tabbed-name"), page.locator(".topbar")
    assert name.inner_text() == "LOOR, ANA"
    for _ in range(2):
        head = bar.bounding_box()
        under = head["y"] + head["height"]
        assert page.evaluate("scrollY") > 100
        assert under <= name.bounding_box()["y"] < under + 60
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(200)


def test_a_button_pressed_twice_decides_once(live, pages):
    page = live.page()
    live.enter(page, "todas")
    page.goto(pages[2].partition("?")[0])
    page.keyboard.press("d")
    page.keyboard.type("Otro documento y otra fecha")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate(
        """() => { const button = document.querySelector('button[value=not_same_person]');
        for (const after of [0, 10, 20]) setTimeout(() => button.click(), after); }"""
    )
    page.wait_for_url("**done=*")
    assert len(sent) == 1
    assert live.complaints == []
