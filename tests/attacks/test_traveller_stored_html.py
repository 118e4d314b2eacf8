"""HTML, scripts, bidi overrides and control bytes in a traveller's name are shown as text and do nothing."""

from tests.web.house import House

from cordillera.desks.travellers.grounds import compared
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
BIDI = "PEREZ\u202eNAUJ"


def paxlst(*people: str) -> bytes:
    body = "".join(f"NAD+FL+++{name}'DTM+329:720805'" for name in people)
    head = "UNB+UNOW:4+XAIR+EC+261121:1000+1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+<b>XA12</b>'"
    route = "LOC+125+BOG'LOC+87+UIO'DTM+232:2611211300:201'"
    return f"{head}{route}{body}UNT+{7 + 2 * len(people)}+1'UNZ+1+1'".encode()


def test_a_name_that_is_html_is_inert_on_every_page(store, clock, tmp_path):
    house = House(store, clock, tmp_path)
    with store.transaction(Scope("EC-PN", "border.ingest")) as tx:
        origin = Origin(Channel.FILE, "<i>a</i>.edi", "EC-PN")
        result = house.node.travellers.ingest(tx, paxlst(f"{EVIL}:ANA", f"{BIDI}:LUIS"), origin)
    with house.browser("mquishpe", Role.WATCH_OFFICER) as officer:
        (flight,) = officer.get("/flights.json?day=2026-11-21").json()["flights"]
        pages = [
            officer.get(path).text
            for path in (
                "/flights?day=2026-11-21",
                f"/flights/{flight['id']}",
                "/messages",
                f"/messages/{result.message_id}",
            )
        ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>XA12</b>" not in page
        assert "\u202e" not in page
    assert "&lt;script&gt;alert(1)" in pages[1]
    assert "U+202E" in pages[1]


def test_comparing_hostile_names_keeps_every_letter():
    for name in (EVIL, BIDI, "\u0130\u0130", "ﬁn", "é" * 400):
        assert "".join(run.text for run in compared(name, "PEREZ")) == name
