"""Pages of one agreement in a real browser: accessible, within 360 px, and a change made by keyboard only."""

import pytest
from tests.browser.test_every_page import findings

from cordillera.trust.access.model import Role

pytest_plugins = ["tests.browser.live"]
pytestmark = pytest.mark.browser
US_EC = "/agreements/us-ec-2025"
RIGHT_EDGES = "[...document.querySelectorAll('.tabs a')].map((tab) => tab.getBoundingClientRect().right)"
PAGES = (
    US_EC,
    f"{US_EC}?tab=services",
    f"{US_EC}?tab=standing",
    f"{US_EC}?tab=versions",
    f"{US_EC}/diff",
    "/agreements/adoption",
    f"{US_EC}/simulation",
)


@pytest.mark.parametrize(("theme", "language"), [("light", "es"), ("dark", "en")])
def test_pages_of_an_agreement_are_accessible_and_keep_the_policy(live, theme, language):
    page = live.page(theme=theme)
    live.speaks(page, language)
    live.log_in(page, "alawyer", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    for path in PAGES:
        assert page.goto(path).status == 200
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")
        assert findings(page) == [], path
    page.get_by_role("button", name={"es": "Preguntar", "en": "Ask"}[language]).click()
    assert page.locator("#decision").is_visible()
    assert findings(page) == []
    assert live.complaints == []


def test_pages_of_an_agreement_do_not_scroll_sideways_at_360_px(live):
    page = live.page(width=360, height=740)
    live.log_in(page, "alawyer", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    wide = {}
    for path in PAGES:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide[path] = width
        assert max(page.evaluate(RIGHT_EDGES), default=0) <= 360, path
    assert wide == {}


def test_an_agreement_is_suspended_by_keyboard_only(live):
    page = live.page()
    live.speaks(page, "en")
    live.log_in(page, "alawyer", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    page.goto(f"{US_EC}?tab=standing")
    page.get_by_role("radio", name="Suspend now").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Note from the partner")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_text("Suspended", exact=True).first.is_visible()
    assert page.get_by_text("Note from the partner").is_visible()
