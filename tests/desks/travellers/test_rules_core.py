"""What a report tells of groups names nobody, by itself or by what is left of all."""

import random

from cordillera.desks.travellers.rules_core import OTHER, SMALLEST_GROUP, groups_of


def test_groups_that_are_few_together_stand_with_the_next_larger_one():
    judged, raised = {"ECU": 900, "COL": 60, "PER": 55, "VEN": 1}, {"ECU": 9, "VEN": 1}
    told = {one.group: (one.travellers, one.hits) for one in groups_of("nationality", judged, raised)}
    assert told == {"ECU": (900, 9), "COL": (60, 0), OTHER: (56, 1)}


def test_one_large_group_beside_one_person_is_not_told_apart():
    (told,) = groups_of("nationality", {"ECU": 900, "VEN": 1}, {"VEN": 1})
    assert (told.group, told.travellers, told.hits) == (OTHER, 901, 1)


def test_nothing_small_is_told_and_nobody_is_lost_whatever_the_groups_are():
    chance = random.Random(5)
    for _ in range(500):
        judged = {
            f"G{at}": chance.choice((0, 1, 20, 49, 50, 51, 400)) for at in range(chance.randrange(1, 8))
        }
        told = groups_of("age", judged, {})
        everybody = sum(judged.values())
        assert sum(one.travellers for one in told) == everybody
        assert all(one.travellers >= min(SMALLEST_GROUP, everybody) or not one.travellers for one in told)
