"""Many rules over many travellers: each distinct test once over a column, rules combined from bitsets.

Travellers are taken in blocks that stay in the processor's cache. Of each part of a rule two bitsets can be
asked: where it is true, and where it is possible (true or unknown). "Not" exchanges the two, so three-valued
logic costs nothing where nothing is unknown, and only what is needed is worked out. Parts that rules share
are worked out once a block. Blocks are independent: that is how the work splits over threads and machines.

>>> from cordillera.engines.rules import compile_rule, read_facts, read_rule
>>> from cordillera.engines.rules.columns import columns_of
>>> told = "agency.online = yes unless traveller.visa = yes"
>>> rule = compile_rule(read_rule(f'rule a "A" for terrorism when {told}'))
>>> facts = read_facts('{"subject": "t", "facts": {"agency.online": true}}')
>>> [rows.tolist() for rows in bulk_hits([rule], columns_of([facts]))]
[[0]]
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cordillera.engines.rules.blocks import Block, Prepared
from cordillera.engines.rules.columns import Columns
from cordillera.engines.rules.kernel import set_rows
from cordillera.engines.rules.legality import LawfulRule

BLOCK: Final = 65_536
Rows: TypeAlias = npt.NDArray[np.int32]


def bulk_hits(
    rules: Sequence[LawfulRule], batch: Columns, *, threads: int = 1, block: int = BLOCK
) -> list[Rows]:
    """Return for each rule the rows that it raises, ascending; the same for any `threads` and `block`."""
    prepared = Prepared.of(rules, batch)
    spans = [
        range(first, min(first + block, batch.travellers)) for first in range(0, batch.travellers, block)
    ]
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(lambda span: block_hits(prepared, span), spans))
    else:
        found = [block_hits(prepared, span) for span in spans]
    none = np.zeros(0, dtype=np.int32)
    return [np.concatenate([none, *(hits[at] for hits in found)]) for at in range(len(rules))]


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
