"""The trust bundle: what partners know about a node, in one signed text whose `seq` only grows.

It is a flattened JWS by the node's bundle key, which signs nothing else. An organisation's offline root
signs a delegation to that key, so that keys change by the clock without the root being brought out, and
whoever steals a message key cannot speak for the node. A bundle without a root proves possession only:
it is for exercises. In the manner of SPIFFE bundles; reference 2.6; docs/adr/0027.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec

from cordillera.foundation import canonical
from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.certificates import fingerprint
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.hpke import SUITE, HpkePublicKey
from cordillera.foundation.crypto.root import RootKey, RootPublic, RootSignature
from cordillera.foundation.crypto.rotation import Span
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.foundation.errors import BadInput
from cordillera.trust.exchange.envelope import Moment
from cordillera.trust.exchange.errors import BundleRefused, DelegationRefused

TYP: Final = "cordillera-bundle+jws"
VERSION: Final = 2
MAX_BUNDLE: Final = 65_536
DELEGATION: Final = "cordillera/delegation/1"
"""The context in which a root signs a delegation."""
REFRESH_SECONDS: Final = 3_600
_MOST: Final = 32
_Short = Annotated[str, msgspec.Meta(max_length=512)]


class BundleKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public key, base64url, with its id and its term of use."""

    kid: _Short
    public: str
    not_before: Moment
    not_after: Moment
    suite: str = "Ed25519"

    @property
    def span(self) -> Span:
        """The term of use."""
        return Span(self.not_before, self.not_after)


class Revoked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key of this node that is no longer its own word, from a moment on."""

    kid: _Short
    effective_from: Moment
    reason: _Short = ""


class Excluded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A node that this node revoked: what comes from here must not be passed on there."""

    id: _Short
    effective_from: Moment


LOG_CHANGE: Final = "log-key-change/"
"""Followed by a number: the note by which one key of the node's log named the next."""


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public value of another part of the node, such as the key of private look-up of one epoch."""

    name: _Short
    value: Annotated[str, msgspec.Meta(max_length=4096)]


class Delegation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the root signs: this key signs the bundles of this node, until then. `epoch` only grows."""

    v: int
    id: str
    country: str
    epoch: int
    signer: str
    not_before: Moment
    not_after: Moment


class SignedDelegation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A delegation's exact bytes, base64url, the root that signed them, and its signature."""

    payload: str
    root: dict[str, str]
    signature: RootSignature


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What partners know about a node. Certificates are PEM; `prev` is the hash of the bundle before."""

    v: int
    seq: int
    id: str
    country: str
    name: str
    url: str
    issued: Moment
    refresh_seconds: int = REFRESH_SECONDS
    prev: str = ""
    signer: str
    signing_keys: Annotated[tuple[BundleKey, ...], msgspec.Meta(max_length=_MOST)]
    sealing_keys: Annotated[tuple[BundleKey, ...], msgspec.Meta(max_length=_MOST)]
    certificates: Annotated[tuple[str, ...], msgspec.Meta(max_length=_MOST)]
    ledger_vkey: str = ""
    witness_vkeys: Annotated[tuple[str, ...], msgspec.Meta(max_length=_MOST)] = ()
    published: Annotated[tuple[Published, ...], msgspec.Meta(max_length=_MOST)] = ()
    revoked: Annotated[tuple[Revoked, ...], msgspec.Meta(max_length=256)] = ()
    excluded: Annotated[tuple[Excluded, ...], msgspec.Meta(max_length=256)] = ()
    delegation: SignedDelegation | None = None

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """SHA-256 of each certificate."""
        return tuple(fingerprint(pem) for pem in self.certificates)

    @property
    def signer_kid(self) -> str:
        """The id of the key that signs this node's bundles."""
        return jws.thumbprint(jws.decode(self.signer))

    @property
    def root(self) -> RootPublic | None:
        """The root of the organisation, if the bundle rests on one."""
        return RootPublic.from_text(self.delegation.root) if self.delegation else None

    def revoked_at(self, moment: datetime) -> frozenset[str]:
        """Return the ids of the keys that are revoked at a moment."""
        return frozenset(one.kid for one in self.revoked if one.effective_from <= moment)


def sign_bundle(bundle: Bundle, signer: SigningKey) -> bytes:
    """Return the bundle as partners take it."""
    return jws.sign_flattened(signer, canonical.dumps(bundle), typ=TYP)


