"""A growing tree in logarithmic memory: the roots of its perfect subtrees, largest first.

The compact range of RFC 6962 trees: `size` in binary says which perfect subtrees there are. Appending
a leaf is one hash and on average one merge; the root is a fold from the right.

>>> grown = CompactRange()
>>> for entry in (b"one", b"two", b"three"):
...     grown.append(leaf_hash(entry))
>>> grown.size, len(grown.nodes)
(3, 2)
"""

from collections.abc import Iterable
from functools import reduce

from cordillera.trust.ledger.tree import EMPTY_ROOT, NodeAt, leaf_hash, node_hash

__all__ = ["CompactRange", "leaf_hash"]


class CompactRange:
    """The tree of the first `size` leaves."""

    __slots__ = ("nodes", "size")

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.nodes = list(nodes)

    @classmethod
    def of(cls, size: int, node: NodeAt) -> "CompactRange":
        """Take the range of a tree whose perfect nodes can be asked for."""
        nodes, start = [], 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                nodes.append(node(level, start >> level))
                start += 1 << level
        return cls(size, nodes)

    def append(self, hashed: bytes) -> None:
        """Add one leaf by its hash."""
        size, nodes = self.size, self.nodes
        while size & 1:
            hashed = node_hash(nodes.pop(), hashed)
            size >>= 1
        nodes.append(hashed)
        self.size += 1

    def append_perfect(self, level: int, hashed: bytes) -> None:
        """Add 2**level leaves by the root over them; the size so far is a multiple of that."""
        place, nodes = self.size >> level, self.nodes
        while place & 1:
            hashed = node_hash(nodes.pop(), hashed)
            place >>= 1
        nodes.append(hashed)
        self.size += 1 << level

    def root(self) -> bytes:
        """The tree's root hash (RFC 6962 2.1)."""
        if not self.nodes:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self.nodes))

    def copy(self) -> "CompactRange":
        """A range that grows on its own."""
        return CompactRange(self.size, self.nodes)
