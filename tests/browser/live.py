"""A real Chromium against a real site on loopback. Without the system's Chromium: skipped, in CI failed.

Fixtures: name this module in `pytest_plugins` of a test file that needs a browser.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser.axe import AXE
from tests.web.house import House, listening

from cordillera.foundation.clock import OffsetClock

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None or not AXE.is_file():
        reason = "needs the system's chromium and the packages of ui/ (python scripts/build_ui.py)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Live:
    """A site that listens, and the pages opened on it. What a page complains about is kept."""

    def __init__(self, house: House, port: int, chromium: Browser) -> None:
        self.house, self.chromium = house, chromium
        self.base = f"http://127.0.0.1:{port}"
        self.complaints: list[str] = []

    def page(self, width: int = 1440, theme: str = "light", height: int = 900) -> Page:
        context = self.chromium.new_context(viewport={"width": width, "height": height}, base_url=self.base)
        if theme != "auto":
            context.add_cookies([{"name": "theme", "value": theme, "url": self.base}])
        page = context.new_page()
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def speaks(self, page: Page, language: str) -> None:
        page.context.add_cookies([{"name": "lang", "value": language, "url": self.base}])

    def log_in(self, page: Page, login: str, *roles, purpose: str = "border_control") -> None:
        """Log in without the form: the form has a test of its own."""
        self.house.officer(login, *roles)
        self.enter(page, login, purpose)

    def enter(self, page: Page, login: str, purpose: str = "border_control") -> None:
        token, _ = self.house.session(login, purpose)
        cookie = {
            "name": "__Host-cordillera-ec",
            "value": token,
            "url": self.base.replace("http:", "https:"),
            "secure": True,
            "httpOnly": True,
            "sameSite": "Strict",
        }
        page.context.add_cookies([cookie])

    def _hear(self, kind: str, text: str) -> None:
        expected = "status of 4" in text
        if kind in {"error", "warning"} and not expected:
            self.complaints.append(text)


@pytest.fixture
def live(store, tmp_path, chromium) -> Iterator[Live]:
    offset = datetime(2026, 11, 21, 12, tzinfo=UTC) - datetime.now(UTC)
    house = House(store, OffsetClock(offset + timedelta()), tmp_path)
    with listening(house.app) as port:
        yield Live(house, port, chromium)
