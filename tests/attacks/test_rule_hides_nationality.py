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
]


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
    assert 3 in [number for number, *_ in caught.value.facts["refusals"]]
