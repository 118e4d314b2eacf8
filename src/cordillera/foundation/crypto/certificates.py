"""Certificates and TLS contexts of the node-to-node port: TLS 1.3 only, both sides show a certificate.

A node has one self-signed certificate; partners pin exactly that certificate (SHA-256 of its DER bytes),
so no outside authority can speak for a partner. Standards: RFC 8446, RFC 5280.
"""

import ipaddress
import os
import ssl
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cordillera.foundation.crypto.errors import BadKey

VALID_DAYS = 730
FIRST = "certificate"


class NodeCertificate(msgspec.Struct, frozen=True):
    """A node's certificate and the files that OpenSSL reads it from."""

    pem: str
    fingerprint: str
    certificate_file: Path
    key_file: Path


def fingerprint(pem: str) -> str:
    """Return the SHA-256 of the certificate's DER bytes in hex; raise `BadKey`."""
    try:
        return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()).hex()
    except ValueError as error:
        raise BadKey(kind="certificate") from error


def node_certificate(folder: Path, name: str, hosts: Sequence[str], now: datetime) -> NodeCertificate:
    """Return the first certificate kept in `folder`; make key and certificate for `hosts` on first use."""
    certificate_file, key_file = folder / f"{FIRST}.pem", folder / f"{FIRST}.key"
    if not certificate_file.exists():
        make_certificate(folder, FIRST, name, hosts, now)
    pem = certificate_file.read_text("ascii")
    return NodeCertificate(pem, fingerprint(pem), certificate_file, key_file)


def make_certificate(
    folder: Path, stem: str, name: str, hosts: Sequence[str], now: datetime
) -> NodeCertificate:
    """Make a key and a certificate for `hosts`, kept in `folder` as `stem`.pem and `stem`.key."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    certificate_file, key_file = folder / f"{stem}.pem", folder / f"{stem}.key"
    key = ec.generate_private_key(ec.SECP256R1())
    pem = _self_signed(key, name, hosts, now)
    _write(key_file, _private_pem(key))
    _write(certificate_file, pem)
    return NodeCertificate(pem.decode("ascii"), fingerprint(pem.decode("ascii")), certificate_file, key_file)


def ends(pem: str) -> datetime:
    """Return when a certificate expires."""
    return x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc


def show(context: ssl.SSLContext, own: NodeCertificate) -> None:
    """Let a live context show another certificate from the next handshake on."""
    context.load_cert_chain(own.certificate_file, own.key_file)


def server_context(own: NodeCertificate, trusted: Iterable[str]) -> ssl.SSLContext:
    """Return a server context that speaks TLS 1.3 only to holders of the `trusted` certificates (PEM)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    return _prepare(context, own, trusted)


def client_context(own: NodeCertificate, pinned: Iterable[str]) -> ssl.SSLContext:
    """Return a client context that accepts exactly the `pinned` certificates (PEM), for their host names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = True
    return _prepare(context, own, pinned)


def trust(context: ssl.SSLContext, pem: str) -> None:
    """Let a live server context accept one more certificate; taking one away is the directory's work."""
    context.load_verify_locations(cadata=pem)


def _prepare(context: ssl.SSLContext, own: NodeCertificate, trusted: Iterable[str]) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.load_cert_chain(own.certificate_file, own.key_file)
    for pem in trusted:
        trust(context, pem)
    return context


def _self_signed(key: ec.EllipticCurvePrivateKey, name: str, hosts: Sequence[str], now: datetime) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usage), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
