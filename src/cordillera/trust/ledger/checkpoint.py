"""Checkpoints: a log's signed tree heads (c2sp.org/tlog-checkpoint).

>>> Checkpoint("example.org/log", 0, EMPTY_ROOT).text.splitlines()[1]
'0'
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.ledger.errors import CheckpointMalformed
from cordillera.trust.ledger.note import NoteKey, decode_hash, sign_note, signature_line, verify_note
from cordillera.trust.ledger.tree import EMPTY_ROOT

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint claims: this log had `size` leaves and this root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The note text."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class VerifiedCheckpoint:
    """A checkpoint that its log signed, with the very bytes of the note."""

    checkpoint: Checkpoint
    raw: bytes

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self.checkpoint.size

    @property
    def root(self) -> bytes:
        """The tree's root hash."""
        return self.checkpoint.root


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a note's text as a checkpoint; raise `CheckpointMalformed`.

    (1) At least three lines, none empty; (2) the size in decimal without leading zeros; (3) a root of
    32 bytes in canonical base64; (4) the empty tree has the empty root.
    """
    lines = text.split("\n")
    if lines.pop() or len(lines) < 3 or not all(lines):
        raise CheckpointMalformed(condition=1)
    if not _SIZE.fullmatch(lines[1]):
        raise CheckpointMalformed(condition=2)
    size, root = int(lines[1]), decode_hash(lines[2])
    if root is None:
        raise CheckpointMalformed(condition=3)
    if size == 0 and root != EMPTY_ROOT:
        raise CheckpointMalformed(condition=4)
    return Checkpoint(lines[0], size, root, tuple(lines[3:]))


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey, former: Iterable[SigningKey] = ()) -> bytes:
    """Sign a tree head under the log's name, by its key and beside it by `former` ones.

    Raises `KeyMalformed` when that is no key name.
    """
    text, name = checkpoint.text, checkpoint.origin
    lines = [
        signature_line(name, NoteKey.of(name, one.public_bytes).key_id + one.sign(text.encode()))
        for one in former
    ]
    return sign_note(text, name, key) + "".join(lines).encode()


def open_checkpoint(raw: bytes, keys: Iterable[NoteKey]) -> VerifiedCheckpoint:
    """Verify a checkpoint; raise `NoteMalformed`, `NoteUnsigned` or `CheckpointMalformed`.

    (1) The note holds; (2) its text is a checkpoint; (3) a signer bears the name of the log.
    """
    note = verify_note(raw, keys)
    checkpoint = parse_checkpoint(note.text)
    if all(signer.name != checkpoint.origin for signer in note.signers):
        raise CheckpointMalformed(condition=3, origin=checkpoint.origin)
    return VerifiedCheckpoint(checkpoint, raw)
