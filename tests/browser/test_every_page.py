"""Every page, both languages, both themes: no serious finding of axe-core, no violation of the policy."""

from typing import get_args

import pytest
from tests.browser.axe import AXE

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.guard import declared
from cordillera.trust.access.model import Role
from cordillera.trust.access.page import Page
from cordillera.web.app import handlers_of

pytest_plugins = ["tests.browser.live"]
pytestmark = pytest.mark.browser
SERIOUS = {"serious", "critical"}


def pages_of(live) -> list[str]:
    """Addresses of all pages without parameters."""
    return [
        path
        for path, handler in handlers_of(live.house.app)
        if "GET" in handler.http_methods
        and "{" not in path
        and not path.startswith("/api/")
        and handler.include_in_schema is False
        and declared(handler.opt).who != "machine"
        and Page in _kinds(handler.parsed_return_field.annotation)
    ]


def _kinds(annotation) -> tuple[type, ...]:
    """What a handler may answer: one kind, or several."""
    return get_args(annotation) or (annotation,)


def findings(page) -> list[str]:
    """Serious findings of axe-core on what is shown now."""
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{found['id']} {node['target']}: {node['html'][:120]}"
        for found in result["violations"]
        if found["impact"] in SERIOUS
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_is_accessible_and_keeps_the_policy(live, language, theme):
    page = live.page(theme=theme)
    live.speaks(page, language)
    live.log_in(page, "todas", *Role)
    found = {}
    for path in pages_of(live):
        answer = page.goto(path)
        assert answer.status == 200, path
        assert page.locator("html").get_attribute("lang") == language
        if serious := findings(page):
            found[path] = serious
    assert found == {}
    assert live.complaints == []


@pytest.mark.parametrize("language", ["es", "qps"])
def test_no_page_scrolls_sideways_at_360_px(live, language):
    page = live.page(width=360, height=740)
    live.speaks(page, language)
    live.log_in(page, "todas", *Role)
    wide = {}
    for path in pages_of(live):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide[path] = width
    assert wide == {}


def test_error_pages_are_accessible(live):
    page = live.page()
    live.log_in(page, "mquishpe", Role.LIAISON)
    for path, status in (("/nowhere", 404), ("/officers", 403)):
        assert page.goto(path).status == status
        assert findings(page) == []
    assert live.complaints == []


LISTED = (
    '7001,"TOAPANTA QUILUMBA, Byron Efrain","individual","PRUEBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"DOB 05 Aug 1972."\n'
)
PAXLST = (
    "UNB+UNOC:3+XAIR+ECMIG+261121:1000+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA12'LOC+125+BOG'"
    "DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'NAD+FL+++TOAPANTA QUILUMBA:BYRON EFRAIN'"
    "ATT+2++M'DTM+329:720805'LOC+178+BOG'LOC+179+UIO'NAT+2+COL'DOC+P+AB0000001'DTM+36:300101'LOC+91+COL'"
    "UNT+16+1'UNZ+1+1'"
)


def fill(live) -> str:
    """One listed person on one flight: an alert. Return the message's id."""
    node = live.house.node
    actor = Actor("node", "EC-PN", "border_control")
    with node.store.transaction(Scope("EC-PN", "border_control")) as tx:
        target = ("PRUEBA", ListFormat.OFAC_CSV)
        node.people.import_source(tx, SourceFiles(LISTED.encode()), target, actor)
    with node.store.transaction(Scope("EC-PN", "border_control")) as tx:
        result = node.travellers.ingest(tx, PAXLST.encode(), Origin(Channel.FILE, "a.edi", "EC-PN"))
    return str(result.message_id)


def people_of(page) -> list[str]:
    """Search a person, and return the addresses of the results and of each part of the person's page."""
    page.goto("/people")
    page.fill("#f-q", "Byron Toapanta Quilumba 1972")
    page.press("#f-q", "Enter")
    page.wait_for_url("**/people/searches/*")
    results = page.url
    person = page.locator(".found a[data-row]").first.get_attribute("href")
    tabs = ("overview", "relations", "timeline", "documents", "history", "seen")
    return [results, *(f"{person}?tab={tab}" for tab in tabs)]


@pytest.mark.parametrize(("language", "theme", "width"), [("es", "light", 1440), ("en", "dark", 390)])
def test_pages_of_one_thing_are_accessible_too(live, language, theme, width):
    message = fill(live)
    page = live.page(theme=theme, width=width)
    live.speaks(page, language)
    live.log_in(page, "todas", *Role)
    alert = page.request.get("/api/alerts").json()["rows"][0]["id"]
    flight = page.request.get("/flights.json?day=2026-11-21").json()["flights"][0]["id"]
    agreement = page.request.get("/api/agreements").json()[0]["id"]
    paths = [f"/alerts/{alert}", f"/flights/{flight}", f"/messages/{message}", f"/agreements/{agreement}"]
    paths += ["/flights?day=2026-11-21", "/messages/carriers", "/messages/carriers/XA", *people_of(page)]
    found = {}
    for path in paths:
        assert page.goto(path).status == 200, path
        if serious := findings(page):
            found[path] = serious
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert found == {}
    assert live.complaints == []


def test_timeline_draws_flights_and_t_turns_to_the_table(live):
    fill(live)
    page = live.page()
    live.log_in(page, "mquishpe")
    page.goto("/flights?day=2026-11-21")
    page.wait_for_selector("[data-chart] svg a.flight.alerting")
    assert "XA12" in page.locator("[data-chart] svg a.flight").first.text_content()
    page.keyboard.press("t")
    assert page.locator("[data-island] [data-table]").is_visible()
    assert not page.locator("[data-chart]").is_visible()
    page.keyboard.press("t")
    assert page.locator("[data-chart]").is_visible()
    assert live.complaints == []
