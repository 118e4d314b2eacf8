"""Sealed files in a folder of the node: mode 0600, written whole or not at all, gone when their key is.

>>> from tempfile import mkdtemp
>>> files = Files(Path(mkdtemp()) / "archive")
>>> files.write("a.parquet.sealed", b"sealed")
>>> files.read("a.parquet.sealed"), files.sweep(set()), files.read("a.parquet.sealed")
(b'sealed', 1, None)
"""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path


class Files:
    """The folder of a node's files of history."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: bytes) -> None:
        """Write a file that is not there yet; raise `OSError`."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def read(self, name: str) -> bytes | None:
        """Return a file, or None when it is not there."""
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None

    def sweep(self, wanted: Collection[str]) -> int:
        """Remove every file that is not wanted; return how many."""
        gone = [path for path in self.folder.glob("*") if path.name not in wanted]
        for path in gone:
            with suppress(OSError):
                path.unlink()
        return len(gone)
