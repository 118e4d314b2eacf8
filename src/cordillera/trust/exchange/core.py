"""Pure decisions about one message: its place in the channel, its time, and when to try again."""

import random
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange.envelope import VerifiedEnvelope
from cordillera.trust.exchange.errors import (
    AgreementMismatch,
    ChannelFrozen,
    Equivocation,
    Expired,
    FromTheFuture,
    OutOfOrder,
    Replayed,
)

SKEW: Final = timedelta(seconds=300)
FIRST_RETRY_SECONDS: Final = 1.0
LAST_RETRY_SECONDS: Final = 60.0
"""A partner that was away for a night is there again within a minute of its first sign of life, or ours."""
LONGEST_SOON_PAUSE: Final = timedelta(seconds=1)


class Channel(msgspec.Struct, frozen=True):
    """One direction of one agreement with one partner: the last place taken, and that message's hash."""

    agreement_id: str
    last_seq: int
    last_hash: str
    frozen: bool = False


class Known(msgspec.Struct, frozen=True):
    """A message that was taken in before."""

    msg_id: UUID
    agreement_id: str
    channel_seq: int
    msg_hash: str
    header: bytes
    signature: str
    receipt: str


def place(message: VerifiedEnvelope, channel: Channel, known: Known | None) -> Literal["next", "known"]:
    """Say whether a verified message is the next of its channel or was taken in before. It must hold.

    14. A message id that is known comes with the bytes that are known (else it is a replay under a mask).
    15. The channel is not frozen.
    16. No other message stands at its place.
    17. Nothing is missing before it.
    18. It continues the history that this node holds.
    """
    header = message.header
    if known is not None and known.msg_id == header.msg_id:
        if known.msg_hash != message.hash:
            raise Replayed(msg_id=str(header.msg_id))
        return "known"
    if channel.frozen:
        raise ChannelFrozen(agreement_id=channel.agreement_id)
    if header.channel_seq <= channel.last_seq:
        raise Equivocation(seq=header.channel_seq, have=channel.last_seq)
    if header.channel_seq != channel.last_seq + 1:
        raise OutOfOrder(have=channel.last_seq, want=channel.last_seq + 1)
    if header.prev_msg_hash != channel.last_hash:
        raise Equivocation(seq=header.channel_seq, history="another")
    return "next"


def check_time(message: VerifiedEnvelope, now: datetime) -> None:
    """Judge a message by this node's clock. It must hold.

    19. It was not made more than 300 s after now.
    20. It has not expired.
    """
    header = message.header
    if header.created > now + SKEW:
        raise FromTheFuture(created=header.created.isoformat(), now=now.isoformat())
    if header.expires <= now:
        raise Expired(expires=header.expires.isoformat(), now=now.isoformat())


def check_agreement(message: VerifiedEnvelope, book: PolicyBook, now: datetime) -> None:
    """21. Both sides hold the same text of the agreement, or held it when the message was made.

    A message in flight while a new version took effect is judged by the old one for a day.
    """
    header = message.header
    if not book.accepts(header.agreement_id, header.agr_hash, header.created, now):
        ours = book.get(header.agreement_id).agreement_hash
        raise AgreementMismatch(theirs=header.agr_hash[:64], ours=ours)


def retry_delay(attempts: int, jitter: random.Random, *, soon: bool) -> timedelta:
    """Return how long a message that failed `attempts` times waits: full jitter below 1 s * 2^attempts.

    At most a minute where nobody is there, or the partner puts the message off. At most a second (`soon`)
    where somebody was at the other end of a connection that was lost on the way, and it is tried with less
    at a time (`carry_next`); or where only a message is missing before it that waits here as well.
    """
    ceiling = min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** min(attempts, 20))
    pause = timedelta(seconds=jitter.uniform(0.0, ceiling))
    return min(pause, LONGEST_SOON_PAUSE) if soon else pause


def carry_next(carried: int, most: int, *, got_through: bool) -> int:
    """Return how many messages the next request may carry: a quarter after a failure, then twice as many.

    A bad line that cuts one request in three of 64 messages lets most requests of 16 pass.

    >>> carry_next(64, 64, got_through=False), carry_next(16, 64, got_through=True)
    (16, 32)
    """
    return min(most, carried * 2) if got_through else max(1, carried // 4)


def answer_due(received: datetime, bucket_ms: int) -> datetime:
    """Return the next common moment at which answers leave, at least one bucket after `received`.

    A hit takes longer to find than a no-hit; leaving together, they cannot be told apart by time.
    """
    bucket = timedelta(milliseconds=bucket_ms)
    start = datetime(1970, 1, 1, tzinfo=received.tzinfo)
    return start + ((received - start) // bucket + 2) * bucket
