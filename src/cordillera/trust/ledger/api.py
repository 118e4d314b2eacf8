"""The log for machines: leaves and checkpoints as JSON and text, and the tlog-tiles read paths.

Everything is read as the auditor, who sees the ledger and nothing else (DESIGN 5). Taking the whole
log away writes a leaf; reading leaves does not, for they hold no personal data.
"""

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated

import msgspec
from litestar import MediaType, Response, get
from litestar.params import Parameter
from litestar.response import Stream

from cordillera.foundation.store.database import Store
from cordillera.trust.access.audit import recorded
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.ledger.directory import CHECKPOINT
from cordillera.trust.ledger.errors import NoSuchLeaf, TileMalformed
from cordillera.trust.ledger.export import bundle_file, tile_file, write_zip
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.tiles import ENTRIES, TILE_WIDTH, TileId, parse_tile_path
from cordillera.trust.ledger.views import ARCHIVE, LeafPage, LeafView, leaf_page, log_page

READ = guarded(Permission.LEDGER_READ, audit=NO_AUDIT("leaves hold commitments, no personal data"))
TAKE = guarded(Permission.LEDGER_READ, audit=LeafKind.EXPORTED)
LARGEST = 2**53 - 1
CHUNK = 1 << 16
BINARY = "application/octet-stream"

Index = Annotated[int, Parameter(ge=0, le=LARGEST, description="Index of the leaf, from 0.")]
Before = Annotated[int | None, Parameter(ge=0, le=LARGEST, description="Only leaves below this index.")]
Limit = Annotated[int, Parameter(ge=1, le=500, description="How many leaves at most.")]


class LeafList(msgspec.Struct, frozen=True):
    """Leaves, newest first; `older` is the `before` of the next page, null at the end."""

    size: int
    leaves: tuple[LeafView, ...]
    older: int | None


@get("/api/ledger/checkpoint", opt=READ, sync_to_thread=True, media_type=MediaType.TEXT)
def checkpoint(store: Store, ledger: Ledger) -> Response[bytes]:
    """The newest checkpoint, a signed note (c2sp.org/tlog-checkpoint)."""
    with store.auditor_transaction() as tx:
        return _text(ledger.checkpoint(tx).raw, "checkpoint")


@get("/api/ledger/leaves", opt=READ, sync_to_thread=True)
def leaves(store: Store, ledger: Ledger, before: Before = None, limit: Limit = 50) -> LeafList:
    """Leaves of the log, newest first."""
    with store.auditor_transaction() as tx:
        page = log_page(tx, ledger, limit, before)
    return LeafList(page.size, page.leaves, page.older)


@get("/api/ledger/leaves/{index:int}", opt=READ, sync_to_thread=True)
def leaf(store: Store, ledger: Ledger, index: Index) -> LeafPage:
    """One leaf, with its bytes and how to verify it on another machine."""
    with store.auditor_transaction() as tx:
        return leaf_page(tx, ledger, index)


@get("/api/ledger/leaves/{index:int}/proof", opt=READ, sync_to_thread=True, media_type=MediaType.TEXT)
def proof(store: Store, ledger: Ledger, index: Index) -> Response[bytes]:
    """The proof that a leaf is under the newest checkpoint (c2sp.org/tlog-proof)."""
    with store.auditor_transaction() as tx:
        ledger.leaf(tx, index)
        return _text(ledger.proof(tx, index).encode(), f"leaf-{index}.tlog-proof")


@get("/api/ledger/leaves/{index:int}/entry", opt=READ, sync_to_thread=True, media_type=BINARY)
def entry(store: Store, ledger: Ledger, index: Index) -> Response[bytes]:
    """The exact bytes of a leaf: what its hash and its proof are about."""
    with store.auditor_transaction() as tx:
        row = ledger.leaf(tx, index)
    return Response(row.leaf, media_type=BINARY, headers=_download(f"leaf-{index}.json"))


@get("/api/ledger/export", opt=TAKE, sync_to_thread=True, media_type="application/zip")
def export(session: OfficerSession, store: Store, ledger: Ledger) -> Stream:
    """The whole log as a zip file of static files (c2sp.org/tlog-tiles)."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when its last chunk is sent
    with store.auditor_transaction() as tx:
        write_zip(tx, ledger, file)
    with store.transaction(session.scope) as tx:
        recorded(tx, ledger, session, LeafKind.EXPORTED, "ledger")
    file.seek(0)
    return Stream(_chunks(file), media_type="application/zip", headers=_download(ARCHIVE))


@get("/api/ledger/tlog/{resource:path}", opt=READ, sync_to_thread=True, media_type=BINARY)
def tlog(store: Store, ledger: Ledger, resource: str) -> Response[bytes]:
    """A tile, an entry bundle or the checkpoint below the log's prefix (c2sp.org/tlog-tiles)."""
    name = resource.lstrip("/")
    with store.auditor_transaction() as tx:
        head = ledger.checkpoint(tx)
        if name == CHECKPOINT:
            return _text(head.raw, None)
        tile = _tile_within(name, head.size)
        content = bundle_file(tx, tile) if tile.level == ENTRIES else tile_file(tx, tile)
    return Response(content, media_type=BINARY)


def _tile_within(name: str, size: int) -> TileId:
    """The tile a path names, when it lies within the signed tree; raise `NoSuchLeaf` otherwise."""
    try:
        tile = parse_tile_path(name)
    except TileMalformed as error:
        raise NoSuchLeaf(resource="tile") from error
    if tile.end > size or tile.width > TILE_WIDTH:
        raise NoSuchLeaf(resource="tile")
    return tile


def _text(content: bytes, name: str | None) -> Response[bytes]:
    headers = {} if name is None else _download(name)
    return Response(content, media_type="text/plain; charset=utf-8", headers=headers)


def _download(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


handlers = [checkpoint, leaves, leaf, proof, entry, export, tlog]
