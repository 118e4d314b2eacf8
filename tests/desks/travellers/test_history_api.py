"""Journeys and reservations parted over JSON, with a reason, as on the pages."""

import pytest
import sqlalchemy as sa
from tests.desks.travellers.test_history import ANA, WHY, listed
from tests.desks.travellers.test_history_unjoin import LISTED
from tests.desks.travellers.test_reservation_ingest import ONE, passengers
from tests.engines.edifact.pnr_texts import message
from tests.web.house import House

from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role

SETUP = Scope("EC-PN", "setup")


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


def take(house, *files: bytes) -> None:
    for raw in files:
        with house.node.store.transaction(SETUP) as tx:
            house.node.travellers.ingest(tx, raw, Origin(Channel.FILE, "f", "EC-PN"))


def asked(house, sql: str) -> str:
    with house.node.store.transaction(SETUP) as tx:
        return str(tx.execute(sa.text(sql)).scalars().first())


def test_two_journeys_are_read_and_parted(house):
    take(house, listed(ANA), listed(ANA, day="261124", number="XA13"))
    link = asked(house, "SELECT id FROM traveller_link")
    one = asked(house, "SELECT one_id FROM traveller_link")
    with house.browser("ana") as ana:
        (journey,) = ana.get(f"/api/travellers/{one}/journeys").json()["journeys"]
        assert journey["link_id"] == link
        assert len(ana.get(f"/api/journeys/{link}").json()["sides"]) == 2
        short = ana.post(f"/api/journeys/{link}/part", json={"reason": "no"})
        assert short.status_code == 422
        parted = ana.post(f"/api/journeys/{link}/part", json={"reason": WHY}).json()
        assert (parted["what"], parted["reason"]) == ("history", WHY)
        after = ana.get(f"/api/travellers/{one}/journeys").json()
        assert (after["journeys"], len(after["partings"])) == ([], 1)
        assert ana.post(f"/api/journeys/{link}/part", json={"reason": WHY}).status_code == 404


def test_a_reservation_is_taken_apart_until_six_months_have_passed(house, clock):
    take(house, passengers(*LISTED), message(ONE))
    who = asked(house, "SELECT one.id FROM traveller one ORDER BY one.id")
    with house.browser("ana") as ana:
        (joined,) = ana.get(f"/api/travellers/{who}/joined").json()["joined"]
        apart = f"/api/travellers/{who}/apart"
        assert ana.post(apart, json={"token": "00", "reason": WHY}).status_code in {404, 409, 422}
        parted = ana.post(apart, json={"token": joined["token"], "reason": WHY}).json()
        assert parted["what"] == "reservation"
    clock.advance(AFTER)
    with house.browser("eva") as ana:
        assert ana.get(f"/api/travellers/{who}/joined").json() == {"joined": []}
        late = ana.post(apart, json={"token": joined["token"], "reason": WHY})
        assert late.json()["type"] == "travellers.depersonalised"


def test_who_may_not_decide_parts_nobody(house):
    take(house, listed(ANA), listed(ANA, day="261124", number="XA13"))
    link = asked(house, "SELECT id FROM traveller_link")
    with house.browser("mira", Role.SUPERVISOR) as reader:
        assert reader.post(f"/api/journeys/{link}/part", json={"reason": WHY}).status_code == 403
