"""Proof files: that an entry is in a log, to be checked offline (c2sp.org/tlog-proof).

>>> from cordillera.trust.ledger.checkpoint import Checkpoint, sign_checkpoint
>>> from cordillera.foundation.crypto.signing import SigningKey
>>> key = SigningKey(bytes(32))
>>> head = sign_checkpoint(Checkpoint("example.org/log", 1, leaf_hash(b"entry")), key)
>>> raw = TlogProof(0, (), head).encode()
>>> verify_proof(raw, b"entry", [NoteKey.of("example.org/log", key.public_bytes)]).index
0
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cordillera.trust.ledger.checkpoint import VerifiedCheckpoint, open_checkpoint
from cordillera.trust.ledger.cosignature import read_cosignatures
from cordillera.trust.ledger.errors import PolicyUnmet, ProofMalformed, ProofWrong
from cordillera.trust.ledger.note import MAX_NOTE, NoteKey, decode_hash
from cordillera.trust.ledger.policy import Policy
from cordillera.trust.ledger.tree import leaf_hash, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_EXTRA = re.compile(r"extra ([A-Za-z0-9+/]*={0,2})", re.ASCII)
_MAX_PATH = 64


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A proof as claimed: index, path from the leaf's sibling upwards, checkpoint note, extra data."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """Write the proof file."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines.extend(base64.b64encode(one).decode() for one in self.path)
        return "\n".join(lines).encode() + b"\n\n" + self.checkpoint


@dataclass(frozen=True, slots=True)
class VerifiedInclusion:
    """The entry stands at `index` of the log under a checkpoint that the log signed."""

    index: int
    checkpoint: VerifiedCheckpoint


def parse_proof(raw: bytes) -> TlogProof:
    """Read a proof file; raise `ProofMalformed`.

    (1) Header line; (2) at most one line of extra data; (3) the index without leading zeros;
    (4) up to 64 hashes of 32 bytes in canonical base64; (5) an empty line, then the checkpoint.
    """
    head, blank, checkpoint = raw.partition(b"\n\n")
    if len(raw) > MAX_NOTE or not blank or not checkpoint:
        raise ProofMalformed(condition=5)
    lines = head.decode("ascii", "replace").split("\n")
    if lines.pop(0) != HEADER:
        raise ProofMalformed(condition=1)
    extra = _extra(lines)
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None:
        raise ProofMalformed(condition=3)
    path = [decode_hash(line) for line in lines]
    hashes = tuple(one for one in path if one is not None)
    if len(hashes) != len(path) or len(path) > _MAX_PATH:
        raise ProofMalformed(condition=4)
    return TlogProof(int(index[1]), hashes, checkpoint, extra)


def verify_proof(raw: bytes, entry: bytes, keys: Iterable[NoteKey]) -> VerifiedInclusion:
    """Verify that `entry` is in the log; raise `ProofMalformed`, `ProofWrong` or the checkpoint's errors.

    (1) The file is well formed; (2) the checkpoint is signed by the log; (3) the path leads from the
    entry's hash at that index to the checkpoint's root.
    """
    proof = parse_proof(raw)
    head = open_checkpoint(proof.checkpoint, keys)
    if not verify_inclusion(proof.index, head.size, leaf_hash(entry), proof.path, head.root):
        raise ProofWrong(condition=3, index=proof.index)
    return VerifiedInclusion(proof.index, head)


def verify_witnessed(raw: bytes, entry: bytes, policy: Policy) -> VerifiedInclusion:
    """Verify a proof as a policy asks; raise `PolicyUnmet` beside what `verify_proof` raises.

    (1)-(3) as in `verify_proof`, under a log of the policy; (4) a quorum of its witnesses has cosigned the
    checkpoint.
    """
    found = verify_proof(raw, entry, [log.key for log in policy.logs])
    signed = read_cosignatures(found.checkpoint.raw, policy.keys)
    if not policy.satisfied_by([one.key for one in signed]):
        raise PolicyUnmet(condition=4, cosigned=[one.key.name for one in signed])
    return found


def _extra(lines: list[str]) -> bytes | None:
    """Take the line of extra data off, when there is one; nobody may trust it."""
    match = _EXTRA.fullmatch(lines[0]) if lines else None
    if match is None:
        return None
    lines.pop(0)
    try:
        return base64.b64decode(match[1], validate=True)
    except ValueError as error:
        raise ProofMalformed(condition=2) from error
