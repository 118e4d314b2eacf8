"""Who this node is to its partners: signing key, sealing keys, certificate, and the bundle that says so.

The keys change with time. `Keys` (docs/keys.md) makes, retires, revokes and destroys them and records it;
an identity holds those in use now. `refresh` is asked once for every batch, so that a key revoked by a
command is no longer used by a node that runs.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto import jws, rotation
from cordillera.foundation.crypto.certificates import NodeCertificate, node_certificate
from cordillera.foundation.crypto.digest import hmac_sha256
from cordillera.foundation.crypto.hpke import HpkePrivateKey
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.crypto.ports import Token
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.foundation.settings import Settings
from cordillera.trust.exchange import key_store
from cordillera.trust.exchange.bundle import (
    MAX_BUNDLE,
    TYP,
    Bundle,
    kid_of_sealing,
    read_bundle,
    sign_bundle,
)
from cordillera.trust.exchange.composing import compose
from cordillera.trust.exchange.errors import RootMissing
from cordillera.trust.exchange.key_store import KeyRow
from cordillera.trust.ledger.succession import KeyLine

__all__ = ["MAX_BUNDLE", "TYP", "Bundle", "NodeIdentity", "kid_of_sealing", "read_bundle"]

FOLDER: Final = "exchange"
LOG_CHANGES: Final = 4
"""So many changes of the log's key are told to partners, the newest ones."""
_LOOPBACK: Final = ("localhost", "127.0.0.1")
_TERM: Final = timedelta(days=3_650)
"""The first bundle key has no end of its own: the root's delegation says for how long it speaks."""


