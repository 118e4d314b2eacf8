"""Key halves kept outside the database: destroying one makes what it half-seals unreadable at once.

A data key alone stands in the database, and so in every backup of it. Where a record must be erasable
one by one, backups included, its key is made of two parts: the wrapped key in the database, and 32
random bytes in a file of the key directory, which no backup holds (docs/adr/0026).

>>> import tempfile
>>> halves = Halves(Path(tempfile.mkdtemp()) / "halves")
>>> halves.make("a")
>>> key = halves.join("a", bytes(32))
>>> halves.join("a", bytes(32)) == key
True
"""

import os
from contextlib import suppress
from pathlib import Path

from cordillera.foundation.crypto.digest import hmac_sha256
from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.crypto.random import token_bytes

_SIZE = 32


class Halves:
    """The outer halves of record keys, one small file each."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def make(self, name: str) -> None:
        """Make the half called `name`; raise `FileExistsError` when there is one."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(token_bytes(_SIZE))
            file.flush()
            os.fsync(file.fileno())

    def has(self, name: str) -> bool:
        """Whether the half called `name` is there."""
        return self._path(name).exists()

    def join(self, name: str, secret: bytes) -> bytes:
        """Return the key that `secret` and the half make; raise `KeyUnavailable` once it is destroyed."""
        path = self._path(name)
        try:
            half = path.read_bytes()
        except OSError as error:
            raise KeyUnavailable(key=path.name, reason=error.strerror or "unreadable") from error
        if len(half) != _SIZE:
            raise KeyUnavailable(key=path.name, reason="cut short")
        return hmac_sha256(half, b"cordillera/half|" + secret)

    def destroy(self, name: str) -> None:
        """Overwrite and remove a half; doing so twice changes nothing."""
        path = f"{self._directory}/{name[-2:]}/{name}"  # most keys have no half: a look is all it takes
        if not os.path.lexists(path):
            return
        with suppress(FileNotFoundError), open(path, "r+b") as file:  # noqa: PTH123 - as above
            file.write(token_bytes(_SIZE))
            file.flush()
            os.fsync(file.fileno())
            os.unlink(path)  # noqa: PTH108 - as above

    def _path(self, name: str) -> Path:
        """Spread over folders, so that none grows without end; the last characters of an id are random."""
        return self._directory / name[-2:] / name
