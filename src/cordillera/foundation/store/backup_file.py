"""The file of a backup: a tar of a manifest, its seal, and the dump of the database.

The seal is a MAC under a key of the home. A dump is SQL that the restore runs as superuser, so a file that
another hand has written, or changed by one byte, is not even looked into.

>>> Manifest(datetime(2026, 11, 21), "ec", "0010", "18.4", 0, "").format
1
"""

import hashlib
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Final

import msgspec
from alembic.script import ScriptDirectory

from cordillera.foundation import shapes
from cordillera.foundation.crypto.digest import constant_time_equal, hmac_sha256
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.errors import BadInput

FORMAT: Final = 1
CHUNK: Final = 1 << 20
DUMP: Final = "database.dump"
_MANIFEST: Final = "manifest.json"
_SEAL: Final = "manifest.hmac"
_SEAL_BYTES: Final = 32
_MANIFEST_LIMIT: Final = 65_536


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is: when, of which node, at which schema revision and PostgreSQL version."""

    created_at: datetime
    node: str
    revision: str
    postgres: str
    dump_bytes: int
    dump_sha256: str
    format: int = FORMAT


class BackupBroken(BadInput):
    """The file is not a backup, was cut short or changed, or is of a kind this program does not know."""

    code = "backup.broken"


def read_manifest(keyring: KeyRing, source: Path) -> Manifest:
    """The manifest of a backup whose every byte is as this home wrote it; raises BackupBroken.

    1. The file is a tar with a manifest of this program's format.
    2. The manifest has the seal of this home's backup key: a dump is SQL, and is run as superuser.
    3. The dump has the length and the SHA-256 that the manifest says.
    4. The schema revision is one that this version of the program has.
    """
    with opened(keyring, source) as (manifest, dump):
        digest, length = hashlib.sha256(), 0
        while chunk := dump.read(CHUNK):
            digest.update(chunk)
            length += len(chunk)
    if length != manifest.dump_bytes or digest.hexdigest() != manifest.dump_sha256:
        raise BackupBroken(condition=3, expected=manifest.dump_bytes, found=length)
    known = {script.revision for script in ScriptDirectory(str(_migrations())).walk_revisions()}
    if manifest.revision not in known:
        raise BackupBroken(condition=4, revision=manifest.revision)
    return manifest


def pack(keyring: KeyRing, manifest: Manifest, dump: Path, target: Path) -> None:
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
            archive.add(dump, DUMP, recursive=False, filter=_without_owner)
        file.flush()
        os.fsync(file.fileno())
    target.touch(mode=0o600, exist_ok=False)  # takes the name, or fails when it is taken; then fills it
    packed.replace(target)


def _seal(keyring: KeyRing, written: bytes) -> bytes:
    return hmac_sha256(keyring.secret("backup"), written)


def _without_owner(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


@contextmanager
def opened(keyring: KeyRing, source: Path) -> Iterator[tuple[Manifest, IO[bytes]]]:
    """The manifest and the dump of a backup; members are read in place, nothing is unpacked to a path."""
    try:
        with tarfile.open(source, mode="r:") as archive:
            head, seal, dump = (archive.extractfile(name) for name in (_MANIFEST, _SEAL, DUMP))
            if head is None or seal is None or dump is None:
                raise BackupBroken(condition=1)
            written = head.read(_MANIFEST_LIMIT)
            if not constant_time_equal(_seal(keyring, written), seal.read(_SEAL_BYTES + 1)):
                raise BackupBroken(condition=2)
            manifest = shapes.decode(written, Manifest)
            if manifest.format != FORMAT:
                raise BackupBroken(condition=1, format=manifest.format)
            yield manifest, dump
    except (tarfile.TarError, KeyError, msgspec.MsgspecError, EOFError, FileNotFoundError) as error:
        raise BackupBroken(condition=1, reason=type(error).__name__) from error


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _migrations() -> Path:
    return Path(__file__).with_name("migrations")
