"""The partner directory: which nodes this node speaks with, and the keys that speak for them.

A bundle is taken by a person (`cordillera exchange partner add`). A newer one replaces it only when it
is signed by the key already held, so a partner moves house without trust starting again; a rolled-back
or foreign bundle is refused. Every change is a leaf.
"""

from functools import lru_cache

import msgspec
import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.hpke import HpkePublicKey
from cordillera.foundation.crypto.jws import decode
from cordillera.foundation.crypto.root import RootPublic
from cordillera.foundation.crypto.signing import VerifyKey
from cordillera.trust.exchange import partner_store as sql
from cordillera.trust.exchange.errors import BundleRefused, BundleRollback, PartnerRevoked, UnknownPartner
from cordillera.trust.exchange.identity import Bundle, read_bundle
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

ACTIVE, REVOKED = "active", "revoked"


class Partner(msgspec.Struct, frozen=True):
    """A partner with its keys, ready for use."""

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

    @property
    def verify_keys(self) -> dict[str, VerifyKey]:
        """The partner's current signing keys by id."""
        return {self.signing_kid: self.verify_key}


class PartnerDirectory:
    """Adds, revokes and finds partners."""

    def __init__(self, ledger: Ledger, clock: Clock, own_id: str) -> None:
        self._ledger = ledger
        self._clock = clock
        self._own_id = own_id

    def add(self, tx: sa.Connection, raw: bytes, actor: str) -> Partner:
        """Take in a partner's bundle that must hold.

        1. It is well formed and signed by the key it names.
        2. It is not this node's own.
        3. A partner already held keeps its signing key and its country; its bundle's `seq` grows.
        4. No certificate in it is another partner's: certificates are public, and who showed one first
           would be met under the name of who copied it.
        """
        bundle = read_bundle(raw)
        if bundle.id == self._own_id:
            raise BundleRefused(reason="this node itself")
        held = sql.get(tx, bundle.id)
        if held is not None:
            before = _partner(held.bundle, held.status)
            if before.signing_kid != bundle.signing_kid and held.status == ACTIVE:
                raise BundleRefused(reason="signed by another key; revoke the partner first")
            if before.country != bundle.country and held.status == ACTIVE:
                raise BundleRefused(reason="another country; revoke the partner first")
            if bundle.seq <= held.seq:
                raise BundleRollback(held=held.seq, given=bundle.seq)
        for fingerprint in bundle.fingerprints:
            holder = sql.by_fingerprint(tx, fingerprint)
            if holder is not None and holder.id != bundle.id:
                raise BundleRefused(reason="a certificate of another partner")
        self._store(tx, bundle, raw)
        self._record(tx, bundle.id, actor, ACTIVE)
        return _partner(raw.decode("ascii"), ACTIVE)

    def revoke(self, tx: sa.Connection, partner_id: str, actor: str) -> None:
        """End all exchange with a partner, on open connections too; raise `UnknownPartner`."""
        if sql.get(tx, partner_id) is None:
            raise UnknownPartner(partner=partner_id[:64])
        sql.set_status(tx, partner_id, REVOKED, self._clock.now())
        self._record(tx, partner_id, actor, REVOKED)

    def active(self, tx: sa.Connection, partner_id: str) -> Partner:
        """Return an active partner; raise `UnknownPartner` or `PartnerRevoked`."""
        return _usable(sql.get(tx, partner_id), partner_id)

    def holder_of(self, tx: sa.Connection, fingerprint: str) -> Partner:
        """Return the active partner that holds a certificate; asked again for every request."""
        return _usable(sql.by_fingerprint(tx, fingerprint), fingerprint[:16])

    def all(self, tx: sa.Connection) -> tuple[Partner, ...]:
        """Return every partner, active ones first."""
        return tuple(_partner(row.bundle, row.status) for row in sql.all_partners(tx))

    def _store(self, tx: sa.Connection, bundle: Bundle, raw: bytes) -> None:
        now = self._clock.now()
        row = sql.PartnerRow(
            bundle.id,
            bundle.country,
            bundle.name,
            bundle.url,
            bundle.seq,
            raw.decode("ascii"),
            ACTIVE,
            now,
            now,
        )
        sql.upsert(tx, row, bundle.fingerprints)

    def _record(self, tx: sa.Connection, partner_id: str, actor: str, status: str) -> None:
        event = Event(
            kind=LeafKind.PARTNER_CHANGED,
            actor=actor,
            agency="node",
            peer=partner_id,
            detail={"status": status},
        )
        self._ledger.record(tx, event)


def _usable(row: sql.PartnerRow | None, wanted: str) -> Partner:
    if row is None:
        raise UnknownPartner(partner=wanted)
    if row.status != ACTIVE:
        raise PartnerRevoked(partner=row.id)
    return _partner(row.bundle, row.status)


@lru_cache(maxsize=256)
def _partner(raw: str, status: str) -> Partner:
    bundle = read_bundle(raw.encode("ascii"))
    sealing = bundle.sealing_keys[0]
    return Partner(
        id=bundle.id,
        country=bundle.country,
        name=bundle.name,
        url=bundle.url,
        seq=bundle.seq,
        status=status,
        signing_kid=bundle.signing_kid,
        certificates=bundle.certificates,
        fingerprints=bundle.fingerprints,
        ledger_vkey=bundle.ledger_vkey,
        verify_key=bundle.verify_key,
        sealing_kid=sealing.kid,
        sealing_key=HpkePublicKey(decode(sealing.public)),
    )
