"""An analyst wants to select by nationality and dresses the rule up so that the lint does not see it."""

import pytest

from cordillera.engines.rules import compile_rule, read_rule
from cordillera.engines.rules.errors import UnlawfulRule

N = 'traveller.nationality = "ECU"'
DRESSED = [
    f"not (not {N})",
    f"({N} and itinerary.one_way = yes) or ({N} and not itinerary.one_way = yes)",
    f"({N} and traveller.age < 40 years) or ({N} and traveller.age >= 40 years)",
    f"{N} and (traveller.age < 40 years or traveller.age > 20 years)",
    f"{N} and traveller.journeys != -1",
    f"{N} and any bag (weight >= 0 kg)",
    f"{N} and traveller.journeys is unknown",
    f"not (not {N} or itinerary.one_way = yes and itinerary.one_way = no)",
    f"{N} and (any bag (weight > 30 kg) or without bag (weight > 30 kg))",
    f"{N} and (at least 2 bags (pooled = yes) or at most 1 bag (pooled = yes))",
    f'{N} and (agency.code = "A" or agency.code != "A")',
    f'{N} and (agency.code starts with "A" or not agency.code starts with "A")',
    "every document (issuer = traveller.nationality)",
    'without document (not (issuer = "ECU"))',
    'at least 1 document (issuer = "ECU" or type = "P" and not type = "P")',
    f'{N} and traveller.role = "PASSENGER"',
    f"{N} and traveller.age is known",
    f"{N} and traveller.age >= 1 years",
    f"{N} and not traveller.age = 150 years",
    f'{N} and not flight.number = "ZZ0000"',
    f'{N} and any contact (kind = "PHONE")',
    f"{N} and itinerary.travellers >= 1",
    f"{N} and itinerary.booked_before < 3000 days",
    f"{N} and without bag (weight > 90 kg)",
    f"{N} and at most 40 companions (age is known)",
    f"{N} and not any document (reported_lost = yes)",
    f'{N} and any payment (method != "MILES")',
    f"{N} and itinerary.booked_on >= 1990-01-01",
    f"{N} and traveller.age != 33 years",
    f"{N} and traveller.age < 60 years",
    f"{N} and itinerary.fare != 555 USD",
    f"{N} and agency.bookings_week < 200",
    f"{N} and (itinerary.fare < 450 USD or itinerary.fare > 460 USD)",
    f"{N} and (traveller.age < 39 years or (traveller.age > 40 years or traveller.journeys >= 6))",
    f"{N} and not (traveller.age >= 39 years and traveller.age <= 40 years)",
    f"{N} and (any bag (weight < 14 kg) or any bag (weight > 14 kg))",
    f"{N} and any bag (weight < 14 kg or not weight between 14 kg and 15 kg)",
]
PROXIES = [
    'itinerary.origin one of ("THR", "IKA")',
    'agency.city = "TEHRAN"',
    'any segment (destination one of ("JED", "MED"))',
    'any document (number starts with "AB")',
    'any document (type = "R")',
    'flight.number = "12" and flight.carrier = "XA"',
    'agency.code starts with "08"',
    f'{N} and flight.origin = "BOG"',
    f"{N} and flight.departure_time between 22:00 and 05:00",
    'any document (issuer = "ECU" and type = "P")',
    'agency.code one of ("05501234", "05509999")',
    f'{N} and agency.code = "05501234"',
]
EXONERATES_BY_PLACE = [
    'itinerary.origin = "MIA"',
    'itinerary.origin starts with "U"',
    'not agency.city one of ("BOG", "CLO")',
    'agency.code = "05501234"',
    'flight.carrier = "XA" and flight.departure_time < 12:00',
    'any segment (origin = "MIA")',
    'any document (type = "P")',
    'any document (number starts with "AB")',
    "traveller.visa = no",
    "not traveller.visa = yes",
]


@pytest.mark.parametrize("told", PROXIES)
def test_what_stands_for_a_country_is_not_enough_either(told: str) -> None:
    with pytest.raises(UnlawfulRule) as caught:
        compile_rule(read_rule(f'rule a "A" for terrorism when {told} unless traveller.visa = yes'))
    assert [number for number, *_ in caught.value.facts["refusals"]] == [8]


@pytest.mark.parametrize("told", PROXIES)
def test_beside_another_ground_it_may_stand(told: str) -> None:
    told += " and itinerary.one_way = yes unless traveller.visa = yes"
    compile_rule(read_rule(f'rule a "A" for terrorism when {told}'))


