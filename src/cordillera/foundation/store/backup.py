"""Backup and restore of a node's database (docs/operations.md).

A backup is one tar file: a manifest, and the database as `pg_dump` wrote it at one moment while the node
went on working. It holds no key: personal fields in it stay sealed, and what was sealed under the key of an
erase month can be read nowhere once that key is destroyed. A restore replaces the database whole or not at
all, and destroys again every data key that was destroyed since the backup was made.

"""

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

import psycopg
from psycopg import sql

from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.errors import Conflict, NotFound, Unavailable
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.backup_file import (
    CHUNK,
    DUMP,
    Manifest,
    digest_of,
    opened,
    pack,
    read_manifest,
)
from cordillera.foundation.store.database import DatabaseUrls, migrate
from cordillera.foundation.store.embedded import alone_with, ensure_running, server_of
from cordillera.foundation.store.embedded_cluster import EmbeddedPostgres
from cordillera.foundation.store.embedded_errors import DatabaseUnavailable, NotOurDatabase, from_log
from cordillera.foundation.store.embedded_roles import DATABASE

_RESTORED: Final = "cordillera_restored"
_REPLACED: Final = "cordillera_replaced"


Comparison = Callable[[DatabaseUrls, DatabaseUrls], None]


def _accept_all(_now: DatabaseUrls, _restored: DatabaseUrls) -> None:
    """Compare nothing."""


class BackupExists(Conflict):
    """There is a file of this name already; nothing is overwritten."""

    code = "backup.exists"


class NothingToBackUp(NotFound):
    """The home has no database of its own yet."""

    code = "backup.nothing"


class BackupFailed(Unavailable):
    """The target cannot be written (no such folder, no space, no right)."""

    code = "backup.failed"


class RestoreFailed(DatabaseUnavailable):
    """PostgreSQL could not read the dump; the database is as it was."""

    code = "backup.restore_failed"


def backup(settings: Settings, target: Path, clock: Clock) -> Manifest:
    """Write a backup of the running or resting node of `settings.home` to `target` (mode 0600).

    Raises BackupExists, NothingToBackUp, NotOurDatabase, BackupFailed, or a DatabaseUnavailable; no half
    file is left.
    """
    if target.exists():
        raise BackupExists(file=str(target))
    if not _embedded(settings).exists():
        raise NothingToBackUp(home=str(settings.home))
    try:
        with (
            ensure_running(settings.home, settings),
            tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as work,
        ):
            return _write(settings, Path(work) / DUMP, target, clock)
    except OSError as error:
        raise BackupFailed(file=str(target), reason=error.strerror) from error


def restore(settings: Settings, source: Path, accept: Comparison = _accept_all) -> Manifest:
    """Replace the node's database by the backup; no other process may use the home meanwhile.

    `accept` sees both databases (now, restored) before the swap and may refuse by raising. Raises
    BackupBroken, DatabaseInUse, NotOurDatabase, RestoreFailed; the database is then as it was.
    """
    keyring = KeyRing(settings.keys)
    manifest = read_manifest(keyring, source)
    with alone_with(settings.home, settings) as server:
        now = server.ensure_database()
        migrate(now.owner)
        server.drop_database(_RESTORED)
        try:
            urls = server.create_database(_RESTORED)
            with opened(keyring, source) as (_, dump):
                _load(server, dump)
            migrate(urls.owner)
            _destroy_again(server.database_url(DATABASE), server.database_url(_RESTORED))
            accept(now, urls)
            _swap(server)
        finally:
            server.drop_database(_RESTORED)
        server.drop_database(_REPLACED)
    return manifest


def _write(settings: Settings, dump: Path, target: Path, clock: Clock) -> Manifest:
    server = _embedded(settings)
    _dump(server, dump)
    manifest = Manifest(
        created_at=clock.now(),
        node=settings.node.id,
        revision=_revision(server.database_url(DATABASE)),
        postgres=server.binaries.version,
        dump_bytes=dump.stat().st_size,
        dump_sha256=digest_of(dump),
    )
    pack(KeyRing(settings.keys), manifest, dump, target)
    return manifest


def _embedded(settings: Settings) -> EmbeddedPostgres:
    if settings.database.owner_url:
        raise NotOurDatabase
    return server_of(settings.home, settings)


def _dump(server: EmbeddedPostgres, target: Path) -> None:
    command = _tool(server, "pg_dump", DATABASE)
    command += ["--format=custom", "--compress=6", "--file", str(target)]
    _run(server, command, step="pg_dump")


def _load(server: EmbeddedPostgres, dump: IO[bytes]) -> None:
    command = _tool(server, "pg_restore", _RESTORED)
    command += ["--exit-on-error", "--single-transaction"]
    process = subprocess.Popen(  # noqa: S603 - our own binary, no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_secret(server)
    )
    with process:
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            while chunk := dump.read(CHUNK):
                process.stdin.write(chunk)
            process.stdin.close()
        except BrokenPipeError:  # pg_restore gave up: its words and its status tell why
            pass
        said = process.stderr.read().decode(errors="replace")
    if process.returncode != 0:
        raise RestoreFailed(log=said[-2000:])


def _run(server: EmbeddedPostgres, command: list[str], *, step: str) -> None:
    done = subprocess.run(command, env=_secret(server), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise from_log(done.stderr, step=step)


def _tool(server: EmbeddedPostgres, name: str, database: str) -> list[str]:
    place = ["--host", str(server.place.socket), "--port", "5432", "--username", server.superuser]
    return [server.binaries.tool(name), *place, "--no-password", "--dbname", database]


def _secret(server: EmbeddedPostgres) -> dict[str, str]:
    """The superuser's password for a child process, never on its command line."""
    return {"PGPASSWORD": server.superuser_password, "LC_ALL": "C", "PATH": "/usr/bin:/bin"}


def _revision(url: str) -> str:
    with psycopg.connect(url) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except psycopg.errors.UndefinedTable:
            row = None
    if row is None:
        raise NothingToBackUp
    return str(row[0])


def _destroy_again(current: str, restored: str) -> None:
    """What was erased after the backup stays erased: its data keys are destroyed in the restored copy too."""
    with psycopg.connect(current) as connection:
        destroyed = connection.execute(
            "SELECT key_id, destroyed_at FROM data_key WHERE destroyed_at IS NOT NULL"
        ).fetchall()
    with psycopg.connect(restored) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE data_key SET wrapped = NULL, destroyed_at = %(at)s"
            " WHERE key_id = %(key)s AND destroyed_at IS NULL",
            [{"key": key, "at": at} for key, at in destroyed],
        )


def _swap(server: EmbeddedPostgres) -> None:
    """Put the restored database in the place of the old one, in one transaction."""
    server.drop_database(_REPLACED)
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with psycopg.connect(server.url) as connection:
        for old, new in ((DATABASE, _REPLACED), (_RESTORED, DATABASE)):
            connection.execute(rename.format(sql.Identifier(old), sql.Identifier(new)))
