"""Who this node is to its partners: signing key, sealing key, certificate, and the bundle that says so.

The bundle is a flattened JWS by the node's own key over its public facts. It proves possession, not
identity: whoever adds a partner compares the fingerprint over another way (telephone, visit).
"""

from urllib.parse import urlsplit

import msgspec

from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.certificates import NodeCertificate, fingerprint, node_certificate
from cordillera.foundation.crypto.digest import hmac_sha256, sha256
from cordillera.foundation.crypto.errors import BadKey, BadSignature
from cordillera.foundation.crypto.hpke import SUITE, HpkePrivateKey, HpkePublicKey
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.foundation.errors import BadInput
from cordillera.foundation.settings import Settings
from cordillera.trust.exchange.envelope import Moment
from cordillera.trust.exchange.errors import BundleRefused

TYP = "cordillera-bundle+jws"
MAX_BUNDLE = 65_536
_LOOPBACK = ("localhost", "127.0.0.1")


class SealingKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public HPKE key, base64url, with its id."""

    kid: str
    suite: str
    public: str


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What partners know about a node. `seq` only grows; certificates are PEM."""

    v: int
    seq: int
    id: str
    country: str
    name: str
    url: str
    signing_key: str
    sealing_keys: tuple[SealingKey, ...]
    certificates: tuple[str, ...]
    ledger_vkey: str
    issued: Moment

    @property
    def signing_kid(self) -> str:
        """The id of the signing key (RFC 7638)."""
        return jws.thumbprint(jws.decode(self.signing_key))

    @property
    def verify_key(self) -> VerifyKey:
        """The signing key, ready to verify."""
        return VerifyKey(jws.decode(self.signing_key))

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """SHA-256 of each certificate."""
        return tuple(fingerprint(pem) for pem in self.certificates)


def read_bundle(raw: bytes) -> Bundle:
    """Read and verify a bundle that is signed by the key it names; raise `BundleRefused`."""
    try:
        token = jws.read_flattened(raw) if len(raw) <= MAX_BUNDLE else None
        if token is None or token.typ != TYP:
            raise BundleRefused(reason="no bundle")
        bundle = canonical.to_struct(token.payload, Bundle, max_bytes=MAX_BUNDLE)
        jws.verify(token, bundle.verify_key)
        _check(bundle, token.kid)
    except (BadSignature, BadKey, BadInput) as error:
        raise error if isinstance(error, BundleRefused) else BundleRefused(reason=str(error)) from error
    return bundle


def _check(bundle: Bundle, kid: str) -> None:
    if bundle.v != 1 or bundle.seq < 1 or not bundle.id or kid != bundle.signing_kid:
        raise BundleRefused(reason="version, seq, id or key id")
    if not bundle.sealing_keys or not bundle.fingerprints or urlsplit(bundle.url).scheme != "https":
        raise BundleRefused(reason="keys, certificates or URL")
    for key in bundle.sealing_keys:
        if key.suite != SUITE or key.kid != kid_of_sealing(HpkePublicKey(jws.decode(key.public))):
            raise BundleRefused(reason="sealing key")


def kid_of_sealing(key: HpkePublicKey) -> str:
    """Return the id of a sealing key: the hash of its bytes."""
    return jws.encode(sha256(key.public_bytes))


class NodeIdentity:
    """This node's keys for the exchange, made on first use and kept in the key ring."""

    def __init__(self, settings: Settings, keyring: KeyRing, clock: Clock, ledger_vkey: str = "") -> None:
        self.node = settings.node
        self.id = settings.node.id
        self.country = settings.node.country
        self.agency = settings.node.agency
        self.environment: str = settings.node.environment
        self.ledger_vkey = ledger_vkey
        exchange = settings.exchange
        self.url = exchange.public_url or f"https://{exchange.host}:{exchange.port}"
        self.signing: SigningKey = keyring.signing("exchange")
        self.kid = jws.thumbprint(self.signing.public_bytes)
        sealing = HpkePrivateKey(keyring.secret("exchange-hpke"))
        self.sealing_keys = {kid_of_sealing(sealing.public): sealing}
        self._pseudonyms = keyring.secret("exchange-officers")
        self._clock = clock
        hosts = dict.fromkeys([*_LOOPBACK, urlsplit(self.url).hostname or "localhost"])
        folder = keyring.directory / "exchange"
        self.certificate: NodeCertificate = node_certificate(folder, self.id, tuple(hosts), clock.now())

    def pseudonym(self, officer_id: str) -> str:
        """Return how an officer is named abroad: stable for one node, meaningless elsewhere."""
        return hmac_sha256(self._pseudonyms, officer_id.encode()).hex()[:20] if officer_id else ""

    def bundle(self) -> Bundle:
        """Return what partners should know; `seq` is the second of issue."""
        issued = self._clock.now().replace(microsecond=0)
        keys = tuple(
            SealingKey(kid, SUITE, jws.encode(key.public.public_bytes))
            for kid, key in self.sealing_keys.items()
        )
        return Bundle(
            v=1,
            seq=int(issued.timestamp()),
            id=self.id,
            country=self.country,
            name=self.node.name,
            url=self.url,
            signing_key=jws.encode(self.signing.public_bytes),
            sealing_keys=keys,
            certificates=(self.certificate.pem,),
            ledger_vkey=self.ledger_vkey,
            issued=issued,
        )

    def signed_bundle(self) -> bytes:
        """Return the bundle as partners take it: a flattened JWS by this node's key."""
        return jws.sign_flattened(self.signing, canonical.dumps(self.bundle()), typ=TYP)
