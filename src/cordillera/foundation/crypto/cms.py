"""Signed, encrypted and compressed messages of the Cryptographic Message Syntax (RFC 5652, RFC 3274).

The library signs, encrypts and decrypts but does not verify signatures, so `verify` does, against one
certificate that is known beforehand: no chain, no certificate out of the message. It must hold:

1. it is SignedData with one signer whose name and serial number, or key identifier, are the certificate's;
2. the content is not inside it (detached), and the certificate is valid at the moment asked about;
3. the digest is SHA-256, SHA-384 or SHA-512;
4. signed attributes are there (without them a signature over attributes passes for one over content, and
   the other way round), name the content's kind as data, once, and its digest, once, rightly;
5. the signature over the attributes is the certificate's: RSA of at least 2,048 bits or ECDSA.
"""

import zlib
from datetime import datetime, timedelta
from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import ExtensionOID, NameOID

from cordillera.foundation.crypto.ber import (
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    BadEncoding,
    Element,
    child,
    definite,
    dotted,
    encoded,
    read,
)
from cordillera.foundation.crypto.errors import BadKey, BadSignature
from cordillera.foundation.errors import BadInput

VALID_DAYS: Final = 1_095
LEAST_BITS: Final = 2_048
_SIGNED, _ENVELOPED, _DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.3", "1.2.840.113549.1.7.1"
_COMPRESSED, _ZLIB = "1.2.840.113549.1.9.16.1.9", "1.2.840.113549.1.9.16.3.8"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_ATTRIBUTES, _KEY_IDENTIFIER = 0xA0, 0x80
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_RSA: Final = {"1.2.840.113549.1.1.1", *(f"1.2.840.113549.1.1.{number}" for number in (11, 12, 13))}
_ECDSA: Final = {f"1.2.840.10045.4.3.{number}" for number in (2, 3, 4)}


class NotDecrypted(BadInput):
    """The message was not encrypted to this node's certificate, or was changed on the way."""

    code = "crypto.not_decrypted"


class TooMuch(BadInput):
    """What was compressed is larger than may be taken in."""

    code = "crypto.decompressed_too_large"


