"""The database of a home: a configured PostgreSQL, or an embedded one that runs while it is used.

Every process that works on a home is a *user* of its database. The first user starts the server, later
ones join it, and the last one out stops it; a user that was killed is no longer counted. A node is a user
for as long as it runs, so a command that ends beside it stops nothing. `DatabaseWatch` brings the server
back when it dies under a node.

>>> from tempfile import mkdtemp
>>> from cordillera.foundation.settings import load
>>> home = Path(mkdtemp())
>>> with ensure_running(home, load(home)) as urls:
...     urls.app.startswith("postgresql://cordillera_app:")
True
>>> server_of(home, load(home)).destroy()
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Final

import msgspec
import structlog

from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import DatabaseUrls
from cordillera.foundation.store.embedded_cluster import ClusterOptions, EmbeddedPostgres
from cordillera.foundation.store.embedded_errors import (
    DatabaseInUse,
    DatabaseUnavailable,
    IncompleteUrls,
    NotOurDatabase,
)
from cordillera.foundation.store.embedded_locks import SharedLock
from cordillera.foundation.store.embedded_place import settled_below
from cordillera.foundation.store.embedded_profile import Profile

__all__ = [
    "ClusterOptions",
    "DatabaseUnavailable",
    "DatabaseWatch",
    "EmbeddedPostgres",
    "Profile",
    "alone_with",
    "configured_urls",
    "destroy_below",
    "ensure_running",
    "server_of",
]

_WATCH_SECONDS: Final = 1.0
_USERS: Final = "users.lock"

log = structlog.get_logger()


@contextmanager
def ensure_running(home: Path, settings: Settings) -> Iterator[DatabaseUrls]:
    """Be a user of the home's database while the block runs; yields the URLs of its three roles.

    Raises a DatabaseUnavailable when the embedded server cannot be started.
    """
    configured = configured_urls(settings)
    if configured is not None:
        yield configured
        return
    server = server_of(home, settings)
    with server.starting():
        use = SharedLock(server.directory / _USERS)
        try:
            server.start_unlocked()
            urls = server.ensure_database()
        except BaseException:
            _leave(server, use)
            raise
    try:
        yield urls
    finally:
        with server.starting():
            _leave(server, use)


class DatabaseWatch:
    """Starts a home's server again whenever it has died (a worker of the node)."""

    def __init__(self, home: Path, settings: Settings) -> None:
        self._external = configured_urls(settings) is not None
        self._server = server_of(home, settings)

    def run(self, stop: Event) -> None:
        """Watch until `stop` is set; a database that someone else runs is left to them.

        A start that fails (a full disk) is logged and tried again after each pause; meanwhile nothing is
        acknowledged.
        """
        while not stop.wait(_WATCH_SECONDS):
            if self._external or self._server.is_running():
                continue
            try:
                self._server.start()
            except DatabaseUnavailable as error:
                log.error("database.down", code=error.code)  # noqa: TRY400 - the server's words may be many
            else:
                log.warning("database.started_again")


def configured_urls(settings: Settings) -> DatabaseUrls | None:
    """The URLs of a database that someone else runs; None when the node runs its own.

    Raises IncompleteUrls when some of the three are given but not all.
    """
    database = settings.database
    urls = DatabaseUrls(database.owner_url, database.app_url, database.auditor_url)
    missing = tuple(f"{role}_url" for role, url in msgspec.structs.asdict(urls).items() if not url)
    if missing and len(missing) < len(urls.__struct_fields__):
        raise IncompleteUrls(missing=missing)
    return None if missing else urls


def server_of(home: Path, settings: Settings) -> EmbeddedPostgres:
    """The embedded server of a home, running or not; passwords lie with the home's keys."""
    binaries = Path(settings.database.binaries) if settings.database.binaries else None
    return EmbeddedPostgres(home / "database", binaries, ClusterOptions(passwords=home / "keys"))


def destroy_below(folder: Path) -> None:
    """Stop and remove every embedded cluster below a folder that nobody uses any more."""
    for directory in settled_below(folder):
        EmbeddedPostgres(directory).destroy()


@contextmanager
def alone_with(home: Path, settings: Settings) -> Iterator[EmbeddedPostgres]:
    """Be the only user of the home's embedded server while the block runs; others wait for its end.

    Raises DatabaseInUse when another process uses it, NotOurDatabase when a database is configured.
    """
    if configured_urls(settings) is not None:
        raise NotOurDatabase
    server = server_of(home, settings)
    with server.starting():
        use = SharedLock(server.directory / _USERS)
        try:
            if not use.is_alone():
                raise DatabaseInUse(home=str(home))
            server.start_unlocked()
            yield server
        finally:
            _leave(server, use)


def _leave(server: EmbeddedPostgres, use: SharedLock) -> None:
    try:
        if use.is_alone():
            server.stop_unlocked()
    finally:
        use.release()
