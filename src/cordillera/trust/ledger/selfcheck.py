"""Verifying the node's own tables: every row recomputed from the leaves (`cordillera ledger verify`).

What must hold, in this order; the first that does not is raised as `LogBroken` naming table and row:
(1) leaves stand gapless from 0, each with the hash and message of its bytes; (2) tiles are the full
tiles of that tree, no more; (3) checkpoints are signed by the node's key, none beyond the tree;
(4) the leaves lead to every tile and every signed root; (5) every leaf, placed or waiting, has its
detail and every detail its leaf; (6) a detail that can still be opened is unchanged and belongs to its
leaf. Details whose key was destroyed, or whose time has come, are erased, not broken.
"""

import base64
from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.foundation.crypto.errors import SealBroken
from cordillera.foundation.errors import BadInput
from cordillera.trust.ledger import store
from cordillera.trust.ledger.directory import Report
from cordillera.trust.ledger.errors import LogBroken, TileMalformed
from cordillera.trust.ledger.leaf import Detail, LeafText, clear_commitment, clear_text, read_leaf
from cordillera.trust.ledger.model import LeafRow
from cordillera.trust.ledger.replay import Replay
from cordillera.trust.ledger.service import Ledger, detail_due
from cordillera.trust.ledger.tile_store import tile_row
from cordillera.trust.ledger.tiles import (
    ENTRIES,
    TILE_WIDTH,
    TileId,
    bundles_of,
    half_way,
    perfect_root,
    tile_hashes,
)
from cordillera.trust.ledger.tree import leaf_hash

_BATCH = 1024


def verify_tables(tx: sa.Connection, ledger: Ledger) -> Report:
    """Verify the ledger's tables in a transaction of the node; raise `LogBroken`."""
    size = store.state(tx).size
    heads = dict(_heads(tx, ledger))
    replay = Replay(heads, lambda tile: _upper_tile(tx, tile), _name)
    for bundle in bundles_of(size):
        rows = store.leaves_between(tx, bundle.start, bundle.start + bundle.width)
        _check_leaves(bundle.start, bundle.width, rows)
        stored = _stored(tx, TileId(0, bundle.index)) if bundle.width == TILE_WIDTH else None
        replay.add(bundle.index, [row.leaf for row in rows], stored)
    replay.finish()
    _refuse_strays(tx)
    _check_details(tx, ledger)
    return Report(size, replay.tree.root(), len(heads))


def _check_leaves(start: int, width: int, rows: Sequence[LeafRow]) -> None:
    """Condition 1 for one bundle."""
    for index, row in zip(range(start, start + width), rows, strict=False):
        place = f"ledger_leaf {index}"
        if row.index != index:
            raise LogBroken(place, "missing")
        if leaf_hash(row.leaf) != row.leaf_hash:
            raise LogBroken(place, "the hash is not that of the leaf")
        if _text(place, row.leaf).msg_id != row.message_id:
            raise LogBroken(place, "the message is not that of the leaf")
    if len(rows) != width:
        raise LogBroken(f"ledger_leaf {start + len(rows)}", "missing")


def _text(place: str, leaf: bytes) -> LeafText:
    try:
        return read_leaf(leaf)
    except BadInput as error:
        raise LogBroken(place, str(error)) from error


def _stored(tx: sa.Connection, tile: TileId) -> list[bytes]:
    """A full tile as stored, its root recomputed."""
    row = tile_row(tx, tile.level, tile.index)
    if row is None:
        raise LogBroken(_name(tile), "missing")
    try:
        hashes = tile_hashes(row[0], TILE_WIDTH)
    except TileMalformed as error:
        raise LogBroken(_name(tile), str(error)) from error
    middle = half_way(hashes)
    if b"".join(middle) != row[1]:
        raise LogBroken(_name(tile), "the nodes half way are not those of the hashes")
    if perfect_root(middle) != row[2]:
        raise LogBroken(_name(tile), "the root is not that of the hashes")
    return hashes


def _upper_tile(tx: sa.Connection, tile: TileId) -> bytes | None:
    """Only full tiles are kept in the tables; partial ones are derived."""
    return b"".join(_stored(tx, tile)) if tile.width == TILE_WIDTH else None


def _heads(tx: sa.Connection, ledger: Ledger) -> Iterator[tuple[int, bytes]]:
    """Condition 3."""
    for size, note in store.checkpoints(tx):
        place = f"ledger_checkpoint {size}"
        try:
            head = ledger.keys.line().open(note)
        except BadInput as error:
            raise LogBroken(place, str(error)) from error
        if head.size != size:
            raise LogBroken(place, f"bears the size {head.size}")
        yield size, head.root


def _refuse_strays(tx: sa.Connection) -> None:
    """Conditions 2, 3 and 5: rows that belong to nothing, each found in one statement."""
    for place in store.strays(tx):
        raise LogBroken(place, "belongs to no part of the log")


def _check_details(tx: sa.Connection, ledger: Ledger) -> None:
    """Conditions 5 and 6, entry by entry; waiting leaves included."""
    after: UUID | None = None
    while rows := store.linked_entries(tx, after, _BATCH):
        details = store.details_of(tx, [row.entry_id for row in rows])
        opened = ledger.open_details(tx, list(details.values()), on_broken=_broken)
        for row in rows:
            detail = details.get(row.entry_id)
            if detail is None:
                _check_erased(row, ledger)
                continue
            _check_entry(row, detail)
            seen = opened[row.entry_id]
            if seen is not None:
                _check_opened(row, seen, ledger.subject_index(seen.subject_ref) == detail.subject)
        after = rows[-1].entry_id


def _check_erased(row: store.LinkedEntry, ledger: Ledger) -> None:
    """A leaf may lack its detail only when that was due."""
    if detail_due(_text(row.place, row.leaf).t) > ledger.clock.now():
        raise LogBroken(row.place, "has no detail")


def _check_entry(row: store.LinkedEntry, detail: store.DetailRow) -> None:
    """What can be checked without the detail's key."""
    text = _text(row.place, row.leaf)
    if row.queued_at is not None and (row.queued_at != text.t or row.message_id != text.msg_id):
        raise LogBroken(row.place, "time or message are not those of the leaf")
    if detail.kind != text.kind:
        raise LogBroken(f"ledger_detail {row.entry_id}", "the kind is not that of the leaf")


def _check_opened(row: store.LinkedEntry, seen: Detail, subject_fits: bool) -> None:  # noqa: FBT001 - a finding
    """What the opened detail says of its leaf and subject."""
    if seen.leaf_hash != leaf_hash(row.leaf).hex():
        raise LogBroken(row.place, "the leaf is not the one its detail was sealed with")
    committed = clear_commitment(base64.b64decode(seen.salt), clear_text(seen)).hex()
    if _text(row.place, row.leaf).open != committed:
        raise LogBroken(f"ledger_detail {row.entry_id}", "the leaf commits to another detail")
    if not subject_fits:
        raise LogBroken(f"ledger_detail {row.entry_id}", "the subject is not that of the detail")


def _broken(row: store.DetailRow, error: SealBroken) -> LogBroken:
    return LogBroken(f"ledger_detail {row.entry_id}", str(error))


def _name(place: TileId | int) -> str:
    if isinstance(place, int):
        return f"ledger_checkpoint {place}"
    if place.level == ENTRIES:
        return f"ledger_leaf {place.start} to {place.end - 1}"
    return f"ledger_tile {place.level}/{place.index}"
