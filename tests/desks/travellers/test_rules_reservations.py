"""Rules on what reservations say: fired by a reservation, silent on a passenger list alone."""

from datetime import date

import pytest
import sqlalchemy as sa
from tests.desks.travellers.conftest import Person
from tests.desks.travellers.rules_world import activated
from tests.desks.travellers.test_reservation_ingest import ONE, passengers
from tests.engines.edifact.pnr_texts import message

from cordillera.desks.travellers.ingest import Desk
from cordillera.desks.travellers.rules_judging import RuleJudging
from cordillera.desks.travellers.rules_model import Limits
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.desks.travellers.service import Parts, TravellerService
from cordillera.trust.review.model import QueueFilter

TOGETHER = (
    'rule together "Two of one booking" for human_trafficking\n'
    "when any companion (same_booking = yes) unless traveller.journeys >= 6\n"
)


@pytest.fixture
def rules(ledger, sealer, clock, review) -> RuleService:
    return RuleService(ledger, sealer, clock, review)


@pytest.fixture
def take(ledger, sealer, clock, review, listed, rules, store, origin, scope):
    judging = RuleJudging(rules, sealer, clock, "en")
    desk = TravellerService(
        Parts(ledger, sealer, clock, review, listed, judge=judging), Desk("America/Guayaquil")
    )

    def do(raw: bytes):
        with store.transaction(scope) as tx:
            return desk.ingest(tx, raw, origin)

    return do


@pytest.fixture
def alerts(review, store, ana):
    def found():
        with store.transaction(ana.scope) as tx:
            return [review.get(tx, ana, row.id) for row in review.queue(tx, QueueFilter()).rows]

    return found


@pytest.fixture(autouse=True)
def active(rules, store, take, paxlst):
    """The rule in force, after somebody else came."""
    take(paxlst("MORA:INES", reference="0"))
    return activated(rules, store, TOGETHER, Limits(date(2027, 5, 1)))


def test_reservation_fires_what_a_passenger_list_cannot(take, alerts):
    assert take(passengers("RUIZ:EVA|800101|P1|")).alerts == 0
    raw = message(ONE)
    assert take(raw).alerts == 2
    for alert in alerts():
        (finding,) = alert.findings
        assert finding.source.startswith("rule:together@1/")
        cited = [one for term in finding.terms for one in term.evidence]
        assert all(raw[one.start : one.end].decode() == one.text for one in cited)


def test_whom_a_list_announced_is_judged_again_when_the_reservation_comes(take, alerts):
    assert take(passengers("LOOR:ANA MARIA|800517||", "QUISPE:LUIS|000101||")).alerts == 0
    assert take(message(ONE)).alerts == 2
    assert len(alerts()) == 2


def test_list_with_one_locator_fires_and_the_reservation_does_not_fire_again(take, alerts):
    raw = passengers(
        "LOOR:ANA MARIA|800517||MFN4TI", "QUISPE:LUIS|000101||mfn4ti", "RUIZ:EVA|800101|P1|OTHER1"
    )
    assert take(raw).alerts == 2
    for alert in alerts():
        (finding,) = alert.findings
        cited = {one for term in finding.terms for one in term.evidence if one.text.upper() == "MFN4TI"}
        assert cited
        assert all(raw[one.start : one.end].decode() == one.text for one in cited)
    assert take(message(ONE)).alerts == 0
    assert len(alerts()) == 2


def test_pretest_reads_reservations_as_arrival_does(take, rules, store):
    take(message(ONE))
    ana = Person()
    with store.transaction(ana.scope) as tx:
        saved = rules.save_draft(tx, ana, TOGETHER, Limits(date(2027, 5, 1)))
    found = rules.pretest(store, ana, saved.id)
    assert (found.travellers, found.hits, found.unknown) == (3, 2, 1)


def test_hit_told_by_a_reservation_goes_with_the_traveller_whom_a_list_announced(take, store, scope):
    """Their message may be erased before the reservation's: the hit neither stays nor stands in the way."""
    take(passengers("LOOR:ANA MARIA|800517||MFN4TI", "QUISPE:LUIS|000101||MFN4TI"))
    take(message(ONE))
    with store.transaction(scope) as tx:
        hits = sa.text("SELECT count(*) FROM traveller_rule_hit")
        assert tx.execute(hits).scalar_one() == 2
        raised = "(SELECT traveller_id FROM traveller_rule_hit)"
        tx.execute(sa.text(f"DELETE FROM traveller_document WHERE traveller_id IN {raised}"))
        tx.execute(sa.text(f"DELETE FROM traveller WHERE id IN {raised}"))
        assert tx.execute(hits).scalar_one() == 0


def test_whom_a_version_judges_twice_is_counted_once(take, rules, store, active, scope):
    take(passengers("LOOR:ANA MARIA|800517||MFN4TI", "QUISPE:LUIS|000101||MFN4TI"))
    take(message(ONE))
    with store.transaction(scope) as tx:
        report = rules.report(tx, active.id)
    assert (report.travellers, report.hits) == (2, 2)


def test_people_announced_before_a_version_was_in_force_count_when_it_first_judges_them(
    take, rules, store, scope
):
    take(passengers("LOOR:ANA MARIA|800517||MFN4TI", "QUISPE:LUIS|000101||MFN4TI"))
    later = activated(rules, store, TOGETHER, Limits(date(2027, 5, 1)))
    take(message(ONE))
    with store.transaction(scope) as tx:
        report = rules.report(tx, later.id)
    assert (report.travellers, report.hits) == (2, 2)
    assert all(group.hits <= group.travellers for group in report.groups)
