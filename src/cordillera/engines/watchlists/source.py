"""The bytes of a list file: opened as often as a reader needs them, unpacked within limits.

A file of a million entries does not fit in memory, so readers take a `ListFile` and read it as a stream,
some of them twice. The whole file, as delivered, has one digest; it is the list's `source_hash`.

>>> ListFile.of(b"plain").whole()
b'plain'
"""

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from cordillera.engines.watchlists.errors import ListTooLarge, ListTruncated, ListUnreadable

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAX_BYTES: Final = 512 * 1024 * 1024  # of a file that is read as a whole; the largest is below 100 MB
MAX_STREAM: Final = 16 * 1024 * 1024 * 1024  # of a file that is read as a stream
_GZIP: Final = b"\x1f\x8b"
_STEP: Final = 1 << 20


class ListFile:
    """A list file that can be opened again and again. `unpacked` is its size after the last full reading."""

    def __init__(self, opener: Callable[[], BinaryIO], name: str = "") -> None:
        self._open = opener
        self.name = name
        self.unpacked = 0

    @classmethod
    def of(cls, raw: bytes, name: str = "") -> "ListFile":
        """Return a file of bytes in memory."""
        return cls(lambda: io.BytesIO(raw), name)

    @classmethod
    def at(cls, path: Path) -> "ListFile":
        """Return the file at `path`."""
        return cls(lambda: path.open("rb"), path.name)

    def raw(self) -> BinaryIO:
        """Open the file as delivered."""
        return self._open()

    def digest(self) -> bytes:
        """Return SHA-256 of the file as delivered, packed or not."""
        state = hashlib.sha256()
        with self._open() as raw:
            while piece := raw.read(_STEP):
                state.update(piece)
        return state.digest()

    def stream(self, limit: int = MAX_STREAM) -> io.BufferedReader:
        """Open the content, unpacked; reading raises `ListTruncated`, `ListTooLarge`, `ListUnreadable`."""
        return io.BufferedReader(_Unpacked(self._open(), limit, self._note), _STEP)

    def whole(self, limit: int = MAX_BYTES) -> bytes:
        """Return the whole content, unpacked; raises what reading a stream raises."""
        with self.stream(limit) as stream:
            return stream.read()

    def _note(self, size: int) -> None:
        self.unpacked = size


class _Unpacked(io.RawIOBase):
    """The content of a plain or gzip file; a bomb that unpacks without end is stopped at the limit."""

    def __init__(self, raw: BinaryIO, limit: int, note: Callable[[int], None]) -> None:
        self._raw = raw
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        self._inner: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if packed else raw
        self._limit = limit
        self._note = note
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: "Buffer", /) -> int:
        view = memoryview(target).cast("B")
        try:
            piece = self._inner.read(min(len(view), _STEP))
        except EOFError as error:
            raise ListTruncated(format="gzip", read_bytes=self._size) from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise ListUnreadable(format="gzip", reason=str(error)) from error
        self._size += len(piece)
        if self._size > self._limit:
            raise ListTooLarge(limit=self._limit)
        self._note(self._size)
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def unpack(raw: bytes, limit: int = MAX_BYTES) -> bytes:
    """Return the content of a plain or gzip file; raise `ListTruncated`, `ListTooLarge`, `ListUnreadable`."""
    return ListFile.of(raw).whole(limit)
