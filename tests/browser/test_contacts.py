"""A crowded contact graph: twenty travellers who share one phone, at both widths."""

import os
from pathlib import Path

import pytest
from tests.browser.test_every_page import findings
from tests.desks.travellers.test_contacts_pages import LIST
from tests.desks.travellers.test_contacts_store import booking
from tests.engines.edifact.pnr_texts import message

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope

pytest_plugins = ["tests.browser.live"]
pytestmark = pytest.mark.browser
TOUCHING = """(() => {
  const all = [...document.querySelectorAll('.spot circle')].map((one) => one.getBoundingClientRect());
  const apart = (a, b) => Math.hypot(
    a.x - b.x + (a.width - b.width) / 2, a.y - b.y + (a.height - b.height) / 2);
  const touch = (a, b) => apart(a, b) < (a.width + b.width) / 2;
  return all.flatMap((a, at) => all.slice(at + 1).filter((b) => touch(a, b))).length;
})()"""
NAMES = ["LOOR", *(f"QUISHPE{letter}" for letter in "BCDEFGHIJKLMNOPQRST")]


def crowd(live) -> None:
    """Twenty reservations with one phone; the first traveller is listed."""
    told = [booking(f"AAAA{at:02}", name, "0991234567", "11") for at, name in enumerate(NAMES)]
    travellers, people = live.house.node.travellers, live.house.node.people
    with live.house.node.store.transaction(Scope("EC-PN", "setup")) as tx:
        by = Actor("node", "EC-PN", "setup")
        people.import_source(tx, SourceFiles(LIST.encode("latin-1")), ("ejercicio", ListFormat.OFAC_CSV), by)
        travellers.ingest(tx, message(*told), Origin(Channel.FILE, "f", "EC-PN"))


def test_twenty_who_share_a_phone_fit_both_widths(live):
    crowd(live)
    for width, theme, language in ((1440, "light", "es"), (390, "dark", "en")):
        page = live.page(width=width, theme=theme)
        live.speaks(page, language)
        live.log_in(page, f"oficial{width}")
        (flight,) = page.request.get("/flights.json?day=2026-11-26").json()["flights"]
        people = page.request.get(f"/flights/{flight['id']}.json").json()["travellers"]
        loor = next(one["id"] for one in people if one["facts"]["family_names"] == "LOOR")
        assert page.goto(f"/travellers/{loor}/contacts").status == 200
        if folder := os.environ.get("CORDILLERA_PICTURES"):
            page.screenshot(
                path=str(Path(folder) / f"contacts-{width}-{theme}-{language}.png"), full_page=True
            )
        assert page.locator("table tbody tr").count() >= len(NAMES) - 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(TOUCHING) == 0
        assert findings(page) == []
    assert live.complaints == []
