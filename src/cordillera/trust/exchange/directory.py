"""The partner directory: which nodes this node speaks with, and the keys that speak for them.

A first bundle is taken by a person (`cordillera exchange partner add`). Newer ones come by themselves
and replace it only under the same root (without a root: the same bundle key), so keys change without
trust starting again; a rolled-back, forked or foreign bundle is refused. Every change is a leaf.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec
import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto import rotation
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.hpke import HpkePublicKey
from cordillera.foundation.crypto.jws import decode
from cordillera.foundation.crypto.root import RootPublic
from cordillera.foundation.crypto.signing import VerifyKey
from cordillera.trust.exchange import partner_store as sql
from cordillera.trust.exchange.bundle import LOG_CHANGE, Bundle, bundle_hash, read_bundle, read_delegation
from cordillera.trust.exchange.errors import (
    BundleFork,
    BundleRefused,
    BundleRollback,
    ForeignRoot,
    KeyMissing,
    KeyNotValid,
    KeyRevoked,
    OnwardRevoked,
    PartnerRevoked,
    RootMissing,
    UnknownPartner,
)
from cordillera.trust.ledger.errors import KeyMalformed
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.note import parse_vkey
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.succession import line_to

ACTIVE, REVOKED = "active", "revoked"
NODE = "node"


class Partner(msgspec.Struct, frozen=True):
    """A partner with the keys that speak for it now, ready for use."""

    id: str
    country: str
    name: str
    url: str
    seq: int
    status: str
    signing_kid: str
    certificates: tuple[str, ...]
    fingerprints: tuple[str, ...]
    ledger_vkey: str
    verify_key: VerifyKey
    sealing_kid: str
    sealing_key: HpkePublicKey
    root: RootPublic | None = None
    verify_keys: dict[str, VerifyKey] = {}
    revoked_kids: frozenset[str] = frozenset()
    witness_vkeys: tuple[str, ...] = ()
    published: dict[str, str] = {}

    @property
    def ledger_vkeys(self) -> tuple[str, ...]:
        """The verifier keys of its log: the one its bundle names, then those before it, newest first."""
        notes = [note.encode() for name, note in self.published.items() if name.startswith(LOG_CHANGE)]
        if not notes:
            return (self.ledger_vkey,)
        try:
            line = line_to(parse_vkey(self.ledger_vkey), notes)
        except KeyMalformed:
            return (self.ledger_vkey,)
        return tuple(key.vkey for key in reversed(line.keys))

    def refusal(self, kid: str) -> KeyRevoked | None:
        """Return why a key that is not among `verify_keys` is refused, when that is a revocation."""
        return KeyRevoked(kid=kid[:64]) if kid in self.revoked_kids else None


class PartnerDirectory:
    """Adds, revokes and finds partners. `rooted`: a partner without an offline root is not let in."""

    def __init__(self, ledger: Ledger, clock: Clock, own_id: str, *, rooted: bool = False) -> None:
        self._ledger = ledger
        self._clock = clock
        self._own_id = own_id
        self._rooted = rooted

    def add(self, tx: sa.Connection, raw: bytes, actor: str) -> Partner:
        """Take in a partner's bundle that must hold.

        1. It is well formed, signed by the key it names, and by its root as far as it has one.
        2. It is not this node's own; in production it rests on a root.
        3. A partner already held keeps its country and its root (without one, its bundle key), its
           `seq` and the root's `epoch` grow, and no `seq` or `epoch` has two contents. The very bundle
           that is held changes nothing.
        4. No certificate in it is another partner's: certificates are public, and who showed one first
           would be met under the name of who copied it.
        """
        bundle = read_bundle(raw)
        if bundle.id == self._own_id:
            raise BundleRefused(reason="this node itself")
        if self._rooted and bundle.delegation is None:
            raise RootMissing(partner=bundle.id[:64])
        held, given = sql.get(tx, bundle.id), bundle_hash(raw)
        if held is not None:
            if held.hash == given and held.status == ACTIVE:
                sql.set_heard(tx, held.id, self._clock.now())
                return _at(held, self._clock.now())
            _check_successor(held, bundle, given)
        for fingerprint in bundle.fingerprints:
            holder = sql.by_fingerprint(tx, fingerprint)
            if holder is not None and holder.id != bundle.id:
                raise BundleRefused(reason="a certificate of another partner")
        row = self._store(tx, bundle, raw, held)
        self._record(tx, bundle.id, actor, {"status": ACTIVE, "seq": str(bundle.seq)}, raw)
        return _at(row, self._clock.now())

    def keep_fork(self, tx: sa.Connection, raw: bytes) -> None:
        """Keep a second bundle with a `seq` that is known, as evidence; its leaf says so."""
        bundle = read_bundle(raw)
        facts = {"hash": bundle_hash(raw), "verdict": "fork", "now": self._clock.now()}
        sql.keep_bundle(tx, bundle.id, bundle.seq, raw.decode("ascii"), facts)
        detail = {"status": BundleFork.code, "seq": str(bundle.seq)}
        self._record(tx, bundle.id, NODE, detail, raw)

    def revoke(self, tx: sa.Connection, partner_id: str, actor: str) -> None:
        """End all exchange with a partner, on open connections too; raise `UnknownPartner`."""
        if sql.get(tx, partner_id) is None:
            raise UnknownPartner(partner=partner_id[:64])
        sql.set_status(tx, partner_id, REVOKED, self._clock.now())
        self._record(tx, partner_id, actor, {"status": REVOKED})

    def revoke_key(self, tx: sa.Connection, partner_id: str, kid: str, actor: str, reason: str) -> None:
        """Refuse one key of a partner from now on, whatever its bundle says; raise `KeyMissing`."""
        held = self.known(tx, partner_id)
        if kid not in {key.kid for key in sql.keys_of(tx, partner_id)}:
            raise KeyMissing(kid=kid[:64])
        sql.revoke_keys(tx, partner_id, [(kid, self._clock.now(), reason)], self._own_id)
        sql.set_revoked(tx, partner_id, sorted({*held.revoked_kids, kid}))
        self._record(tx, partner_id, actor, {"status": "key revoked", "kid": kid})

    def known(self, tx: sa.Connection, partner_id: str) -> sql.PartnerRow:
        """Return a partner as held, whatever its standing; raise `UnknownPartner`."""
        held = sql.get(tx, partner_id)
        if held is None:
            raise UnknownPartner(partner=partner_id[:64])
        return held

    def ahead(self, tx: sa.Connection, partner_id: str) -> None:
        """Have `active` answered with the next answer of a transaction that gathers."""
        sql.get_ahead(tx, partner_id)

    def active(self, tx: sa.Connection, partner_id: str) -> Partner:
        """Return an active partner; raise `UnknownPartner` or `PartnerRevoked`."""
        return self._usable(sql.get(tx, partner_id), partner_id)

    def holder_of(self, tx: sa.Connection, fingerprint: str) -> Partner:
        """Return the active partner that holds a certificate; asked again for every request.

        A certificate that was revoked holds nothing, whichever connection shows it.
        """
        found = self._usable(sql.by_fingerprint(tx, fingerprint), fingerprint[:16])
        if fingerprint in found.revoked_kids:
            raise PartnerRevoked(partner=found.id, certificate=fingerprint[:16])
        return found

    def all(self, tx: sa.Connection) -> tuple[Partner, ...]:
        """Return every partner, active ones first."""
        now = self._clock.now()
        return tuple(_at(row, now) for row in sql.all_partners(tx))

    def rows(self, tx: sa.Connection) -> Sequence[sql.PartnerRow]:
        """Return what is held of every partner: its roots, and what it knows of us."""
        return sql.all_partners(tx)

    def keys_at(self, tx: sa.Connection, partner_id: str, moment: datetime) -> dict[str, VerifyKey]:
        """Return the signing keys that spoke for a partner at a moment: what was signed then still holds."""
        return {
            key.kid: VerifyKey(decode(key.public))
            for key in sql.keys_of(tx, partner_id)
            if key.use == "signing" and _spoke(key, moment)
        }

    def key_at(self, tx: sa.Connection, partner_id: str, kid: str, moment: datetime) -> VerifyKey:
        """Return one signing key as it was at a moment; raise `KeyNotValid`."""
        found = self.keys_at(tx, partner_id, moment).get(kid)
        if found is None:
            raise KeyNotValid(partner=partner_id[:64], kid=kid[:64], at=moment.isoformat())
        return found

    def ensure_onward(self, tx: sa.Connection, origin: str, recipient: str) -> None:
        """Raise `OnwardRevoked` where what came from `origin` must not reach `recipient`. It must hold.

        1. We have not revoked the recipient.
        2. Neither has the origin: who was put out there has no access through us.
        """
        held = sql.get(tx, recipient)
        if held is not None and held.status != ACTIVE:
            raise OnwardRevoked(recipient=recipient[:64], by=self._own_id)
        if sql.is_excluded(tx, origin, recipient, self._clock.now()):
            raise OnwardRevoked(recipient=recipient[:64], by=origin[:64])

    def _usable(self, row: sql.PartnerRow | None, wanted: str) -> Partner:
        if row is None:
            raise UnknownPartner(partner=wanted)
        if row.status != ACTIVE:
            raise PartnerRevoked(partner=row.id)
        found = _at(row, self._clock.now())
        if not found.signing_kid or not found.sealing_kid:
            raise PartnerRevoked(partner=row.id, reason="every key of a kind is revoked")
        return found

    def _store(
        self, tx: sa.Connection, bundle: Bundle, raw: bytes, held: sql.PartnerRow | None
    ) -> sql.PartnerRow:
        now, text, delegation = self._clock.now(), raw.decode("ascii"), bundle.delegation
        revoked = {one.kid for one in bundle.revoked} | set(held.revoked_kids if held else ())
        root = bundle.root
        row = sql.PartnerRow(
            bundle.id,
            bundle.country,
            bundle.name,
            bundle.url,
            bundle.seq,
            text,
            ACTIVE,
            now,
            now,
            hash=bundle_hash(raw),
            signer_kid=bundle.signer_kid,
            root_kid=root.kid if root else "",
            epoch=read_delegation(delegation).epoch if delegation else 0,
            delegation_hash=sha256(delegation.payload.encode()).hex() if delegation else "",
            revoked_kids=sorted(revoked),
            heard_at=now,
        )
        sql.upsert(tx, row, bundle.fingerprints)
        sql.keep_bundle(tx, bundle.id, bundle.seq, text, {"hash": row.hash, "verdict": "taken", "now": now})
        sql.keep_keys(tx, _keys_in(bundle), now)
        gone = [(one.kid, one.effective_from, one.reason) for one in bundle.revoked]
        sql.revoke_keys(tx, bundle.id, gone, bundle.id)
        sql.set_excluded(tx, bundle.id, [(one.id, one.effective_from) for one in bundle.excluded])
        return row

    def _record(
        self, tx: sa.Connection, partner_id: str, actor: str, detail: dict[str, str], payload: bytes = b""
    ) -> None:
        event = Event(
            kind=LeafKind.PARTNER_CHANGED,
            actor=actor,
            agency="node",
            peer=partner_id,
            payload=payload,
            detail=detail,
        )
        self._ledger.record(tx, event)


def _check_successor(held: sql.PartnerRow, bundle: Bundle, given: str) -> None:
    """3. Judge a bundle of a partner that is held already; a revoked partner starts anew but for `seq`."""
    if bundle.seq < held.seq:
        raise BundleRollback(held=held.seq, given=bundle.seq)
    if bundle.seq == held.seq and given != held.hash:
        raise BundleFork(partner=held.id, seq=bundle.seq)
    if held.status != ACTIVE:
        return
    if held.country != bundle.country:
        raise BundleRefused(reason="another country; revoke the partner first")
    root = bundle.root
    if held.root_kid and (root is None or root.kid != held.root_kid):
        raise ForeignRoot(held=held.root_kid, given=root.kid if root else "")
    if not held.root_kid and held.signer_kid != bundle.signer_kid:
        raise BundleRefused(reason="signed by another key; revoke the partner first")
    if held.root_kid and bundle.delegation is not None:
        epoch = read_delegation(bundle.delegation).epoch
        if epoch < held.epoch:
            raise BundleRollback(held=held.epoch, given=epoch, of="delegation")
        if epoch == held.epoch and sha256(bundle.delegation.payload.encode()).hex() != held.delegation_hash:
            raise BundleFork(partner=held.id, epoch=epoch)


def _spoke(key: sql.PartnerKey, moment: datetime) -> bool:
    """Whether a key spoke for its owner at a moment: in its term, and not revoked from before."""
    inside = rotation.accepted(rotation.Span(key.not_before, key.not_after), moment)
    return inside and (key.revoked_from is None or moment < key.revoked_from)


def _keys_in(bundle: Bundle) -> list[sql.PartnerKey]:
    both = (("signing", bundle.signing_keys), ("sealing", bundle.sealing_keys))
    keys = [
        sql.PartnerKey(bundle.id, key.kid, use, key.public, key.not_before, key.not_after)
        for use, listed in both
        for key in listed
    ]
    ends = max(key.not_after for key in bundle.signing_keys)
    certificates = zip(bundle.fingerprints, bundle.certificates, strict=True)
    tls = [sql.PartnerKey(bundle.id, shown, "tls", pem, bundle.issued, ends) for shown, pem in certificates]
    return keys + tls


def _at(row: sql.PartnerRow, now: datetime) -> Partner:
    """Choose the keys that speak for a partner now; the same choice is the same object."""
    bundle = _read(row.bundle)
    revoked = bundle.revoked_at(now) | set(row.revoked_kids)
    signing = {key.kid: key.span for key in bundle.signing_keys if key.kid not in revoked}
    sealing = {key.kid: key.span for key in bundle.sealing_keys if key.kid not in revoked}
    verifying = tuple(sorted(kid for kid, span in signing.items() if rotation.accepted(span, now)))
    chosen = (rotation.current(signing, now) or "", rotation.current(sealing, now) or "")
    return _partner(row.bundle, row.status, (*chosen, *verifying), frozenset(revoked))


@lru_cache(maxsize=256)
def _read(text: str) -> Bundle:
    return read_bundle(text.encode("ascii"))


@lru_cache(maxsize=1024)
def _partner(text: str, status: str, kids: tuple[str, ...], revoked: frozenset[str]) -> Partner:
    bundle, (signing_kid, sealing_kid, *verifying) = _read(text), kids
    verify = {key.kid: VerifyKey(decode(key.public)) for key in bundle.signing_keys}
    sealing = {key.kid: HpkePublicKey(decode(key.public)) for key in bundle.sealing_keys}
    certificates = {
        shown: pem
        for shown, pem in zip(bundle.fingerprints, bundle.certificates, strict=True)
        if shown not in revoked
    }
    return Partner(
        id=bundle.id,
        country=bundle.country,
        name=bundle.name,
        url=bundle.url,
        seq=bundle.seq,
        status=status,
        signing_kid=signing_kid,
        certificates=tuple(certificates.values()),
        fingerprints=tuple(certificates),
        ledger_vkey=bundle.ledger_vkey,
        verify_key=verify.get(signing_kid) or next(iter(verify.values())),
        sealing_kid=sealing_kid,
        sealing_key=sealing.get(sealing_kid) or next(iter(sealing.values())),
        root=bundle.root,
        verify_keys={kid: verify[kid] for kid in verifying},
        revoked_kids=revoked,
        witness_vkeys=bundle.witness_vkeys,
        published={one.name: one.value for one in bundle.published},
    )
