"""Many rules over many travellers: each distinct test once over a column, rules combined from bitsets.

Travellers are taken in blocks that stay in the processor's cache. Of each part of a rule two bitsets can be
asked: where it is true, and where it is possible (true or unknown). "Not" exchanges the two, so three-valued
logic costs nothing where nothing is unknown, and only what is needed is worked out. Parts that rules share
are worked out once a block. Blocks are independent: `foundation.compute` runs them on threads or machines.

>>> from cordillera.engines.rules import compile_rule, read_facts, read_rule
>>> from cordillera.engines.rules.columns import columns_of
>>> told = "itinerary.one_way = yes unless traveller.visa = yes"
>>> rule = compile_rule(read_rule(f'rule a "A" for terrorism when {told}'))
>>> facts = read_facts('{"subject": "t", "facts": {"itinerary.one_way": true}}')
>>> [rows.tolist() for rows in bulk_hits([rule], columns_of([facts]))]
[[0]]
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cordillera.engines.rules.blocks import Block, Prepared
from cordillera.engines.rules.columns import Columns
from cordillera.engines.rules.kernel import set_rows
from cordillera.engines.rules.legality import LawfulRule
from cordillera.foundation.compute.model import Compute, Kernel

BLOCK: Final = 65_536
Rows: TypeAlias = npt.NDArray[np.int32]
Shared: TypeAlias = tuple[Sequence[LawfulRule], Columns]


def bulk_hits(
    rules: Sequence[LawfulRule], batch: Columns, *, compute: Compute | None = None, block: int = BLOCK
) -> list[Rows]:
    """Return for each rule the rows that it raises, ascending; the same wherever blocks run, for any size."""
    spans = [
        range(first, min(first + block, batch.travellers)) for first in range(0, batch.travellers, block)
    ]
    if compute is None:
        prepared = _prepare((rules, batch))
        found = [block_hits(prepared, span) for span in spans]
    else:
        found = compute.map(RULES, (rules, batch), spans)
    none = np.zeros(0, dtype=np.int32)
    return [np.concatenate([none, *(hits[at] for hits in found)]) for at in range(len(rules))]


def _prepare(shared: Shared) -> Prepared:
    rules, batch = shared
    return Prepared.of(rules, batch)


def block_hits(prepared: Prepared, span: range) -> list[Rows]:
    """Return for each rule the rows that it raises among the travellers of one block."""
    block = Block(prepared, span.start, len(span))
    space = np.empty(len(span), dtype=np.int32)
    found = []
    for when, unless in prepared.rules:
        raised = block.true(when)
        if raised.any():
            raised = raised & ~block.true(unless)
        found.append(space[: set_rows(raised, span.start, len(span), space)].copy())
    return found


RULES: Final[Kernel[Shared, range, list[Rows]]] = Kernel("rules", _prepare, block_hits)
"""Rules as a kernel of `foundation.compute`: pieces are spans of rows."""
