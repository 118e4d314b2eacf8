"""Under which account the server runs, and what that account can reach.

>>> find_account(0, names=("nobody",)).name
'nobody'
"""

import hashlib
import pwd
import shutil
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from cordillera.foundation.store.embedded_binaries import Binaries
from cordillera.foundation.store.embedded_errors import PermissionRefused

ACCOUNTS: Final = ("cordillera", "postgres", "nobody")


class Account(msgspec.Struct, frozen=True):
    """The unprivileged account that runs the server when we are root."""

    name: str
    uid: int
    gid: int


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


def can_traverse(path: Path, account: Account) -> bool:
    """Whether `account` may pass through every directory down to `path` (mode bits; no ACLs)."""
    resolved = path.resolve()
    return all(_may(part, account, "x") for part in (resolved, *resolved.parents))


def reachable_binaries(binaries: Binaries, account: Account | None, state: Path) -> Binaries:
    """The same binaries where the server's account can run them; copied once when it cannot now."""
    if account is None or (
        can_traverse(binaries.directory, account) and _may(binaries.directory / "postgres", account, "x")
    ):
        return binaries
    installation = binaries.directory.parent
    server = hashlib.sha256((binaries.directory / "postgres").read_bytes()).hexdigest()[:12]
    target = state / "binaries" / f"{binaries.version}-{server}"
    if not target.exists():
        open_directory(target.parent)
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


def open_directory(path: Path) -> None:
    """A directory that everyone may pass through and only we may write."""
    path.mkdir(parents=True, exist_ok=True, mode=0o755)
    path.chmod(0o755)


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
