"""Linked journeys, dispositions and officers' findings in a browser: accessible and narrow, by the policy."""

import pytest
import sqlalchemy as sa
from tests.browser.test_every_page import findings
from tests.desks.travellers.conftest import Person
from tests.desks.travellers.test_history import ANA, listed
from tests.desks.travellers.test_reservation_ingest import ONE, passengers
from tests.engines.edifact.pnr_texts import message

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role
from cordillera.trust.review.model import Outcome, QueueFilter, Ruling

pytest_plugins = ["tests.browser.live"]
pytestmark = pytest.mark.browser
LISTED = '7001,"LOOR, Ana Maria","individual","PRUEBA",' + ",".join(["-0- "] * 8) + "\n"
SETUP = Scope("EC-PN", "border_control")


@pytest.fixture
def pages(live) -> list[str]:
    """Two linked journeys, a traveller in a list and a reservation, and an alert that was confirmed."""
    node, ana = live.house.node, Person()
    with node.store.transaction(SETUP) as tx:
        target = ("PRUEBA", ListFormat.OFAC_CSV)
        node.people.import_source(tx, SourceFiles(LISTED.encode()), target, Actor("node", "EC-PN", "setup"))
        lists = (
            passengers("LOOR:ANA MARIA|800517||MFN4TI"),
            listed(ANA),
            listed(ANA, day="261124", number="XA13"),
        )
        for raw in (*lists, message(ONE)):
            node.travellers.ingest(tx, raw, Origin(Channel.FILE, "a.edi", "EC-PN"))
        link = tx.execute(sa.text("SELECT id FROM traveller_link")).scalar_one()
        row = node.review.queue(tx, QueueFilter()).rows[0]
        node.review.decide(tx, ana, row.id, Ruling(Outcome.CONFIRMED, "seen at the counter"))
    live.house.officer("todas", *Role)
    own = f"/travellers/{row.subject_ref}"
    return [f"/journeys/{link}", f"{own}/apart", f"{own}/finding", f"/alerts/{row.id}/disposition"]


@pytest.mark.parametrize(("language", "theme"), [("es", "dark"), ("en", "light")])
def test_the_pages_are_accessible_and_fit_a_narrow_screen(live, pages, language, theme):
    page = live.page(width=360, height=740, theme=theme)
    live.speaks(page, language)
    live.enter(page, "todas")
    for address in pages:
        assert page.goto(address).status == 200
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 360, address
    assert live.complaints == []
