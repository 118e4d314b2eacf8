"""`cordillera bench rescreening`: stored travellers against the few entries that a list has added.

Both are invented (`engines.names.synthetic`). The engine is measured: reading, encoding, asking travellers;
opening them from the database is not in it. With --sample the figure for all is reckoned from a part.
"""

import resource
import time
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter, validators

from cordillera.cli.common import JsonOption, console, emit
from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_index import ListIndex
from cordillera.engines.names.synthetic import invent
from cordillera.engines.names.weights import LIST_THRESHOLD

_NEW_SEED: Final = 31
_TRAVELLER_SEED: Final = 32
_PIECE: Final = 500  # as the worker asks
SizeOption = Annotated[int, Parameter(validator=validators.Number(gte=1))]


class RescreeningFigures(msgspec.Struct, frozen=True):
    """What was measured: CPU time of one core; `seconds` is for all travellers."""

    travellers_per_second: float
    seconds: float
    index_seconds: float
    alerts: int
    rss_mb: int


def rescreening(
    *,
    entries: SizeOption = 1_000,
    travellers: SizeOption = 1_000_000,
    sample: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 20_000,
    json: JsonOption = False,
) -> None:
    """Screen M stored travellers, of which --sample K, against N new entries.

    Prints travellers per second of one core, seconds for all of them, alerts of the sample, peak memory.
    """
    figures = measured(entries, travellers, min(sample, travellers))
    if json:
        emit(figures)
        return
    told = f"{figures.travellers_per_second} travellers/s, {figures.seconds} s for {travellers}"
    console.print(f"{told}; {entries} entries, {figures.alerts} alerts in the sample", highlight=False)


def measured(entries: int, travellers: int, sample: int) -> RescreeningFigures:
    """Measure `sample` travellers; reckon the seconds for `travellers`."""
    began = time.process_time()
    index = ListIndex(
        ListedPerson(str(number), (ListedName(one.full),))
        for number, one in enumerate(invent(entries, seed=_NEW_SEED))
    )
    index.screen([Subject("", "Ana Torres")], LIST_THRESHOLD)
    indexed = time.process_time() - began
    people = [Subject(str(n), one.full) for n, one in enumerate(invent(sample, seed=_TRAVELLER_SEED))]
    began = time.process_time()
    alerts = sum(
        bool(found)
        for start in range(0, sample, _PIECE)
        for found in index.screen(people[start : start + _PIECE], LIST_THRESHOLD)
    )
    spent = time.process_time() - began
    return RescreeningFigures(
        travellers_per_second=round(sample / spent, 1),
        seconds=round(spent * travellers / sample, 1),
        index_seconds=round(indexed, 2),
        alerts=alerts,
        rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )
