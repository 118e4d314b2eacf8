"""Running the server process: create a cluster, start, wait, stop, and tell whether it runs.

The server gets a session of its own, so a Ctrl-C meant for the node does not reach it before the node
has finished its work. SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one
(https://www.postgresql.org/docs/18/server-shutdown.html).

>>> runs_in(Path("/nonexistent")) is None
True
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from cordillera.foundation.store.embedded_account import Account
from cordillera.foundation.store.embedded_binaries import Binaries
from cordillera.foundation.store.embedded_errors import from_log
from cordillera.foundation.store.embedded_place import SOCKET_NAME, Place

LOG_LIMIT: Final = 16 * 1024 * 1024
_STOP_SECONDS: Final = 60.0
_INITDB_SECONDS: Final = 300.0
_FRESH: Final = "new-"
_ENVIRONMENT: Final = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


class Running(msgspec.Struct, frozen=True):
    """What `postmaster.pid` says of a server that is alive (first lines, fixed since PostgreSQL 9.1)."""

    pid: int
    socket: str
    ready: bool


def runs_in(data: Path) -> Running | None:
    """The live server of the data directory, or None; a pid file left by a kill is not believed."""
    lines = _pid_file(data)
    if len(lines) < 6 or not lines[0].isdigit() or not _serves(int(lines[0]), data):
        return None
    status = lines[7].strip() if len(lines) > 7 else ""
    return Running(int(lines[0]), lines[4], status == "ready")


def create_cluster(binaries: Binaries, place: Place, superuser: tuple[str, str], *, durable: bool) -> None:
    """Run initdb in a new directory and put it in place by one rename, so a half-made one is never used.

    The directory's name is new each time: the initdb of a process that was killed may still be writing.
    """
    for left in place.root.glob(f"{_FRESH}*"):
        shutil.rmtree(left, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=_FRESH, dir=place.root))
    fresh, secret = work / "data", work / "secret"
    fresh.mkdir(mode=0o700)
    secret.touch(mode=0o600)
    secret.write_text(superuser[1], encoding="ascii")
    for path in (work, fresh, secret):
        place.give(path)
    try:
        command = initdb_command(binaries, fresh, superuser[0], secret)
        _run_initdb([*command, *(() if durable else ("--no-sync",))], place)
        fresh.rename(place.data)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def initdb_command(binaries: Binaries, data: Path, superuser: str, secret: Path) -> list[str]:
    """The initdb call: UTF-8, code-point collation, scram for every connection, page checksums."""
    locale = (
        ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        if binaries.has_builtin_locale
        else ("--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C")
    )
    return [
        binaries.tool("initdb"),
        *("-D", str(data), "-U", superuser, "-E", "UTF8", "-k", "-A", "scram-sha-256"),
        *("--pwfile", str(secret), "--no-instructions", *locale),
    ]


def launch(binaries: Binaries, place: Place, settings: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start the server; it writes to the place's log, which is turned over when it has grown large."""
    if place.log.exists() and place.log.stat().st_size > LOG_LIMIT:
        place.log.replace(place.log.with_suffix(".log.1"))
    options = [part for setting in settings for part in ("-c", setting)]
    command = [binaries.tool("postgres"), "-D", str(place.data), "-k", str(place.socket), *options]
    with place.log.open("ab") as log:
        return _spawn(command, place.account, cwd=place.data, output=log.fileno())


def stop(data: Path, reap: Callable[[], object] = lambda: None) -> None:
    """Fast shutdown, then an immediate one when it takes too long (recovery follows at the next start)."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        running = runs_in(data)
        if running is None:
            return
        os.kill(running.pid, how)
        if _gone(data, reap):
            return


def discard_stale_files(place: Place) -> None:
    """Remove what a killed server left when its pid now belongs to a stranger, or to our unreaped child.

    PostgreSQL refuses to start while the number in its pid or socket lock file is a process that could be
    its own. The files stay when any process still works in the data directory: an orphan of the killed
    server holds the shared memory.
    """
    lines = _pid_file(place.data)
    if lines and lines[0].isdigit():
        with contextlib.suppress(ChildProcessError):
            os.waitpid(int(lines[0]), os.WNOHANG)
    if any(_serves(int(p.name), place.data) for p in Path("/proc").glob("[0-9]*")):
        return
    (place.data / "postmaster.pid").unlink(missing_ok=True)
    (place.socket / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


def _run_initdb(command: list[str], place: Place) -> None:
    process = _spawn(command, place.account, cwd=place.root, output=subprocess.PIPE)
    try:
        said, _ = process.communicate(timeout=_INITDB_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
    if process.returncode != 0:
        raise from_log(said.decode(errors="replace"), step="initdb")


def _spawn(command: list[str], account: Account | None, *, cwd: Path, output: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - the program is one of our own binaries, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=_ENVIRONMENT,
        umask=0o077,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _gone(data: Path, reap: Callable[[], object]) -> bool:
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline:
        reap()
        if runs_in(data) is None:
            return True
        time.sleep(0.02)
    return False


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def _serves(pid: int, data: Path) -> bool:
    """Whether the process works in the data directory: every PostgreSQL process makes it its own."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False
