"""The compiled screening proposes what the readable bound proposes and scores as the readable comparison."""

from itertools import pairwise

import numpy as np

from cordillera.engines.names.arrays import scratch as new_room
from cordillera.engines.names.candidates import Reached, may_reach
from cordillera.engines.names.core import as_one, compare_names
from cordillera.engines.names.frames import frame
from cordillera.engines.names.listed import open_people
from cordillera.engines.names.live import ListedName, ListedPerson, LiveNames
from cordillera.engines.names.model import Subject
from cordillera.engines.names.postings import CODES, open_segment
from cordillera.engines.names.questions import Question, ask, read_question
from cordillera.engines.names.row_kernel import PARTS, UNKNOWN
from cordillera.engines.names.scoring import joins, listed_side
from cordillera.engines.names.screen_arrays import HINTS, Scratch
from cordillera.engines.names.screen_kernel import screen
from cordillera.engines.names.spelling import LONGEST
from cordillera.engines.names.synthetic import damaged, invent
from cordillera.engines.names.weights import GRID, INITIAL, PRIOR


def invented() -> tuple[LiveNames, list[Question]]:
    people, rng = list(invent(300, seed=41)), np.random.default_rng(4)
    extra = ["J. Zambrano", "Maria Jose De La Cruz", "Delacruz, Mariajose", "Chen Wei", "mhmd_ Ali"]
    persons = [ListedPerson(one.ref, (ListedName(one.full),)) for one in people]
    persons += [ListedPerson(f"x{at}", (ListedName(name),)) for at, name in enumerate(extra)]
    asked = [
        *(damaged(one, rng) for one in people[::20]),
        *extra,
        "Juan Zambrano",
        "J. Vera",
        "Maria Joze Cruz",
    ]
    return LiveNames(persons), [read_question(Subject(name, name)) for name in asked]


def screened(
    live: LiveNames, questions: list[Question], bits: float, *, judge: bool
) -> dict[tuple[int, int], int]:
    lexicon, part = live.lexicon(), live.parts[0]
    scratch = Scratch(
        np.full(len(lexicon.told), -1, np.int32),
        np.zeros(part.segment.names, np.int64),
        np.zeros(HINTS, np.uint8),
        np.zeros(CODES, np.int32),
        new_room(),
        np.zeros(2 * PARTS + 1, np.int64),
        np.zeros(2 * PARTS * LONGEST, np.uint8),
    )
    asked, facts = ask(questions, live.hoods, bits)
    rows = screen(asked, facts, part.arrays, lexicon, scratch, 1, judge)
    assert (scratch.slots == -1).all()
    assert not scratch.hints.any()
    assert not scratch.worth.any()
    return {
        (question, row): UNKNOWN if may_join and joins(questions[question], live, part, row) else score
        for question, row, score, may_join in rows.tolist()
    }


def test_the_kernel_proposes_exactly_the_names_of_the_readable_reference():
    live, questions = invented()
    for bits in (0.0, 2.0, 5.0):
        got = screened(live, questions, bits, judge=False)
        for number, question in enumerate(questions):
            initials = sum(len(text) == 1 for text in question.side.texts)
            needed = round(bits * GRID) - PRIOR - max(INITIAL, 0) * initials
            reached = Reached(question.side, live.hoods, live.told)
            wanted = may_reach(reached, live.parts[0].segment, needed)
            proposed = {row for asked, row in got if asked == number}
            assert proposed >= set(wanted)
            assert not [row for row in proposed - set(wanted) if not may_join(live, reached, row)]


def may_join(live: LiveNames, reached: Reached, row: int) -> bool:
    """Tell names with two words that may be one of the question: their bound is looser in the kernel."""
    texts = listed_side(live, live.parts[0], row).texts
    keys = {*reached.framed, *(frame(text) for text in reached.divided)}
    return any(frame(as_one(*pair)) in keys for pair in pairwise(texts))


def test_a_score_of_the_kernel_is_that_of_the_readable_comparison():
    live, questions = invented()
    got = screened(live, questions, -30.0, judge=True)
    known = {pair: score for pair, score in got.items() if score != UNKNOWN}
    assert len(known) > 200
    for (question, row), score in known.items():
        listed = listed_side(live, live.parts[0], row)
        assert score == compare_names(questions[question].side, listed).score
    told = {(questions[question].side.texts, row) for question, row in set(got) - set(known)}
    assert any("mariajose" in texts for texts, _ in told)


def test_saved_arrays_are_mapped_from_their_files(tmp_path):
    live = LiveNames([ListedPerson("7", (ListedName("VELEZ, John"), ListedName("Jhon Beles")))])
    part = live.parts[0]
    part.segment.save(tmp_path / "names")
    part.people.save(tmp_path / "people")
    segment, people = open_segment(tmp_path / "names"), open_people(tmp_path / "people")
    assert isinstance(segment.tokens, np.memmap)
    assert segment.tokens.tolist() == part.segment.tokens.tolist()
    assert people.person(0) == part.people.person(0)