class NodeIdentity:
    """This node's keys for the exchange as they are now. The first ones are made on first use."""

    def __init__(
        self,
        settings: Settings,
        keyring: KeyRing,
        clock: Clock,
        ledger_keys: Callable[[], KeyLine] | str = "",
        token: Token | None = None,
    ) -> None:
        self.node = settings.node
        self.id = settings.node.id
        self.country = settings.node.country
        self.agency = settings.node.agency
        self.environment: str = settings.node.environment
        self._ledger_keys = ledger_keys
        exchange = settings.exchange
        self.url = exchange.public_url or f"https://{exchange.host}:{exchange.port}"
        self.keyring = keyring
        self.token = token
        self.clock = clock
        self.rooted = False
        self.revoked_kids: frozenset[str] = frozenset()
        self.former: NodeCertificate | None = None
        self.seq = 0
        self.signing_since = datetime.min.replace(tzinfo=UTC)
        self._raw = b""
        self._until: datetime | None = None
        self._pseudonyms = keyring.secret("exchange-officers")

    @property
    def ledger_vkey(self) -> str:
        """The verifier key of this node's log, as it is now."""
        keys = self._ledger_keys
        return keys if isinstance(keys, str) else keys().current.vkey

    @property
    def log_changes(self) -> tuple[str, ...]:
        """The notes by which the newest keys of the log followed each other."""
        keys = self._ledger_keys
        if isinstance(keys, str):
            return ()
        return tuple(one.raw.decode() for one in keys().changes[-LOG_CHANGES:])

    @cached_property
    def signing(self) -> SigningKey:
        """The key that signs messages, receipts and requests; raise `RootMissing` in production."""
        self._ensure_rooted()
        return self._first_signing

    @cached_property
    def kid(self) -> str:
        """The id of the signing key."""
        return jws.thumbprint(self.signing.public_bytes)

    @cached_property
    def sealing_keys(self) -> dict[str, HpkePrivateKey]:
        """The keys that open what partners sealed to us, by id."""
        self._ensure_rooted()
        return {kid_of_sealing(self._first_sealing.public): self._first_sealing}

    @cached_property
    def certificate(self) -> NodeCertificate:
        """The certificate of our side of TLS."""
        return node_certificate(self.folder, self.id, self.hosts, self.clock.now())

    @property
    def folder(self) -> Path:
        """Where certificates are kept."""
        return self.keyring.directory / FOLDER

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which partners reach us."""
        return tuple(dict.fromkeys([*_LOOPBACK, urlsplit(self.url).hostname or "localhost"]))

    def pseudonym(self, officer_id: str) -> str:
        """Return how an officer is named abroad: stable for one node, meaningless elsewhere."""
        return hmac_sha256(self._pseudonyms, officer_id.encode()).hex()[:20] if officer_id else ""

    def bundle(self) -> Bundle:
        """Return what partners should know."""
        return read_bundle(self.signed_bundle())

    def signed_bundle(self) -> bytes:
        """Return the newest bundle as partners take it: a flattened JWS by this node's bundle key."""
        self._ensure_rooted()
        if not self._raw:
            now = self.clock.now().replace(microsecond=0)
            signer = self.keyring.signing("exchange-bundle")
            first = compose(self, self.first_keys(), now)
            self._raw = sign_bundle(msgspec.structs.replace(first, seq=int(now.timestamp())), signer)
        return self._raw

    def refresh(self, tx: sa.Connection) -> None:
        """Use the keys that are to be used now; asks the store only what changed since."""
        version, now = key_store.version(tx), self.clock.now()
        if version and (version != self.seq or (self._until is not None and now >= self._until)):
            self.use(tx)

    def ahead(self, tx: sa.Connection) -> None:
        """Have `refresh` answered with the next answer of a transaction that gathers."""
        key_store.version_ahead(tx)

    def use(self, tx: sa.Connection) -> None:
        """Take over the keys as they stand in the store."""
        rows, now = key_store.all_keys(tx), self.clock.now()
        newest = key_store.newest_bundle(tx)
        self.rooted = bool(key_store.newest_delegation(tx))
        self.revoked_kids = frozenset(
            row.kid for row in rows if row.revoked_from is not None and row.revoked_from <= now
        )
        usable = [row for row in rows if row.usable]
        self._take_keys(usable, now)
        self.former = self._former(rows, now)
        self._raw = newest.bundle.encode("ascii") if newest else b""
        self.seq = newest.seq if newest else 0
        self._until = min((row.not_before for row in usable if row.not_before > now), default=None)

    def first_keys(self) -> list[KeyRow]:
        """Return the keys that a node makes on first use, as rows that are not stored yet."""
        now = self.clock.now().replace(microsecond=0)
        bundle, certificate = self.keyring.signing("exchange-bundle"), self.certificate
        sealing = self._first_sealing.public
        long = rotation.Span(now, now + _TERM)
        spans = {use: rotation.Span(now, now + period.use) for use, period in rotation.PERIODS.items()}
        made = [
            (
                "bundle",
                jws.thumbprint(bundle.public_bytes),
                "exchange-bundle.ed25519",
                jws.encode(bundle.public_bytes),
                long,
            ),
            (
                "signing",
                jws.thumbprint(self._first_signing.public_bytes),
                "exchange.ed25519",
                jws.encode(self._first_signing.public_bytes),
                spans["signing"],
            ),
            (
                "sealing",
                kid_of_sealing(sealing),
                "exchange-hpke.secret",
                jws.encode(sealing.public_bytes),
                spans["sealing"],
            ),
            ("tls", certificate.fingerprint, f"{FOLDER}/certificate", certificate.pem, spans["tls"]),
        ]
        return [row_of(use, kid, place, public, span, now) for use, kid, place, public, span in made]

    def open_signing(self, row: KeyRow) -> SigningKey:
        """Return a signing key from where it lies; raise `KeyUnavailable`."""
        if row.holder == "token" and self.token is not None:
            return self.token.signing(row.place)
        return SigningKey(self.keyring.kept(row.place))

    def _take_keys(self, usable: Sequence[KeyRow], now: datetime) -> None:
        by_use = {
            use: {row.kid: row for row in usable if row.use == use} for use in ("signing", "sealing", "tls")
        }
        if self.environment == "production" and not self.rooted:
            self.__dict__.pop("signing", None)
            self.__dict__.pop("sealing_keys", None)
            return
        chosen = rotation.current({kid: row.span for kid, row in by_use["signing"].items()}, now)
        if chosen is not None:
            self.signing, self.kid = self.open_signing(by_use["signing"][chosen]), chosen
            self.signing_since = by_use["signing"][chosen].not_before
        self.sealing_keys = {
            kid: HpkePrivateKey(self.keyring.kept(row.place)) for kid, row in by_use["sealing"].items()
        }
        shown = rotation.current({kid: row.span for kid, row in by_use["tls"].items()}, now)
        if shown is not None:
            self.certificate = certificate_of(self, by_use["tls"][shown])

    def _former(self, rows: Sequence[KeyRow], now: datetime) -> NodeCertificate | None:
        """Return the certificate shown before this one: partners that know no newer one still know it."""
        shown = [
            row
            for row in rows
            if row.use == "tls" and row.destroyed_at is None and row.not_before <= now
            and row.kid != self.certificate.fingerprint
        ]  # fmt: skip
        return certificate_of(self, shown[-1]) if shown else None

    @cached_property
    def _first_signing(self) -> SigningKey:
        return self.keyring.signing("exchange")

    @cached_property
    def _first_sealing(self) -> HpkePrivateKey:
        return HpkePrivateKey(self.keyring.secret("exchange-hpke"))

    def _ensure_rooted(self) -> None:
        if self.environment == "production" and not self.rooted:
            raise RootMissing(node=self.id)


def certificate_of(identity: NodeIdentity, row: KeyRow) -> NodeCertificate:
    """Return the certificate of a stored TLS key."""
    stem = identity.keyring.directory / row.place
    return NodeCertificate(row.public, row.kid, stem.with_suffix(".pem"), stem.with_suffix(".key"))


def row_of(  # noqa: PLR0913 - the columns of a new key
    use: str, kid: str, place: str, public: str, span: rotation.Span, now: datetime, holder: str = "file"
) -> KeyRow:
    """Return the row of a new key; when its private half is destroyed follows from its term."""
    period = rotation.PERIODS.get(use)
    return KeyRow(
        kid=kid,
        use=use,
        holder=holder,
        place=place,
        public=public,
        created_at=now,
        not_before=span.not_before,
        not_after=span.not_after,
        destroy_at=span.not_after + period.keep if period else None,
    )
