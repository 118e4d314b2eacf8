import numpy as np

from cordillera.engines.names.candidates import CLASHES, ask, may_reach, penalties, read_parts, side_of
from cordillera.engines.names.listed import open_people
from cordillera.engines.names.live import ListedName, ListedPerson, LiveNames
from cordillera.engines.names.postings import open_segment
from cordillera.engines.names.postings_kernel import reaching
from cordillera.engines.names.synthetic import damaged, invent

NOBODY = np.empty(0, np.int32)


def test_the_kernel_proposes_exactly_the_names_of_the_readable_reference():
    people, rng = list(invent(300, seed=41)), np.random.default_rng(4)
    persons = [ListedPerson(one.ref, (ListedName(one.full),)) for one in people]
    live = LiveNames([*persons, ListedPerson("i", (ListedName("J. Zambrano"),))])
    part, letters = live.parts[0], live.tokens.letters()
    segment = part.segment
    slots, stamps = np.full(len(live.tokens), -1, np.int32), np.zeros(segment.names, np.int32)
    for stamp, name in enumerate(
        [*(damaged(one, rng) for one in people[::20]), "Juan Zambrano", "J. Vera"], 1
    ):
        side = side_of(read_parts(name))
        asked = ask(side, live.hoods, live.told)
        for needed in (500, 2_500, 5_000):
            got = reaching(
                asked.starts, asked.tokens, asked.gains, asked.admits, 0, np.full(5, needed, np.int32),
                segment.starts, segment.tokens, segment.persons, segment.keys, segment.places, segment.rows,
                part.people.years, part.alive, NOBODY, NOBODY, segment.roles, letters.lengths,
                penalties(asked), np.array(side.roles, np.uint8), CLASHES, slots, stamps, 10 * stamp + needed,
            )  # fmt: skip
            wanted = may_reach(side, asked, segment, needed, letters.lengths == 1)
            if needed + max(0, -penalties(asked)[0]) > 2_500:
                assert sorted(got.tolist()) == wanted
            assert set(got.tolist()) <= set(wanted)
        assert (slots == -1).all()


def test_saved_arrays_are_mapped_from_their_files(tmp_path):
    live = LiveNames([ListedPerson("7", (ListedName("VELEZ, John"), ListedName("Jhon Beles")))])
    part = live.parts[0]
    part.segment.save(tmp_path / "names")
    part.people.save(tmp_path / "people")
    segment, people = open_segment(tmp_path / "names"), open_people(tmp_path / "people")
    assert isinstance(segment.tokens, np.memmap)
    assert segment.tokens.tolist() == part.segment.tokens.tolist()
    assert people.person(0) == part.people.person(0)
