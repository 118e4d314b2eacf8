"""The day's use of a channel: how many queries the node and each officer have sent or made.

Counted in the transaction that lets a query leave (or takes it in), under the channel's lock, so a quota
of 1,000 lets exactly 1,000 through however many workers there are. Days are UTC days.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from cordillera.trust.exchange import asked_store, channel_store
from cordillera.trust.exchange.asked_store import Asker
from cordillera.trust.exchange.envelope import Payload
from cordillera.trust.exchange.kinds import KINDS


class DayUse:
    """Uses by (agreement, officer pseudonym); the empty pseudonym is the node's total."""

    def __init__(self, direction: str, peer: str, day: date, counts: dict[tuple[str, str], int]) -> None:
        self._key = (direction, peer, day)
        self._counts = counts
        self._changed: set[tuple[str, str]] = set()

    @staticmethod
    def ahead(tx: sa.Connection, direction: str, peer: str, day: date) -> None:
        """Have `load` answered with the next answer of a transaction that gathers."""
        channel_store.used_ahead(tx, direction, peer, day)

    @classmethod
    def load(cls, tx: sa.Connection, direction: str, peer: str, day: date) -> "DayUse":
        """Read the counts of a day."""
        return cls(direction, peer, day, channel_store.used(tx, direction, peer, day))

    def of(self, payload: Payload) -> tuple[int, int]:
        """Return (the node's, the officer's) uses before the last question of this message."""
        agreement, more = payload.agreement_id, others_in(payload)
        total = self._counts.get((agreement, ""), 0)
        return total + more, self._counts.get((agreement, payload.legal.officer_id), 0) + more

    def count(self, payload: Payload) -> None:
        """Count each question of a message; what answers or follows one is not counted."""
        questions = _questions_in(payload)
        if not questions:
            return
        for officer in {"", payload.legal.officer_id}:
            key = (payload.agreement_id, officer)
            self._counts[key] = self._counts.get(key, 0) + questions
            self._changed.add(key)

    def save(self, tx: sa.Connection) -> None:
        """Keep what was counted."""
        direction, peer, day = self._key
        channel_store.save_used(tx, direction, peer, day, {key: self._counts[key] for key in self._changed})


def others_in(payload: Payload) -> int:
    """Return how many questions a message has before its last one: sixteen keys use sixteen of the quota."""
    return max(0, _questions_in(payload) - 1)


def _questions_in(payload: Payload) -> int:
    kind = KINDS[payload.type]
    return kind.questions(payload) if kind.counted else 0


class AskedToday:
    """What some askers have asked today, as far as it is known before their queries take their places."""

    def __init__(self, given: Sequence[Asker], day: date) -> None:
        self._given = list(dict.fromkeys(given))
        self._values = asked_store.askers(self._given, day)
        self._known: dict[Asker, tuple[int, int]] = {}
        self._totals: Counter[tuple[str, str]] = Counter()
        self._own: Counter[Asker] = Counter()

    def ahead(self, tx: sa.Connection) -> None:
        """Have `load` answered with the next answer of a transaction that gathers."""
        asked_store.asked_today_ahead(tx, self._values)

    def load(self, tx: sa.Connection) -> None:
        """Read the counts."""
        self._known = dict(zip(self._given, asked_store.asked_today(tx, self._values), strict=True))

    def of(self, asker: Asker) -> tuple[int, int]:
        """Return (the node's, the officer's) uses before this query, those counted here included."""
        total, own = self._known[asker]
        return total + self._totals[asker.peer, asker.agreement_id], own + self._own[asker]

    def count(self, asker: Asker) -> None:
        """Count a query that is about to be kept."""
        self._totals[asker.peer, asker.agreement_id] += 1
        self._own[asker] += 1
