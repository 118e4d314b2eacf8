r"""Cosignatures: a witness's timestamped word that a log only grew (c2sp.org/tlog-cosignature, v1).

>>> from cordillera.foundation.crypto.signing import SigningKey
>>> key, text = SigningKey(bytes(32)), "example.org/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
>>> line = cosign(text, "witness.example/w1", key, 1_679_315_147)
>>> raw = (text + "\n" + line).encode()
>>> [one.at for one in read_cosignatures(raw, [witness_key("witness.example/w1", key.public_bytes)])]
[1679315147]
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.ledger.errors import NoteMalformed, NoteUnsigned
from cordillera.trust.ledger.note import (
    COSIGNATURE,
    NoteKey,
    cosigned_text,
    parse_note,
    parse_signature_line,
    parse_vkey,
    signature_line,
    verify_note,
)

_STAMP = 8
_BYTES = _STAMP + 64


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified cosignature: whose, and at which second since 1970."""

    key: NoteKey
    at: int


def witness_key(name: str, public_bytes: bytes) -> NoteKey:
    """Name a witness's key; raise `KeyMalformed` for a name the format does not allow."""
    return NoteKey.of(name, public_bytes, COSIGNATURE)


def parse_witness_vkey(text: str) -> NoteKey:
    """Read a witness's verifier key (type 0x04); raise `KeyMalformed`."""
    return parse_vkey(text, COSIGNATURE)


def cosign(text: str, name: str, key: SigningKey, at: int) -> str:
    """Cosign a checkpoint's text at a second since 1970; return the signature line with its newline."""
    signed = at.to_bytes(_STAMP, "big") + key.sign(cosigned_text(text, at))
    return signature_line(name, witness_key(name, key.public_bytes).key_id + signed)


def read_cosignatures(raw: bytes, keys: Iterable[NoteKey]) -> tuple[Cosignature, ...]:
    """The cosignatures of known witnesses on a note; raise `NoteMalformed` or `NoteUnsigned`.

    (1) The note is well formed; (2) what a known witness signed has 72 bytes and verifies; (3) lines of
    unknown keys count for nothing; (4) of a witness that signed more than once, the latest counts.
    """
    known = {(key.name, key.key_id): key for key in keys if key.kind == COSIGNATURE}
    found: dict[NoteKey, int] = {}
    note = parse_note(raw)
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        if len(line.signature) != _BYTES:
            raise NoteUnsigned(condition=2, name=key.name)
        found[key] = max(found.get(key, 0), int.from_bytes(line.signature[:_STAMP], "big"))
    if found:
        verify_note(raw, found)
    return tuple(Cosignature(key, at) for key, at in found.items())


def with_signatures(raw: bytes, lines: Iterable[str]) -> bytes:
    """Add signature lines to a note, each once; raise `NoteMalformed` for what is no such line."""
    present = set(raw.decode().rpartition("\n\n")[2].splitlines(keepends=True))
    for line in lines:
        if not line.endswith("\n"):
            raise NoteMalformed(condition=4)
        parse_signature_line(line[:-1])
        if line not in present:
            raw += line.encode()
            present.add(line)
    return raw
