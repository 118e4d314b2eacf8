from collections import Counter

import numpy as np

from cordillera.engines.names.synthetic import damaged, invent
from cordillera.engines.names.synthetic_words import CULTURES


def test_the_same_seed_invents_the_same_people_and_another_seed_others():
    assert list(invent(50, seed=1)) == list(invent(50, seed=1))
    assert list(invent(50, seed=1)) != list(invent(50, seed=2))


def test_names_are_skewed_as_in_life():
    people = list(invent(20_000, seed=3))
    counted = Counter(word for person in people for word in person.full.split())
    commonest = counted.most_common(1)[0][1] / len(people)
    once = sum(count == 1 for count in counted.values()) / len(counted)
    assert 0.04 < commonest < 0.12
    assert once > 0.2


def test_every_culture_writes_its_names_in_its_own_pattern():
    people = list(invent(2_000, seed=4))
    assert any(" bin " in f" {person.full} " for person in people)
    assert any(person.given.endswith("vich") for person in people)
    assert any(person.family_first and person.full.startswith(person.family) for person in people)
    assert abs(sum(culture.share for culture in CULTURES) - 1.0) < 1e-9


def test_damage_changes_the_name_and_keeps_something_of_it():
    rng = np.random.default_rng(5)
    for person in invent(300, seed=6):
        written = damaged(person, rng).casefold().split()
        assert written
        assert set(written) & set(person.full.casefold().split()) or len(person.full.split()) <= 3
