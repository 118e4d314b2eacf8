"""Many files at once: archives taken apart in memory, bounded whatever they claim about themselves.

1. A ZIP or a tar (also gzipped) is taken apart; any other file is one file. Archives inside archives are
   files like others, which no message is read from.
2. At most `MOST_FILES` files and `MOST_BYTES` bytes unpacked, counted as they come out of the decompressor,
   never by what headers say (ZIP bombs, overlapping entries): beyond, the whole upload is refused.
3. A file larger than a message may be, or encrypted, is one refused item; the others are taken in.
4. Names are shown, never used as paths; links, devices, folders, and what systems put beside files, are left
   out.
5. What is no readable archive although it begins like one is refused whole.

>>> [(one.name, one.refused) for one in unpacked("a.edi", b"UNB+UNOA:4'")]
[('a.edi', '')]
"""

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Final

import msgspec

from cordillera.desks.travellers.bulk_errors import BulkTooLarge, BulkUnreadable
from cordillera.desks.travellers.errors import MessageTooLarge
from cordillera.desks.travellers.ingest import MAX_BYTES
from cordillera.desks.travellers.reading import storable

MOST_FILES: Final = 10_000
MOST_BYTES: Final = 512 * 1024 * 1024
ENCRYPTED: Final = "travellers.bulk_encrypted"
BROKEN: Final = "travellers.bulk_broken"
_ZIP, _GZIP, _TAR = b"PK", b"\x1f\x8b", b"ustar"
_TAR_MAGIC: Final = 257
_ENCRYPTED_FLAG: Final = 0x1
_BESIDE: Final = ("__MACOSX/", "._", ".DS_Store", "Thumbs.db")
_PIECE: Final = 64 * 1024


class BulkFile(msgspec.Struct, frozen=True):
    """One file of an upload; `refused` is a message id when it is not taken in, without its bytes then."""

    name: str
    raw: bytes
    size: int
    refused: str = ""


class _Budget:
    """Bytes and files that may still come out of archives."""

    def __init__(self) -> None:
        self.bytes, self.files = MOST_BYTES, MOST_FILES

    def take(self, size: int) -> None:
        """Count bytes; raise `BulkTooLarge` when there are too many."""
        self.bytes -= size
        if self.bytes < 0:
            raise BulkTooLarge(limit=MOST_BYTES)

    def one_more(self) -> None:
        """Count a file; raise `BulkTooLarge` when there are too many."""
        self.files -= 1
        if self.files < 0:
            raise BulkTooLarge(files=MOST_FILES)


def all_unpacked(uploads: Iterable[tuple[str, bytes]]) -> list[BulkFile]:
    """Take several files apart under one budget; raise `BulkTooLarge`, `BulkUnreadable`."""
    budget = _Budget()
    return [one for name, raw in uploads for one in _files(name, raw, budget)]


def unpacked(name: str, raw: bytes) -> list[BulkFile]:
    """Take one file apart; raise `BulkTooLarge`, `BulkUnreadable`."""
    return all_unpacked([(name, raw)])


def _files(name: str, raw: bytes, budget: _Budget) -> Iterator[BulkFile]:
    if raw[:2] == _ZIP:
        yield from _of_zip(raw, budget)
    elif raw[:2] == _GZIP:
        yield from _of_gzip(name, raw, budget)
    elif raw[_TAR_MAGIC : _TAR_MAGIC + len(_TAR)] == _TAR:
        yield from _of_tar(io.BytesIO(raw), budget)
    else:
        budget.one_more()
        yield _one(name, io.BytesIO(raw), budget)


def _of_zip(raw: bytes, budget: _Budget) -> Iterator[BulkFile]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise BulkUnreadable from error
    with archive:
        for entry in archive.infolist():
            if entry.is_dir() or _is_beside(entry.filename):
                continue
            budget.one_more()
            if entry.flag_bits & _ENCRYPTED_FLAG:
                yield BulkFile(_shown(entry.filename), b"", 0, ENCRYPTED)
                continue
            try:
                with archive.open(entry) as held:
                    yield _one(entry.filename, held, budget)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
                yield BulkFile(_shown(entry.filename), b"", 0, BROKEN)


def _of_gzip(name: str, raw: bytes, budget: _Budget) -> Iterator[BulkFile]:
    """A gzipped tar is taken apart; any other gzipped file is one file."""
    with gzip.GzipFile(fileobj=io.BytesIO(raw)) as held:
        try:
            inside = _read(held, MOST_BYTES)
        except (OSError, EOFError, zlib.error) as error:
            raise BulkUnreadable from error
    if inside is None:
        raise BulkTooLarge(limit=MOST_BYTES)
    if inside[_TAR_MAGIC : _TAR_MAGIC + len(_TAR)] == _TAR:
        yield from _of_tar(io.BytesIO(inside), budget)
    else:
        budget.one_more()
        yield _one(name.removesuffix(".gz"), io.BytesIO(inside), budget)


def _of_tar(raw: io.BytesIO, budget: _Budget) -> Iterator[BulkFile]:
    try:
        with tarfile.open(fileobj=raw, mode="r:") as archive:
            for entry in archive:
                held = archive.extractfile(entry) if entry.isreg() and not _is_beside(entry.name) else None
                if held is not None:
                    budget.one_more()
                    yield _one(entry.name, held, budget)
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise BulkUnreadable from error


def _one(name: str, held: IO[bytes], budget: _Budget) -> BulkFile:
    raw = _read(held, MAX_BYTES)
    if raw is None:
        budget.take(MAX_BYTES)
        return BulkFile(_shown(name), b"", MAX_BYTES, MessageTooLarge.code)
    budget.take(len(raw))
    return BulkFile(_shown(name), raw, len(raw))


def _read(held: IO[bytes] | gzip.GzipFile, most: int) -> bytes | None:
    """Read to the end in pieces; None as soon as there is more than `most`."""
    pieces, size = [], 0
    while piece := held.read(_PIECE):
        size += len(piece)
        if size > most:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _is_beside(name: str) -> bool:
    last = name.replace("\\", "/").rpartition("/")[2]
    return name.startswith(_BESIDE[0]) or last.startswith(_BESIDE[1]) or last in _BESIDE[2:]


def _shown(name: str) -> str:
    """The end of a name, without what would move the text of a page or terminal."""
    plain = "".join(sign if sign.isprintable() else "\ufffd" for sign in name.replace("\\", "/"))
    return storable(plain[-120:])