class SigningIdentity(msgspec.Struct, frozen=True):
    """A private key with its certificate, both PEM in one text: what signs and what is encrypted to."""

    pem: bytes

    @property
    def certificate(self) -> str:
        """The certificate in PEM, to be given to others."""
        return _public(self._certificate())

    def sign(self, content: bytes) -> bytes:
        """Return a detached signature over `content` in DER, with SHA-256."""
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
        return builder.add_signer(self._certificate(), self._key(), hashes.SHA256()).sign(
            serialization.Encoding.DER, [*options, pkcs7.PKCS7Options.NoCapabilities]
        )

    def decrypt(self, message: bytes) -> bytes:
        """Return the content of EnvelopedData in BER or DER; raise `NotDecrypted`.

        Whatever is wrong is one error: its kind would tell an attacker about the padding.
        """
        try:
            return pkcs7.pkcs7_decrypt_der(_enveloped(message), self._certificate(), self._key(), [])
        except (BadEncoding, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise NotDecrypted from error

    def _certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.pem)

    def _key(self) -> rsa.RSAPrivateKey:
        key = serialization.load_pem_private_key(self.pem, None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise BadKey(kind="private key")
        return key


class PinnedCertificate(msgspec.Struct, frozen=True):
    """A certificate of somebody else, as officers took it in."""

    pem: str
    fingerprint: str
    name: str
    starts: datetime
    ends: datetime


def make_identity(name: str, now: datetime) -> SigningIdentity:
    """Make a key (RSA 3072, which decrypting CMS needs) and a certificate for it."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=3_072)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SigningIdentity(private + _public(certificate).encode())


def pinned(pem: str) -> PinnedCertificate:
    """Read a certificate that others sign with; raise `BadKey` for none, several, or a key too weak."""
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except (ValueError, UnicodeEncodeError) as error:
        raise BadKey(kind="certificate") from error
    if len(found) != 1:
        raise BadKey(kind="certificate")
    certificate = found[0]
    _check_strength(certificate)
    return PinnedCertificate(
        _public(certificate),
        certificate.fingerprint(hashes.SHA256()).hex(),
        certificate.subject.rfc4514_string()[:200],
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def verify(signature: bytes, content: bytes, certificate: PinnedCertificate, now: datetime) -> None:
    """Raise `BadSignature` unless a detached signature in BER or DER holds (conditions 1 to 5)."""
    try:
        _verify(signature, content, certificate, now)
    except BadEncoding as error:
        raise BadSignature(condition=1) from error


def decompressed(message: bytes, limit: int) -> bytes:
    """Return the content of CompressedData (RFC 3274), at most `limit` bytes.

    Raises `TooMuch`, `BadEncoding`.
    """
    body = _content_of(message, _COMPRESSED)
    if dotted(child(child(body, 1, SEQUENCE), 0, OID)) != _ZLIB:
        raise BadEncoding(reason="algorithm")
    packed = child(child(child(body, 2, SEQUENCE), 1, 0xA0), 0).octets()
    opened = zlib.decompressobj()
    try:
        content = opened.decompress(packed, limit + 1)
    except zlib.error as error:
        raise BadEncoding(reason="zlib") from error
    if len(content) > limit:
        raise TooMuch(limit=limit)
    if not opened.eof:
        raise BadEncoding(reason="zlib")
    return content


def _verify(signature: bytes, content: bytes, pin: PinnedCertificate, now: datetime) -> None:
    certificate = x509.load_pem_x509_certificate(pin.pem.encode())
    signed = _content_of(signature, _SIGNED)
    signer = _only_signer(signed, certificate)  # 1
    if len(child(signed, 2, SEQUENCE).parts()) != 1 or not pin.starts <= now <= pin.ends:  # 2
        raise BadSignature(condition=2)
    parts = signer.parts()
    digest = _HASHES.get(dotted(child(parts[2], 0, OID)))
    if digest is None:  # 3
        raise BadSignature(condition=3)
    if parts[3].tag != _ATTRIBUTES:  # 4
        raise BadSignature(condition=4)
    _check_attributes(parts[3], _digested(content, digest))
    if len(parts) < 6:
        raise BadSignature(condition=5)
    told = b"\x31" + parts[3].whole[1:]  # the attributes are signed as SET OF, not as [0]
    _check_signature(certificate, parts[5].octets(), told, (dotted(child(parts[4], 0, OID)), digest))  # 5


def _content_of(message: bytes, kind: str) -> Element:
    outer = read(message)
    if outer.tag != SEQUENCE or dotted(child(outer, 0, OID)) != kind:
        raise BadEncoding(reason="kind")
    return child(child(outer, 1, 0xA0), 0, SEQUENCE)


def _enveloped(message: bytes) -> bytes:
    """EnvelopedData in DER: the library reads no other; its encrypted content may have come in pieces."""
    body = _content_of(message, _ENVELOPED).parts()
    at = next(place for place in range(len(body) - 1, -1, -1) if body[place].tag == SEQUENCE)
    kind, algorithm, *rest = body[at].parts()
    if len(rest) != 1 or rest[0].tag not in {0x80, 0xA0}:
        raise BadEncoding(reason="content")
    content = encoded(0x80, rest[0].octets())
    inner = encoded(SEQUENCE, definite(kind) + definite(algorithm) + content)
    parts = [definite(one) for one in body[:at]] + [inner] + [definite(one) for one in body[at + 1 :]]
    told = encoded(0xA0, encoded(SEQUENCE, b"".join(parts)))
    return encoded(SEQUENCE, definite(child(read(message), 0, OID)) + told)


def _only_signer(signed: Element, certificate: x509.Certificate) -> Element:
    signers = child(signed, -1, SET).parts()
    if len(signers) != 1 or len(signers[0].parts()) < 5:
        raise BadSignature(condition=1)
    who = signers[0].parts()[1]
    if who.tag == _KEY_IDENTIFIER:
        named = who.content == _key_identifier(certificate)
    else:
        issuer, serial = child(who, 0, SEQUENCE), child(who, 1, INTEGER)
        number = int.from_bytes(serial.content, "big", signed=True)
        named = issuer.whole == certificate.issuer.public_bytes() and number == certificate.serial_number
    if not named:
        raise BadSignature(condition=1)
    return signers[0]


def _key_identifier(certificate: x509.Certificate) -> bytes | None:
    try:
        extension = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_KEY_IDENTIFIER)
    except x509.ExtensionNotFound:
        return None
    return extension.value.public_bytes()[2:]


def _check_attributes(attributes: Element, digest: bytes) -> None:
    """Condition 4."""
    told: dict[str, list[Element]] = {}
    for one in attributes.parts():
        told.setdefault(dotted(child(one, 0, OID)), []).append(child(one, 1, SET))
    kinds, digests = told.get(_CONTENT_TYPE, []), told.get(_MESSAGE_DIGEST, [])
    if len(kinds) != 1 or len(digests) != 1:
        raise BadSignature(condition=4)
    (kind,), (said,) = kinds[0].parts(), digests[0].parts()
    if dotted(kind) != _DATA or said.tag != OCTETS or said.content != digest:
        raise BadSignature(condition=4)


def _check_signature(
    certificate: x509.Certificate, signature: bytes, told: bytes, by: tuple[str, hashes.HashAlgorithm]
) -> None:
    """Condition 5."""
    algorithm, digest = by
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm in _RSA:
            key.verify(signature, told, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm in _ECDSA:
            key.verify(signature, told, ec.ECDSA(digest))
        else:
            raise BadSignature(condition=5)
    except InvalidSignature as error:
        raise BadSignature(condition=5) from error


def _check_strength(certificate: x509.Certificate) -> None:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey(kind="certificate") from error
    strong = isinstance(key, ec.EllipticCurvePublicKey) or (
        isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_BITS
    )
    if not strong:
        raise BadKey(kind="certificate", reason="weak")


def _digested(content: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    made = hashes.Hash(algorithm)
    made.update(content)
    return made.finalize()


def _public(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
