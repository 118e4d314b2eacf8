"""Rules in a browser: written from nothing by keyboard, both faces in step, refusals where they belong."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.axe import AXE

from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role

pytest_plugins = ["tests.browser.live"]
pytestmark = pytest.mark.browser
PATIENCE = 20_000
LAWFUL = "Lawful: it may be tested on history"
WRITTEN = """rule heavy-cash "Heavy bag, paid in cash at the last moment"
for drug_trafficking
when any bag (weight > 30 kg)
  and any payment (method = "CASH")
  and itinerary.booked_before < 24 h
unless traveller.journeys >= 6"""


@pytest.fixture
def page(live):
    page = live.page(height=1200)
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    live.speaks(page, "en")
    live.log_in(page, "nueva", Role.ANALYST)
    return page


def findings(page) -> list[str]:
    """Every finding of axe-core on what is shown now, the slight ones too."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']} {node['target']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def shot(page, name: str) -> None:
    """Keep a picture where a person who looks asked for one."""
    folder = os.environ.get("CORDILLERA_SHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def choose(page, words: str) -> None:
    """Choose the first fact that the words find in the open picker."""
    page.wait_for_selector("dialog.picker[open]")
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def add(page, root: str, words: str) -> None:
    """Add a condition with the last button of a part of the rule, by keyboard."""
    page.locator(f"[data-root={root}] > .group > .adds [data-role=add]").focus()
    page.keyboard.press("Enter")
    choose(page, words)


def test_an_analyst_writes_a_rule_from_nothing_by_keyboard(live, page):
    page.goto("/rules/new")
    shot(page, "new-empty")
    expect(page.locator("#head-title")).to_be_focused()
    page.keyboard.type("Heavy bag, paid in cash at the last moment")
    page.keyboard.press("Tab")
    assert page.input_value("#head-name") == "heavy-bag-paid-in-cash-at-the-last-moment"
    page.keyboard.type("heavy-cash")
    page.keyboard.press("Tab")
    page.keyboard.type("Drug")
    add(page, "when", "weight of the bag")
    page.keyboard.type("30")
    add(page, "when", "means of payment")
    page.keyboard.type("cash")
    add(page, "when", "booking to departure")
    shot(page, "new-half")
    page.keyboard.type("24")
    add(page, "unless", "journeys known")
    page.keyboard.type("6")
    page.locator("[data-root=unless] .op").focus()
    page.keyboard.type("at least")
    expect(page.locator("#f-text")).to_have_value(WRITTEN)
    expect(page.locator("#faces")).to_have_attribute("data-status", LAWFUL)
    shot(page, "new-done")
    assert findings(page) == []
    assert live.complaints == []


ON_THE_WAY = """regla escala-corta "Solo ida, con escala corta y sentado aparte"
para trata_de_personas
cuando itinerario.recorrido = "ONE_WAY"
  y itinerario.tránsito_mayor < 1 h
  y existe acompañante (asiento_contiguo = no)
salvo viajero.viajes >= 6"""


def test_the_trip_its_transits_and_seats_are_asked_for_in_spanish_by_keyboard(live, page):
    live.speaks(page, "es")
    page.goto("/rules/new")
    expect(page.locator("#head-title")).to_be_focused()
    page.keyboard.type("Solo ida, con escala corta y sentado aparte")
    page.keyboard.press("Tab")
    page.keyboard.type("escala-corta")
    page.keyboard.press("Tab")
    page.keyboard.type("Trata")
    add(page, "when", "clase de recorrido")
    page.keyboard.type("solo ida")
    add(page, "when", "tránsito más largo")
    page.keyboard.type("1")
    add(page, "when", "sentado al lado")
    page.keyboard.type("no")
    add(page, "unless", "viajes que conoce")
    page.keyboard.type("6")
    page.locator("[data-root=unless] .op").focus()
    page.keyboard.type("al menos")
    expect(page.locator("#f-text")).to_have_value(ON_THE_WAY)
    shot(page, "trip-done")
    assert findings(page) == []
    assert live.complaints == []


EVERYTHING = """rule everything "All kinds of conditions \\\\ and \\"quotes\\"" for organised_crime
when (any bag (weight between 30.50 kg and 70 lb and (pooled = no or destination != "UIO"))
    or at least 2 companions (age < 18 years and not same_booking = yes))
  and flight.departure_time between 22:00 and 05:00
  and flight.departure_utc >= 2026-11-22T05:00Z and flight.departure_local < 2027-01-01T00:00
  and every document (expires > 2026-12-01 and type one of ("P", " ID") and number is known)
  and exactly 0 payments (method one of ("CASH", "MILES"))
  and without segment (carrier = flight.carrier)
  and itinerary.origin starts with "BO" and not (agency.city contains "x" or itinerary.one_way = yes)
unless traveller.journeys >= 6 or traveller.journeys > traveller.journeys_year"""


def test_text_becomes_a_tree_and_the_tree_says_the_same_text(live, page):
    page.goto("/rules/new")
    page.fill("#f-text", EVERYTHING)
    expect(page.locator("#faces")).to_have_attribute("data-status", LAWFUL)
    tree = page.get_attribute("#faces", "data-rule")
    expect(page.locator("[data-root=when] .node-set")).to_have_count(5)
    assert page.input_value("#head-title") == 'All kinds of conditions \\ and "quotes"'
    shot(page, "everything")
    page.fill("#head-title", "Another title")
    expect(page.locator("#f-text")).to_have_value(re.compile('^rule everything "Another title"'))
    page.fill("#head-title", 'All kinds of conditions \\ and "quotes"')
    expect(page.locator("#f-text")).to_have_value(re.compile("quotes"))
    assert page.get_attribute("#faces", "data-rule") == tree
    assert findings(page) == []
    assert live.complaints == []


def test_what_law_refuses_is_told_at_its_condition(live, page):
    page.goto("/rules/new")
    page.fill(
        "#f-text", WRITTEN.replace("any payment (method", 'traveller.religion = "X" and any payment (method')
    )
    condition = page.locator(".node-leaf", has_text="traveller.religion")
    expect(condition.locator(".refused")).to_contain_text("art. 6(4)")
    expect(page.locator("#faces")).to_have_attribute("data-status", "Refused on 1 ground")
    shot(page, "refused")
    beside = page.locator("#faces .in-tree-too", has_text="traveller.religion")
    expect(beside).to_be_visible()
    expect(beside).to_contain_text("art. 6(4)")
    assert findings(page) == []
    condition.locator("button.remove").click()
    expect(page.locator("#f-text")).to_have_value(WRITTEN)
    page.locator("[data-undo]").click()
    expect(page.locator("#f-text")).to_have_value(re.compile("traveller.religion"))
    assert live.complaints == []


def test_text_that_cannot_be_read_keeps_the_tree(live, page):
    page.goto("/rules/new")
    page.fill("#f-text", WRITTEN)
    expect(page.locator(".node-leaf")).to_have_count(4)
    page.fill("#f-text", WRITTEN.replace("30 kg", "30 hours"))
    expect(page.locator("#faces .refused")).to_contain_text("Line 3, column")
    expect(page.locator(".node-leaf")).to_have_count(4)
    expect(page.locator(".stale-note")).to_be_visible()
    shot(page, "stale")
    assert findings(page) == []
    page.fill("#f-text", WRITTEN)
    expect(page.locator(".stale-note")).to_be_hidden()
    assert live.complaints == []


def test_conditions_are_grouped_moved_and_negated_by_keyboard(live, page):
    page.goto("/rules/new")
    page.fill("#f-text", WRITTEN)
    expect(page.locator(".node-leaf")).to_have_count(4)
    booked = page.locator(".node-leaf", has_text="Time from booking").locator("[data-role=value]")
    booked.focus()
    page.keyboard.press("Alt+Shift+ArrowUp")
    page.keyboard.press("Alt+Shift+ArrowRight")
    expect(page.locator("#f-text")).to_have_value(
        re.compile(r"when \(any bag \(weight > 30 kg\) or itinerary.booked_before < 24 h\)")
    )
    page.keyboard.press("Enter")  # the menu has the focus
    page.locator("details.menu[open] [data-act=not]").press("Enter")
    expect(page.locator("#f-text")).to_have_value(re.compile("or not itinerary.booked_before < 24 h"))
    page.keyboard.press("Escape")
    assert live.complaints == []


def test_rule_is_tried_on_a_traveller_and_saved(live, page):
    page.goto("/rules/new")
    page.fill("#f-text", WRITTEN)
    expect(page.locator("#faces")).to_have_attribute("data-status", LAWFUL)
    page.locator("button[data-example]").click()
    page.fill("#f-facts", page.input_value("#f-facts").replace("30 kg", "31 kg").replace("24 h", "5 h"))
    page.fill("#f-facts", page.input_value("#f-facts").replace('"6"', '"1"'))
    page.locator("button[value=try]").press("Enter")
    expect(page.locator("#tried")).to_contain_text("Raised: T-1")
    expect(page.locator("#tried")).to_contain_text("weight > 30 kg")
    shot(page, "tried")
    assert findings(page) == []
    page.locator("button[value=save]").press("Enter")
    page.wait_for_url("**/rules/*-*")
    expect(page.locator("h1")).to_have_text("Heavy bag, paid in cash at the last moment")
    assert findings(page) == []
    assert live.complaints == []


LONG = (
    "Pasaporte de un desconocido que llega a mediodía, sin equipaje ni acompañantes, جواز سفر, 护照, "
    "y con un título tan largo como un analista cansado lo escriba un viernes"
)
NOON = f"""rule from-bogota "{LONG}" for drug_trafficking
when flight.origin = "BOG" and any document (type = "P" and number starts with "AB")
  and traveller.age >= 35 years
unless traveller.journeys >= 6 or any companion (journeys_shared >= 3)"""


def land(live, flight: str, first: int, last: int) -> None:
    """Let the passenger list of a flight arrive, with the invented persons of these numbers."""
    travellers = "".join(
        f"NAD+FL+++INVENTADO {chr(65 + n // 26)}{chr(65 + n % 26)}:ANA'ATT+2++M'DTM+329:{50 + n % 49}0805'"
        f"LOC+178+BOG'LOC+179+UIO'NAT+2+{'COL' if n % 3 else 'PER'}'DOC+P+A{'B' if n % 2 else 'C'}{n:07}'"
        f"DTM+36:300101'LOC+91+COL'"
        for n in range(first, last)
    )
    text = (
        f"UNB+UNOC:3+XAIR+ECMIG+261121:1000+{flight}'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA{flight}'"
        f"LOC+125+BOG'DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'{travellers}"
        f"UNT+{8 + 9 * (last - first)}+1'UNZ+1+{flight}'"
    )
    node = live.house.node
    with node.store.transaction(Scope("EC-PN", "border_control")) as tx:
        node.travellers.ingest(tx, text.encode(), Origin(Channel.FILE, f"{flight}.edi", "EC-PN"))


def step(page, act: str, reason: str = "Seen by two officers") -> None:
    """Take a step on the page of a rule, with its reason."""
    page.fill(f"#why-{act}", reason)
    page.locator(f"form[action$='/{act}'] button[type=submit]").press("Enter")
    page.wait_for_load_state()


class Looks:
    """Looks at pages as they come: keeps a picture, what axe finds, and what is too wide."""

    def __init__(self, language: str, theme: str, width: int) -> None:
        self.name, self.width = f"{language}-{theme}-{width}", width
        self.found: dict[str, object] = {}

    def at(self, page, name: str) -> None:
        shot(page, f"{name}-{self.name}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if (serious := findings(page)) or wide > self.width:
            self.found[name] = (serious, wide)


def draft(page, text: str, looks: Looks | None = None) -> None:
    """Write a rule as text, and save it."""
    page.fill("#f-text", text)
    expect(page.locator("#faces")).to_have_attribute("data-rule", re.compile("from-bogota"))
    page.fill("#f-hits_per_day", "500")
    if looks:
        looks.at(page, "written")
    page.locator("button[value=save]").press("Enter")
    page.wait_for_url("**/rules/*-*")


@pytest.mark.parametrize(("language", "theme", "width"), [("es", "light", 390), ("en", "dark", 1440)])
def test_a_rule_lives_under_the_eyes_of_two_officers(live, language, theme, width):
    land(live, "12", 0, 120)
    looks = Looks(language, theme, width)
    page, second = (live.page(theme=theme, width=width) for _ in range(2))
    roles = {"ana": (Role.ANALYST, Role.WATCH_OFFICER), "berta": (Role.AGREEMENT_OFFICER,)}
    for who, login in ((page, "ana"), (second, "berta")):
        who.set_default_timeout(3 * PATIENCE)
        live.speaks(who, language)
        live.log_in(who, login, *roles[login])
    page.goto("/rules/new")
    looks.at(page, "new")
    page.locator("[data-root=when] > .group > .adds [data-role=add]").press("Enter")
    page.wait_for_selector("dialog.picker[open]")
    looks.at(page, "picker")
    page.keyboard.press("Escape")
    draft(page, NOON, looks)
    address = page.url
    looks.at(page, "draft")
    page.locator("form[action$='/pretest'] button[type=submit]").press("Enter")
    page.wait_for_url("**done=pretested")
    step(page, "propose")
    looks.at(page, "proposed")
    second.goto(address)
    looks.at(second, "to-activate")
    step(second, "activate", "no")
    expect(second.locator(".form-errors")).to_be_visible()
    step(second, "activate")
    looks.at(second, "active")
    land(live, "14", 120, 380)
    understood(page, looks, language)
    after(page, address, looks)
    assert looks.found == {}
    assert live.complaints == []


def understood(page, looks: Looks, language: str) -> None:
    """Open the first alert by keyboard: it says by which rule and why, and a long reason can be read."""
    page.goto("/alerts")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts/*-*")
    expect(page.locator(".subject .why")).to_contain_text("Pasaporte de un desconocido")
    expect(page.locator(".subject .pill").first).to_have_text(
        "Por una regla" if language == "es" else "By a rule"
    )
    conditions = page.locator(".grounds tbody tr")
    expect(conditions.nth(1)).to_contain_text("BOG")
    expect(conditions.nth(1).locator("a[href^='/messages/']")).to_be_visible()
    page.keyboard.press("d")
    page.keyboard.type("Compared passport, route and reservation with what the rule says. ")
    shown = page.locator("#f-reason").evaluate("field => field.scrollHeight <= field.clientHeight + 2")
    assert shown, "the reason that is typed cannot be read whole"
    looks.at(page, "rule-alert")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=**")
    dismissed = "Descartada" if language == "es" else "Dismissed"
    expect(page.locator(".notice.done")).to_contain_text(dismissed)


def after(page, address: str, looks: Looks) -> None:
    """Look at what became of a rule in force, write its next version, suspend it."""
    page.goto(f"{address}?tab=report")
    looks.at(page, "report")
    page.keyboard.press("t")
    expect(page.locator("details[open] table")).to_be_visible()
    page.goto(f"/rules/new?version={address.rpartition('/')[2]}")
    draft(page, NOON.replace('"AB"', '"AC"'))
    page.goto(f"{page.url}?tab=versions")
    looks.at(page, "versions")
    page.goto("/rules")
    looks.at(page, "list")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rules/*-*")
    page.goto(address)
    step(page, "suspend")
    looks.at(page, "suspended")
