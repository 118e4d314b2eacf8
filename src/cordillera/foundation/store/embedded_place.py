"""Where the embedded cluster lies and under which account it runs.

PostgreSQL refuses to run as root. Not root: everything stays inside the given directory. Root: the server
gets an unprivileged account (`cordillera`, else `postgres`, else `nobody`; the owner of an existing cluster
is kept), and what that account cannot reach (a home below /root, a virtual environment below /root) is
placed in a root-owned state directory that anyone may traverse; the given directory remembers where.

>>> find_account(0, names=("nobody",)).name
'nobody'
"""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from cordillera.foundation.store.embedded_binaries import Binaries
from cordillera.foundation.store.embedded_errors import PermissionRefused, PlaceTaken

STATE_DIRECTORY: Final = Path("/var/lib/cordillera")
ACCOUNTS: Final = ("cordillera", "postgres", "nobody")
SOCKET_NAME: Final = ".s.PGSQL.5432"
SOCKET_LIMIT: Final = 107
"""Longest path of a unix socket on Linux without its final NUL (unix(7))."""
_NOTE: Final = "place.json"
_OWNER_NOTE: Final = "home.json"


class Account(msgspec.Struct, frozen=True):
    """The unprivileged account that runs the server when we are root."""

    name: str
    uid: int
    gid: int


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


def find_account(uid: int, names: tuple[str, ...] = ACCOUNTS) -> Account | None:
    """The account for the server; None when the caller (`uid`) is not root and needs none."""
    if uid != 0:
        return None
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise PermissionRefused(accounts=names)


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


def forget(directory: Path, place: Place) -> None:
    """Remove the cluster's files and the memory of where they were (tests, and an empty restore)."""
    for path in (place.data, place.socket):
        shutil.rmtree(path, ignore_errors=True)
    place.log.unlink(missing_ok=True)
    if place.root != directory.resolve():
        shutil.rmtree(place.root, ignore_errors=True)
    (directory / _NOTE).unlink(missing_ok=True)


def can_traverse(path: Path, account: Account) -> bool:
    """Whether `account` may pass through every directory down to `path` (mode bits; no ACLs)."""
    resolved = path.resolve()
    return all(_may(part, account, "x") for part in (resolved, *resolved.parents))


def reachable_binaries(binaries: Binaries, place: Place, state: Path = STATE_DIRECTORY) -> Binaries:
    """The same binaries where the server's account can run them; copied once when it cannot now."""
    account = place.account
    if account is None or (
        can_traverse(binaries.directory, account) and _may(binaries.directory / "postgres", account, "x")
    ):
        return binaries
    installation = binaries.directory.parent
    server = hashlib.sha256((binaries.directory / "postgres").read_bytes()).hexdigest()[:12]
    target = state / "binaries" / f"{binaries.version}-{server}"
    if not target.exists():
        _open_directory(target.parent)
        _copy_installation(installation, target)
    copied = target / installation.parent.name / installation.name / "bin"
    return Binaries(copied, binaries.major, binaries.version)


def _may(path: Path, account: Account, what: str) -> bool:
    shift = {"r": 4, "x": 1}[what]
    try:
        found = path.stat()
    except OSError:
        return False
    if found.st_uid == account.uid:
        return bool(found.st_mode & (shift << 6))
    if found.st_gid == account.gid:
        return bool(found.st_mode & (shift << 3))
    return bool(found.st_mode & shift)


def _read_note(directory: Path) -> _Note | None:
    try:
        return msgspec.json.decode((directory / _NOTE).read_bytes(), type=_Note)
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
    owner = Path(msgspec.json.decode((root / _OWNER_NOTE).read_bytes(), type=_OwnerNote).home)
    if owner == directory:
        return
    theirs = _read_note(owner) if owner.exists() else None
    if theirs is not None and Path(theirs.root) == root:
        raise PlaceTaken(cluster=str(root), owner=str(owner))
    _write(root / _OWNER_NOTE, _OwnerNote(str(directory)))


def _new_state_root(directory: Path, state: Path) -> Path:
    _open_directory(state)
    _sweep(state)
    root = state.resolve() / secrets.token_hex(8)
    _open_directory(root)
    _write(root / _OWNER_NOTE, _OwnerNote(str(directory)))
    return root


def _open_directory(path: Path) -> None:
    """A directory that everyone may pass through and only we may write."""
    path.mkdir(parents=True, exist_ok=True, mode=0o755)
    path.chmod(0o755)


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
        yield note.parent, Path(msgspec.json.decode(note.read_bytes(), type=_OwnerNote).home)


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


def _copy_installation(source: Path, target: Path) -> None:
    """Copy bin, lib and share; complete or absent, so a copy cut short is never used.

    A wheel keeps shared libraries in `<package>.libs` beside the package and finds them relative to the
    program, so the copy keeps the same two levels of folders.
    """
    temporary = Path(tempfile.mkdtemp(prefix="copy-", dir=target.parent))
    for part in ("bin", "lib", "share"):
        copied = temporary / source.parent.name / source.name / part
        shutil.copytree(source / part, copied, symlinks=True)
    libraries = source.parent.with_name(f"{source.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, temporary / libraries.name, symlinks=True)
    for folder in (temporary, *temporary.glob("*"), *temporary.glob("*/*")):
        folder.chmod(folder.stat().st_mode | 0o055)
    try:
        temporary.rename(target)
    except OSError:  # another process finished the same copy first
        shutil.rmtree(temporary, ignore_errors=True)
        if not target.exists():
            raise
