"""Records as the rest of the node uses them; each use case takes the caller's transaction first."""

from collections.abc import Sequence

from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.records.holding import Holding
from cordillera.trust.records.ports import Derived


class Records(Holding):
    """The records of this node: kept, given on, changed, and followed wherever they went."""

    def __init__(self, parts: ExchangeParts, derived: Sequence[Derived] = ()) -> None:
        super().__init__(parts)
        self.derived = tuple(derived)
