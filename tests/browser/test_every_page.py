"""Every page, both languages, both themes: no serious finding of axe-core, no violation of the policy."""

import pytest
from tests.browser.conftest import AXE

from cordillera.trust.access.guard import declared
from cordillera.trust.access.model import Role
from cordillera.web.app import handlers_of

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
        and handler.parsed_return_field.annotation.__name__ == "Page"
    ]


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
