"""What items of one person have in common: their marking is the join, never the strictest one alone."""

from cordillera.desks.people.person_core import joined
from cordillera.desks.people.person_model import Badge, Item


def item(badge: Badge) -> Item:
    return Item(source="record", ref=badge.stamp, label="Ana", badge=badge)


def test_a_dossier_carries_the_codes_and_conditions_of_all_its_items():
    one = Badge("amber-strict", "TLP:AMBER+STRICT H1", ("H1",), ())
    other = Badge("amber", "TLP:AMBER H2 conditions:ask us", ("H2",), ("ask us",))
    both = joined([item(other), item(one), item(Badge())])
    assert both == joined([item(one), item(other)])
    assert (both.level, both.codes, both.conditions) == ("amber-strict", ("H1", "H2"), ("ask us",))
    assert both.stamp == "TLP:AMBER+STRICT H1 + TLP:AMBER H2 conditions:ask us"


def test_of_nothing_marked_it_is_amber():
    assert joined([]) == Badge("amber")
