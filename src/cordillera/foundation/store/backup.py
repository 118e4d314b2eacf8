"""Backup and restore of a node's database (docs/operations.md).

A backup is one tar file: a manifest, and the database as `pg_dump` wrote it at one moment while the node
went on working. It holds no key: personal fields in it stay sealed, and what was sealed under the key of an
erase month can be read nowhere once that key is destroyed. A restore replaces the database whole or not at
all, and destroys again every data key that was destroyed since the backup was made.

>>> Manifest(datetime(2026, 11, 21), "ec", "0010", "18.4", 0, "").format
1
"""

import hashlib
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Final

import msgspec
import psycopg
from alembic.script import ScriptDirectory
from psycopg import sql

from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.digest import constant_time_equal, hmac_sha256
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.errors import BadInput, Conflict
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import migrate
from cordillera.foundation.store.embedded import alone_with, ensure_running, server_of
from cordillera.foundation.store.embedded_cluster import EmbeddedPostgres
from cordillera.foundation.store.embedded_errors import DatabaseUnavailable, NotOurDatabase, from_log
from cordillera.foundation.store.embedded_roles import DATABASE

FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_SEAL: Final = "manifest.hmac"
_SEAL_BYTES: Final = 32
_DUMP: Final = "database.dump"
_MANIFEST_LIMIT: Final = 65_536
_CHUNK: Final = 1 << 20
_RESTORED: Final = "cordillera_restored"
_REPLACED: Final = "cordillera_replaced"


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is: when, of which node, at which schema revision and PostgreSQL version."""

    created_at: datetime
    node: str
    revision: str
    postgres: str
    dump_bytes: int
    dump_sha256: str
    format: int = FORMAT


class BackupExists(Conflict):
    """There is a file of this name already; nothing is overwritten."""

    code = "backup.exists"


class BackupBroken(BadInput):
    """The file is not a backup, was cut short or changed, or is of a kind this program does not know."""

    code = "backup.broken"


class RestoreFailed(DatabaseUnavailable):
    """PostgreSQL could not read the dump; the database is as it was."""

    code = "backup.restore_failed"


def backup(settings: Settings, target: Path, clock: Clock) -> Manifest:
    """Write a backup of the running or resting node of `settings.home` to `target` (mode 0600).

    Raises BackupExists, NotOurDatabase, or a DatabaseUnavailable (a full disk); no half file is left.
    """
    if target.exists():
        raise BackupExists(file=str(target))
    with ensure_running(settings.home, settings):
        server = _embedded(settings)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as work:
            dump = Path(work) / _DUMP
            _dump(server, dump)
            manifest = Manifest(
                created_at=clock.now(),
                node=settings.node.id,
                revision=_revision(server.database_url(DATABASE)),
                postgres=server.binaries.version,
                dump_bytes=dump.stat().st_size,
                dump_sha256=_digest(dump),
            )
            _pack(KeyRing(settings.keys), manifest, dump, target)
    return manifest


def read_manifest(keyring: KeyRing, source: Path) -> Manifest:
    """The manifest of a backup whose every byte is as this home wrote it; raises BackupBroken.

    1. The file is a tar with a manifest of this program's format.
    2. The manifest has the seal of this home's backup key: a dump is SQL, and is run as superuser.
    3. The dump has the length and the SHA-256 that the manifest says.
    4. The schema revision is one that this version of the program has.
    """
    with _opened(keyring, source) as (manifest, dump):
        digest, length = hashlib.sha256(), 0
        while chunk := dump.read(_CHUNK):
            digest.update(chunk)
            length += len(chunk)
    if length != manifest.dump_bytes or digest.hexdigest() != manifest.dump_sha256:
        raise BackupBroken(condition=3, expected=manifest.dump_bytes, found=length)
    known = {script.revision for script in ScriptDirectory(str(_migrations())).walk_revisions()}
    if manifest.revision not in known:
        raise BackupBroken(condition=4, revision=manifest.revision)
    return manifest


def restore(settings: Settings, source: Path) -> Manifest:
    """Replace the node's database by the backup; no other process may use the home meanwhile.

    Raises BackupBroken, DatabaseInUse, NotOurDatabase, RestoreFailed; the database is then as it was.
    """
    keyring = KeyRing(settings.keys)
    manifest = read_manifest(keyring, source)
    with alone_with(settings.home, settings) as server:
        server.ensure_database()
        server.drop_database(_RESTORED)
        try:
            urls = server.create_database(_RESTORED)
            with _opened(keyring, source) as (_, dump):
                _load(server, dump)
            migrate(urls.owner)
            _destroy_again(server.database_url(DATABASE), server.database_url(_RESTORED))
            _swap(server)
        finally:
            server.drop_database(_RESTORED)
        server.drop_database(_REPLACED)
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
            while chunk := dump.read(_CHUNK):
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


def _pack(keyring: KeyRing, manifest: Manifest, dump: Path, target: Path) -> None:
    """Write the tar beside the target and rename it, so the target is there whole or not at all."""
    written = msgspec.json.encode(manifest)
    packed = dump.with_name("packed.tar")
    with packed.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        with tarfile.open(fileobj=file, mode="w") as archive:
            for name, content in ((_MANIFEST, written), (_SEAL, _seal(keyring, written))):
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(content), 0o600
                archive.addfile(entry, BytesIO(content))
            archive.add(dump, _DUMP, recursive=False, filter=_without_owner)
        file.flush()
        os.fsync(file.fileno())
    os.link(packed, target)  # fails when a file of this name has appeared meanwhile


def _seal(keyring: KeyRing, written: bytes) -> bytes:
    return hmac_sha256(keyring.secret("backup"), written)


def _without_owner(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


@contextmanager
def _opened(keyring: KeyRing, source: Path) -> Iterator[tuple[Manifest, IO[bytes]]]:
    """The manifest and the dump of a backup; members are read in place, nothing is unpacked to a path."""
    try:
        with tarfile.open(source, mode="r:") as archive:
            head, seal, dump = (archive.extractfile(name) for name in (_MANIFEST, _SEAL, _DUMP))
            if head is None or seal is None or dump is None:
                raise BackupBroken(condition=1)
            written = head.read(_MANIFEST_LIMIT)
            if not constant_time_equal(_seal(keyring, written), seal.read(_SEAL_BYTES + 1)):
                raise BackupBroken(condition=2)
            manifest = msgspec.json.decode(written, type=Manifest)
            if manifest.format != FORMAT:
                raise BackupBroken(condition=1, format=manifest.format)
            yield manifest, dump
    except (tarfile.TarError, KeyError, msgspec.MsgspecError, EOFError, FileNotFoundError) as error:
        raise BackupBroken(condition=1, reason=type(error).__name__) from error


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _revision(url: str) -> str:
    with psycopg.connect(url) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except psycopg.errors.UndefinedTable:
            row = None
    if row is None:
        raise BackupBroken(condition=4, revision="")
    return str(row[0])


def _migrations() -> Path:
    return Path(__file__).with_name("migrations")


def _destroy_again(current: str, restored: str) -> None:
    """What was erased after the backup stays erased: its data keys are destroyed in the restored copy too."""
    with psycopg.connect(current) as connection:
        known = connection.execute("SELECT to_regclass('data_key') IS NOT NULL").fetchone()
        if known != (True,):
            return
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
