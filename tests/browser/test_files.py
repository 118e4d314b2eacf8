"""Files with a notice, and travellers seen again, as people see them: form, draft, record, register."""

import msgspec
import pytest
from tests.browser.axe import AXE
from tests.desks.travellers.test_depersonalise import MESSAGE
from tests.sim.federation import Pair
from tests.sim.flows import CONTENT, Desk, give
from tests.trust.attachments.test_service import of
from tests.trust.notices.test_files import BOTH, written
from tests.web.house import House, listening

from cordillera.desks.travellers.depersonalise import AFTER, Wish
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role

pytest_plugins = ["tests.browser.live", "tests.sim.fixtures"]
pytestmark = pytest.mark.browser
SERIOUS = {"serious", "critical"}
VIEWS = ((1440, "light", "es"), (390, "dark", "es"), (390, "light", "en"), (1440, "dark", "en"))
PURPOSE = "drug_trafficking"


@pytest.fixture
def live(pair: Pair, chromium):
    from tests.browser.live import Live  # after pytest has rewritten its assertions

    house = House(pair.ec.store, pair.ec.clock, pair.ec.home)
    with listening(house.app) as port:
        yield Live(house, port, chromium)


def look(live, login: str, paths: list[str]) -> dict[str, object]:
    """Visit pages in every view; return what is wrong with them."""
    found: dict[str, object] = {}
    for width, theme, language in VIEWS:
        page = live.page(width=width, theme=theme)
        live.speaks(page, language)
        live.enter(page, login, PURPOSE)
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            page.evaluate(AXE.read_text("utf-8"))
            result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            serious = [one["id"] for one in result["violations"] if one["impact"] in SERIOUS]
            wide = page.evaluate("document.documentElement.scrollWidth") > width
            if serious or wide:
                found[f"{path} {width} {theme} {language}"] = serious or "too wide"
    return found


def test_the_files_of_a_draft_and_of_a_record_are_accessible_and_fit(live, pair: Pair):
    browser = live.house.browser("ana", Role.ANALYST, purpose=PURPOSE)
    draft = written(browser, BOTH)
    us = Desk(pair.us)
    names = tuple(
        us.do(of(us).add, name, "image/jpeg", b"x" * 600_000)
        for name in ("muelle.jpg", "una-cámara-de-nombre-muy-largo-2026-11-21-muelle-norte.jpg")
    )
    content = msgspec.structs.replace(CONTENT, attachments=names)
    notice, _ = give(pair, us, Desk(pair.ec), content=content)
    digest = browser.get(f"/notices/{notice}.json").json()["notice"]["conditions"]["digest"]
    browser.post(f"/notices/{notice}/accept", data={"conditions": digest})
    record = f"/records/{notice}/attachments"
    first = browser.get(f"{record}.json").json()["rows"][0]["id"]
    browser.post(f"{record}/{first}/fetch")
    live.house.officer("berta", Role.ANALYST)
    assert look(live, "ana", ["/notices/new", draft, f"/notices/{notice}", record]) == {}
    assert look(live, "berta", [draft]) == {}
    assert live.complaints == []


def test_travellers_seen_again_are_accessible_and_fit(live, pair: Pair):
    desk, clock = live.house.node.travellers, pair.ec.clock
    with pair.ec.store.transaction(Scope("EC-PN", "setup")) as tx:
        desk.ingest(tx, MESSAGE, Origin(Channel.FILE, "f", "EC-PN"))
    clock.advance(AFTER)
    live.house.officer("todas", *Role)
    browser = live.house.browser("ana")
    flight = browser.get("/flights.json?day=2026-11-21").json()["flights"][0]["id"]
    (one,) = browser.get(f"/flights/{flight}.json").json()["travellers"]
    ask = Wish(one["id"], "JUEZ-2027-0042", reason="Un secuestro; expediente 12")
    with pair.ec.store.transaction(Scope("EC-PN", "setup")) as tx:
        request = desk.masking.ask(tx, Desk(pair.ec).ana, ask)
        desk.masking.ask(tx, Desk(pair.ec).ana, ask)
        desk.masking.grant(tx, Desk(pair.ec).berta, request)
    pages = [f"/flights/{flight}", f"/travellers/{one['id']}/unmask", "/travellers/unmask"]
    assert look(live, "todas", pages) == {}
    assert live.complaints == []
