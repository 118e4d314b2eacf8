"""A request for redress while it is searched: the page tells the end, and never changes by itself."""

import pytest
from playwright.sync_api import expect
from tests.browser.axe import AXE
from tests.trust.redress.test_pages import FORM

from cordillera.trust.access.model import Role
from cordillera.trust.redress.searching import Searches

pytest_plugins = ["tests.browser.live"]
pytestmark = pytest.mark.browser


def test_a_search_that_ends_is_told_by_a_link(live):
    page = live.page()
    live.speaks(page, "en")
    live.log_in(page, "jurista", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    page.goto("/redress/new")
    for name, value in FORM.items():
        if page.locator(f"main input[type=text][name={name}], main input:not([type])[name={name}]").count():
            page.fill(f"main [name={name}]", value)
    page.keyboard.press("Enter")
    page.wait_for_url("**/redress/*-*")
    expect(page.get_by_text("The node is searching")).to_be_visible()
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"] == []
    assert Searches(live.house.node.store, live.house.node.redress).run_once() == 1
    page.get_by_role("link", name="Show what was found").click(timeout=20_000)
    expect(page.get_by_role("button", name="Decide")).to_be_visible()
    assert live.complaints == []
