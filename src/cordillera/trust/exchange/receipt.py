"""Receipts: the recipient's signed word that a message was taken in, and with which outcome.

A receipt names the message by id and by the hash of its bytes, its place in the channel, both clocks,
and the recipient's ledger leaf. A duplicate gets the stored bytes again, never a second receipt.
"""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from cordillera.foundation import canonical
from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.foundation.errors import BadInput
from cordillera.trust.exchange.envelope import Moment
from cordillera.trust.exchange.errors import ReceiptRefused

TYP = "cordillera-receipt+jws"
MAX_RECEIPT = 4_096
MAX_BATCH = 64


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the recipient signs. `code` says why a recorded message has no effect."""

    v: int
    msg_id: UUID
    msg_hash: str
    sender: str
    recipient: str
    agreement_id: str
    channel_seq: int
    outcome: Literal["accepted", "expired", "refused"]
    code: str
    created: Moment
    received_at: Moment
    leaf: str


class Nack(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Why a message was not taken in. `have` and `want` tell where the channel stands."""

    code: Annotated[str, msgspec.Meta(max_length=64)]
    transient: bool
    have: int = -1
    want: int = -1


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The answer to one envelope of a batch: a receipt, or a nack."""

    receipt: str = ""
    nack: Nack | None = None


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to a batch, in its order."""

    results: tuple[Result, ...]


class Sent(msgspec.Struct, frozen=True):
    """What the sender knows of a message when a receipt for it comes back."""

    msg_id: UUID
    msg_hash: str
    agreement_id: str
    channel_seq: int
    recipient: str


def sign_receipt(receipt: Receipt, key: SigningKey) -> str:
    """Return the receipt as a compact JWS."""
    return jws.sign_compact(key, canonical.dumps(receipt), typ=TYP)


def read_receipt(text: str, sent: Sent, keys: dict[str, VerifyKey]) -> Receipt:
    """Return a receipt that must hold; raise `ReceiptRefused`.

    1. It is a receipt, signed by a current key of the partner.
    2. It names the very message that was sent: id, bytes, agreement and place.
    """
    try:
        token = jws.read_compact(text if len(text) <= MAX_RECEIPT else "")
        key = keys.get(token.kid)
        if key is None or token.typ != TYP:
            raise ReceiptRefused(reason="key or type")
        jws.verify(token, key)
        receipt = canonical.to_struct(token.payload, Receipt, max_bytes=MAX_RECEIPT)
    except BadInput as error:
        raise error if isinstance(error, ReceiptRefused) else ReceiptRefused(reason=error.code) from error
    for name in ("msg_id", "msg_hash", "agreement_id", "channel_seq", "recipient"):
        if getattr(receipt, name) != getattr(sent, name):
            raise ReceiptRefused(field=name)
    return receipt


def read_reply(raw: bytes, count: int) -> Reply:
    """Read the answer to a batch of `count` envelopes; raise `ReceiptRefused`."""
    try:
        reply = canonical.to_struct(raw, Reply)
    except BadInput as error:
        raise ReceiptRefused(reason=error.code) from error
    if len(reply.results) != count or any(bool(r.receipt) == bool(r.nack) for r in reply.results):
        raise ReceiptRefused(reason="not one result per envelope")
    return reply
