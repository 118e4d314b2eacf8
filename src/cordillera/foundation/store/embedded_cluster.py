"""One embedded cluster and its server process (DESIGN 5).

`EmbeddedPostgres` owns the cluster of one directory: it makes it at the first start, finds the binaries,
drops to an unprivileged account when root, recovers after a kill, and stops cleanly. Which process starts
and stops the server of a home is decided in `embedded.py`.

>>> from tempfile import mkdtemp
>>> with EmbeddedPostgres(Path(mkdtemp())) as server:
...     server.is_running()
True
>>> server.destroy()
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec
import psycopg

from cordillera.foundation.store import embedded_process as process
from cordillera.foundation.store import embedded_roles as roles
from cordillera.foundation.store.database import DatabaseUrls
from cordillera.foundation.store.embedded_account import reachable_binaries
from cordillera.foundation.store.embedded_binaries import Binaries, choose_binaries, find_binaries
from cordillera.foundation.store.embedded_errors import (
    LOGIN_REFUSED,
    STILL_ENDING,
    DatabaseUnavailable,
    DiskFull,
    StartTimeout,
    from_log,
)
from cordillera.foundation.store.embedded_locks import exclusive
from cordillera.foundation.store.embedded_place import (
    STATE_DIRECTORY,
    Place,
    forget,
    is_settled,
    settle,
)
from cordillera.foundation.store.embedded_profile import Profile, server_settings
from cordillera.foundation.store.embedded_roles import SUPERUSER

_RECOVERY_SECONDS: Final = 300.0
_ORPHAN_SECONDS: Final = 20.0
_FULL_BYTES: Final = 64 << 10


class ClusterOptions(msgspec.Struct, frozen=True):
    """What may differ between clusters; `passwords` defaults to `keys` inside the directory."""

    profile: Profile = Profile.NODE
    passwords: Path | None = None
    state: Path = STATE_DIRECTORY


class EmbeddedPostgres:
    """The cluster of one directory and its server process.

    `durable=False` is for databases that live as long as one test: no fsync, less memory.
    """

    def __init__(
        self,
        directory: Path,
        binaries: Path | None = None,
        options: ClusterOptions | None = None,
        *,
        durable: bool = True,
    ) -> None:
        self.directory = directory.absolute()
        self._configured = binaries
        self._options = options or ClusterOptions()
        self._durable = durable
        self._settings = server_settings(self._options.profile if durable else Profile.TEST, fsync=durable)
        self._passwords = self._options.passwords or self.directory / "keys"
        self._place: Place | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the server, or join the one that runs; the superuser's URL. Makes the cluster at first.

        Raises a DatabaseUnavailable: NoBinaries, WrongVersion, DiskFull, SocketInUse, PermissionRefused...
        """
        with self.starting():
            return self.start_unlocked()

    def stop(self) -> None:
        """Stop the server whoever started it; returns when it has ended."""
        with self.starting():
            self.stop_unlocked()

    def exists(self) -> bool:
        """Whether the cluster has been made."""
        return is_settled(self.directory) and self.place.data.exists()

    def is_running(self) -> bool:
        """Whether a live server works on this cluster."""
        self._reap()
        return is_settled(self.directory) and process.runs_in(self.place.data) is not None

    def destroy(self) -> None:
        """Stop the server and remove the cluster with all its data (tests)."""
        with self.starting():
            self.stop_unlocked()
            forget(self.directory, self.place)
            self._place = None

    @property
    def place(self) -> Place:
        """Where the cluster lies."""
        if self._place is None:
            self._place = settle(self.directory, self._options.state)
        return self._place

    @property
    def binaries(self) -> Binaries:
        """The installation that fits the cluster, where the server's account can run it."""
        version = self.place.data / "PG_VERSION"
        major = int(version.read_text(encoding="ascii")) if version.exists() else None
        chosen = choose_binaries(find_binaries(self._configured), major)
        return reachable_binaries(chosen, self.place.account, self._options.state)

    @property
    def url(self) -> str:
        """The superuser's URL (database `postgres`)."""
        return self._url(SUPERUSER, "postgres")

    def database_url(self, database: str) -> str:
        """The superuser's URL for one database of the cluster."""
        return self._url(SUPERUSER, database)

    @property
    def superuser(self) -> str:
        """The name of the cluster's superuser."""
        return SUPERUSER

    @property
    def superuser_password(self) -> str:
        """The superuser's password, for the programs that PostgreSQL brings along."""
        return roles.password_of(SUPERUSER, self._passwords)

    def urls(self, database: str = roles.DATABASE) -> DatabaseUrls:
        """The URLs of the three working roles for one database of the cluster."""
        return DatabaseUrls(*(self._url(role, database) for role in (roles.OWNER, roles.APP, roles.AUDITOR)))

    def create_database(self, name: str, template: str | None = None) -> DatabaseUrls:
        """Create a database owned by the owner role, as a copy of `template` if given; its URLs."""
        roles.create_database(self.url, name, template)
        return self.urls(name)

    def ensure_database(self, name: str = roles.DATABASE) -> DatabaseUrls:
        """The URLs of database `name`, created when it is missing."""
        if not roles.database_exists(self.url, name):
            roles.create_database(self.url, name)
        return self.urls(name)

    def drop_database(self, name: str) -> None:
        """Drop a database and end its connections."""
        roles.drop_database(self.url, name)

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Hold the right to start or stop this cluster (one process at a time).

        A file that cannot be read or written inside becomes a DatabaseUnavailable.
        """
        try:
            with exclusive(self.directory / "start.lock"):
                yield
        except OSError as error:
            raise from_log(str(error), step="files") from error

    def start_unlocked(self) -> str:
        """`start` for a caller that holds `starting()`."""
        place, binaries = self.place, self.binaries
        if not place.data.exists():
            secret = roles.password_of(SUPERUSER, self._passwords)
            process.create_cluster(binaries, place, (SUPERUSER, secret), durable=self._durable)
        before = _log_size(place)
        if not self.is_running():
            self._launch(binaries, place)
        try:
            roles.provision(self.url, self._passwords)
        except psycopg.Error as error:  # a server that ended after its first answer says why in its log
            raise _told(place, f"{error}\n{_log_since(place, before)}", step="roles") from error
        return self.url

    def stop_unlocked(self) -> None:
        """`stop` for a caller that holds `starting()`."""
        process.stop(self.place.data, self._reap)
        self._reap()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _url(self, role: str, database: str) -> str:
        password = roles.password_of(role, self._passwords)
        return roles.connection_url(str(self.place.socket), role, password, database)

    def _launch(self, binaries: Binaries, place: Place) -> None:
        """Start and wait; try again while orphans of a killed server are still ending."""
        deadline = time.monotonic() + _ORPHAN_SECONDS
        while True:
            process.discard_stale_files(place)
            before = _log_size(place)
            self._process = process.launch(binaries, place, self._settings)
            try:
                self._wait(place, before)
            except DatabaseUnavailable as error:
                if STILL_ENDING not in str(error.facts.get("log")) or time.monotonic() > deadline:
                    raise
                time.sleep(0.25)
            else:
                return

    def _wait(self, place: Place, log_start: int) -> None:
        """Wait until the server answers; the error its log tells of when it ends instead."""
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while not self._answers():
            if self._process is not None and self._process.poll() is not None:
                raise _told(place, _log_since(place, log_start), step="start")
            if time.monotonic() > deadline:
                raise StartTimeout(log=_log_since(place, log_start), seconds=_RECOVERY_SECONDS)
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if LOGIN_REFUSED in str(error):
                raise from_log(str(error), step="password") from error
            return False
        return True

    def _reap(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            self._process = None


def _told(place: Place, said: str, step: str) -> DatabaseUnavailable:
    """The error that words stand for, or a full disk, on which the log that says so is cut short."""
    error = from_log(said, step=step)
    if type(error) is DatabaseUnavailable and shutil.disk_usage(place.data).free < _FULL_BYTES:
        return DiskFull(log=said[-2000:], step=step)
    return error


def _log_size(place: Place) -> int:
    return place.log.stat().st_size if place.log.exists() else 0


def _log_since(place: Place, start: int) -> str:
    raw = place.log.read_bytes() if place.log.exists() else b""
    return raw[start if start <= len(raw) else 0 :].decode(errors="replace")
