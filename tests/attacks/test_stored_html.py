"""Names of a traveller and an officer that are markup, in a real browser: shown as text, nothing runs."""

import pytest

from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role
from cordillera.trust.access.officers import NewOfficer

pytest_plugins = ["tests.browser.live"]
pytestmark = pytest.mark.browser
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script><style>body{display:none}</style>"


def paxlst(name: str) -> bytes:
    head = "UNB+UNOW:4+XAIR+EC+261121:1000+1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA12'"
    route = "LOC+125+BOG'LOC+87+UIO'DTM+232:2611211300:201'"
    return f"{head}{route}NAD+FL+++{name}:ANA'DTM+329:720805'UNT+9+1'UNZ+1+1'".encode()


@pytest.fixture
def page(live):
    """A browser page of an officer with every role; a dialog on it fails the test."""
    page = live.page()
    page.on("dialog", lambda dialog: live.complaints.append(f"a script ran: {dialog.message}"))
    live.log_in(page, "todas", *Role)
    return page


def injected(page) -> list[str]:
    """What of the markup became an element."""
    return page.eval_on_selector_all(
        "img, main style, script:not([src])", "all => all.map(one => one.outerHTML)"
    )


def test_name_of_a_traveller_stays_text_on_every_page_that_shows_it(live, page):
    house = live.house
    with house.node.store.transaction(Scope("EC-PN", "border.ingest")) as tx:
        result = house.node.travellers.ingest(tx, paxlst(EVIL), Origin(Channel.FILE, f"{EVIL}.edi", "EC-PN"))
    flight = page.request.get("/flights.json?day=2026-11-21").json()["flights"][0]["id"]
    for path in (
        "/flights?day=2026-11-21",
        f"/flights/{flight}",
        "/messages",
        f"/messages/{result.message_id}",
    ):
        assert page.goto(path).status == 200
        assert injected(page) == []
    assert "onerror=alert(1)" in page.locator("main").inner_text()
    assert live.complaints == []


def test_name_of_an_officer_stays_text(live, page):
    with live.house.transaction() as tx:
        new = NewOfficer("maligno", EVIL, ("EC-PN",), (Role.ANALYST,))
        live.house.access.add_officer(tx, "node", new)
    page.goto("/officers")
    assert "<script>alert(2)</script>" in page.locator("main").inner_text()
    assert injected(page) == []
    assert live.complaints == []


def test_what_was_typed_comes_back_as_text(live):
    page = live.page()
    page.goto("/login")
    page.fill("#f-login", '"><script>alert(3)</script>')
    page.fill("#f-password", "x")
    page.press("#f-password", "Enter")
    page.wait_for_selector("[role=alert]")
    assert page.input_value("#f-login") == '"><script>alert(3)</script>'
    assert injected(page) == []
