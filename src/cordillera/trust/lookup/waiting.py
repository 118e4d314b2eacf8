"""What undoes blindings, kept in memory only: bounded, and no longer than an answer can still be read.

>>> from datetime import UTC
>>> now = datetime(2026, 11, 21, tzinfo=UTC)
>>> waiting = Waiting(most=1)
>>> one, other = UUID(int=1), UUID(int=2)
>>> waiting.keep(one, Blinded([b"x"]), now, now + READ_WITHIN)
>>> waiting.keep(other, Blinded([b"y"]), now, now + READ_WITHIN)
>>> waiting.get(one, now) is None, waiting.get(other, now + READ_WITHIN) is None, len(waiting)
(True, True, 0)
"""

import threading
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cordillera.foundation.crypto.oprf import Blinded

READ_WITHIN: Final = timedelta(hours=24)
"""How long after the last moment at which an answer can come it may still be read."""
MOST: Final = 10_000


class Waiting:
    """Blindings by look-up; the oldest go first where there are too many."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: dict[UUID, tuple[Blinded, datetime]] = {}
        self._turn = threading.Lock()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def keep(self, lookup_id: UUID, blinded: Blinded, now: datetime, until: datetime) -> None:
        """Keep a blinding until a moment."""
        with self._turn:
            self._forget(now)
            while len(self._kept) >= self._most:
                self._kept.pop(next(iter(self._kept)))
            self._kept[lookup_id] = blinded, until

    def get(self, lookup_id: UUID, now: datetime) -> Blinded | None:
        """Return a blinding that is still kept."""
        with self._turn:
            self._forget(now)
            found = self._kept.get(lookup_id)
        return found[0] if found else None

    def drop(self, lookup_id: UUID) -> None:
        """Forget the blinding of a look-up that has ended."""
        with self._turn:
            self._kept.pop(lookup_id, None)

    def _forget(self, now: datetime) -> None:
        for lookup_id in [one for one, (_, until) in self._kept.items() if until <= now]:
            del self._kept[lookup_id]
