"""The holder's table: the first eight bytes of the function of every key, sorted, its size rounded up.

Eight bytes give a false positive once in 10^13 look-ups against a million keys. Filling up to a multiple
of 1,024 entries hides how many there are.

>>> table = build([b"one", b"two"], lambda token: token.ljust(64, b"."), lambda: b"x" * 8)
>>> holds(table, b"one".ljust(64, b".")), holds(table, b"three".ljust(64, b"."))
(True, False)
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

WIDTH: Final = 8
ROUND: Final = 1024
EPOCH: Final = timedelta(days=30)
_START: Final = datetime.fromisoformat("2025-01-01T00:00:00+00:00")


def epoch_of(at: datetime) -> int:
    """Return the number of the 30-day epoch of a moment."""
    return (at - _START) // EPOCH


def epoch_end(epoch: int) -> datetime:
    """Return when an epoch ends."""
    return _START + (epoch + 1) * EPOCH


def build(tokens: Iterable[bytes], function: Callable[[bytes], bytes], filler: Callable[[], bytes]) -> bytes:
    """Return the table of `tokens` under `function`; `filler` makes a random entry of 8 bytes."""
    entries = {function(token)[:WIDTH] for token in set(tokens)}
    missing = -len(entries) % ROUND or (0 if entries else ROUND)
    filled = [*entries, *(filler() for _ in range(missing))]
    return b"".join(sorted(filled))


def holds(table: bytes, output: bytes) -> bool:
    """Whether the function value is in the table (binary search)."""
    wanted, low, high = output[:WIDTH], 0, len(table) // WIDTH
    while low < high:
        middle = (low + high) // 2
        if table[middle * WIDTH : (middle + 1) * WIDTH] < wanted:
            low = middle + 1
        else:
            high = middle
    return table[low * WIDTH : (low + 1) * WIDTH] == wanted
