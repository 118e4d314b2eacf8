"""Exchange without a line: messages in a file or on a stick, receipts in another, under the same rules.

```
file     : "CDB1" | u32 manifest length | manifest | content
manifest : flattened JWS (Ed25519, typ "cordillera-offline+jws") by the sender's signing key
content  : envelopes one after the other, or the receipts for them
```
What is inside are the same envelopes as over HTTP: sealed, signed, in their place of the channel, each with
its own policy decision, leaf and receipt. A file taken in twice gives the same receipts and no second effect.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

from cordillera.foundation import canonical
from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.errors import BadSignature
from cordillera.foundation.errors import BadInput
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange import offline_store as sql
from cordillera.trust.exchange.core import SKEW
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.effects import Effect
from cordillera.trust.exchange.envelope import Moment, read, split
from cordillera.trust.exchange.errors import OfflineRefused
from cordillera.trust.exchange.inbox import Inbox
from cordillera.trust.exchange.outbox import Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.receipt import MAX_BATCH, Reply, Result
from cordillera.trust.exchange.settlement import Settlement

MAGIC: Final = b"CDB1"
TYP: Final = "cordillera-offline+jws"
MAX_FILE: Final = 256 * 1024 * 1024
MAX_MANIFEST: Final = 65_536
MAX_MESSAGES: Final = 4_096
VALID: Final = timedelta(days=30)
_SCOPE = Scope.node("exchange.offline")
Line = Annotated[str, msgspec.Meta(max_length=64)]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file is: from whom to whom, how many messages, and the SHA-256 of its content."""

    v: int
    kind: Literal["messages", "receipts"]
    file_id: UUID
    sender: Line
    recipient: Line
    created: Moment
    expires: Moment
    count: Annotated[int, msgspec.Meta(ge=0, le=MAX_MESSAGES)]
    sha256: Annotated[str, msgspec.Meta(max_length=64)]


