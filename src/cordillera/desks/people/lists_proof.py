"""That a list file is the one that was published: its hash in a sums file, and a signature.

Hashes: a file of lines `<64 hexadecimal digits>  <file name>`, as `sha256sum` writes them, or one hash
alone. Signatures: minisign (Ed25519, RFC 8032), whose public key the operator configures. The signature is
over the sums file where there is one, else over the list itself.

>>> hash_in(b"ab" * 32, "x.json").hex()[:4]
'abab'
"""

import base64
import binascii
import hashlib
import re
from typing import Final

import msgspec

from cordillera.desks.people.lists_errors import ListHashMismatch, ListSignatureWrong
from cordillera.engines.watchlists.source import ListFile
from cordillera.foundation.crypto.errors import BadKey, BadSignature
from cordillera.foundation.crypto.signing import VerifyKey

MOST: Final = 1 << 20  # bytes of a sums file or signature
_LINE: Final = re.compile(r"([0-9a-fA-F]{64})(?:\s+\*?(\S.*))?")
_LEGACY: Final = b"Ed"
_HASHED: Final = b"ED"
_STEP: Final = 1 << 20


class Signature(msgspec.Struct, frozen=True):
    """A minisign signature: which kind, by which key, and the comment that it covers too."""

    kind: bytes
    key_id: bytes
    signature: bytes
    comment: bytes
    whole: bytes


def check_hash(sums: bytes, file: ListFile) -> None:
    """Return nothing when the sums file states the hash of `file`; raise `ListHashMismatch`."""
    if hash_in(sums, file.name) != file.digest():
        raise ListHashMismatch(file=file.name[:100])


def hash_in(sums: bytes, name: str) -> bytes:
    """Return the hash that a sums file states for a name; raise `ListHashMismatch` when it names none."""
    lines = [line for line in sums[:MOST].decode("utf-8", "replace").splitlines() if line.strip()]
    found = [match for line in lines if (match := _LINE.fullmatch(line.strip()))]
    for match in found:
        if (match[2] or "").rpartition("/")[2] == name:
            return bytes.fromhex(match[1])
    if len(lines) == len(found) == 1 and found[0][2] is None:
        return bytes.fromhex(found[0][1])
    raise ListHashMismatch(file=name[:100], reason="not in the sums file")


def check_signature(signature: bytes, public_key: str, file: ListFile) -> None:
    """Return nothing when a minisign signature over `file` holds.

    Raise `ListSignatureWrong` unless

    1. the public key and the signature can be read;
    2. the signature is by this key;
    3. it holds over the file (its BLAKE2b-512 hash; the legacy kind over a small file as it is);
    4. the signature over the signature and its trusted comment holds.
    """
    key_id, key = _public(public_key)
    read = _read(signature)
    if read.key_id != key_id:
        raise ListSignatureWrong(condition=2, file=file.name[:100])
    try:
        key.verify(read.signature, _signed(read, file))
        key.verify(read.whole, read.signature + read.comment)
    except BadSignature as error:
        raise ListSignatureWrong(condition=3, file=file.name[:100]) from error


def check_public(public_key: str) -> None:
    """Raise `ListSignatureWrong` when a configured public key cannot be read."""
    _public(public_key)


def _public(text: str) -> tuple[bytes, VerifyKey]:
    """Read a minisign public key, with or without its comment line."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("untrusted comment:")]
    raw = _decode(lines[0] if lines else "", 42)
    if raw[:2] != _LEGACY:
        raise ListSignatureWrong(condition=1, reason="no minisign key")
    try:
        return raw[2:10], VerifyKey(raw[10:])
    except BadKey as error:
        raise ListSignatureWrong(condition=1, reason="no Ed25519 key") from error


def _read(signature: bytes) -> Signature:
    lines = signature[:MOST].decode("utf-8", "replace").splitlines()
    if len(lines) < 4 or not lines[2].startswith("trusted comment: "):
        raise ListSignatureWrong(condition=1, reason="no minisign signature")
    raw, whole = _decode(lines[1], 74), _decode(lines[3], 64)
    comment = lines[2].removeprefix("trusted comment: ").encode()
    return Signature(raw[:2], raw[2:10], raw[10:], comment, whole)


def _decode(text: str, size: int) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ListSignatureWrong(condition=1, reason="base64") from error
    if len(raw) != size:
        raise ListSignatureWrong(condition=1, reason="length")
    return raw


def _signed(read: Signature, file: ListFile) -> bytes:
    """Return what the signature is over."""
    if read.kind == _HASHED:
        state = hashlib.blake2b(digest_size=64)
        with file.raw() as raw:
            while piece := raw.read(_STEP):
                state.update(piece)
        return state.digest()
    if read.kind != _LEGACY:
        raise ListSignatureWrong(condition=1, reason="unknown kind")
    with file.raw() as raw:
        whole = raw.read(MOST + 1)
    if len(whole) > MOST:
        raise ListSignatureWrong(condition=1, reason="legacy signature over a large file")
    return whole
