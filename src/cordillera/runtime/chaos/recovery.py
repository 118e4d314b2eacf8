"""How long a node takes to work again after each kill, and what its messages waited for meanwhile.

A node works again when a message that was made after the kill has its receipt, and one was taken in after it.

>>> Recoveries().slowest
0.0
"""

import time
from datetime import UTC, datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from cordillera.runtime.chaos import ledger_store as sql

SLOW_SECONDS: Final = 2.0
"""From here on it is written down what keeps the messages of the node."""


class Recovery(msgspec.Struct, frozen=True):
    """One kill, and after how many seconds the node had sent, and had taken in, something made after it.

    `kept_by`: what kept its messages for each partner when it took long: "lease" is a batch on its way (or
    taken by a courier that was killed), "due" one that nobody carries, else why it was not taken.
    """

    node: str
    what: str
    after_partition: bool
    sent_seconds: float
    taken_seconds: float
    kept_by: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """When it worked again, both ways."""
        return max(self.sent_seconds, self.taken_seconds)


class _Open(msgspec.Struct):
    """A kill that is not recovered from."""

    number: int
    node: str
    what: str
    after_partition: bool
    at: datetime
    began: float
    sent: float = 0.0
    taken: float = 0.0
    kept_by: set[str] = msgspec.field(default_factory=set)


class Recoveries:
    """Follows every kill until its node works again; the thread that watches calls `look`."""

    def __init__(self) -> None:
        self._begun = 0
        self._open: list[_Open] = []
        self._done: dict[int, Recovery] = {}

    def begin(self, node: str, what: str, *, after_partition: bool) -> None:
        """A process or database of a node is killed now."""
        self._begun += 1
        now = datetime.now(UTC)
        self._open.append(_Open(self._begun, node, what, after_partition, now, time.monotonic()))

    def look(self, tx: sa.Connection, node: str) -> None:
        """Ask a node's database about the kills of that node that are still open."""
        for one in [kill for kill in self._open if kill.node == node]:
            passed = time.monotonic() - one.began
            sent, taken = sql.moved_since(tx, one.at)
            one.sent = one.sent or (passed if sent else 0.0)
            one.taken = one.taken or (passed if taken else 0.0)
            if sent and taken:
                self._done[one.number] = _recovery(one)
                self._open.remove(one)
            elif passed > SLOW_SECONDS:
                one.kept_by.update(sql.keeping(tx))

    @property
    def waiting(self) -> list[str]:
        """The nodes that do not work again yet."""
        return [one.node for one in self._open]

    @property
    def done(self) -> tuple[Recovery, ...]:
        """Every recovery, in the order of the kills."""
        return tuple(self._done[number] for number in sorted(self._done))

    @property
    def slowest(self) -> float:
        """The longest recovery in seconds."""
        return max((one.seconds for one in self.done), default=0.0)


def _recovery(kill: _Open) -> Recovery:
    return Recovery(
        kill.node,
        kill.what,
        kill.after_partition,
        round(kill.sent, 2),
        round(kill.taken, 2),
        tuple(sorted(kill.kept_by)),
    )
