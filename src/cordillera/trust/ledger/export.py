"""Writing the log as files that any tlog-tiles client reads, and `verify` checks (c2sp.org/tlog-tiles).

The folder holds `checkpoint` (the newest), `checkpoint.<size>` (every one the log ever signed),
`checkpoint.cosigned` (the newest with witnesses' cosignatures), `log.vkey` (its key), `log.change.<n>` (by
which each key named its successor), `tile/<L>/<N>`
(the tree's hashes), `tile/entries/<N>` (the leaves), and perhaps `oversight.note` (what the node says to
its supervisor).
"""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from cordillera.trust.ledger import store, witness_store
from cordillera.trust.ledger.directory import CHECKPOINT, COSIGNED, KEY_FILE, STATEMENT, change_file
from cordillera.trust.ledger.errors import ExportNotEmpty
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.tile_store import tile_at
from cordillera.trust.ledger.tiles import TILE_WIDTH, TileId, bundles_of, pack_entries, tile_path, tiles_of

_EPOCH = (1980, 1, 1, 0, 0, 0)


def log_files(tx: sa.Connection, ledger: Ledger) -> Iterator[tuple[str, bytes]]:
    """Every file of the log up to its newest checkpoint: (path, bytes)."""
    newest = ledger.checkpoint(tx)
    line = ledger.keys.line()
    yield KEY_FILE, f"{line.current.vkey}\n".encode()
    for number, change in enumerate(line.changes, start=1):
        yield change_file(number), change.raw
    yield CHECKPOINT, newest.raw
    cosigned = witness_store.newest_cosigned(tx)
    if cosigned is not None and cosigned.size <= newest.size:
        yield COSIGNED, cosigned.note
    for size, note in store.checkpoints(tx):
        if size <= newest.size:
            yield f"{CHECKPOINT}.{size}", note
    for tile in tiles_of(newest.size):
        yield tile_path(tile), tile_file(tx, tile)
    for bundle in bundles_of(newest.size):
        yield tile_path(bundle), bundle_file(tx, bundle)


def tile_file(tx: sa.Connection, tile: TileId) -> bytes:
    """The bytes of a tile of the given width, full or partial."""
    return b"".join(tile_at(tx, tile.level, tile.index)[: tile.width])


def bundle_file(tx: sa.Connection, bundle: TileId) -> bytes:
    """The bytes of an entry bundle of the given width."""
    start = bundle.index * TILE_WIDTH
    return pack_entries(store.entries(tx, start, start + bundle.width))


def write_directory(tx: sa.Connection, ledger: Ledger, folder: Path, statement: bytes = b"") -> int:
    """Write the log into an empty or new folder; return how many files; raise `ExportNotEmpty`.

    `statement` is the node's signed word to its supervisor, which lies beside the log.

    The checkpoint is written last, so that a folder cut short by a fault never verifies.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ExportNotEmpty(folder=folder.name)
    count, newest = 0, b""
    if statement:
        (folder / STATEMENT).write_bytes(statement)
        count += 1
    for name, content in log_files(tx, ledger):
        count += 1
        if name == CHECKPOINT:
            newest = content
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with (folder / CHECKPOINT).open("wb") as file:
        file.write(newest)
        file.flush()
        os.fsync(file.fileno())
    return count


def write_zip(tx: sa.Connection, ledger: Ledger, file: IO[bytes]) -> None:
    """Write the log into one zip file, the same bytes for the same log."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in log_files(tx, ledger):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
