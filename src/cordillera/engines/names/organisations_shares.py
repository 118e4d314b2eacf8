"""How much the words of organisations and vessels tell, where many names are at hand.

The table of words of trades knows what is common anywhere; names at hand (a list, a table of pairs) know what
is common there: `shahid` in one list, `navieros` in another. The table counts as much as `TABLE_NAMES` names.

>>> shares = Shares(["Navieros Azul", "Navieros Rojo"] * 2_000)
>>> shares("navieros", 10.0) < 2.0 < shares("quetzalcoa", 10.0)
True
"""

from collections import Counter
from collections.abc import Iterable
from math import log2
from typing import Final

from cordillera.engines.names.organisations import read_organisation

TABLE_NAMES: Final = 2_000


class Shares:
    """What a word tells in bits, from its place in the table and from the names at hand."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._counted: Counter[str] = Counter()
        self._names = 0
        for name in names:
            self._counted.update({word.text for word in read_organisation(name).words})
            self._names += 1

    def __call__(self, word: str, told: float) -> float:
        """Return the bits of a word of which the table says `told`; never more than that."""
        counted = self._counted.get(word, 0)
        share = (counted + TABLE_NAMES * 2.0**-told) / (self._names + TABLE_NAMES)
        return min(told, -log2(share))
