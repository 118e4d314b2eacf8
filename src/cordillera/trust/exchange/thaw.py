"""The way out of a frozen channel: two officers on each side, and one place from which both go on.

A channel freezes when two histories of it do not fit. Neither history is taken back: both sides sign where
they stand, and go on behind the further of the two places, from a hash made of both statements. So
the next message continues from what both have signed, no place is used twice, and the evidence stays. The
statements name the messages that wait, so that what was taken in before is not sent again.

>>> both = [Stand("ec", "ec", "us", "a", 4, "aa"), Stand("us", "ec", "us", "a", 7, "bb")]
>>> meeting_place(*both)[0]
7
"""

from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

from cordillera.foundation import canonical
from cordillera.foundation.canonical import MAX_BYTES
from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted
from cordillera.trust.exchange.directory import Partner

TYP: Final = "cordillera-thaw+jws"
MOST_WAITING: Final = 5_000
MOST_PLACE: Final = 2**48
"""A stand beyond this would use up the numbers of the channel."""
Direction = Literal["in", "out"]


class Stand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where one side stands in a channel from `sender` to `recipient`; what it signs."""

    by: str
    sender: str
    recipient: str
    agreement_id: str
    last_seq: Annotated[int, msgspec.Meta(ge=0, le=MOST_PLACE)]
    last_hash: str
    v: int = 1


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one side brings: its signed stand, and which of its messages wait (the sender's only)."""

    stand: str
    waiting: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=MOST_WAITING)] = ()


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the other answers: its signed stand ("" before two officers agreed), and whether it has thawed.

    `receipts` are those of the waiting messages that it had taken in before.
    """

    stand: str = ""
    thawed: bool = False
    receipts: dict[str, str] = {}


class StandRefused(BadInput):
    """A partner's statement about a frozen channel is not by it, or not about that channel."""

    code = "exchange.stand_refused"


class NotFrozen(Conflict):
    """The channel flows; there is nothing to thaw."""

    code = "exchange.not_frozen"


class NoSuchChannel(NotFound):
    """There is no such channel."""

    code = "exchange.no_such_channel"


class ThawProposed(Conflict):
    """A proposal for this channel waits already; approve it or withdraw it."""

    code = "exchange.thaw_proposed"


class NothingProposed(Conflict):
    """Nobody has proposed to thaw this channel, or it was approved already."""

    code = "exchange.nothing_proposed"


class SameOfficer(NotPermitted):
    """Who proposed a thaw does not approve it: two officers look into it."""

    code = "exchange.thaw_same_officer"


def sign_stand(stand: Stand, key: SigningKey) -> str:
    """Return a stand as partners take it."""
    return jws.sign_compact(key, canonical.dumps(stand), typ=TYP)


def read_stand(text: str, partner: Partner, own_id: str) -> Stand:
    """Read a partner's stand, which must hold; raise `StandRefused`.

    1. It is signed by a key that speaks for the partner now.
    2. It is by that partner, about a channel between the two of us.
    """
    try:
        token = jws.read_compact(text if len(text) <= MAX_BYTES else "")
        key = partner.verify_keys.get(token.kid)
        if key is None or token.typ != TYP:
            raise StandRefused(condition=1, reason="key or type")
        jws.verify(token, key)
        stand = canonical.to_struct(token.payload, Stand, max_bytes=4_096)
    except BadInput as error:
        raise error if isinstance(error, StandRefused) else StandRefused(condition=1) from error
    if stand.v != 1 or stand.by != partner.id or {stand.sender, stand.recipient} != {partner.id, own_id}:
        raise StandRefused(condition=2)
    return stand


def payload_of(text: str) -> Stand:
    """Return the stand in a text of ours, which was verified or made here before."""
    return canonical.to_struct(jws.read_compact(text).payload, Stand, max_bytes=4_096)


def meeting_place(mine: Stand, theirs: Stand) -> tuple[int, str]:
    """Return (seq, hash) from which both go on; the same on both sides. Raises `StandRefused`.

    1. Both are about one channel, one by each of its ends.
    2. The place is behind everything that either has given or taken.
    3. The hash is that of both stands, the sender's first.
    """
    channel = (mine.sender, mine.recipient, mine.agreement_id)
    if channel != (theirs.sender, theirs.recipient, theirs.agreement_id) or {mine.by, theirs.by} != {
        mine.sender,
        mine.recipient,
    }:
        raise StandRefused(condition=1, reason="another channel")
    first, second = (mine, theirs) if mine.by == mine.sender else (theirs, mine)
    return max(mine.last_seq, theirs.last_seq), sha256(canonical.dumps([first, second])).hex()
