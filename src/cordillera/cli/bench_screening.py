"""`cordillera bench screening`: invented travellers against an invented list, timed and checked.

Both are drawn by `engines.names.synthetic`, so the frequencies of names are skewed as in life. Every
twentieth traveller is a listed person written otherwise. Blocking recall compares the alerts of the index
with those of comparing everybody, name and evidence, for people of a list of 1,000 written otherwise.
Explanations are of these and the persons they are: names already read are compared by the readable
comparison, with all terms, their evidence and the chances.
"""

import resource
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated, Final

import msgspec
import numpy as np
from cyclopts import Parameter, validators

from cordillera.cli.common import JsonOption, console, emit, errors
from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.conclude import asking, compare_person, explain, read_listed
from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_index import ListIndex
from cordillera.engines.names.synthetic import Invented, damaged, invent
from cordillera.engines.names.weights import LIST_THRESHOLD
from cordillera.foundation.compute.model import Kernel
from cordillera.foundation.compute.threads import InProcess
from cordillera.runtime.process import keep_what_is_loaded

_LIST_SEED: Final = 11
_TRAVELLER_SEED: Final = 12
_PLANTED: Final = 20  # every so many travellers (and listed persons) one is planted
_SINGLE: Final = 500  # questions asked one at a time, about people not asked before
_PIECE: Final = 200  # travellers of one piece of work
_BRUTE_LISTED: Final = 1_000  # at most, of the list, for the recall of blocking
_BRUTE_SUBJECTS: Final = 100  # at most, of them, written otherwise
SizeOption = Annotated[int, Parameter(validator=validators.Number(gte=1))]


class ScreeningFigures(msgspec.Struct, frozen=True):
    """What was measured. `minutes` is for all travellers, reckoned from the sample when there is one."""

    travellers_per_second: float
    p99_single_ms: float
    blocking_recall: float
    rss_mb: int
    minutes: float
    explanations_per_second: float


def screening(
    *,
    list_size: SizeOption = 100_000,
    travellers: SizeOption = 100_000,
    sample: Annotated[int, Parameter(validator=validators.Number(gte=0))] = 0,
    json: JsonOption = False,
) -> None:
    """Screen M invented travellers against a list of N invented persons; --sample K screens K of them.

    Prints travellers a second, the 99th percentile of one question alone (about people not asked before), the
    share of matches that the index finds of those that comparing with everybody finds, peak memory,
    minutes for all travellers, and explanations a second.
    """
    index, planted = _list(list_size)
    count = min(sample or travellers, travellers)
    everybody = _travellers(count + _SINGLE, planted)
    asked, strangers = everybody[:count], everybody[count:]
    keep_what_is_loaded()  # as a node does
    _progress(f"{list_size} listed persons, {count} travellers")
    figures = _measure(index, asked, strangers, travellers, _recall(list_size, count))
    if json:
        emit(figures)
        return
    for name in figures.__struct_fields__:
        console.print(f"{name:22} {getattr(figures, name)}", highlight=False)


def _list(size: int) -> tuple[ListIndex, list[Invented]]:
    began = time.perf_counter()
    planted: list[Invented] = []

    def read() -> Iterator[ListedPerson]:
        for person in invent(size, seed=_LIST_SEED):
            if int(person.ref) % _PLANTED == 0:
                planted.append(person)
            yield _listed(person)

    index = ListIndex(read())
    _progress(f"index built in {time.perf_counter() - began:.1f} s")
    return index, planted


def _listed(person: Invented) -> ListedPerson:
    birth = read_birth(person.birth)
    name = ListedName(person.full, person.given, person.family)
    return ListedPerson(person.ref, (name,), (birth,) if birth else ())


def _travellers(count: int, planted: Sequence[Invented]) -> list[Subject]:
    rng = np.random.default_rng(_TRAVELLER_SEED)
    found = []
    for at, person in enumerate(islice(invent(count, seed=_TRAVELLER_SEED), count)):
        if at % _PLANTED == 0 and planted:
            known = planted[(at // _PLANTED) % len(planted)]
            found.append(Subject(f"p{at}", damaged(known, rng), date_of_birth=known.birth))
        else:
            found.append(Subject(str(at), person.full, person.given, person.family, person.birth))
    return found


def _measure(
    index: ListIndex,
    asked: Sequence[Subject],
    strangers: Sequence[Subject],
    travellers: int,
    recall: float,
) -> ScreeningFigures:
    index.screen(asked[:100])
    pieces = [asked[start : start + _PIECE] for start in range(0, len(asked), _PIECE)]
    with InProcess() as compute:
        began = time.perf_counter()
        alerts = sum(compute.map(_SCREEN, index, pieces))
        per_second = len(asked) / (time.perf_counter() - began)
    _progress(f"{alerts} of {len(asked)} travellers have candidates")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return ScreeningFigures(
        travellers_per_second=round(per_second, 1),
        p99_single_ms=round(_p99(index, strangers), 3),
        blocking_recall=recall,
        rss_mb=peak,
        minutes=round(travellers / per_second / 60, 2),
        explanations_per_second=round(_explanations(), 1),
    )


def _same(index: ListIndex) -> ListIndex:
    return index


def _alerts(index: ListIndex, piece: Sequence[Subject]) -> int:
    return sum(bool(matches) for matches in index.screen(piece))


_SCREEN: Final = Kernel("screening", _same, _alerts)


def _p99(index: ListIndex, subjects: Sequence[Subject]) -> float:
    waits = []
    for subject in subjects:
        began = time.perf_counter()
        index.screen([subject])
        waits.append(time.perf_counter() - began)
    return float(np.percentile(waits, 99)) * 1000


def _explanations() -> float:
    """Return how many explanations one core writes in a second, of names already read."""
    persons = list(invent(_BRUTE_LISTED, seed=_LIST_SEED))
    rng = np.random.default_rng(_TRAVELLER_SEED)
    asked = [
        asking(Subject(person.ref, damaged(person, rng), date_of_birth=person.birth)) for person in persons
    ]
    listed = [(person, read_listed(person.names[0])) for person in map(_listed, persons)]
    for _ in range(2):  # the first time words are looked up that an index has looked up before
        began = time.thread_time()
        for subject, (person, name) in zip(asked, listed, strict=True):
            explain(subject, person, 0, name)
        seconds = time.thread_time() - began
    return len(persons) / seconds


def _recall(list_size: int, travellers: int) -> float:
    """Return the share of the alerts found by comparing everybody with everybody that the index finds."""
    persons = list(invent(min(_BRUTE_LISTED, list_size), seed=_LIST_SEED))
    listed = [_listed(person) for person in persons]
    index = ListIndex(listed)
    rng = np.random.default_rng(_TRAVELLER_SEED)
    wanted = got = 0
    for person in persons[:: -(-len(persons) // min(_BRUTE_SUBJECTS, travellers))]:
        subject = Subject(person.ref, damaged(person, rng), date_of_birth=person.birth)
        found = {match.entry_id for match in index.screen([subject])[0]}
        alerts = {one.entry_id for one in listed if compare_person(subject, one).score >= LIST_THRESHOLD}
        wanted += len(alerts)
        got += len(alerts & found)
    _progress(f"blocking: {got} of {wanted} alerts")
    return got / wanted if wanted else 1.0


def _progress(told: str) -> None:
    errors.print(told, highlight=False)
