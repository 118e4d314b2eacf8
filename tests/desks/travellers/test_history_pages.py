"""The page of two linked journeys: shown with reasons, parted with a reason, closed to other agencies."""

import re

import pytest
import sqlalchemy as sa
from tests.desks.travellers.test_history import ANA, WHY, listed
from tests.web.house import House

from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def link(house, store) -> str:
    with store.transaction(Scope("EC-PN", "setup")) as tx:
        for raw in (listed(ANA), listed(ANA, day="261124", number="XA13")):
            house.node.travellers.ingest(tx, raw, Origin(Channel.FILE, "f", "EC-PN"))
        return str(tx.execute(sa.text("SELECT id FROM traveller_link")).scalar_one())


def test_an_officer_sees_why_two_journeys_are_linked_and_parts_them(house, link):
    page = f"/journeys/{link}"
    with house.browser("ana") as ana:
        shown = ana.get(f"{page}?lang=es").text
        for word in ("PEREZ VALLEJO", "XA12", "XA13", "AB123456", "No es la misma persona"):
            assert word in shown, word
        assert "Not the same person" not in shown
        assert "evidencia en bits" in shown
        assert len(set(re.findall(r'href="(/travellers/[0-9a-f-]+)"', shown))) == 2
        assert ana.post(f"{page}/part", data={"reason": "no"}).status_code == 422
        assert ana.post(f"{page}/part", data={"reason": WHY}, follow_redirects=False).status_code == 303
        after = ana.get(f"{page}?lang=en").text
        assert WHY in after
        assert "Part the journeys" not in after
        assert ana.post(f"{page}/part", data={"reason": WHY}).status_code == 404


def test_after_six_months_a_link_names_nobody(house, link, clock):
    clock.advance(AFTER)
    with house.browser("ana") as ana:
        shown = ana.get(f"/journeys/{link}").text
    for gone in ("PEREZ", "AB123456", "1980-05-17"):
        assert gone not in shown
    assert "XA12" in shown
