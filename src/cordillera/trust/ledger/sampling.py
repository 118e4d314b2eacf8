"""The random sample that a supervisor draws, so that nobody can choose it (agreements: oversight).

The seed is the hash of the newest cosigned checkpoint's root and of the witnesses' signatures under it:
the node does not make those, and anyone who holds the export draws the same exchanges. From each month
and agreement the leaves with the smallest SHA-256(seed || leaf hash) are taken.

>>> leaves = [b"a" * 32, b"b" * 32, b"c" * 32]
>>> drawn(leaves, b"seed", 2) == drawn(reversed(leaves), b"seed", 2)
True
"""

from collections.abc import Iterable
from hashlib import sha256

from cordillera.trust.ledger.checkpoint import parse_checkpoint
from cordillera.trust.ledger.note import parse_note

EXCHANGES = frozenset(
    {
        "query.received",
        "answer.received",
        "release",
        "notice.received",
        "info.received",
        "record.kept",
        "lookup.evaluated",
    }
)
"""The kinds of leaves that stand for one exchange each: what left and what came in."""


def seed_of(note: bytes) -> bytes:
    """The seed that a (co)signed checkpoint gives: its root and every signature under it, sorted."""
    read = parse_note(note)
    lines = sorted(line.name.encode() + line.key_id + line.signature for line in read.signatures)
    return sha256(b"cordillera/sample/1\n" + parse_checkpoint(read.text).root + b"".join(lines)).digest()


def drawn(hashes: Iterable[bytes], seed: bytes, count: int) -> list[bytes]:
    """The `count` leaf hashes that the seed draws, in its order."""
    return sorted(hashes, key=lambda leaf: sha256(seed + leaf).digest())[:count]
