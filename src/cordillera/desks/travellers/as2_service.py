"""Signed uploads of carriers (AS2, RFC 4130): taken in once, answered with a signed receipt.

1. A carrier is one whom one officer proposed with its certificate and another put in force.
2. A message of a known id gets the receipt that it was given before, and has no second effect; the same id
   for other bytes is refused.
3. The carrier's bytes, the receipt and their leaf stand or fall together. What is refused leaves nothing
   behind but a leaf that it was (as2_refusals.py), so that the carrier may send it again under the same id
   once it is mended.
4. To whom nobody is known, nothing is signed: the node is no oracle for strangers.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import as2_store as sql
from cordillera.desks.travellers.as2_core import (
    NAME,
    Allowed,
    Envelope,
    Opened,
    disposition_of,
    envelope_of,
    opened,
    unquoted,
)
from cordillera.desks.travellers.as2_errors import (
    As2BadPartner,
    As2PartnerNotFound,
    As2Reused,
    As2SecondOfficer,
    As2UnknownPartner,
)
from cordillera.desks.travellers.as2_mime import Receipt, plain_token, report, signed
from cordillera.desks.travellers.as2_refusals import PURPOSE, Refusals
from cordillera.desks.travellers.as2_store import As2Partner
from cordillera.desks.travellers.ingest import MAX_BYTES
from cordillera.desks.travellers.model import Channel, IngestResult, Origin
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.cms import PinnedCertificate, SigningIdentity, make_identity, pinned
from cordillera.foundation.crypto.errors import BadKey, KeyUnavailable
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.errors import BadInput, CordilleraError, NotPermitted, Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.ports import Officer

KEY_FILE: Final = "as2.pem"
RECEIPT_KEPT: Final = timedelta(days=180)
PARTNER_KEPT: Final = timedelta(days=5 * 365)
REVIEW: Final = timedelta(days=365)
EMPTY: Final = "text/plain"
Take = Callable[[sa.Connection, bytes, Origin], IngestResult]


class As2Answer(msgspec.Struct, frozen=True):
    """What is answered to an upload: the media type and body of its receipt, and its own message id."""

    media_type: str
    body: bytes
    message_id: str
    sender: str
    recipient: str


class As2Wish(msgspec.Struct, frozen=True):
    """A carrier as proposed: its AS2 name, the name it sends to, its certificate (PEM)."""

    as2_name: str
    own_name: str
    certificate: str
    encrypted_only: bool = False


class As2Identity:
    """The key that this node signs receipts with and that carriers encrypt to, made when first asked for."""

    def __init__(self, keyring: KeyRing, clock: Clock, name: str) -> None:
        self._keyring = keyring
        self._clock = clock
        self.name = name

    def __call__(self) -> SigningIdentity:
        """Return it; raise `KeyUnavailable`."""
        try:
            return SigningIdentity(self._keyring.kept(KEY_FILE))
        except KeyUnavailable as error:
            if error.facts.get("reason") == "destroyed":
                raise
        made = make_identity(f"{self.name} AS2", self._clock.now())
        return SigningIdentity(self._keyring.stored(KEY_FILE, made.pem))


class As2:
    """Takes signed uploads in."""

    def __init__(
        self, parts: tuple[Ledger, FieldSealer, Clock], take: Take, identity: As2Identity | None
    ) -> None:
        self._ledger, self._sealer, self._clock = parts
        self._refusals = Refusals(self._ledger, self._clock)
        self._take = take
        self._identity = identity

    @property
    def own_name(self) -> str:
        """The AS2 name of this node, as carriers are told it."""
        return "" if self._identity is None else self._identity.name

    def certificate(self) -> str:
        """This node's certificate, to be given to carriers; raise `KeyUnavailable`."""
        return self._own().certificate

    def upload(self, store: Store, headers: Mapping[str, str], body: bytes) -> As2Answer:
        """Take an upload in and answer it; raise `As2Malformed`, `As2Asynchronous`, `As2UnknownPartner`.

        Every other refusal is in the receipt. Raises `Unavailable` when nothing can be kept: send it again.
        """
        try:
            return self._answered(store, headers, body)
        except (BadInput, NotPermitted) as refused:
            self._refusals.note(store, None, (unquoted(headers.get("as2-from", "")), body), refused)
            raise

    def _answered(self, store: Store, headers: Mapping[str, str], body: bytes) -> As2Answer:
        envelope = envelope_of(headers)
        with store.transaction(Scope.node("as2")) as tx:
            partner = sql.active(tx, envelope.sender, envelope.recipient)
        if partner is None:
            raise As2UnknownPartner
        scope = Scope(partner.agency, PURPOSE, f"as2:{partner.as2_name}")
        try:
            with store.transaction(scope) as tx:
                kind, receipt = self._taken(tx, (partner, envelope), headers, body)
        except Unavailable:
            raise
        except CordilleraError as refused:
            self._refusals.note(store, partner, (envelope.sender, body), refused)
            kind, receipt = self._receipt(envelope, None, refused)
        return As2Answer(kind, receipt, f"<{uuid7().hex}@cordillera>", envelope.recipient, envelope.sender)

    def partners(self, tx: sa.Connection) -> tuple[As2Partner, ...]:
        """Return the carriers of the scope's agency."""
        return sql.every(tx)

    def propose(self, tx: sa.Connection, officer: Officer, wish: As2Wish) -> UUID:
        """Propose a carrier; another officer puts it in force. Raises `As2BadPartner`."""
        certificate = _checked(wish, self._clock.now())
        now, partner_id = self._clock.now(), uuid7()
        values = {
            "id": partner_id,
            "agency": officer.agency,
            "as2_name": wish.as2_name,
            "own_name": wish.own_name,
            "certificate": certificate.pem,
            "fingerprint": certificate.fingerprint,
            "state": "proposed",
            "encrypted_only": wish.encrypted_only,
            "proposed_by": officer.officer_id,
            "proposed_at": now,
            "erase_after": now + PARTNER_KEPT,
            "review_at": now + REVIEW,
        }
        sql.add(tx, values)
        self._leaf(tx, officer, partner_id, {"act": "as2.propose", "certificate": certificate.fingerprint})
        return partner_id

    def approve(self, tx: sa.Connection, officer: Officer, partner_id: UUID) -> None:
        """Put a proposed carrier in force, as an officer who did not propose it.

        A carrier of the same names that is in force ends with it: that is how a certificate is renewed.
        Raises `As2PartnerNotFound`, `As2SecondOfficer`.
        """
        found = self._one(tx, partner_id)
        if found.state != "proposed" or found.proposed_by == officer.officer_id:
            raise As2SecondOfficer
        now = self._clock.now()
        before = sql.active(tx, found.as2_name, found.own_name)
        if before is not None:
            self._end(tx, officer, before, now)
        values = {"state": "active", "approved_by": officer.officer_id, "approved_at": now}
        sql.move(tx, partner_id, values)
        self._leaf(tx, officer, partner_id, {"act": "as2.approve", "certificate": found.fingerprint})

    def end(self, tx: sa.Connection, officer: Officer, partner_id: UUID) -> None:
        """End a carrier, or withdraw a proposal: one officer is enough to stop something."""
        self._end(tx, officer, self._one(tx, partner_id), self._clock.now())

    def _taken(
        self,
        tx: sa.Connection,
        asked: tuple[As2Partner, Envelope],
        headers: Mapping[str, str],
        body: bytes,
    ) -> tuple[str, bytes]:
        partner, envelope = asked
        reference = self._sealer.blind_bytes(
            "traveller_as2.reference", f"{partner.id}|{envelope.message_id}".encode()
        )
        request = self._sealer.blind_bytes("traveller_as2.request", body)
        sql.alone(tx, reference)
        known = sql.receipt(tx, partner.id, reference)
        if known is not None and known.request != request:
            raise As2Reused
        if known is not None:
            return known.media_type, known.receipt
        held = opened(headers, body, _allowed(partner), (self._own(), self._clock.now()))
        origin = Origin(
            Channel.AS2, envelope.message_id[:200], partner.agency, f"as2:{partner.as2_name}", PURPOSE
        )
        result = self._take(tx, held.payload, origin)
        kind, receipt = self._receipt(envelope, held, None)
        now = self._clock.now()
        values: dict[str, object] = {
            "id": uuid7(),
            "agency": partner.agency,
            "partner_id": partner.id,
            "reference": reference,
            "request": request,
            "message_id": result.message_id,
            "received_at": now,
            "media_type": kind,
            "receipt": receipt,
            "erase_after": now + RECEIPT_KEPT,
            "review_at": now + RECEIPT_KEPT,
        }
        sql.keep_receipt(tx, values)
        return kind, receipt

    def _receipt(
        self, envelope: Envelope, held: Opened | None, refused: CordilleraError | None
    ) -> tuple[str, bytes]:
        if not envelope.wants_receipt:
            return EMPTY, b""
        text = "The message was received and kept." if refused is None else f"Refused: {refused.code}"
        content = report(
            Receipt(
                reporter=plain_token(envelope.recipient),
                recipient=plain_token(envelope.recipient),
                message_id=plain_token(envelope.message_id),
                disposition=disposition_of(refused),
                mic="" if held is None else held.mic,
                text=text,
            )
        )
        if envelope.wants_signed:
            return signed(content, self._own().sign(content))
        head, _, body = content.partition(b"\r\n\r\n")
        return head.decode("ascii").partition(": ")[2], body

    def _own(self) -> SigningIdentity:
        if self._identity is None:
            raise KeyUnavailable(key=KEY_FILE, reason="not configured")
        return self._identity()

    def _one(self, tx: sa.Connection, partner_id: UUID) -> As2Partner:
        found = sql.one(tx, partner_id)
        if found is None:
            raise As2PartnerNotFound
        return found

    def _end(self, tx: sa.Connection, officer: Officer, partner: As2Partner, now: datetime) -> None:
        if partner.state == "ended":
            return
        sql.move(tx, partner.id, {"state": "ended", "ended_by": officer.officer_id, "ended_at": now})
        self._leaf(tx, officer, partner.id, {"act": "as2.end", "certificate": partner.fingerprint})

    def _leaf(self, tx: sa.Connection, officer: Officer, partner_id: UUID, told: dict[str, str]) -> None:
        event = Event(
            kind=LeafKind.KEY_CHANGED,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps({**told, "partner": str(partner_id)}),
            detail={**told, "partner": str(partner_id)},
            subject_ref=str(partner_id),
        )
        self._ledger.record(tx, event)


def _allowed(partner: As2Partner) -> Allowed:
    return Allowed(pinned(partner.certificate), partner.encrypted_only, MAX_BYTES)


def _checked(wish: As2Wish, now: datetime) -> PinnedCertificate:
    if not (NAME.fullmatch(wish.as2_name) and NAME.fullmatch(wish.own_name)):
        raise As2BadPartner(part="name")
    try:
        certificate = pinned(wish.certificate)
    except BadKey as error:
        raise As2BadPartner(part="certificate") from error
    if now > certificate.ends:
        raise As2BadPartner(part="expired")
    return certificate
