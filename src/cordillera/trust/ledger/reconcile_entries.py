"""The entries of one log for a comparison: folded from its leaves page by page, so that no period is cut off.

What counts is the period itself. Of the margin around it only those messages are kept that share a block
with one of the period, here or at the other side; a period with too many messages is compared in parts.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec
import sqlalchemy as sa

from cordillera.trust.ledger import reconcile_store as sql
from cordillera.trust.ledger.leaf import LeafText, read_leaf
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.ports import Messages, SentMessage
from cordillera.trust.ledger.reconcile import Block, Entry, block_of
from cordillera.trust.ledger.tree import leaf_hash

MARGIN: Final = timedelta(hours=73)
PAGE: Final = 20_000
"""Leaves read at a time."""
MOST_ENTRIES: Final = 50_000
"""Messages compared at a time; of the blocks that the other side names as well, four times as many."""
SHORTEST: Final = timedelta(seconds=1)
_NOT_TAKEN = frozenset({LeafKind.FROZEN.value, LeafKind.MISDIRECTED.value})
Key = tuple[str, str]


class TooMany(Exception):
    """There are more messages in the period than are compared at a time."""


class Period(msgspec.Struct, frozen=True):
    """What is compared with whom: the end is excluded."""

    peer: str
    since: datetime
    until: datetime

    @property
    def halves(self) -> tuple["Period", "Period"]:
        """Both parts of the period."""
        middle = self.since + (self.until - self.since) / 2
        return Period(self.peer, self.since, middle), Period(self.peer, middle, self.until)

    @property
    def parts(self) -> bool:
        """Whether it is long enough to be parted."""
        return self.until - self.since > SHORTEST


class Entries:
    """Reads the entries of this node's log."""

    def __init__(self, messages: Messages, own: str) -> None:
        self._messages = messages
        self._own = own

    def of(self, tx: sa.Connection, period: Period, named: Collection[Block] = ()) -> list[Entry]:
        """Return the messages with a partner of the blocks that the period touches, or that are `named`.

        Raises `TooMany` for a period that can be parted.
        """
        blocks = self._blocks(tx, period) | set(named)
        found: dict[Key, tuple[LeafText, bytes]] = {}
        settled: set[str] = set()
        for text, raw in self._leaves(tx, period, MARGIN):
            key = (text.dir, text.msg_id)
            if key in found or self._block(period, text) in blocks:
                _fold(found, settled, text, raw)
            if len(found) > 4 * MOST_ENTRIES and period.parts:
                raise TooMany
        return self._entries(tx, period, found, settled)

    def _blocks(self, tx: sa.Connection, period: Period) -> set[Block]:
        messages: set[Key] = set()
        blocks: set[Block] = set()
        for text, _ in self._leaves(tx, period, timedelta(0)):
            messages.add((text.dir, text.msg_id))
            blocks.add(self._block(period, text))
            if len(messages) > MOST_ENTRIES and period.parts:
                raise TooMany
        return blocks

    def _leaves(
        self, tx: sa.Connection, period: Period, margin: timedelta
    ) -> Iterator[tuple[LeafText, bytes]]:
        since, until = period.since - margin, period.until + margin
        for raw in sql.leaves_of_partner(tx, period.peer, since, until, PAGE):
            text = read_leaf(raw)
            if text.peer == period.peer and text.seq is not None and text.dir in {"in", "out"}:
                yield text, raw

    def _block(self, period: Period, text: LeafText) -> Block:
        return block_of(text.agr, self._sender(period, text.dir), text.seq or 0)

    def _sender(self, period: Period, direction: str) -> str:
        return period.peer if direction == "in" else self._own

    def _entries(
        self,
        tx: sa.Connection,
        period: Period,
        found: dict[Key, tuple[LeafText, bytes]],
        settled: Collection[str],
    ) -> list[Entry]:
        names = [message for _, message in found]
        kept: dict[str, SentMessage] = {}
        for at in range(0, len(names), PAGE):
            kept.update(self._messages.known(tx, period.peer, names[at : at + PAGE]))
        entries = []
        for (direction, message), (text, raw) in found.items():
            more = kept.get(message)
            entries.append(
                Entry(
                    message_id=message,
                    agreement_id=text.agr,
                    sender=self._sender(period, direction),
                    seq=text.seq or 0,
                    leaf=leaf_hash(raw).hex(),
                    envelope=more.envelope_hash if more else "",
                    settled=direction == "in" or message in settled,
                    within=period.since <= text.t < period.until,
                    receipted=more.peer_leaf if more else "",
                )
            )
        return entries


def _fold(found: dict[Key, tuple[LeafText, bytes]], settled: set[str], text: LeafText, raw: bytes) -> None:
    """Add what one leaf says of its message; of several places the last counts."""
    key = (text.dir, text.msg_id)
    if text.kind == LeafKind.RECEIPT_STORED:
        settled.add(text.msg_id)
    elif text.dir == "out" and text.kind == LeafKind.MESSAGE_REFUSED:
        found.pop(key, None)  # withdrawn: the next message has its place
    elif text.kind not in _NOT_TAKEN:
        known = found.get(key)
        if known is None or known[0].seq != text.seq:
            found[key] = (text, raw)
