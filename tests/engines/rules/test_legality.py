"""What the law of rules refuses, by number; each refusal cites its article."""

import pytest

from cordillera.engines.rules import compile_rule, lint, read_rule
from cordillera.engines.rules.errors import UnlawfulRule

LAWFUL = "any bag (weight > 30 kg) and itinerary.booked_before < 24 h unless traveller.journeys >= 6"


def numbers(told: str) -> list[int]:
    return [refusal.number for refusal in lint(read_rule(f'rule a "A" for drug_trafficking when {told}'))]


def test_a_lawful_rule_compiles() -> None:
    rule = read_rule(f'rule a "A" for drug_trafficking when {LAWFUL}')
    assert compile_rule(rule).rule == rule


@pytest.mark.parametrize(
    "told",
    [
        'traveller.religion = "X"',
        'itinerary.one_way = yes and not traveller.sex = "F"',
        "traveller.health is known",
        'traveller.ethnicity one of ("X", "Y")',
        "traveller.union = agency.code",
        "agency.code = traveller.political_opinion",
    ],
)
def test_1_protected_traits_do_not_compile(told: str) -> None:
    assert 1 in numbers(f"{told} unless traveller.journeys >= 6")


@pytest.mark.parametrize(
    "fact", ["meal", "surname", "language", "birthplace", "special_service", "title", "remarks"]
)
def test_2_listed_proxies_do_not_compile(fact: str) -> None:
    assert numbers(f'{LAWFUL} or traveller.{fact} contains "X"') == [2]
    assert numbers(f'traveller.{fact} = "X" and {LAWFUL}') == [2]


@pytest.mark.parametrize(
    "told",
    [
        'traveller.nationality = "ECU"',
        'traveller.other_nationality = "ECU"',
        'traveller.other_nationality = "ECU" and traveller.nationality = "PER"',
        'not traveller.nationality = "ECU"',
        'traveller.nationality = "ECU" or any bag (weight > 30 kg)',
        'traveller.nationality = "ECU" and traveller.age >= 0 years',
        'traveller.nationality = "ECU" and (itinerary.one_way = yes or not itinerary.one_way = yes)',
        'traveller.nationality = "ECU" and (itinerary.one_way = yes or itinerary.one_way = no)',
        'traveller.nationality = "ECU" and traveller.journeys is unknown',
        'traveller.residence one of ("ECU", "PER") and traveller.nationality = "ECU"',
        'any document (issuer = "ECU")',
        'every document (issuer = "ECU" or issuer = "PER")',
        'without document (not issuer = "ECU")',
        'at least 2 companions (nationality = "ECU")',
        'itinerary.origin_country = "ECU" and itinerary.destination_country = "USA"',
        "any document (issuer != traveller.nationality)",
        'traveller.nationality = "ECU" and any bag (weight >= 0 kg)',
    ],
)
def test_3_nationality_alone_never_suffices(told: str) -> None:
    assert 3 in numbers(f"{told} unless traveller.journeys >= 6")


@pytest.mark.parametrize(
    "told",
    [
        'traveller.nationality = "ECU" and any bag (weight > 30 kg)',
        'any document (issuer = "ECU" and reported_lost = yes)',
        '(traveller.nationality = "ECU" or itinerary.one_way = yes) and itinerary.booked_before < 3 h',
    ],
)
def test_3_nationality_beside_another_ground_compiles(told: str) -> None:
    assert numbers(f"{told} unless traveller.journeys >= 6") == []


def test_4_nobody_is_exonerated_by_a_country() -> None:
    assert numbers('itinerary.one_way = yes unless traveller.nationality = "ECU"') == [4]
    assert numbers('itinerary.one_way = yes unless any document (issuer = "ECU")') == [4]


@pytest.mark.parametrize(
    "told",
    [
        "traveller.age < 18 years and traveller.age >= 18 years unless itinerary.one_way = yes",
        "traveller.age between 30 years and 20 years unless itinerary.one_way = yes",
        'any document (number = "A1" and number = "B2") unless itinerary.one_way = yes',
        'any payment (method = "CASH" and not method one of ("CASH", "CARD")) unless itinerary.one_way = yes',
        'any segment (status starts with "A" and status = "B") unless itinerary.one_way = yes',
        "itinerary.one_way = yes unless itinerary.one_way = yes",
        "traveller.age is unknown and traveller.age > 3 years unless itinerary.one_way = yes",
        "at least 3 bags (weight > 30 kg) and at most 2 bags (weight > 30 kg) unless itinerary.one_way = yes",
        "traveller.journeys < 0 unless itinerary.one_way = yes",
    ],
)
def test_5_a_rule_that_can_never_fire_does_not_compile(told: str) -> None:
    assert numbers(told) == [5]


def test_5_two_documents_with_two_numbers_can_exist() -> None:
    told = 'any document (number = "A1") and any document (number = "B2") unless itinerary.one_way = yes'
    assert numbers(told) == []
    told = 'agency.code starts with "A" and agency.code ends with "B" and agency.code contains "C"'
    told += " and itinerary.one_way = yes"
    assert numbers(f"{told} unless traveller.journeys >= 6") == []


def test_6_a_rule_that_holds_for_everybody_does_not_compile() -> None:
    assert numbers(
        "traveller.age < 18 years or not traveller.age < 18 years unless itinerary.one_way = yes"
    ) == [6]
    assert numbers("traveller.journeys >= 0 unless itinerary.one_way = yes") == [6]


def test_7_a_rule_without_exonerating_conditions_does_not_compile() -> None:
    assert numbers("itinerary.one_way = yes") == [7]


def test_a_refusal_cites_number_article_fact_and_place() -> None:
    rule = read_rule('rule a "A" for terrorism when itinerary.one_way = yes and traveller.meal = "X"')
    with pytest.raises(UnlawfulRule) as caught:
        compile_rule(rule)
    ((number, code, article, fact, path),) = caught.value.facts["refusals"]
    assert (number, code, fact, path) == (2, "rules.lint.listed_proxy", "traveller.meal", "when.of[1]")
    assert "2016/681 art. 6(4)" in article


@pytest.mark.parametrize(
    "told",
    [
        'itinerary.trip one of ("RETURN", "OPEN_JAW")',
        'not itinerary.trip = "ONE_WAY"',
        "itinerary.trip is known",
        "itinerary.transit_longest <= 4 h",
        "itinerary.transit_total >= 0 min",
        "any companion (seated_beside = yes)",
    ],
)
def test_6_what_most_journeys_are_is_no_ground(told: str) -> None:
    assert numbers(f"{told} unless traveller.journeys >= 6") == [6]
    assert 3 in numbers(f'traveller.nationality = "ECU" and {told} unless traveller.journeys >= 6')


@pytest.mark.parametrize(
    "told",
    [
        'itinerary.trip = "ONE_WAY"',
        'itinerary.trip one of ("OPEN_JAW", "BROKEN")',
        "itinerary.transit_longest > 8 h",
        "itinerary.transit_total > 12 h",
        "any companion (seated_beside = no)",
    ],
)
def test_the_kind_of_trip_a_long_transit_and_a_seat_apart_are_grounds(told: str) -> None:
    assert numbers(f"{told} unless traveller.journeys >= 6") == []
