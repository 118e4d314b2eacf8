"""The wire after docs/protocol.md: text, keys, JWS, frames, request signatures.

HPKE is that of the `cryptography` library, whole; the product makes its own key schedule.
"""

import base64
import datetime as dt
import hashlib
import json
import os
import re
import struct
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519, mlkem, x25519
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

SUITE = "X25519MLKEM768-HKDF-SHA256-AES-256-GCM"
HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
GENESIS = "0" * 64
LATTICE = 1184
PADDING = {"answer.person": 8192}
COVERED = '("@method" "@authority" "@target-uri" "content-digest")'

KeyOf = Callable[[str], bytes]


class Refused(Exception):
    """Something does not hold."""


def need(holds: object, what: str) -> None:
    if not holds:
        raise Refused(what)


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    need(b64u(data) == text, "base64url")
    return data


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def jcs(value: object) -> bytes:
    """RFC 8785 for what is sent here: texts, integers, booleans, simple fractions; names in ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def moment(at: dt.datetime) -> str:
    fraction = f".{at.microsecond:06d}" if at.microsecond else ""
    return f"{at:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def uuid7(at: dt.datetime) -> str:
    value = int(at.timestamp() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    return str(uuid.UUID(int=value & ~(0x3 << 62) | 2 << 62))


def kid_of(public: bytes) -> str:
    return b64u(sha(jcs({"crv": "Ed25519", "kty": "OKP", "x": b64u(public)})))


def check(public: bytes, signature: bytes, signed: bytes) -> None:
    ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)


class Signer:
    """An Ed25519 key and its id."""

    def __init__(self) -> None:
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.public = self.key.public_key().public_bytes_raw()
        self.kid = kid_of(self.public)

    def jws(self, payload: bytes, typ: str) -> dict[str, str]:
        protected = b64u(jcs({"alg": "Ed25519", "kid": self.kid, "typ": typ}))
        signature = self.key.sign(f"{protected}.{b64u(payload)}".encode())
        return {"payload": b64u(payload), "protected": protected, "signature": b64u(signature)}


def verified(jws: Mapping[str, str], typ: str, key_of: KeyOf) -> bytes:
    """The payload of a JWS of the one profile; `key_of` gives the key of a `kid`."""
    need(set(jws) == {"payload", "protected", "signature"}, "jws members")
    header = json.loads(unb64u(jws["protected"]))
    need(set(header) == {"alg", "kid", "typ"}, "jws header")
    need((header["alg"], header["typ"]) == ("Ed25519", typ), "jws header")
    signed = f"{jws['protected']}.{jws['payload']}".encode()
    check(key_of(header["kid"]), unb64u(jws["signature"]), signed)
    return unb64u(jws["payload"])


def compact(jws: Mapping[str, str]) -> str:
    return f"{jws['protected']}.{jws['payload']}.{jws['signature']}"


def parts_of(text: str) -> dict[str, str]:
    protected, payload, signature = text.split(".")
    return {"protected": protected, "payload": payload, "signature": signature}


class Sealer:
    """A private sealing key, from its seed."""

    def __init__(self) -> None:
        seed = hashlib.shake_256(os.urandom(32)).digest(96)
        lattice = mlkem.MLKEM768PrivateKey.from_seed_bytes(seed[:64])
        curve = x25519.X25519PrivateKey.from_private_bytes(seed[64:])
        self.key = MLKEM768X25519PrivateKey(lattice, curve)
        self.public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
        self.kid = b64u(sha(self.public))


def public_key(raw: bytes) -> MLKEM768X25519PublicKey:
    lattice = mlkem.MLKEM768PublicKey.from_public_bytes(raw[:LATTICE])
    return MLKEM768X25519PublicKey(lattice, x25519.X25519PublicKey.from_public_bytes(raw[LATTICE:]))


def sealed(header: Mapping[str, Any], jws: Mapping[str, str], to: bytes) -> bytes:
    """An envelope: the signed payload under its header, to a public sealing key."""
    told, inner = jcs(header), jcs(jws)
    plain = struct.pack(">I", len(inner)) + inner
    plain += bytes(-len(plain) % PADDING.get(header["type"], 2048))
    body = HPKE.encrypt(plain, public_key(to), b"cordillera/1|" + sha(told))
    return b"CDE1" + struct.pack(">I", len(told)) + told + struct.pack(">I", len(body)) + body


def header_of(frame: bytes) -> bytes:
    need(frame[:4] == b"CDE1", "magic")
    (length,) = struct.unpack(">I", frame[4:8])
    return frame[8 : 8 + length]


def opened(frame: bytes, sealers: Mapping[str, Sealer]) -> dict[str, str]:
    """The JWS in an envelope."""
    told = header_of(frame)
    header, body = json.loads(told), frame[12 + len(told) :]
    plain = HPKE.decrypt(body, sealers[header["enc_kid"]].key, b"cordillera/1|" + sha(told))
    need(len(plain) % PADDING.get(header["type"], 2048) == 0, "padding")
    (length,) = struct.unpack(">I", plain[:4])
    need(not any(plain[4 + length :]), "padding")
    return dict(json.loads(plain[4 : 4 + length]))


def frames(body: bytes) -> list[bytes]:
    """The envelopes of a batch."""
    found = []
    while body:
        at = 8 + len(header_of(body))
        end = at + 4 + int(struct.unpack(">I", body[at : at + 4])[0])
        found.append(body[:end])
        body = body[end:]
    return found


def digest_of(body: bytes) -> str:
    return f"sha-256=:{b64(sha(body))}:"


def signature_base(url: str, path: str, digest: str, parts: str) -> bytes:
    """What a request signature signs (RFC 9421, 2.5), by the address in the receiver's bundle."""
    authority = url.split("://", 1)[1].split("/", 1)[0].lower()
    values = {"@method": "POST", "@authority": authority, "@target-uri": url + path, "content-digest": digest}
    covered = re.findall(r'"([^"]+)"', parts[: parts.index(")")])
    need(set(values) <= set(covered), "coverage")
    lines = [f'"{name}": {values[name]}' for name in covered]
    return "\n".join([*lines, f'"@signature-params": {parts}']).encode()
