"""Attack: a protected trait, nationality or a name reaches rules by the facts that come from what is held.

A traveller's earlier journeys, shared contacts and documents must be the same whatever their nationality, sex
or origin of name is; countries of the itinerary must be treated by law as nationality is.
"""

import pytest

from cordillera.desks.travellers.history_core import Sighting, compared, search_keys, weigh
from cordillera.desks.travellers.model import AskedFacts, TravelDocument, TravellerFacts
from cordillera.desks.travellers.rules_faces import HELD
from cordillera.engines.rules import compile_rule, read_rule
from cordillera.engines.rules.errors import UnlawfulRule
from cordillera.engines.rules.schema import FACTS, Ground
from cordillera.foundation.ids import uuid7

COUNTRIES = ("itinerary.origin_country", "itinerary.destination_country")


def told(nationality: str) -> TravellerFacts:
    documents = (TravelDocument("P", "AB123456", "COL"),)
    name = ("ANA PEREZ VALLEJO", "ANA", "PEREZ VALLEJO")
    return TravellerFacts(
        *name, "passenger", "1980-05-17", nationality, "BOG", "UIO", "", documents, (), 0, 0, partial=False
    )


def test_nationality_changes_neither_the_link_nor_the_keys_of_a_journey():
    sides = [Sighting(uuid7(), uuid7(), told(nation)) for nation in ("COL", "SYR")]
    same = [Sighting(uuid7(), uuid7(), told("COL")) for _ in range(2)]
    assert weigh(*sides) == weigh(*same) is not None
    assert search_keys(sides[0].facts) == search_keys(sides[1].facts)
    assert set(AskedFacts.__struct_fields__) & {"nationality", "sex"} == set()
    names = {term.name for term in compared(sides[0].facts, sides[1].facts).terms}
    assert not {name for name in names if "nation" in name or "sex" in name or "gender" in name}


@pytest.mark.parametrize("fact", COUNTRIES)
def test_a_country_of_the_itinerary_alone_never_raises_or_clears(fact):
    assert FACTS[fact].ground is Ground.COUNTRY
    for told_rule in (
        f'{fact} = "COL" unless traveller.journeys >= 6',
        f'{fact} = "COL" and traveller.journeys is unknown unless traveller.visa = yes',
        f'itinerary.one_way = yes unless {fact} = "ECU"',
    ):
        with pytest.raises(UnlawfulRule):
            compile_rule(read_rule(f'rule a "A" for terrorism when {told_rule}'))


def test_no_fact_from_what_is_held_is_a_trait_or_a_proxy():
    assert {FACTS[name].ground for name in HELD} <= {Ground.FREE, Ground.COUNTRY}
    assert {name for name in HELD if FACTS[name].ground is Ground.COUNTRY} == set(COUNTRIES)
