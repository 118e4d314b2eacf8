"""The Merkle tree of the log: hashes, proofs and their verification.

Implements RFC 6962 section 2.1 (tree hash, inclusion and consistency proofs; unchanged in RFC 9162)
and the subtree proofs of draft-ietf-plants-merkle-tree-certs section 4. An inclusion proof is the
subtree consistency proof of a single leaf and an ordinary consistency proof that of the subtree
[0, size1), so one walk gives the shape of all four kinds, to the prover and to the verifier alike.

Verification answers True or False and never raises, whatever the numbers and bytes are.

>>> leaves = [leaf_hash(bytes([n])) for n in range(5)]
>>> node = perfect_nodes(leaves)
>>> verify_inclusion(3, 5, leaves[3], inclusion_proof(3, 5, node), range_root(0, 5, node))
True
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

NodeAt = Callable[[int, int], bytes]
"""Gives the hash of the perfect subtree number `index` of `2**level` leaves: (level, index) -> 32 bytes."""


class Step(Enum):
    """How one hash of a proof joins the path upwards."""

    RIGHT = "the sibling lies to the right: it belongs to the larger tree only"
    LEFT = "the sibling lies to the left, outside the subtree: larger tree only"
    BOTH = "the sibling lies to the left, inside the subtree: smaller and larger tree"


@dataclass(frozen=True, slots=True)
class Shape:
    """Which leaf ranges a proof holds, from the bottom up, and how each joins.

    `seed` is the range of the hash the walk starts from; `carries_seed` says whether the proof holds it
    (otherwise the verifier knows it already: it is the subtree's own hash).
    """

    seed: tuple[int, int]
    carries_seed: bool
    ranges: tuple[tuple[int, int], ...]
    steps: tuple[Step, ...]

    @property
    def length(self) -> int:
        """How many hashes the proof has."""
        return len(self.steps) + self.carries_seed


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry), RFC 6962 2.1."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), RFC 6962 2.1."""
    return sha256(b"\x01" + left + right).digest()


def split_point(count: int) -> int:
    """The largest power of two below `count` (> 1): where RFC 6962 parts a range."""
    return 1 << ((count - 1).bit_length() - 1)


def is_subtree(start: int, end: int) -> bool:
    """Whether [start, end) is a subtree: not empty, and start a multiple of the next power of two."""
    return 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0


def perfect_nodes(leaf_hashes: Sequence[bytes]) -> NodeAt:
    """The nodes of a tree held in memory (for small trees and tests)."""
    levels = [list(leaf_hashes)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


def range_root(start: int, end: int, node: NodeAt) -> bytes:
    """MTH(D[start:end]) of an aligned range, from perfect nodes (at most one per level)."""
    if start == end:
        return EMPTY_ROOT
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + split_point(count)
    return node_hash(range_root(start, middle, node), range_root(middle, end, node))


def proof_shape(start: int, end: int, size: int) -> Shape:
    """The shape of the proof that subtree [start, end) belongs to the tree of `size` leaves.

    The caller has checked `is_subtree(start, end)` and `end <= size`.
    """
    low, high, known = 0, size, True
    ranges: list[tuple[int, int]] = []
    steps: list[Step] = []
    while (low, high) != (max(start, low), end):
        middle = low + split_point(high - low)
        if end <= middle:
            ranges.append((middle, high))
            steps.append(Step.RIGHT)
            high = middle
            continue
        inside = start < middle
        known = known and not inside
        ranges.append((low, middle))
        steps.append(Step.BOTH if inside else Step.LEFT)
        low = middle
    return Shape((low, high), not known, tuple(reversed(ranges)), tuple(reversed(steps)))


def subtree_proof(start: int, end: int, size: int, node: NodeAt) -> tuple[bytes, ...]:
    """The consistency proof of subtree [start, end) with the tree of `size` leaves.

    Raises ValueError when the range is no subtree of that tree (a fault of the caller).
    """
    if not is_subtree(start, end) or end > size:
        raise ValueError((start, end, size))
    shape = proof_shape(start, end, size)
    ranges = (shape.seed, *shape.ranges) if shape.carries_seed else shape.ranges
    return tuple(range_root(low, high, node) for low, high in ranges)


def inclusion_proof(index: int, size: int, node: NodeAt) -> tuple[bytes, ...]:
    """PATH(index, D[size]) of RFC 6962 2.1.1, from the leaf's sibling upwards."""
    return subtree_proof(index, index + 1, size, node)


def consistency_proof(size1: int, size2: int, node: NodeAt) -> tuple[bytes, ...]:
    """PROOF(size1, D[size2]) of RFC 6962 2.1.2; empty for the empty tree and for equal sizes."""
    return subtree_proof(0, size1, size2, node) if size1 else ()


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf with this hash stands at `index` in the tree of `size` leaves with this root.

    (1) 0 <= index < size; (2) every hash has 32 bytes; (3) the proof has exactly the length the two
    numbers ask for; (4) the path leads to the root.
    """
    return verify_subtree_inclusion(index, 0, size, leaf, proof, root)


def verify_subtree_inclusion(  # noqa: PLR0913 - the six parts of the claim, in the draft's order
    index: int, start: int, end: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the leaf with this hash stands at `index` in the subtree [start, end) with this hash.

    (1) [start, end) is a subtree and holds the index; (2)-(4) as in `verify_inclusion`.
    """
    if not is_subtree(start, end) or not start <= index < end:
        return False
    place = index - start
    return _joins(place, place + 1, end - start, proof, (leaf, root))


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> bool:
    """Whether the tree (size2, root2) is the tree (size1, root1) with leaves added.

    (1) 0 <= size1 <= size2; (2) equal sizes have the same root and an empty proof; (3) nothing is said
    from the empty tree, so a proof from size 0 is refused; (4) length and path as in `verify_inclusion`,
    and the path leads to both roots.
    """
    if size1 == size2:
        return size1 >= 0 and not proof and root1 == root2
    if not 0 < size1 < size2:
        return False
    return _joins(0, size1, size2, proof, (root1, root2))


def verify_subtree_consistency(  # noqa: PLR0913 - the six parts of the claim, in the draft's order
    start: int, end: int, size: int, proof: Sequence[bytes], subtree: bytes, root: bytes
) -> bool:
    """Whether the subtree [start, end) with hash `subtree` belongs to the tree (size, root).

    (1) end <= size; (2) the empty subtree has the empty hash and an empty proof; (3) otherwise
    [start, end) is a subtree; (4) length and path as in `verify_inclusion`, to both hashes.
    """
    if start == end:
        return 0 <= end <= size and not proof and subtree == EMPTY_ROOT
    if not is_subtree(start, end) or end > size:
        return False
    return _joins(start, end, size, proof, (subtree, root))


def _joins(start: int, end: int, size: int, proof: Sequence[bytes], roots: tuple[bytes, bytes]) -> bool:
    """Whether the proof leads from the subtree's hash to itself and to the root."""
    shape = proof_shape(start, end, size)
    hashes = list(proof)
    if len(hashes) != shape.length or any(len(one) != HASH_BYTES for one in (*hashes, *roots)):
        return False
    smaller = larger = hashes.pop(0) if shape.carries_seed else roots[0]
    for step, sibling in zip(shape.steps, hashes, strict=True):
        if step is Step.RIGHT:
            larger = node_hash(larger, sibling)
            continue
        larger = node_hash(sibling, larger)
        if step is Step.BOTH:
            smaller = node_hash(sibling, smaller)
    return (smaller, larger) == roots
