"""Names of the list that are arrays, as the readable comparison takes them; the best one of each person.

>>> from cordillera.engines.names.live import ListedName, ListedPerson, LiveNames
>>> from cordillera.engines.names.questions import Subject, read_question
>>> live = LiveNames([ListedPerson("7", (ListedName("VELEZ, John"),))])
>>> question = read_question(Subject("1", "Jhon Beles"))
>>> [(person.entry_id, best.tally.score > 0) for person, best, _ in best_names(
...     question, live, live.parts[0], [(0, UNKNOWN)], 0.0)]
[('7', True)]
"""

from collections.abc import Iterable, Iterator

from cordillera.engines.names.conclude import Best, Weighed, most_bits, weigh_listed
from cordillera.engines.names.core import NameTally, Side, compare_names, writes_any_as_one
from cordillera.engines.names.core_shapes import Framed
from cordillera.engines.names.listed import ListedPerson
from cordillera.engines.names.live import LiveNames, Part
from cordillera.engines.names.questions import Question
from cordillera.engines.names.roles import Role
from cordillera.engines.names.row_kernel import UNKNOWN

__all__ = ["Best", "Scored", "best_names", "listed_side"]

Scored = tuple[int, int]  # the number of a name, and its score; UNKNOWN: not told by the compiled comparison


def best_names(
    question: Question, live: LiveNames, part: Part, rows: Iterable[Scored], threshold: float
) -> Iterator[tuple[ListedPerson, Best, Weighed]]:
    """Return each person that reaches `threshold` by one of `rows`, the name that fits best, the evidence."""
    best: dict[int, tuple[int, int]] = {}
    for row, told in rows:
        score = _tally(question, live, part, row).score if told == UNKNOWN else told
        number = int(part.segment.persons[row])
        if number not in best or score > best[number][1]:
            best[number] = row, score
    for number, (row, score) in best.items():
        person = part.people.person(number)
        evidence = weigh_listed(question, person)
        if most_bits(score, evidence.terms) >= threshold:
            best_name = Best(row - int(part.first_rows[number]), _tally(question, live, part, row))
            yield person, best_name, evidence


def _tally(question: Question, live: LiveNames, part: Part, row: int) -> NameTally:
    return compare_names(question.side, listed_side(live, part, row))


def joins(question: Question, live: LiveNames, part: Part, row: int) -> bool:
    """Tell whether the comparison writes words of the question or of a name as one (`core.joined`)."""
    segment = part.segment
    span = slice(segment.starts[row], segment.starts[row + 1])
    texts = tuple([live.tokens.text(number) for number in segment.tokens[span].tolist()])
    return writes_any_as_one(question.side, Framed(texts, tuple(segment.joins[span].tolist())))


def listed_side(live: LiveNames, part: Part, row: int) -> Side:
    """Return a name of the list as the comparison takes it."""
    segment = part.segment
    span = slice(segment.starts[row], segment.starts[row + 1])
    numbers = segment.tokens[span].tolist()
    return Side(
        tuple(live.tokens.text(number) for number in numbers),
        tuple(Role(role) for role in segment.roles[span].tolist()),
        tuple(live.told[numbers].tolist()),
        tuple((i, i) for i in range(len(numbers))),
    )
