"""What the pre-test on history says of the grounds beside a country or a route."""

from datetime import date

import pytest
from tests.desks.travellers.conftest import Person
from tests.desks.travellers.rules_world import LIMITS, WHY

from cordillera.desks.travellers.rules_errors import GroundsLeaveNobodyOut
from cordillera.desks.travellers.rules_model import Beside, Limits
from cordillera.desks.travellers.rules_service import RuleService

ROOM = Limits(date(2027, 5, 1), hits_per_day=10_000)
WEAK = (
    'rule weak "From Bogota, not young" for drug_trafficking\n'
    'when flight.origin = "BOG" and traveller.age >= 30 years unless traveller.journeys >= 6\n'
)


@pytest.fixture
def rules(ledger, sealer, clock, review) -> RuleService:
    return RuleService(ledger, sealer, clock, review)


@pytest.fixture
def flown(travellers, store, scope, origin, paxlst):
    """Two flights of twelve: on the first everybody is 54 years old, on the second one is a child."""

    def take(young: int) -> None:
        people = [f"MORA:INES{chr(65 + number)}" for number in range(12)]
        raw = paxlst(*people), paxlst(*people, reference="2").replace(b"XA12", b"XA14")
        with store.transaction(scope) as tx:
            travellers.ingest(tx, raw[0], origin)
            travellers.ingest(tx, raw[1].replace(b"DTM+329:720805", b"DTM+329:150805", young), origin)

    return take


def proposed(rules, store, text=WEAK, limits=ROOM):
    ana = Person()
    with store.transaction(ana.scope) as tx:
        saved = rules.save_draft(tx, ana, text, limits)
    found = rules.pretest(store, ana, saved.id)
    with store.transaction(ana.scope) as tx:
        rules.propose(tx, ana, saved.id, WHY)
    return found


def test_a_ground_that_leaves_nearly_nobody_out_beside_a_route_is_refused_with_figures(rules, store, flown):
    flown(young=1)
    with pytest.raises(GroundsLeaveNobodyOut) as caught:
        proposed(rules, store)
    assert caught.value.facts == {"alone": 24, "left": 23, "share": 96}


def test_a_ground_that_tells_travellers_apart_is_proposed(rules, store, flown):
    flown(young=4)
    assert proposed(rules, store).beside == (Beside(24, 20),)


def test_a_few_travellers_prove_nothing(rules, store, travellers, scope, origin, paxlst):
    with store.transaction(scope) as tx:
        travellers.ingest(tx, paxlst("MORA:INES", "MORA:EVA"), origin)
    assert proposed(rules, store, limits=LIMITS).beside == (Beside(2, 2),)


def test_the_exonerated_are_counted(rules, store, flown):
    flown(young=6)
    text = WEAK.replace("traveller.journeys >= 6", "traveller.age >= 50 years")
    found = proposed(rules, store, text)
    assert (found.hits, found.exonerated) == (0, 18)
