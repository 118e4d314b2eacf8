r"""Many zones at once: pack text into rows for the kernel, and judge them.

>>> rows = pack(["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<", "nonsense"])
>>> [int(bits) for bits in verdicts(rows)]
[0, 1]
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cordillera.engines.mrz.kernel import ROW, verdicts

__all__ = ["ROW", "pack", "verdicts"]

_CHUNK: Final = 4096


def pack(zones: Sequence[str]) -> NDArray[np.uint8]:
    """Zones as rows of 91 bytes, line breaks left out; what is no ASCII becomes "?"."""
    rows = np.empty((len(zones), ROW), np.uint8)
    for first in range(0, len(zones), _CHUNK):
        chunk = zones[first : first + _CHUNK]
        joined = "".join(chunk)
        if max(map(len, chunk)) > ROW or any(sign in joined for sign in "\n\r\0"):
            chunk = [_plain(zone)[:ROW] for zone in chunk]
        packed = "".join([zone.ljust(ROW, "\0") for zone in chunk]).encode("ascii", "replace")
        rows[first : first + _CHUNK] = np.frombuffer(packed, np.uint8).reshape(-1, ROW)
    return rows


def _plain(zone: str) -> str:
    """The zone without breaks; a zero byte, which would end a row, becomes "?"."""
    return zone.replace("\n", "").replace("\r", "").replace("\0", "?")
