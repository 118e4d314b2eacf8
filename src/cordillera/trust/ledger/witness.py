"""Witnessing a log: cosign a checkpoint only when it continues the last one (c2sp.org/tlog-witness).

The rule is the same for a node that witnesses its partners and for a supervisor's stand-alone witness;
they differ in where they remember. Checking and remembering are one step: a `Memory` holds the log's
lock from `held` until its unit of work ends, and nothing is answered before it is durable.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cordillera.foundation.crypto.signing import SigningKey
from cordillera.foundation.errors import CordilleraError
from cordillera.trust.ledger.checkpoint import VerifiedCheckpoint, open_checkpoint, parse_checkpoint
from cordillera.trust.ledger.cosignature import cosign, with_signatures, witness_key
from cordillera.trust.ledger.errors import (
    CheckpointMalformed,
    LogForked,
    NoteMalformed,
    NoteUnsigned,
    SubmissionMalformed,
    UnknownLog,
    WitnessElsewhere,
)
from cordillera.trust.ledger.note import MAX_NOTE, NoteKey, decode_hash, parse_note, verify_note
from cordillera.trust.ledger.tree import EMPTY_ROOT, verify_consistency

MAX_SUBMISSION = 64 * 1024
MAX_PROOF = 63
PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)
_STATUS: tuple[tuple[type[CordilleraError], int], ...] = (
    (UnknownLog, 404),
    (NoteUnsigned, 403),
    (WitnessElsewhere, 409),
    (LogForked, 422),
)


@dataclass(frozen=True, slots=True)
class Submission:
    """An `add-checkpoint` request as sent: nothing is verified yet."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """Write the request's body."""
        lines = [f"old {self.old}", *(base64.b64encode(one).decode() for one in self.proof), ""]
        return "\n".join(lines).encode() + b"\n" + self.checkpoint


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness answers: an HTTP status and a body."""

    status: int
    content_type: str
    body: bytes


class Memory(Protocol):
    """Where a witness keeps what it has cosigned, and what contradicted it."""

    def keys(self, origin: str) -> Sequence[NoteKey]:
        """The keys of a log it watches; none for any other."""
        ...

    def held(self, origin: str) -> bytes | None:
        """The last cosigned checkpoint of a log, whose lock is held until the unit of work ends."""
        ...

    def keep(self, head: VerifiedCheckpoint, raw: bytes, at: int) -> None:
        """Remember a checkpoint as the last one cosigned (`raw`: with the cosignature)."""
        ...

    def accuse(self, origin: str, held: bytes, other: bytes) -> None:
        """Keep two checkpoints that contradict each other, both signed by the log."""
        ...


@dataclass(frozen=True, slots=True)
class Signer:
    """The witness's name and key."""

    name: str
    key: SigningKey


def parse_submission(body: bytes) -> Submission:
    """Read a request; raise `SubmissionMalformed`.

    (1) At most 64 KiB of lines; (2) `old` and a size without leading zeros; (3) at most 63 hashes of 32
    bytes in canonical base64; (4) an empty line and a checkpoint; (5) no proof from size 0.
    """
    head, blank, checkpoint = body.partition(b"\n\n")
    if len(body) > MAX_SUBMISSION:
        raise SubmissionMalformed(condition=1)
    if not blank or not checkpoint:
        raise SubmissionMalformed(condition=4)
    first, *lines = head.decode("ascii", "replace").split("\n")
    old = _OLD.fullmatch(first)
    if old is None:
        raise SubmissionMalformed(condition=2)
    hashes = [decode_hash(line) for line in lines]
    proof = tuple(one for one in hashes if one is not None)
    if len(proof) != len(hashes) or len(proof) > MAX_PROOF:
        raise SubmissionMalformed(condition=3)
    if old[1] == "0" and proof:
        raise SubmissionMalformed(condition=5)
    return Submission(int(old[1]), proof, checkpoint)


def origin_of(checkpoint: bytes) -> str:
    """The log that a checkpoint claims to be of; raise `SubmissionMalformed`."""
    try:
        return parse_checkpoint(parse_note(checkpoint[: MAX_NOTE + 1]).text).origin
    except (NoteMalformed, CheckpointMalformed) as error:
        raise SubmissionMalformed(condition=4) from error


def judge(asked: Submission, keys: Sequence[NoteKey], held: VerifiedCheckpoint | None) -> VerifiedCheckpoint:
    """Return the checkpoint that may be cosigned.

    (1) The log is known, else `UnknownLog`; (2) it signed the checkpoint, else `NoteUnsigned`; (3) the
    old size is not above the new one, else `SubmissionMalformed`; (4) it is the size last cosigned (0:
    none), else `WitnessElsewhere`; (5) a checkpoint of the same size has the same root, and (6) a larger
    one is proven to continue it, else `LogForked`.
    """
    if not keys:
        raise UnknownLog
    try:
        head = open_checkpoint(asked.checkpoint, keys)
    except CheckpointMalformed as error:
        raise NoteUnsigned(condition=2) from error
    if asked.old > head.size:
        raise SubmissionMalformed(condition=3)
    size, root = (held.size, held.root) if held else (0, EMPTY_ROOT)
    if asked.old != size:
        raise WitnessElsewhere(size=size)
    if size == head.size and root != head.root:
        raise LogForked(condition=5, size=size)
    if size and not verify_consistency(size, head.size, asked.proof, root, head.root):
        raise LogForked(condition=6, size=size, other=head.size)
    return head


def _remembered(held: bytes, signer: Signer) -> VerifiedCheckpoint:
    """What this witness cosigned, verified by its own cosignature: the log's key may have changed since."""
    own = witness_key(signer.name, signer.key.public_bytes)
    return VerifiedCheckpoint(parse_checkpoint(verify_note(held, [own]).text), held)


def add_checkpoint(body: bytes, memory: Memory, signer: Signer, at: int) -> Answer:
    """Answer one request at a second since 1970, in the unit of work of `memory`.

    With 422 the body is the checkpoint that is contradicted, so that both sides hold both notes.
    """
    held: bytes | None = None
    try:
        asked = parse_submission(body)
        origin = origin_of(asked.checkpoint)
        keys = memory.keys(origin)
        held = memory.held(origin) if keys else None
        head = judge(asked, keys, _remembered(held, signer) if held else None)
    except LogForked:
        memory.accuse(origin, held or b"", asked.checkpoint)
        return Answer(422, PLAIN, held or b"")
    except WitnessElsewhere as error:
        return Answer(409, SIZE, f"{error.facts['size']}\n".encode())
    except CordilleraError as error:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
        return Answer(status, PLAIN, f"{error.code}\n".encode())
    line = cosign(parse_note(asked.checkpoint).text, signer.name, signer.key, at)
    memory.keep(head, with_signatures(asked.checkpoint, [line]), at)
    return Answer(200, PLAIN, line.encode())
