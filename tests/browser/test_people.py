"""The people desk in a browser: by keyboard, at 390 px, in both themes and languages, worst names."""

import os
from pathlib import Path

import pytest
from tests.browser.test_every_page import findings
from tests.desks.people.persons import JHON, Persons
from tests.desks.people.test_kinds import ENTRIES, give, lines

from cordillera.trust.access.model import Role

pytest_plugins = ["tests.browser.live"]
pytestmark = pytest.mark.browser
PATIENCE = 120_000  # milliseconds: a loaded machine is slow, not wrong
TABS = ("overview", "relations", "timeline", "documents", "history", "seen")
WRONG_ZONE = "p<colvelez<<jhon<<<<<<<<<<<<<<<<<<<<<<<<<<<< CC09123456COL8508O53M3001019<<<<<<<<<<<<<<08"
LONG = "VELEZ-TORRES DE LA SANTISIMA TRINIDAD Y MONTENEGRO QUISHPE"


def fill(live) -> dict[str, str]:
    """One person in a list, on a flight and in partners' records, in three scripts; return addresses."""
    world = Persons(live.house)
    world.list()
    give(world, lines(*ENTRIES, ("c2", "Company", {"name": [f"{LONG} e Hijos 7 S.A.", "شركة نورديك"]})))
    world.land(JHON, (LONG, "MARIA FERNANDA DE LOS ANGELES", "791231", "P7654321"))
    one = world.record(
        full_name="Jhon Vélez", date_of_birth="1985-08-05", phone="+593 99 123 4567",
        aliases=["جون فيليز", "约翰·贝莱斯", "J\u202eohn Velez", LONG],
    )  # fmt: skip
    two = world.record(full_name="John Velez", date_of_birth="1979-01-31", handling={"tlp": "RED"})
    return {"one": one, "two": two}


def shot(page, name: str) -> None:
    """Keep a picture where a person who looks asked for one."""
    folder = os.environ.get("CORDILLERA_SHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(("language", "theme", "width"), [("es", "light", 1440), ("en", "dark", 390)])
def test_every_page_of_the_people_desk_is_accessible_and_fits(live, language, theme, width):
    ids = fill(live)
    page = live.page(theme=theme, width=width)
    page.set_default_timeout(PATIENCE)
    live.speaks(page, language)
    live.log_in(page, "todas", *Role)
    found, wide = {}, {}
    for name, address in addresses(page, ids).items():
        assert page.goto(address).status == 200, address
        shot(page, f"{name}-{language}-{theme}-{width}")
        if serious := findings(page):
            found[name] = serious
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide[name] = page.evaluate("document.documentElement.scrollWidth")
    assert (found, wide) == ({}, {})
    assert live.complaints == []


def addresses(page, ids: dict[str, str]) -> dict[str, str]:
    """Do what makes each page, and return its address by a name."""
    page.goto("/people")
    page.keyboard.type("Jhon Vélez 1985 0912345678")  # the box has the focus
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/searches/*")
    pages = {"search": page.url}
    page.goto("/people")
    page.fill("#f-q", WRONG_ZONE)
    page.press("#f-q", "Enter")
    page.wait_for_url("**/people/searches/*")
    pages["zone"] = page.url
    page.goto("/people")
    page.fill("#f-q", "Comercial Fabrica Azul 7 9074728")
    page.press("#f-q", "Enter")
    page.wait_for_url("**/people/searches/*")
    pages["kinds"] = page.url
    pages["ship"] = "/people/item/list/NAVAL~v1"
    pages["companies"] = "/people/compare/list/NAVAL~c1/list/NAVAL~c2"
    alert = page.request.get("/api/alerts").json()["rows"][0]
    page.goto("/people/compare")
    page.keyboard.type("José Adolfo Macías Villamar 1979")  # the first field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type("MACIAS, Adolfo 05/08/1981")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/compare/*")
    pages["compare"] = page.url
    page.goto(f"/people/item/record/{ids['one']}")
    page.locator("details summary", has_text="…").first.click()
    page.locator(".alike input[name=reason]").first.fill("Same phone and same parents, seen in person")
    page.locator(".alike form button").first.click()
    page.wait_for_url("**/people/merges/*")
    pages["merge"] = page.url
    pages |= {f"person-{tab}": f"/people/item/record/{ids['one']}?tab={tab}" for tab in TABS}
    page.goto(f"/alerts/{alert['id']}")
    shot(page, f"alert-{page.viewport_size['width']}")
    page.fill("#f-reason", "Other document and other parents, seen in person")
    page.locator("button[value=not_same_person]").click()
    page.wait_for_url("**/alerts*")
    page.goto("/people/not-same")
    pages["number"] = page.locator("table a[data-row]").first.get_attribute("href")
    page.goto("/people/thresholds/PRUEBA")
    page.locator("button[value=measure]").click()
    page.wait_for_load_state()
    page.fill("#f-value", "0.85")
    page.fill("#f-reason", "Too many false alerts at the present one")
    page.locator("button[value=propose]").click()
    page.wait_for_load_state()
    pages |= {"start": "/people", "numbers": "/people/not-same", "merges": "/people/merges"}
    pages |= {"lists": "/lists", "list": "/lists/of/PRUEBA", "again": "/screening/again"}
    return pages | {"thresholds": "/people/thresholds", "threshold": "/people/thresholds/PRUEBA"}


def test_a_person_is_found_and_opened_by_keyboard_alone(live):
    fill(live)
    page = live.page()
    page.set_default_timeout(PATIENCE)
    live.log_in(page, "mquishpe", Role.ANALYST)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("Jhon Velez")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/searches/*")
    assert "elez" not in page.url.lower()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/item/**")
    assert live.complaints == []
