"""Locks between processes of one home, on files (flock(2)).

A lock is released by the kernel when its holder ends in whatever way, so nothing has to be cleaned up
after a kill. Files are opened close-on-exec: a child process never keeps its parent's lock.

>>> from tempfile import mkdtemp
>>> with exclusive(Path(mkdtemp()) / "a.lock"):
...     pass
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait for and hold the lock."""
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Hold the lock if it is free, without waiting; yield whether it is held."""
    handle = _open(path)
    try:
        yield _taken(handle)
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class SharedLock:
    """A place among the users of something; several processes hold it at once."""

    def __init__(self, path: Path) -> None:
        self._handle = _open(path)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def is_alone(self) -> bool:
        """Whether no other user is left; once true it stays true until this lock is released."""
        if _taken(self._handle):
            return True
        fcntl.flock(self._handle, fcntl.LOCK_SH)  # a failed conversion may have dropped the lock
        return False

    def release(self) -> None:
        """Let go."""
        os.close(self._handle)


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
