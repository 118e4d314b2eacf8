"""Putting finished leaves into the queue in bulk, and a tree of any size as tiles, for measurements.

`queue_leaves` is the queue's own entrance for many rows at once (COPY); what follows is what every leaf
goes through. `plant_tree` writes the tiles and the right edge of a large tree without its leaves: proofs
are read from tiles alone, so their time can be measured at sizes that would take long to fill.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.ledger.compact import CompactRange
from cordillera.trust.ledger.tiles import TILE_LEVELS, TILE_WIDTH, half_way, perfect_root
from cordillera.trust.ledger.tree import leaf_hash

_TYPES = ("uuid", "text", "bytea", "timestamptz")


def queue_leaves(tx: sa.Connection, leaves: Sequence[tuple[UUID, bytes]], at: datetime) -> None:
    """Queue finished leaves, in order, in one statement: (entry id, bytes of the leaf)."""
    driver: Any = tx.connection.driver_connection
    statement = "COPY ledger_queue (entry_id, message_id, leaf, queued_at) FROM STDIN (FORMAT BINARY)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(_TYPES)
        for entry_id, leaf in leaves:
            copy.write_row((entry_id, "", leaf, at))


def plant_tree(tx: sa.Connection, size: int) -> bytes:
    """Write the full tiles of a tree of `size` leaves and its last leaves, as the owner; return its root.

    The log must be empty. Leaf n is the decimal number n.
    """
    tree = CompactRange()
    driver: Any = tx.connection.driver_connection
    statement = "COPY ledger_tile (level, tile_index, hashes, middle, root) FROM STDIN (FORMAT BINARY)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(("int2", "int8", "bytea", "bytea", "bytea"))
        for level, index, hashes, middle, root in _tiles(size):
            copy.write_row((level, index, b"".join(hashes), b"".join(middle), root))
            if level == 0:
                tree.append_perfect(TILE_LEVELS, root)
    edge = [b"%d" % number for number in range(size - size % TILE_WIDTH, size)]
    for number, leaf in enumerate(edge, size - len(edge)):
        tree.append(leaf_hash(leaf))
        tx.execute(
            sa.text(
                "INSERT INTO ledger_leaf (leaf_index, entry_id, message_id, leaf, leaf_hash)"
                " VALUES (:at, gen_random_uuid(), '', :leaf, :hash)"
            ),
            {"at": number, "leaf": leaf, "hash": leaf_hash(leaf)},
        )
    return tree.root()


def plant_checkpoint(tx: sa.Connection, size: int, note: bytes) -> None:
    """Write a checkpoint, as the owner."""
    tx.execute(
        sa.text("INSERT INTO ledger_checkpoint (size, note) VALUES (:size, :note)"),
        {"size": size, "note": note},
    )


_Planted = tuple[int, int, list[bytes], list[bytes], bytes]


def _tiles(size: int) -> Iterator[_Planted]:
    """The full tiles of the tree, each after those it stands upon: as `ledger_tile` has them."""
    above: list[list[bytes]] = [[]]
    for index in range(size // TILE_WIDTH):
        start = index * TILE_WIDTH
        planted = _tile(0, index, [leaf_hash(b"%d" % number) for number in range(start, start + TILE_WIDTH)])
        yield planted
        level = 0
        above[0].append(planted[-1])
        while len(above[level]) == TILE_WIDTH:
            full, above[level] = above[level], []
            level += 1
            planted = _tile(level, (index + 1) // TILE_WIDTH**level - 1, full)
            yield planted
            if level == len(above):
                above.append([])
            above[level].append(planted[-1])


def _tile(level: int, index: int, hashes: list[bytes]) -> _Planted:
    middle = half_way(hashes)
    return level, index, hashes, middle, perfect_root(middle)
