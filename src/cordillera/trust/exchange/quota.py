"""The day's use of a channel: how many queries the node and each officer have sent or made.

Counted in the transaction that lets a query leave (or takes it in), under the channel's lock, so a quota
of 1,000 lets exactly 1,000 through however many workers there are. Days are UTC days.
"""

from datetime import date

import sqlalchemy as sa

from cordillera.trust.exchange import channel_store as sql
from cordillera.trust.exchange.envelope import Payload
from cordillera.trust.exchange.kinds import KINDS


class DayUse:
    """Uses by (agreement, officer pseudonym); the empty pseudonym is the node's total."""

    def __init__(self, direction: str, peer: str, day: date, counts: dict[tuple[str, str], int]) -> None:
        self._key = (direction, peer, day)
        self._counts = counts
        self._changed: set[tuple[str, str]] = set()

    @classmethod
    def load(cls, tx: sa.Connection, direction: str, peer: str, day: date) -> "DayUse":
        """Read the counts of a day."""
        return cls(direction, peer, day, sql.used(tx, direction, peer, day))

    def of(self, payload: Payload) -> tuple[int, int]:
        """Return (the node's, the officer's) uses before this message."""
        agreement = payload.agreement_id
        total = self._counts.get((agreement, ""), 0)
        return total, self._counts.get((agreement, payload.legal.officer_id), 0)

    def count(self, payload: Payload) -> None:
        """Count a query; what answers or follows one is not counted."""
        if not KINDS[payload.type].counted:
            return
        for officer in {"", payload.legal.officer_id}:
            key = (payload.agreement_id, officer)
            self._counts[key] = self._counts.get(key, 0) + 1
            self._changed.add(key)

    def save(self, tx: sa.Connection) -> None:
        """Keep what was counted."""
        direction, peer, day = self._key
        sql.save_used(tx, direction, peer, day, {key: self._counts[key] for key in self._changed})
