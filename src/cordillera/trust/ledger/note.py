r"""Signed notes: text with Ed25519 signatures under named keys (c2sp.org/signed-note).

A key signs the text itself (type 0x01) or, as a witness, a timestamped cosignature over it (type 0x04,
c2sp.org/tlog-cosignature); the type is part of the key's id.

>>> from cordillera.foundation.crypto.signing import SigningKey
>>> key = SigningKey(bytes(32))
>>> raw = sign_note("hello\n", "example.org/log", key)
>>> verify_note(raw, [NoteKey.of("example.org/log", key.public_bytes)]).text
'hello\n'
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cordillera.foundation.crypto.errors import BadKey, BadSignature
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.trust.ledger.errors import KeyMalformed, NoteMalformed, NoteUnsigned

ED25519 = b"\x01"
COSIGNATURE = b"\x04"
_STAMP = 8
MAX_NOTE = 1_000_000
MAX_SIGNATURES = 100
_KEY_ID = 4
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_VKEY = re.compile(r"(?P<name>[^+\n]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/=]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key that may have signed: its name, its 4-byte id, its 32 public bytes, and what it signs."""

    name: str
    key_id: bytes
    public_bytes: bytes
    kind: bytes = ED25519

    @classmethod
    def of(cls, name: str, public_bytes: bytes, kind: bytes = ED25519) -> "NoteKey":
        """Name an Ed25519 key; raise `KeyMalformed` for a name the format does not allow."""
        if not is_key_name(name):
            raise KeyMalformed(name=name)
        hashed = sha256(name.encode() + b"\n" + kind + public_bytes).digest()
        return cls(name, hashed[:_KEY_ID], public_bytes, kind)

    @property
    def vkey(self) -> str:
        """The key as one line of text, `name+id+base64(type || key)`."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self.kind + self.public_bytes).decode()}"


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line, as it stands there: nothing is verified yet."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A well-formed note. Its text says nothing before `verify_note` has passed it."""

    text: str
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class VerifiedNote:
    """A note that every known signer really signed, and at least one did."""

    text: str
    signers: tuple[NoteKey, ...]


def is_key_name(name: str) -> bool:
    """Whether the text can name a key: not empty, no space of any kind, no plus, no control character."""
    return bool(name) and "+" not in name and not _CONTROL.search(name) and not any(map(str.isspace, name))


def parse_vkey(text: str, kind: bytes = ED25519) -> NoteKey:
    """Read a verifier key of that type; raise `KeyMalformed` when its parts do not fit each other."""
    match = _VKEY.fullmatch(text)
    if match is None:
        raise KeyMalformed(reason="not name+id+key")
    material = _base64(match["key"])
    if material is None or material[:1] != kind or len(material) != 33:
        raise KeyMalformed(reason="no Ed25519 key" if kind == ED25519 else "no witness key (type 0x04)")
    key = NoteKey.of(match["name"], material[1:], kind)
    if key.key_id.hex() != match["id"]:
        raise KeyMalformed(reason="the id is not that of this name and key")
    return key


def sign_note(text: str, name: str, key: SigningKey) -> bytes:
    """Sign a text that ends in a newline; raise `NoteMalformed` or `KeyMalformed`."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteMalformed(reason="text")
    key_id = NoteKey.of(name, key.public_bytes).key_id
    return (text + "\n" + signature_line(name, key_id + key.sign(text.encode()))).encode()


def signature_line(name: str, material: bytes) -> str:
    """Write a signature line: the key's name, then its id and signature in base64."""
    return f"\u2014 {name} {base64.b64encode(material).decode()}\n"


def cosigned_text(text: str, at: int) -> bytes:
    """What a witness signs: its header, the second since 1970, and the whole text of the note."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def parse_signature_line(line: str) -> NoteSignature:
    """Read one signature line without its newline; raise `NoteMalformed`."""
    return _signature(line)


def parse_note(raw: bytes) -> SignedNote:
    """Part a note into text and signatures; raise `NoteMalformed`.

    (1) At most 1 MB of UTF-8 without control characters but newline; (2) a text that ends in a newline;
    (3) an empty line, the last one; (4) 1 to 100 signature lines, each ended by a newline.
    """
    try:
        content = raw[: MAX_NOTE + 1].decode()
    except UnicodeDecodeError as error:
        raise NoteMalformed(condition=1) from error
    if len(raw) > MAX_NOTE or _CONTROL.search(content):
        raise NoteMalformed(condition=1)
    head, blank, tail = content.rpartition("\n\n")
    if not blank or not head:
        raise NoteMalformed(condition=3)
    lines = tail.split("\n")
    if lines.pop() or not 1 <= len(lines) <= MAX_SIGNATURES:
        raise NoteMalformed(condition=4)
    return SignedNote(head + "\n", tuple(_signature(line) for line in lines))


def verify_note(raw: bytes, keys: Iterable[NoteKey]) -> VerifiedNote:
    """Return the note when it holds; raise `NoteMalformed` or `NoteUnsigned`.

    (1) Signatures of unknown keys (name and id) count for nothing; (2) every signature of a known key
    verifies; (3) there is at least one.
    """
    note = parse_note(raw)
    known = {(key.name, key.key_id): key for key in keys}
    signers = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            _verify(key, line.signature, note.text)
            signers.append(key)
    if not signers:
        raise NoteUnsigned(condition=3)
    return VerifiedNote(note.text, tuple(signers))


def _verify(key: NoteKey, signature: bytes, text: str) -> None:
    signed = text.encode()
    if key.kind == COSIGNATURE:
        signed = cosigned_text(text, int.from_bytes(signature[:_STAMP], "big"))
        signature = signature[_STAMP:]
    try:
        VerifyKey(key.public_bytes).verify(signature, signed)
    except (BadSignature, BadKey) as error:
        raise NoteUnsigned(condition=2, name=key.name) from error


def _signature(line: str) -> NoteSignature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    material = _base64(encoded)
    if dash != "\u2014" or not is_key_name(name) or material is None or len(material) <= _KEY_ID:
        raise NoteMalformed(condition=4)
    return NoteSignature(name, material[:_KEY_ID], material[_KEY_ID:])


def _base64(text: str) -> bytes | None:
    """Decode base64 written the one canonical way, else nothing (a changed padding bit is a change)."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded if base64.b64encode(decoded).decode() == text else None


def decode_hash(text: str) -> bytes | None:
    """Decode a base64 hash of 32 bytes, else nothing."""
    decoded = _base64(text)
    return decoded if decoded is not None and len(decoded) == 32 else None