@pytest.mark.parametrize("told", ["traveller.visa = yes", f"{N} and traveller.visa = yes"])
def test_a_visa_is_asked_of_some_nationalities_and_is_not_enough(told: str) -> None:
    with pytest.raises(UnlawfulRule) as caught:
        compile_rule(read_rule(f'rule a "A" for terrorism when {told} unless traveller.journeys >= 6'))
    assert [number for number, *_ in caught.value.facts["refusals"]] == [8]


@pytest.mark.parametrize("told", EXONERATES_BY_PLACE)
def test_nobody_is_exonerated_by_what_stands_for_a_country_beside_others(told: str) -> None:
    text = f'rule a "A" for terrorism when itinerary.one_way = yes unless {told} or traveller.journeys >= 6'
    with pytest.raises(UnlawfulRule) as caught:
        compile_rule(read_rule(text))
    assert [number for number, *_ in caught.value.facts["refusals"]] == [4]


@pytest.mark.parametrize(
    "told",
    [
        "flight.departure_time between 08:00 and 18:00",
        'any document (number = "A1")',
        'any document (type = "P" and check_failed = no)',
        "any bag (destination = itinerary.destination)",
        'itinerary.origin = "MIA" and traveller.frequent_flyer = yes',
        "traveller.visa = yes",
        "not traveller.journeys < 100",
        "traveller.age >= 70 years",
    ],
)
def test_what_stands_for_no_country_may_exonerate_beside_others(told: str) -> None:
    text = f'rule a "A" for terrorism when itinerary.one_way = yes unless {told} or traveller.journeys >= 6'
    compile_rule(read_rule(text))


@pytest.mark.parametrize(
    "told",
    [
        'flight.origin = "BOG" and any bag (weight > 30 kg) and itinerary.booked_before < 24 h',
        "traveller.age between 18 years and 40 years and itinerary.one_way = yes",
        f"{N} and itinerary.booked_before < 24 h and any bag (weight > 23 kg)",
        f"{N} and (itinerary.fare < 330 USD or itinerary.fare > 700 USD)",
        f"{N} and (any bag (weight > 25 kg) or traveller.age < 30 years)",
        "traveller.visa = yes and itinerary.stay < 72 h",
        'agency.code = "05501234" and itinerary.changes >= 3',
    ],
)
def test_a_rule_with_a_ground_compiles(told: str) -> None:
    compile_rule(read_rule(f'rule a "A" for terrorism when {told} unless traveller.journeys >= 6'))


@pytest.mark.parametrize(
    "told",
    [
        "traveller.age = 149 years",
        "traveller.age > 119 years",
        "traveller.journeys >= 9000",
        "not traveller.journeys < 9000",
        "any payment (amount > 999999 USD)",
        "at least 900 bags (weight > 1 kg)",
        'flight.number = "ZZ9999"',
        'any document (number = "NEVER")',
        'itinerary.origin = "BOG"',
        "traveller.visa is known",
        "itinerary.one_way = no",
    ],
)
def test_an_exoneration_that_nobody_can_have_is_none(told: str) -> None:
    with pytest.raises(UnlawfulRule) as caught:
        compile_rule(read_rule(f'rule a "A" for terrorism when itinerary.one_way = yes unless {told}'))
    assert [number for number, *_ in caught.value.facts["refusals"]] == [9]


@pytest.mark.parametrize("told", DRESSED)
def test_nationality_dressed_up_is_still_nationality_alone(told: str) -> None:
    with pytest.raises(UnlawfulRule) as caught:
        compile_rule(read_rule(f'rule a "A" for terrorism when {told} unless traveller.visa = yes'))
    assert 3 in [number for number, *_ in caught.value.facts["refusals"]]


def test_a_rule_too_tangled_to_tell_is_refused_when_it_names_a_country() -> None:
    asked = 'agency.code starts with "{0}" or agency.city ends with "{0}" or flight.number contains "{0}"'
    tangle = " and ".join(f"({asked.format(letter)})" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    told = f"{N} and not ({tangle}) and ({tangle}) unless traveller.visa = yes"
    with pytest.raises(UnlawfulRule) as caught:
        compile_rule(read_rule(f'rule a "A" for terrorism when {told}'))
    assert {3, 8} & {number for number, *_ in caught.value.facts["refusals"]}
