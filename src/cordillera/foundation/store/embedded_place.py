"""Where the embedded cluster lies and under which account it runs.

PostgreSQL refuses to run as root. Not root: everything stays inside the given directory. Root: the server
gets an unprivileged account (`cordillera`, else `postgres`, else `nobody`; the owner of an existing cluster
is kept), and what that account cannot reach (a home below /root, a virtual environment below /root) is
placed in a root-owned state directory that anyone may traverse; the given directory remembers where.

>>> len(os.fsencode(Path("/run/cord") / SOCKET_NAME)) <= SOCKET_LIMIT
True
"""

import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from cordillera.foundation import shapes
from cordillera.foundation.store.embedded_account import Account, can_traverse, find_account, open_directory
from cordillera.foundation.store.embedded_errors import PlaceTaken

STATE_DIRECTORY: Final = Path("/var/lib/cordillera")
SOCKET_NAME: Final = ".s.PGSQL.5432"
SOCKET_LIMIT: Final = 107
"""Longest path of a unix socket on Linux without its final NUL (unix(7))."""
_NOTE: Final = "place.json"
_OWNER_NOTE: Final = "home.json"


class Place(msgspec.Struct, frozen=True):
    """Where one cluster lives: `root` holds `data`, the server log and the files of start-up."""

    root: Path
    socket: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """The data directory proper (PGDATA)."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """What the server writes to its standard error."""
        return self.root / "server.log"

    def give(self, path: Path) -> None:
        """Hand a file or directory to the server's account."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)


class _Note(msgspec.Struct, frozen=True):
    root: str
    socket: str


class _OwnerNote(msgspec.Struct, frozen=True):
    home: str


def settle(directory: Path, state: Path = STATE_DIRECTORY) -> Place:
    """The place of the cluster of `directory`: the remembered one, or a new one made now.

    1. A remembered place is kept, unless it belongs to another directory (PlaceTaken).
    2. A directory that the server's account can reach is used itself.
    3. Otherwise a new directory below `state` is made and remembered.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    account = find_account(os.geteuid())
    note = _read_note(directory)
    if note is not None:
        root = Path(note.root)
        _check_owner(root, directory)
    elif account is None:
        root = directory
    elif can_traverse(directory.parent, account):
        directory.chmod(0o711)  # the account passes through; it can list and write nothing here
        root = directory
    else:
        root = _new_state_root(directory, state)
    place = Place(root, Path(note.socket) if note else root / "run", account)
    place = Place(root, _socket_directory(place), account)
    told = _Note(str(place.root), str(place.socket))
    if told != note:
        _write(directory / _NOTE, told)
    return place


def is_settled(directory: Path) -> bool:
    """Whether the directory already has a place for its cluster."""
    return (directory / _NOTE).exists()


def settled_below(folder: Path) -> list[Path]:
    """The directories below `folder` that have a place for a cluster."""
    return [note.parent for note in folder.rglob(_NOTE)]


def forget(directory: Path, place: Place) -> None:
    """Remove the cluster's files and the memory of where they were (tests, and an empty restore)."""
    for path in (place.data, place.socket):
        shutil.rmtree(path, ignore_errors=True)
    place.log.unlink(missing_ok=True)
    if place.root != directory.resolve():
        shutil.rmtree(place.root, ignore_errors=True)
    (directory / _NOTE).unlink(missing_ok=True)


def _read_note(directory: Path) -> _Note | None:
    try:
        return shapes.decode((directory / _NOTE).read_bytes(), _Note)
    except FileNotFoundError:
        return None


def _write(path: Path, note: msgspec.Struct) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_bytes(msgspec.json.encode(note))
    temporary.chmod(0o600)
    temporary.replace(path)


def _check_owner(root: Path, directory: Path) -> None:
    """A copied home must not start the original's cluster; a moved home takes its cluster along."""
    if root == directory or not (root / _OWNER_NOTE).exists():
        return
    owner = Path(shapes.decode((root / _OWNER_NOTE).read_bytes(), _OwnerNote).home)
    if owner == directory:
        return
    theirs = _read_note(owner) if owner.exists() else None
    if theirs is not None and Path(theirs.root) == root:
        raise PlaceTaken(cluster=str(root), owner=str(owner))
    _write(root / _OWNER_NOTE, _OwnerNote(str(directory)))


def _new_state_root(directory: Path, state: Path) -> Path:
    open_directory(state)
    _sweep(state)
    root = state.resolve() / secrets.token_hex(8)
    open_directory(root)
    _write(root / _OWNER_NOTE, _OwnerNote(str(directory)))
    return root


def _sweep(state: Path) -> None:
    """Remove clusters of temporary homes that are gone or were made anew; any other may only be unmounted."""
    temporary = Path(tempfile.gettempdir()).resolve()
    for root, home in tuple(_owned(state)):
        if home.is_relative_to(temporary) and _is_orphan(root, home):
            shutil.rmtree(root, ignore_errors=True)


def _is_orphan(root: Path, home: Path) -> bool:
    if (root / "data/postmaster.pid").exists():
        return False
    note = _read_note(home)
    return not home.exists() if note is None else Path(note.root) != root


def _owned(state: Path) -> Iterator[tuple[Path, Path]]:
    for note in state.glob(f"*/{_OWNER_NOTE}"):
        yield note.parent, Path(shapes.decode(note.read_bytes(), _OwnerNote).home)


def _socket_directory(place: Place) -> Path:
    """A private directory short enough for a socket: the remembered one, or a new one in the temp folder."""
    wanted = place.socket
    if not _fits(wanted) or (wanted.exists() and not _is_private(wanted, place)):
        wanted = Path(tempfile.mkdtemp(prefix="cord-"))
    wanted.mkdir(exist_ok=True, mode=0o700)
    place.give(wanted)
    return wanted


def _fits(directory: Path) -> bool:
    return len(os.fsencode(directory / SOCKET_NAME)) <= SOCKET_LIMIT


def _is_private(directory: Path, place: Place) -> bool:
    """Nobody else could have put this directory here: a real directory, ours, closed to others."""
    found = directory.lstat()
    owner = place.account.uid if place.account else os.geteuid()
    return stat.S_ISDIR(found.st_mode) and found.st_uid in {owner, os.geteuid()} and not found.st_mode & 0o077
