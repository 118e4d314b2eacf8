"""Many travellers against one list: pieces of a kernel of `foundation.compute`, on threads or on a cluster.

The index is what all pieces share; it travels once to each machine. A piece is a batch of travellers, and its
answer is what asking them together in one process answers, so where it ran cannot be told from it.

>>> from cordillera.engines.names.model import ListedName, ListedPerson
>>> from cordillera.foundation.compute.threads import InProcess
>>> index = ListIndex([ListedPerson("L-1", (ListedName("Luz Moreno Salazar"),))])
>>> asked = [Subject("a", "Luz Moreno Salazar"), Subject("b", "Arturo Peralta Quintana")]
>>> with InProcess(2) as compute:
...     [[match.entry_id for match in matches] for matches in screen_bulk(index, asked, compute)]
[['L-1'], []]
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from cordillera.engines.names.model import Subject
from cordillera.engines.names.screen_index import ListIndex, Match
from cordillera.engines.names.weights import LIST_THRESHOLD
from cordillera.foundation.compute.model import Compute, Kernel

PIECE: Final = 200
"""Travellers of one piece: enough that a batch shares its words, few enough that all cores stay busy."""
Found: TypeAlias = list[tuple[Match, ...]]


def screen_bulk(
    index: ListIndex, subjects: Sequence[Subject], compute: Compute, threshold: float = LIST_THRESHOLD
) -> Found:
    """Return the matches of each traveller, in their order; the same wherever the pieces ran."""
    pieces = [subjects[first : first + PIECE] for first in range(0, len(subjects), PIECE)]
    found = compute.map(SCREENING, (index, threshold), pieces)
    return [matches for piece in found for matches in piece]


def _prepare(shared: tuple[ListIndex, float]) -> tuple[ListIndex, float]:
    return shared


def _screen(shared: tuple[ListIndex, float], piece: Sequence[Subject]) -> Found:
    index, threshold = shared
    return index.screen(piece, threshold)


SCREENING: Final[Kernel[tuple[ListIndex, float], Sequence[Subject], Found]] = Kernel(
    "names.screening", _prepare, _screen
)
"""Screening as a kernel of `foundation.compute`."""
