"""`cordillera bench screening`: invented travellers against an invented list, timed and checked.

Both are drawn by `engines.names.synthetic`, so the frequencies of names are skewed as in life. Every
hundredth traveller is a listed person written otherwise. Blocking recall compares the candidates of the
index with comparing everybody, on a part of the list.
"""

import gc
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
from cordillera.engines.names.compare import compare
from cordillera.engines.names.constants import ALERT_THRESHOLD
from cordillera.engines.names.index import ListIndex
from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.synthetic import Invented, damaged, invent

_LIST_SEED: Final = 11
_TRAVELLER_SEED: Final = 12
_PLANTED: Final = 100  # every so many travellers one is a listed person
_SINGLE: Final = 500  # questions asked one at a time
_BRUTE_LISTED: Final = 500  # of the list, for the recall of blocking
_BRUTE_SUBJECTS: Final = 50
SizeOption = Annotated[int, Parameter(validator=validators.Number(gte=1))]


class ScreeningFigures(msgspec.Struct, frozen=True):
    """What was measured. `minutes` is for all travellers, reckoned from the sample when there is one."""

    travellers_per_second: float
    p99_single_ms: float
    blocking_recall: float
    rss_mb: int
    minutes: float


def screening(
    *,
    list_size: SizeOption = 100_000,
    travellers: SizeOption = 100_000,
    sample: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 0,
    json: JsonOption = False,
) -> None:
    """Screen M invented travellers against a list of N invented persons; --sample K screens K of them.

    Prints travellers a second, the 99th percentile of one question alone, the share of matches that the
    index finds of those that comparing with everybody finds, peak memory, and minutes for all travellers.
    """
    index, planted = _list(list_size)
    asked = _travellers(min(sample or travellers, travellers), planted)
    _progress(f"{list_size} listed persons, {len(asked)} travellers")
    figures = _measure(index, asked, travellers)
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
    gc.collect()
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


def _measure(index: ListIndex, asked: Sequence[Subject], travellers: int) -> ScreeningFigures:
    index.screen(asked[:100])
    began = time.perf_counter()
    alerts = sum(bool(matches) for matches in index.screen(asked))
    per_second = len(asked) / (time.perf_counter() - began)
    _progress(f"{alerts} of {len(asked)} travellers have candidates")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return ScreeningFigures(
        travellers_per_second=round(per_second, 1),
        p99_single_ms=round(_p99(index, asked[-_SINGLE:]), 3),
        blocking_recall=_recall(),
        rss_mb=peak,
        minutes=round(travellers / per_second / 60, 2),
    )


def _p99(index: ListIndex, subjects: Sequence[Subject]) -> float:
    waits = []
    for subject in subjects:
        began = time.perf_counter()
        index.screen([subject])
        waits.append(time.perf_counter() - began)
    return float(np.percentile(waits, 99)) * 1000


def _recall() -> float:
    """Return the share of matches by comparing everybody that the index returns, too."""
    index, planted = _list(_BRUTE_LISTED)
    persons = [_listed(person) for person in invent(_BRUTE_LISTED, seed=_LIST_SEED)]
    subjects = _travellers(_BRUTE_SUBJECTS, planted)
    found = index.screen(subjects)
    wanted = got = 0
    for subject, matches in zip(subjects, found, strict=True):
        kept = {match.entry_id for match in matches}
        for person in persons:
            if compare(subject, person, index.vocabulary).score >= ALERT_THRESHOLD:
                wanted += 1
                got += person.entry_id in kept
    _progress(f"blocking: {got} of {wanted} matches")
    return got / wanted if wanted else 1.0


def _progress(told: str) -> None:
    errors.print(told, highlight=False)
