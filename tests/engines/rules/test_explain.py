"""Why a rule fired: which condition, which bag, with what value, from which bytes; and what was not known."""

import random

import pytest
from tests.engines.rules.written import written

from cordillera.cli.bench_rules_random import random_rules, traveller
from cordillera.engines.rules import read_facts
from cordillera.engines.rules.core import raises
from cordillera.engines.rules.explain import explain

HEAVY = '{"weight": {"value": 31, "source": "PNR-7", "start": 480, "end": 486}, "pooled": false}'
LIGHT = '{"weight": 9, "pooled": false}'
CASH = '{"method": {"value": "CASH", "source": "PNR-7", "start": 310, "end": 312}}'


def why(told: str, facts: str = "", language="en", **sets: str):
    rule = written(f'rule a "A" for drug_trafficking when {told} unless traveller.journeys >= 6')
    inner = ", ".join(f'"{name}": {things}' for name, things in sets.items())
    return explain(
        rule, read_facts(f'{{"subject": "t", "facts": {{{facts}}}, "sets": {{{inner}}}}}'), language
    )


def lines(explanation) -> list[tuple[str, str, int | None]]:
    return [(fired.condition, fired.set, fired.thing) for fired in explanation.fired]


def test_a_hit_names_the_very_bag_with_value_message_and_bytes() -> None:
    found = why("any bag (weight > 30 kg and pooled = no)", bag=f"[{LIGHT}, {HEAVY}]")
    assert found.raised
    assert lines(found) == [("weight > 30 kg", "bag", 2), ("pooled = no", "bag", 2)]
    (read,) = found.fired[0].read
    assert (read.fact, read.value) == ("bag.weight", "31 kg")
    assert (read.evidence.source, read.evidence.start, read.evidence.end) == ("PNR-7", 480, 486)


def test_conditions_on_two_bags_are_not_one_heavy_unpooled_bag() -> None:
    pooled = HEAVY.replace("false", "true")
    assert not why("any bag (weight > 30 kg and pooled = no)", bag=f"[{LIGHT}, {pooled}]").raised
    assert why("any bag (weight > 30 kg) and any bag (pooled = no)", bag=f"[{LIGHT}, {pooled}]").raised


def test_of_an_or_only_the_side_that_fired_is_told() -> None:
    found = why('itinerary.one_way = yes or any payment (method = "CASH")', payment=f"[{CASH}]")
    assert lines(found) == [('method = "CASH"', "payment", 1)]
    assert found.unknown == ("itinerary.one_way", "traveller.journeys")


def test_a_rule_that_did_not_fire_says_what_stopped_it() -> None:
    found = why(
        "any bag (weight > 30 kg) and itinerary.one_way = yes", '"itinerary.one_way": true', bag=f"[{LIGHT}]"
    )
    assert (found.raised, found.when) == (False, False)
    assert lines(found) == [("any bag (weight > 30 kg)", "bag", None), ("weight > 30 kg", "bag", 1)]
    assert found.fired[-1].read[0].value == "9 kg"


def test_an_unknown_fact_raises_nobody_and_is_told() -> None:
    found = why("itinerary.booked_before < 24 h")
    assert (found.raised, found.when) == (False, None)
    assert found.fired[0].outcome is None
    assert "itinerary.booked_before" in found.unknown


def test_an_exonerating_condition_clears_only_when_it_is_true() -> None:
    assert why("itinerary.one_way = yes", '"itinerary.one_way": true').raised
    assert why("itinerary.one_way = yes", '"itinerary.one_way": true, "traveller.journeys": 5').raised
    cleared = why("itinerary.one_way = yes", '"itinerary.one_way": true, "traveller.journeys": 6')
    assert (cleared.raised, cleared.when, cleared.unless) == (False, True, True)
    assert cleared.exonerating[0].read[0].value == "6"


def test_no_message_about_bags_is_not_a_traveller_without_bags() -> None:
    """GTAS issue 740: rules on bookings fired on passenger lists, which say nothing of payment or bags."""
    assert why("without bag (weight > 0 kg)").when is None
    assert why("without bag (weight > 0 kg)").unknown == ("bag", "traveller.journeys")
    assert why("without bag (weight > 0 kg)", bag="[]").when is True
    assert why("at most 1 bag (weight > 0 kg)", bag='{"things": [], "complete": false}').when is None


def test_of_an_incomplete_set_presence_counts_and_absence_does_not() -> None:
    bags = f'{{"things": [{HEAVY}], "complete": false}}'
    assert why("any bag (weight > 30 kg)", bag=bags).when is True
    assert why("at least 2 bags (weight > 30 kg)", bag=bags).when is None
    assert why("exactly 1 bag (weight > 30 kg)", bag=bags).when is None
    assert why("every bag (weight > 30 kg)", bag=bags).when is None
    assert why("every bag (weight > 40 kg)", bag=bags).when is False


def test_every_bag_of_nobodys_bags_says_nothing() -> None:
    assert why("every bag (weight > 30 kg)", bag="[]").when is False
    assert why("every bag (weight > 30 kg)", bag=f"[{HEAVY}]").when is True
    told = why("every bag (weight > 30 kg)", bag=f"[{HEAVY}, {LIGHT}]")
    assert lines(told) == [("weight > 30 kg", "bag", 2)]


def test_a_pound_is_a_pound_and_local_time_is_not_utc() -> None:
    assert not why("any bag (weight > 30 kg)", bag='[{"weight": "66.1 lb"}]').raised
    assert why("any bag (weight > 30 kg)", bag='[{"weight": "66.2 lb"}]').raised
    assert why("any bag (weight >= 66.2 lb)", bag='[{"weight": "66.2 lb"}]').raised
    times = '"flight.departure_local": "2026-11-21T23:30", "flight.departure_utc": "2026-11-22T04:30Z"'
    assert why("flight.departure_local < 2026-11-22T00:00", times).raised
    assert not why("flight.departure_utc < 2026-11-22T00:00Z", times).raised


@pytest.mark.parametrize(
    ("time", "raised"), [("21:59", False), ("22:00", True), ("05:00", True), ("05:01", False)]
)
def test_a_night_passes_midnight(time, raised) -> None:
    assert (
        why("flight.departure_time between 22:00 and 05:00", f'"flight.departure_time": "{time}"').raised
        is raised
    )


def test_it_is_told_in_spanish_too() -> None:
    found = why("any bag (weight > 30 kg)", bag=f"[{HEAVY}]", language="es")
    assert found.fired[0].condition == "peso > 30 kg"


def test_the_explanation_and_the_evaluators_never_differ() -> None:
    rng = random.Random(11)
    rules = random_rules(rng, 60)
    for number in range(60):
        facts = traveller(rng, number)
        for rule in rules:
            found = explain(rule, facts)
            assert found.raised is raises(rule.rule, facts)
            assert found.fired
