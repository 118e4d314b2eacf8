"""A passenger list becomes facts with their bytes; what it does not say stays unknown."""

import random

import pytest
from tests.engines.rules.written import written

from cordillera.cli.bench_rules_random import random_rules
from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.rules.bulk import bulk_hits
from cordillera.engines.rules.columns import columns_of, facts_of_row
from cordillera.engines.rules.core import raises
from cordillera.engines.rules.explain import explain
from cordillera.engines.rules.paxlst_facts import traveller_facts

LIST = (
    b"UNA:+.? 'UNB+UNOA:4+QX+EC+261121:1200+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'"
    b"TDT+20+QX7'LOC+125+LIM'DTM+189:2611221230:201'LOC+87+UIO'DTM+232:2611221500:201'"
    b"NAD+FL+++PRUEBA:ANA'DTM+329:080101'MEA+CT++:2'MEA+WT++KGM:41.5'GEI+4+173'FTX+BAG+++QX1'"
    b"LOC+178+LIM'NAT+2+PER'RFF+SEA:12A'DOC+P+X123'DTM+36:261201'LOC+91+PER'"
    b"CNT+42:1'UNT+20+1'UNZ+1+1'"
)
ANA = "unless traveller.frequent_flyer = yes"


def facts_of(data: bytes):
    return [
        traveller_facts(traveller, message, "msg-1")
        for message in paxlst_messages(read(data))
        for traveller in message.travellers
    ]


def test_each_fact_points_to_its_bytes() -> None:
    (facts,) = facts_of(LIST)
    told = {name: seen.evidence for name, seen in facts.facts.items() if seen.evidence}
    assert {
        "traveller.age",
        "traveller.nationality",
        "flight.origin",
        "flight.departure_local",
    } <= told.keys()
    assert told["traveller.nationality"].text == "PER"
    for evidence in told.values():
        assert LIST[evidence.start : evidence.end]
    number = facts.sets["document"].things[0]["document.number"]
    assert LIST[number.evidence.start : number.evidence.end] == b"X123"


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ("traveller.age = 18 years", True),
        ("flight.departure_time between 12:00 and 13:00", True),
        ("flight.departure_local < 2026-11-22T12:31", True),
        ("flight.departure_utc < 2026-11-22T12:31Z", None),
        ("any document (days_left < 10 days)", True),
        ("exactly 1 document (number is known)", True),
        ('any payment (method = "CASH")', None),
        ("without companion (same_booking = yes)", None),
        ("traveller.bags_weight > 90 lb", True),
        ("at most 1 bag (tag is known)", None),
    ],
)
def test_a_rule_on_bookings_does_not_fire_on_a_passenger_list(told, outcome) -> None:
    (facts,) = facts_of(LIST)
    rule = written(f'rule a "A" for document_fraud when {told} {ANA}')
    assert explain(rule, facts).when is outcome


def test_tags_told_by_the_first_and_a_count_are_all_known() -> None:
    (facts,) = facts_of(LIST.replace(b"FTX+BAG+++QX1'", b"FTX+BAG+++QX000009:2'"))
    bags = facts.things("bag")
    assert [bag["bag.tag"].value for bag in bags.things] == ["QX000009", "QX000010"]
    assert bags.complete
    seen = bags.things[1]["bag.tag"].evidence
    assert LIST.replace(b"QX1'", b"QX000009:2'")[seen.start : seen.end] == b"QX000009"


def test_the_tag_of_a_run_leaves_the_airline_in_front_as_it_is() -> None:
    (facts,) = facts_of(LIST.replace(b"QX1'", b"0230999999:2'"))
    assert [bag["bag.tag"].value for bag in facts.things("bag").things] == ["0230999999", "0230000000"]


def test_a_second_nationality_and_a_visa_are_facts() -> None:
    (facts,) = facts_of(LIST.replace(b"NAT+2+PER'", b"NAT+2+PER'NAT+2+ITA'").replace(b"DOC+P", b"DOC+V"))
    assert facts.facts["traveller.nationality"].value == "PER"
    assert facts.facts["traveller.other_nationality"].value == "ITA"
    assert facts.facts["traveller.visa"].value == 1
    (plain,) = facts_of(LIST)
    assert not {"traveller.other_nationality", "traveller.visa"} & plain.facts.keys()


def test_a_birthday_on_the_day_of_the_flight_counts() -> None:
    for born, age in ((b"081122", 18), (b"081123", 17)):
        (facts,) = facts_of(LIST.replace(b"080101", born))
        assert facts.facts["traveller.age"].value == age


def test_lists_of_the_reference_give_facts_on_which_all_evaluators_agree(shared) -> None:
    people = [
        facts
        for path in sorted((shared / "borders/paxlst").glob("*.txt"))
        for facts in facts_of(path.read_bytes())
    ][:300]
    assert len(people) > 100
    batch = columns_of(people)
    assert facts_of_row(batch, 5).facts.keys() == people[5].facts.keys()
    rules = random_rules(random.Random(3), 40)
    expected = [[at for at, facts in enumerate(people) if raises(rule.rule, facts)] for rule in rules]
    assert [rows.tolist() for rows in bulk_hits(rules, batch)] == expected
