"""Bilateral reconciliation: what one side logged and the other did not (reference 2.4; Ledger, trap 4).

Both sides say which messages their logs hold, channel by channel. Blocks of 256 numbers are compared by a
digest first, so that a day without differences costs one short request. A difference is told with the
side it is missing on; a message of which no receipt is held yet may still be on its way.

>>> one = Entry("m1", "us-ec-2025", "ec", 1, "aa", "bb", settled=True, within=True)
>>> digests([one]) == digests([one])
True
>>> [found.reason for found in compare([one], [], frozenset())]
['missing_there']
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

import msgspec

BLOCK = 256
Block = str


def block_of(agreement_id: str, sender: str, seq: int) -> Block:
    """Return the part of a channel that a number belongs to."""
    return f"{agreement_id}|{sender}|{seq // BLOCK}"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message as one side's log knows it.

    `sender`: the node that sent it; `leaf`: that side's leaf; `envelope`: hash of its bytes, empty once
    they are erased; `settled`: it was taken in, or its receipt is held; `within`: logged in the period
    itself, not in the margin around it; `receipted`: the partner's leaf that its receipt names.
    """

    message_id: str
    agreement_id: str
    sender: str
    seq: int
    leaf: str
    envelope: str
    settled: bool
    within: bool
    receipted: str = ""

    @property
    def block(self) -> Block:
        """The part of the channel it belongs to."""
        return block_of(self.agreement_id, self.sender, self.seq)


class Difference(msgspec.Struct, frozen=True):
    """Something the two logs do not agree upon; `ours` and `theirs` are leaf hashes, or what else differs."""

    reason: str
    message_id: str
    agreement_id: str
    sender: str
    seq: int
    ours: str
    theirs: str


def digests(entries: Iterable[Entry]) -> dict[Block, str]:
    """The digest of each block: SHA-256 over its messages in order."""
    blocks: dict[Block, list[str]] = {}
    for one in entries:
        blocks.setdefault(one.block, []).append(f"{one.seq:020d}|{one.message_id}|{one.envelope}\n")
    return {block: sha256("".join(sorted(lines)).encode()).hexdigest() for block, lines in blocks.items()}


def differing(entries: Sequence[Entry], other: Mapping[Block, str]) -> list[Entry]:
    """The entries of the blocks whose digest is not the other side's."""
    own = digests(entries)
    return [one for one in entries if own[one.block] != other.get(one.block)]


def compare(ours: Sequence[Entry], theirs: Sequence[Entry], same: Collection[Block]) -> Iterator[Difference]:
    """Find every message that one side logged and the other did not, and those logged differently.

    `same` are the blocks of ours whose digest the other side has too. (1) A settled message of ours within
    the period is in their log, and (2) one of theirs in ours; (3) at one place stands one message; (4) of
    which both know the same bytes, and (5) whose leaf there is the one that their receipt named.
    """
    there = {one.message_id: one for one in theirs}
    here = {one.message_id: one for one in ours}
    places = {(one.agreement_id, one.sender, one.seq): one for one in theirs}
    for one in ours:
        other = there.get(one.message_id)
        if one.block in same:
            continue
        if other is not None:
            yield from _differences(one, other)
        elif one.within and (place := places.get((one.agreement_id, one.sender, one.seq))):
            yield _told("other_message", one, one.message_id, place.message_id)
        elif one.within and one.settled:
            yield _told("missing_there", one, one.leaf, "")
    taken = {(one.agreement_id, one.sender, one.seq) for one in ours}
    for one in theirs:
        missing = one.message_id not in here and (one.agreement_id, one.sender, one.seq) not in taken
        if missing and one.within and one.settled:
            yield _told("missing_here", one, "", one.leaf)


def pending(ours: Sequence[Entry], theirs: Sequence[Entry], same: Collection[Block]) -> int:
    """How many messages are under way: sent, not receipted, and not logged by the other side."""
    there = {one.message_id for one in theirs}
    here = {one.message_id for one in ours}
    waiting = [
        one for one in ours if not one.settled and one.block not in same and one.message_id not in there
    ]
    return len(waiting) + sum(not one.settled and one.message_id not in here for one in theirs)


def _differences(one: Entry, other: Entry) -> Iterator[Difference]:
    if (one.agreement_id, one.sender, one.seq) != (other.agreement_id, other.sender, other.seq):
        yield _told("other_place", one, f"{one.sender} {one.seq}", f"{other.sender} {other.seq}")
    if one.envelope and other.envelope and one.envelope != other.envelope:
        yield _told("other_bytes", one, one.envelope, other.envelope)
    if one.receipted and one.receipted != other.leaf:
        yield _told("other_leaf", one, one.receipted, other.leaf)


def _told(reason: str, one: Entry, ours: str, theirs: str) -> Difference:
    return Difference(reason, one.message_id, one.agreement_id, one.sender, one.seq, ours, theirs)
