"""The node's keys in a directory of its own: secrets, signing keys, and one wrapping key per erase month.

Files have mode 0600 in a directory of mode 0700 and are created atomically, so two processes that ask
for the same new key get the same key. A wrapping key (KEK) is named after the month in which what it
protects must be gone; destroying it makes every copy of those records unreadable, backups included,
because backups never hold this directory.
"""

import os
from datetime import datetime
from pathlib import Path

from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.crypto.signing import SigningKey

_SIZE = 32
_DESTROYED = b"destroyed"


def month_label(moment: datetime) -> str:
    """Return the erase month of `moment`, such as "2027-01"."""
    return f"{moment.year:04d}-{moment.month:02d}"


class KeyRing:
    """Keys kept as files below `directory`; read once, then held in memory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._held: dict[str, bytes] = {}

    def secret(self, name: str) -> bytes:
        """Return the 32 secret bytes called `name`, made on first use."""
        return self._get_or_make(f"{name}.secret")

    def signing(self, name: str) -> SigningKey:
        """Return the Ed25519 key called `name`, made on first use."""
        return SigningKey(self._get_or_make(f"{name}.ed25519"))

    def stored(self, name: str, make: bytes) -> bytes:
        """Return the bytes kept under `name`; when there are none, keep `make` there first."""
        return self._get_or_make(name, make)

    def kek(self, label: str) -> bytes:
        """Return the wrapping key of an erase month; raise `KeyUnavailable` once it was destroyed."""
        key = self._read_or_create(
            self.directory / f"kek-{label}.secret", None
        )  # another process may destroy it
        if key == _DESTROYED:
            raise KeyUnavailable(key=f"kek-{label}", reason="destroyed")
        return key

    def destroy_kek(self, label: str) -> None:
        """Overwrite and forget the key of an erase month; a marker stays, so that it is never remade."""
        path = self.directory / f"kek-{label}.secret"
        _overwrite(path)
        path.write_bytes(_DESTROYED)

    def kept(self, name: str) -> bytes:
        """Return the bytes kept under `name`; raise `KeyUnavailable` when there are none (any more)."""
        path = self.directory / name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise KeyUnavailable(key=name, reason=error.strerror or "unreadable") from error
        if content == _DESTROYED:
            raise KeyUnavailable(key=name, reason="destroyed")
        return content

    def destroy(self, name: str) -> None:
        """Overwrite and forget the bytes kept under `name`; a marker stays, so that they are never remade."""
        self._held.pop(name, None)
        path = self.directory / name
        if path.exists():
            _overwrite(path)
            path.write_bytes(_DESTROYED)

    def _get_or_make(self, name: str, make: bytes | None = None) -> bytes:
        held = self._held.get(name)
        if held is None:
            held = self._held[name] = self._read_or_create(self.directory / name, make)
        return held

    def _read_or_create(self, path: Path, make: bytes | None) -> bytes:
        try:
            if not path.exists():
                _create(path, token_bytes(_SIZE) if make is None else make)
            return path.read_bytes()
        except OSError as error:
            raise KeyUnavailable(key=path.name, reason=error.strerror or "unreadable") from error


def _overwrite(path: Path) -> None:
    if path.exists():
        with path.open("r+b") as file:
            file.write(token_bytes(path.stat().st_size or _SIZE))
            file.flush()
            os.fsync(file.fileno())


def _create(path: Path, content: bytes) -> None:
    """Write a new key so that it is there whole or not at all; a key another process made first stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{token_bytes(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