class Receipts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The receipts for a file, by message."""

    messages: tuple[UUID, ...]
    results: tuple[Result, ...]


class TakenIn(msgspec.Struct, frozen=True):
    """What became of a file of messages: how many got a receipt, and the file to carry back."""

    partner: str
    messages: int
    receipted: int
    receipts: bytes


class Settled(msgspec.Struct, frozen=True):
    """What a file of receipts settled."""

    partner: str
    messages: int
    settled: int


class OfflineExchange:
    """Writes and reads files for partners that no line reaches."""

    def __init__(self, parts: ExchangeParts, effects: Mapping[str, Effect]) -> None:
        self._parts = parts
        self._outbox = Outbox(parts)
        self._inbox = Inbox(parts, effects)
        self._settlement = Settlement(parts)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)

    def write(self, partner_id: str) -> tuple[bytes, int]:
        """Return a file with everything that may leave for a partner now, and how many messages it holds.

        Raises `UnknownPartner`, `PartnerRevoked`, `LedgerStalled`.
        """
        with self._parts.store.transaction(_SCOPE) as tx:
            partner = self._directory.active(tx, partner_id)
            self._parts.identity.refresh(tx)
            batch = self._outbox.take(tx, partner, MAX_MESSAGES)
        content = b"".join(bytes(message.envelope) for message in batch)
        return self._file("messages", partner, content, len(batch)), len(batch)

    def take_in(self, raw: bytes) -> TakenIn:
        """Take in a partner's file of messages, and return the receipts to carry back.

        Raises `OfflineRefused` (see `open_file`), `EnvelopeRefused`, `LedgerStalled`.
        """
        partner, manifest, content = self._opened(raw, "messages")
        envelopes = split(content, MAX_MESSAGES)
        if len(envelopes) != manifest.count:
            raise OfflineRefused(reason="count")
        results: list[Result] = []
        for some in _batches(envelopes):
            with self._parts.store.transaction(_SCOPE) as tx:
                partner = self._directory.active(tx, partner.id)
                self._parts.ledger.ensure_writable(tx, duty=True)
                results += self._inbox.receive(tx, partner, b"".join(some))
        receipts = Receipts(tuple(map(_id_of, envelopes)), tuple(results))
        raw_receipts = canonical.dumps(msgspec.to_builtins(receipts))
        file = self._file("receipts", partner, raw_receipts, len(results))
        return TakenIn(partner.id, len(results), sum(1 for one in results if one.receipt), file)

    def settle(self, raw: bytes) -> Settled:
        """Store the receipts that a partner's file brings; raise `OfflineRefused`, `ReceiptRefused`."""
        partner, manifest, content = self._opened(raw, "receipts")
        receipts = canonical.to_struct(content, Receipts, max_bytes=MAX_FILE)
        if not len(receipts.messages) == len(receipts.results) == manifest.count:
            raise OfflineRefused(reason="receipts")
        with self._parts.store.transaction(_SCOPE) as tx:
            waiting = sql.staged(tx, partner.id, receipts.messages)
            pairs = dict(zip(receipts.messages, receipts.results, strict=True))
            batch = list(waiting.values())
            results = Reply(tuple(pairs[message.msg_id] for message in batch)).results
            verified = self._settlement.check(partner, batch, results)
            self._settlement.settle(tx, partner, batch, results, verified)
        return Settled(partner.id, len(receipts.messages), len(verified))

    def _file(
        self, kind: Literal["messages", "receipts"], partner: Partner, content: bytes, count: int
    ) -> bytes:
        own, now = self._parts.identity, self._parts.clock.now()
        digest = sha256(content).hex()
        manifest = Manifest(1, kind, uuid7(), own.id, partner.id, now, now + VALID, count, digest)
        signed = jws.sign_flattened(own.signing, canonical.dumps(manifest), typ=TYP)
        return b"".join((MAGIC, len(signed).to_bytes(4, "big"), signed, content))

    def _opened(self, raw: bytes, kind: str) -> tuple[Partner, Manifest, bytes]:
        """Open a file that must hold.

        1. It is one of ours by its first bytes, and no larger than 256 MiB.
        2. Its manifest is signed by a current key of an active partner, whom it names as sender.
        3. It is for this node, of the kind that is expected, and neither expired nor from the future.
        4. Its content is the one that was signed for.
        """
        signed, content = _frame(raw)
        token = jws.read_flattened(signed)
        manifest = canonical.to_struct(token.payload, Manifest, max_bytes=MAX_MANIFEST)
        with self._parts.store.transaction(_SCOPE) as tx:
            partner = self._directory.active(tx, manifest.sender)
        key = partner.verify_keys.get(token.kid)
        if key is None or token.typ != TYP or token.kid in partner.revoked_kids:
            raise OfflineRefused(reason="key")
        try:
            jws.verify(token, key)
        except BadSignature as error:
            raise OfflineRefused(reason="signature") from error
        now = self._parts.clock.now()
        if manifest.recipient != self._parts.identity.id or manifest.kind != kind or manifest.v != 1:
            raise OfflineRefused(reason="recipient or kind")
        if manifest.created > now + SKEW or manifest.expires <= now:
            raise OfflineRefused(reason="time")
        if sha256(content).hex() != manifest.sha256:
            raise OfflineRefused(reason="content")
        return partner, manifest, content


def _frame(raw: bytes) -> tuple[bytes, bytes]:
    size = int.from_bytes(raw[4:8], "big")
    if raw[:4] != MAGIC or len(raw) > MAX_FILE or not 0 < size <= MAX_MANIFEST or len(raw) < 8 + size:
        raise OfflineRefused(reason="no offline file")
    return raw[8 : 8 + size], raw[8 + size :]


def _batches(envelopes: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for at in range(0, len(envelopes), MAX_BATCH):
        yield envelopes[at : at + MAX_BATCH]


def _id_of(envelope: bytes) -> UUID:
    """The id in an envelope's header; an envelope that cannot be read has the nil id and gets its nack."""
    try:
        return read(envelope).header.msg_id
    except BadInput:
        return UUID(int=0)