def bundle_hash(raw: bytes) -> str:
    """Return what tells two bundles apart: the hash of the signed payload, not of its wrapping."""
    return sha256(jws.read_flattened(raw).payload).hex()


def read_bundle(raw: bytes) -> Bundle:
    """Read a bundle that must hold; raise `BundleRefused`, `DelegationRefused`.

    1. It is no larger than 64 KiB, and a JWS of this type whose payload has exactly these fields.
    2. The key that it names as its signer signed it.
    3. Version, `seq`, id and address are those of a bundle; every key id is the hash of its key; one
       signing key and one sealing key at least are not revoked; every certificate can be read.
    4. A delegation, if there is one, is signed by its root with both halves, is for this node, this
       country and this signer, and was in force when the bundle was issued.
    """
    try:
        token = jws.read_flattened(raw) if len(raw) <= MAX_BUNDLE else None
        if token is None or token.typ != TYP:
            raise BundleRefused(reason="no bundle")
        bundle = canonical.to_struct(token.payload, Bundle, max_bytes=MAX_BUNDLE)
        if token.kid != bundle.signer_kid:
            raise BundleRefused(reason="another signer")
        jws.verify(token, VerifyKey(jws.decode(bundle.signer)))
        _check_facts(bundle)
        if bundle.delegation is not None:
            _check_delegation(bundle, bundle.delegation)
    except BadInput as error:
        raise error if isinstance(error, BundleRefused) else BundleRefused(reason=str(error)) from error
    return bundle


def delegate(root: RootKey, delegation: Delegation) -> SignedDelegation:
    """Sign a delegation with the root; done on the offline machine."""
    payload = canonical.dumps(delegation)
    return SignedDelegation(jws.encode(payload), root.public.as_text(), root.sign(payload, DELEGATION))


def read_delegation(signed: SignedDelegation) -> Delegation:
    """Verify the root's signature and return what it signed; raise `DelegationRefused`."""
    try:
        payload = jws.decode(signed.payload)
        RootPublic.from_text(signed.root).verify(signed.signature, payload, DELEGATION)
        found = canonical.to_struct(payload, Delegation, max_bytes=4_096)
    except BadInput as error:
        raise DelegationRefused(reason=str(error)) from error
    if found.v != 1 or found.epoch < 1 or found.not_before >= found.not_after:
        raise DelegationRefused(reason="version, epoch or term")
    return found


def kid_of_sealing(key: HpkePublicKey) -> str:
    """Return the id of a sealing key: the hash of its bytes."""
    return jws.encode(sha256(key.public_bytes))


def _check_facts(bundle: Bundle) -> None:
    if bundle.v != VERSION or bundle.seq < 1 or not bundle.id or not 60 <= bundle.refresh_seconds <= 604_800:
        raise BundleRefused(reason="version, seq, id or refresh")
    if not bundle.fingerprints or urlsplit(bundle.url).scheme != "https":
        raise BundleRefused(reason="certificates or URL")
    for key in bundle.signing_keys:
        if key.suite != "Ed25519" or key.kid != jws.thumbprint(
            VerifyKey(jws.decode(key.public)).public_bytes
        ):
            raise BundleRefused(reason="signing key")
    for key in bundle.sealing_keys:
        if key.suite != SUITE or key.kid != kid_of_sealing(HpkePublicKey(jws.decode(key.public))):
            raise BundleRefused(reason="sealing key")
    _check_keys(bundle, bundle.signing_keys)
    _check_keys(bundle, bundle.sealing_keys)


def _check_keys(bundle: Bundle, keys: Sequence[BundleKey]) -> None:
    revoked = {one.kid for one in bundle.revoked}
    if not any(key.kid not in revoked for key in keys) or len({key.kid for key in keys}) != len(keys):
        raise BundleRefused(reason="no key that is not revoked, or one named twice")
    if any(key.not_before >= key.not_after for key in keys):
        raise BundleRefused(reason="term of a key")


def _check_delegation(bundle: Bundle, signed: SignedDelegation) -> None:
    found = read_delegation(signed)
    if (found.id, found.country, found.signer) != (bundle.id, bundle.country, bundle.signer):
        raise DelegationRefused(reason="for another node, country or key")
    if not found.not_before <= bundle.issued < found.not_after:
        raise DelegationRefused(reason="not in force when the bundle was issued")
