"""The life of this node's keys: made, published, used, retired, revoked, destroyed; each step is a leaf.

Private keys lie in the key ring's directory or in a token, never in the database; the database knows
when each comes and goes, and the newest bundle's `seq` tells every process that something changed. A key
is destroyed first and recorded then: what is recorded as destroyed is gone. Reference: docs/adr/0028.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical, shapes
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto import jws, rotation
from cordillera.foundation.crypto.certificates import make_certificate
from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.crypto.hpke import HpkePrivateKey
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.exchange import key_store as sql
from cordillera.trust.exchange.bundle import (
    Bundle,
    Delegation,
    SignedDelegation,
    bundle_hash,
    kid_of_sealing,
    read_delegation,
    sign_bundle,
)
from cordillera.trust.exchange.composing import compose
from cordillera.trust.exchange.errors import DelegationRefused, KeyMissing, RootMissing
from cordillera.trust.exchange.identity import FOLDER, NodeIdentity, row_of
from cordillera.trust.exchange.key_store import KeyRow
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.rotating import retire_keys
from cordillera.trust.ledger.service import Ledger

ROTATED: Final = ("signing", "sealing", "tls")
NODE: Final = "node"
_NONE: Final = timedelta(0)
_TELLING: Final = {"tls": timedelta(hours=1)}
"""A revoked certificate is still shown to those who know no other, to tell them that it is revoked."""
_SCOPE: Final = Scope.node("exchange.keys")
_DELEGATED: Final = timedelta(days=400)


class Keys:
    """Changes the keys of one node. What takes `tx` is one transaction with its leaves and its bundle."""

    def __init__(self, identity: NodeIdentity, store: Store, ledger: Ledger, clock: Clock) -> None:
        self.identity = identity
        self._store = store
        self._ledger = ledger
        self._clock = clock

    def open(self) -> None:
        """Record the first keys of a node that has none recorded, and use what is to be used now."""
        with self._store.transaction(_SCOPE) as tx:
            if not sql.version(tx):
                sql.lock(tx)
                if not sql.all_keys(tx):
                    for row in self.identity.first_keys():
                        self._add(tx, NODE, row)
                self._issue_if_rooted(tx, NODE)
            if self._note_lost(tx):
                for use in ROTATED:
                    self._make_due(tx, NODE, use)
                self._issue_if_rooted(tx, NODE)
            self.identity.use(tx)

    def tick(self) -> tuple[str, ...]:
        """Do what the clock asks: make the next keys, destroy what is due; return the ids that changed."""
        with self._store.transaction(_SCOPE) as tx:
            sql.lock(tx)
            made = [row for use in ROTATED for row in self._make_due(tx, NODE, use)]
            self._issue_if_rooted(tx, NODE)  # a partner may have been revoked since
        gone = self.destroy_due()
        with self._store.transaction(_SCOPE) as tx:
            gone += tuple(one.vkey for one in retire_keys(tx, self._ledger))
            self.identity.use(tx)
        return tuple(row.kid for row in made) + gone

    def destroy_due(self) -> tuple[str, ...]:
        """Destroy private keys whose time has come, then record it; return their ids."""
        now = self._clock.now()
        with self._store.transaction(_SCOPE) as tx:
            sql.lock(tx)
            due = [
                row
                for row in sql.all_keys(tx)
                if row.destroyed_at is None and row.destroy_at is not None and row.destroy_at <= now
            ]
            for row in due:
                self._destroy(row)
                sql.update(tx, msgspec.structs.replace(row, destroyed_at=now))
                self._record(tx, NODE, row, "destroyed")
        return tuple(row.kid for row in due)

    def all(self, tx: sa.Connection) -> tuple[KeyRow, ...]:
        """Return every key this node ever had, oldest first."""
        return tuple(sql.all_keys(tx))

    def rotate(self, tx: sa.Connection, actor: str, use: str) -> KeyRow:
        """Retire the key in use now and make its successor; what is on its way still arrives.

        Raises `KeyMissing` for a use that is not rotated.
        """
        if use not in ROTATED:
            raise KeyMissing(use=use[:32])
        sql.lock(tx)
        now = self._now()
        for row in sql.all_keys(tx):
            if row.use == use and row.usable and row.span.covers(now) and row.not_before < now:
                keep = rotation.PERIODS[use].keep
                ended = msgspec.structs.replace(row, not_after=now, destroy_at=now + keep)
                sql.update(tx, ended)
                self._record(tx, actor, ended, "retired")
            elif row.use == use and row.usable and row.not_after > now:
                self._withdraw(tx, actor, row, now)
        made = self._make_due(tx, actor, use)
        self._issue_if_rooted(tx, actor)
        return made[0]

    def revoke(
        self,
        tx: sa.Connection,
        actor: str,
        kids: Sequence[str],
        reason: str,
        effective_from: datetime | None = None,
    ) -> Bundle | None:
        """End keys at once, as if others had them; make new ones; return the bundle that says so.

        Nothing signed by a revoked key is taken from then on, and its private half is destroyed by the
        next `destroy_due`. Raises `KeyMissing`.
        """
        sql.lock(tx)
        now = self._now()
        rows = {row.kid: row for row in sql.all_keys(tx)}
        for kid in kids:
            if kid not in rows or rows[kid].use not in (*ROTATED, "bundle"):
                raise KeyMissing(kid=kid[:64])
            since = effective_from or now
            gone = msgspec.structs.replace(
                rows[kid],
                revoked_from=since,
                reason=reason,
                destroy_at=now + _TELLING.get(rows[kid].use, _NONE),
            )
            sql.update(tx, gone)
            self._record(tx, actor, gone, "revoked")
            if gone.use == "bundle":
                self.new_signer(tx, actor)
        for use in ROTATED:
            self._make_due(tx, actor, use)
        return self._issue_if_rooted(tx, actor)

    def issue(self, tx: sa.Connection, actor: str) -> Bundle:
        """Issue a bundle when what it says has changed; return the newest. Raises `RootMissing`."""
        sql.lock(tx)
        return self._issue(tx, actor)

    def new_signer(self, tx: sa.Connection, actor: str) -> KeyRow:
        """Make a bundle key; it speaks once the root has delegated to it (without a root, at once)."""
        key = SigningKey.generate()
        kid, now = jws.thumbprint(key.public_bytes), self._now()
        place = f"exchange-{kid}.ed25519"
        self.identity.keyring.stored(place, key.seed)
        span = rotation.Span(now, now + timedelta(days=3_650))
        row = row_of("bundle", kid, place, jws.encode(key.public_bytes), span, now)
        self._add(tx, actor, row)
        return row

    def request_delegation(self, tx: sa.Connection) -> Delegation:
        """Return what the root is asked to sign: our newest bundle key, one epoch on, for 400 days."""
        now, text = self._now(), sql.newest_delegation(tx)
        signers = [row for row in sql.all_keys(tx) if row.use == "bundle" and row.usable]
        epoch = read_delegation(_signed(text)).epoch + 1 if text else 1
        return Delegation(
            v=1,
            id=self.identity.id,
            country=self.identity.country,
            epoch=epoch,
            signer=signers[-1].public,
            not_before=now,
            not_after=now + _DELEGATED,
        )

    def install(self, tx: sa.Connection, actor: str, signed: SignedDelegation) -> Bundle:
        """Take in the root's word for our bundle key, which must hold; raise `DelegationRefused`.

        1. The root signed it with both halves.
        2. It is for this node, this country, and a bundle key that lies here and is not revoked.
        3. It is in force now.
        4. Its epoch is above that of the one held; the root is the same.
        """
        sql.lock(tx)
        found, now = read_delegation(signed), self._clock.now()
        signers = {row.public for row in sql.all_keys(tx) if row.use == "bundle" and row.usable}
        own = (self.identity.id, self.identity.country)
        if (found.id, found.country) != own or found.signer not in signers:
            raise DelegationRefused(reason="for another node, country or key")
        if not found.not_before - rotation.SKEW <= now < found.not_after:
            raise DelegationRefused(reason="not in force")
        text = sql.newest_delegation(tx)
        if text:
            held = _signed(text)
            if held.root != signed.root or found.epoch <= read_delegation(held).epoch:
                raise DelegationRefused(reason="another root, or an epoch that is over")
        sql.add_delegation(tx, found.epoch, canonical.dumps(signed).decode("ascii"), now)
        self._record_text(tx, actor, "delegation", str(found.epoch), "installed", canonical.dumps(signed))
        return self._issue(tx, actor)

    def _issue_if_rooted(self, tx: sa.Connection, actor: str) -> Bundle | None:
        try:
            return self._issue(tx, actor)
        except RootMissing:
            return None

    def _issue(self, tx: sa.Connection, actor: str) -> Bundle:
        text, before = sql.newest_delegation(tx), sql.newest_bundle(tx)
        if not text and self.identity.environment == "production":
            raise RootMissing(node=self.identity.id)
        rows, now = sql.all_keys(tx), self._now()
        signed = _signed(text) if text else None
        found = compose(self.identity, rows, now, signed, sql.revoked_partners(tx))
        if before is not None:
            held = shapes.decode(jws.read_flattened(before.bundle.encode()).payload, Bundle)
            if msgspec.structs.replace(held, seq=0, prev="", issued=now) == found:
                return held
        seq = max(before.seq + 1 if before else 1, int(now.timestamp()))
        bundle = msgspec.structs.replace(found, seq=seq, prev=before.hash if before else "")
        signer = next(row for row in rows if row.use == "bundle" and row.public == bundle.signer)
        raw = sign_bundle(bundle, self.identity.open_signing(signer))
        sql.add_bundle(tx, sql.OwnBundle(seq, bundle_hash(raw), raw.decode("ascii"), now))
        self._record_text(tx, actor, "bundle", str(seq), "issued", raw)
        return bundle

    def _make_due(self, tx: sa.Connection, actor: str, use: str) -> list[KeyRow]:
        """Make every key of a use that is due: the one for now, and the next."""
        made: list[KeyRow] = []
        while len(made) < 3:
            spans = [row.span for row in sql.all_keys(tx) if row.use == use and row.usable]
            span = rotation.due(rotation.PERIODS[use], spans, self._now())
            if span is None:
                return made
            made.append(self._make(use, span))
            self._add(tx, actor, made[-1])
        return made

    def _make(self, use: str, span: rotation.Span) -> KeyRow:
        if use == "tls":
            return self._make_certificate(span)
        if use == "sealing":
            secret = token_bytes()
            public = HpkePrivateKey(secret).public
            kid = kid_of_sealing(public)
            place = f"exchange-{kid}.secret"
            self.identity.keyring.stored(place, secret)
            return row_of(use, kid, place, jws.encode(public.public_bytes), span, self._now())
        if self.identity.token is not None:
            label = f"cordillera-{self.identity.id}-{token_bytes(8).hex()}"
            public_bytes = self.identity.token.make(label).public_bytes
            kid = jws.thumbprint(public_bytes)
            return row_of(use, kid, label, jws.encode(public_bytes), span, self._now(), "token")
        key = SigningKey.generate()
        kid = jws.thumbprint(key.public_bytes)
        place = f"exchange-{kid}.ed25519"
        self.identity.keyring.stored(place, key.seed)
        return row_of(use, kid, place, jws.encode(key.public_bytes), span, self._now())

    def _make_certificate(self, span: rotation.Span) -> KeyRow:
        own, stem = self.identity, f"certificate-{token_bytes(8).hex()}"
        made = make_certificate(own.folder, stem, own.id, own.hosts, self._now())
        return row_of("tls", made.fingerprint, f"{FOLDER}/{stem}", made.pem, span, self._now())

    def _destroy(self, row: KeyRow) -> None:
        if row.holder == "token" and self.identity.token is not None:
            self.identity.token.destroy(row.place)
        elif row.holder == "file":
            suffix = ".key" if row.use == "tls" else ""
            self.identity.keyring.destroy(row.place + suffix)

    def _note_lost(self, tx: sa.Connection) -> bool:
        """Record keys whose files are gone, as after an old backup of the database came back."""
        lost = [row for row in sql.all_keys(tx) if row.usable and row.use in ROTATED and self._is_lost(row)]
        for row in lost:
            sql.lock(tx)
            sql.update(tx, msgspec.structs.replace(row, destroyed_at=self._now()))
            self._record(tx, NODE, row, "lost")
        return bool(lost)

    def _is_lost(self, row: KeyRow) -> bool:
        try:
            if row.holder == "file":
                self.identity.keyring.kept(row.place + (".key" if row.use == "tls" else ""))
        except KeyUnavailable:
            return True
        return False

    def _withdraw(self, tx: sa.Connection, actor: str, row: KeyRow, now: datetime) -> None:
        """Drop a key that was published for later; nobody has used it."""
        gone = msgspec.structs.replace(row, destroy_at=now, revoked_from=now, reason="superseded")
        sql.update(tx, gone)
        self._record(tx, actor, gone, "withdrawn")

    def _add(self, tx: sa.Connection, actor: str, row: KeyRow) -> None:
        sql.insert(tx, row)
        self._record(tx, actor, row, "created")

    def _record(self, tx: sa.Connection, actor: str, row: KeyRow, state: str) -> None:
        self._record_text(tx, actor, row.use, row.kid, state, row.public.encode("ascii"))

    def _record_text(  # noqa: PLR0913 - the facts of one leaf
        self, tx: sa.Connection, actor: str, use: str, name: str, state: str, payload: bytes
    ) -> None:
        detail = {"use": use, "kid": name, "state": state}
        event = Event(kind=LeafKind.KEY_CHANGED, actor=actor, agency="node", payload=payload, detail=detail)
        self._ledger.record(tx, event)

    def _now(self) -> datetime:
        return self._clock.now().replace(microsecond=0)


def _signed(text: str) -> SignedDelegation:
    return shapes.decode(text, SignedDelegation)
