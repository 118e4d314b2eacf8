"""Judging with what the intake has in hand, and with the facts that rules read, is judging with everything.

Over a day of invented people: lists of several carriers' dialects, reservations, and both together.
"""

import random
from datetime import date
from itertools import islice

import pytest

from cordillera.cli.bench_rules_random import random_rules
from cordillera.desks.travellers.at_hand import NOTHING
from cordillera.desks.travellers.ingest import Desk
from cordillera.desks.travellers.reading import plan_message
from cordillera.desks.travellers.rules_facts import FlightFacts, Reading, facts_by_place
from cordillera.desks.travellers.rules_judging import Verdict
from cordillera.desks.travellers.service import Parts, TravellerService
from cordillera.engines.rules import compile_rule, read_rule
from cordillera.engines.rules.explain import explain
from cordillera.engines.rules.paxlst_facts import list_facts
from cordillera.engines.rules.wanted import EVERYTHING, wanted_by
from cordillera.runtime.demo_day import make_day
from cordillera.runtime.demo_day.day import make_pushes

HOME = "America/Guayaquil"
DAY = date(2026, 6, 3)
COMPANY = (
    "any companion (same_booking = yes)",
    "without companion (age >= 18 years)",
    "any companion (seated_beside = yes and age < 30 years)",
)
WITH_CHILD = "unless any companion (age < 12 years)"


@pytest.fixture(scope="module")
def day():
    return make_day(77, DAY)


def told_in_hand(raw: bytes):
    plan = plan_message(raw, HOME)
    lists = plan.lists or ()
    return plan, {at: facts for one in lists for at, facts in list_facts(one, "message:1").items()}


def test_lists_in_hand_tell_what_the_kept_bytes_tell(day, shared):
    files = [raw for _, raw in day.messages]
    files += [path.read_bytes() for path in sorted((shared / "borders" / "paxlst").glob("*.txt"))]
    in_hand = 0
    for raw in files:
        plan, found = told_in_hand(raw)
        if plan.lists is not None:
            in_hand += 1
            assert found == facts_by_place(plan.raw, "message:1")
    assert in_hand > len(day.messages) // 2


def test_broken_lists_in_hand_tell_what_the_kept_bytes_tell(day):
    rng = random.Random(3)
    for _, whole in day.messages[:10]:
        raw = bytearray(whole[:4000])
        for _ in range(30):
            raw[rng.randrange(len(raw))] = rng.choice(b"+':?\nATFX1 ")
        plan, found = told_in_hand(bytes(raw))
        if plan.lists is not None:
            assert found == facts_by_place(plan.raw, "message:1")


def test_bytes_that_a_character_set_must_read_are_not_in_hand(paxlst):
    raw = paxlst("PEREZ:ANA")
    assert plan_message(raw, HOME).lists
    assert plan_message(raw.replace(b"ANA", b"A\xd1A"), HOME).lists is None


def is_by_list(facts) -> bool:
    told = facts.things("companion").things
    return bool(told) and "itinerary.segments" not in facts.facts


class Comparing:
    """A judge at the desk's port that raises nobody: it compares both ways of reading the facts."""

    def __init__(self, sealer):
        self.facts = FlightFacts(sealer)
        self.rules = random_rules(random.Random(5), 12)
        self.announced = set()
        self.rules += [
            compile_rule(read_rule(f'rule c{at} "C" for human_trafficking when {told} {WITH_CHILD}'))
            for at, told in enumerate(COMPANY)
        ]
        self.counts = {"people": 0, "in_hand": 0, "explained": 0, "listed_company": 0}

    def judge(self, tx, _agency, travellers, at_hand=NOTHING):
        for flight in sorted({one.flight_id for one in travellers}):
            newer = {
                one.id: (one.message_id, one.facts.start) for one in travellers if one.flight_id == flight
            }
            self.compare(tx, flight, newer, at_hand)
        return Verdict()

    def kept(self, _tx, _verdict, _alerts):
        """Nothing was raised."""

    def compare(self, tx, flight, newer, at_hand):
        again = self.facts.on_flight(tx, flight, newer)
        assert self.facts.on_flight(tx, flight, newer, Reading(EVERYTHING, at_hand)) == again
        whole = self.facts.on_flight(tx, flight)
        for ref in again.keys() - self.announced:  # of who is announced again lists say what they say now
            assert again[ref] == whole[ref]
        self.announced |= again.keys()
        self.counts["people"] += len(again)
        self.counts["in_hand"] += bool(at_hand.lists or at_hand.told)
        for rule in self.rules:
            few = self.facts.on_flight(tx, flight, newer, Reading(wanted_by([rule]), at_hand))
            assert few.keys() == again.keys()
            for ref in list(again)[:20]:
                assert explain(rule, few[ref]) == explain(rule, again[ref])
                self.counts["explained"] += 1
                self.counts["listed_company"] += rule.rule.name == "c0" and is_by_list(again[ref])


def test_judging_in_hand_is_judging_from_the_store(
    day, ledger, sealer, clock, review, listed, store, scope, origin
):
    judge = Comparing(sealer)
    desk = TravellerService(Parts(ledger, sealer, clock, review, listed, judge=judge), Desk(HOME))
    lists, bookings = [raw for _, raw in day.messages[:2]], [raw for _, raw in day.bookings[:2]]
    pushes = islice(make_pushes(78, DAY, 2), 40)
    for raw in (*lists, *bookings, *pushes):
        with store.transaction(scope) as tx:
            desk.ingest(tx, raw, origin)
    assert judge.counts["people"] > 500
    assert judge.counts["in_hand"] > 30
    assert judge.counts["explained"] > 500
    assert judge.counts["listed_company"] > 15
