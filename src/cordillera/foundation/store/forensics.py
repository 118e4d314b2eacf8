"""Searching everything a node leaves on disk for values that must be gone (docs/safeguards.md).

Every file is read as bytes: tables with their dead rows, write-ahead log with its page images unpacked,
temporary files, logs, backups with their dumps unpacked. Each value is looked for in every form in which
it could have been written. Then the keys are tried: every field that a living key still opens, and every
wrapped data key that stands anywhere in those bytes although it was destroyed.

>>> sorted({form for form, _ in needles("Iñaki")})[:3]
['base64', 'hex', 'latin-1']
"""

import base64
import gzip
import re
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from cordillera.foundation.crypto.errors import KeyUnavailable, SealBroken
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.crypto.sealing import unwrap_key

CHUNK: Final = 8 << 20
_LARGEST: Final = 512
_SKIPPED: Final = frozenset({".sock", ".lock"})
_ROW: Final = re.compile(rb"\x11(\d{4}-\d{2})\x53(.{40})", re.DOTALL)
"""A row of `data_key` in a page or a log record: month and wrapped key, each after its length byte."""
_DUMPED: Final = re.compile(rb"([0-9a-f-]{36})\t([^\t\n]{1,125})\t(\d{4}-\d{2})\t\\\\x([0-9a-f]{80})")


class Sighting(msgspec.Struct, frozen=True):
    """Where a value, or a key that should be gone, was found. The value itself is not repeated."""

    canary: int
    file: str
    offset: int
    form: str


class Report(msgspec.Struct, frozen=True):
    """What was searched, and what was found: nothing, if erasure is what it claims to be."""

    files: int
    bytes: int
    found: tuple[Sighting, ...]
    keys: int = 0


class StoredKey(msgspec.Struct, frozen=True):
    """A wrapped data key as it stands in bytes on disk."""

    key_id: UUID
    group: str
    month: str
    wrapped: bytes


def needles(value: str) -> list[tuple[str, bytes]]:
    """Return the forms in which a value could have been written, each with its bytes."""
    variants = dict.fromkeys((value, value.upper(), value.lower(), value.upper().replace(" ", "<")))
    forms: dict[bytes, str] = {}
    for text in variants:
        plain = text.encode()
        forms.setdefault(plain, "utf-8")
        forms.setdefault(text.encode("latin-1", "ignore"), "latin-1")
        forms.setdefault(text.encode("utf-16-le"), "utf-16-le")
        forms.setdefault(text.encode("utf-16-be"), "utf-16-be")
        forms.setdefault(plain.hex().encode(), "hex")
        forms.setdefault(plain.hex().upper().encode(), "hex")
        forms.setdefault(msgspec.json.encode(text)[1:-1], "json")
        for shift in range(3):
            forms.setdefault(_base64(plain, shift), "base64")
    return [(form, raw) for raw, form in forms.items() if len(raw) >= len(value.encode()) // 2]


def search(paths: Iterable[Path], values: Sequence[str]) -> Report:
    """Search files, and everything below folders, for values; links are not followed."""
    wanted = [(number, form, raw) for number, value in enumerate(values) for form, raw in needles(value)]
    files = size = 0
    found: list[Sighting] = []
    for path in _files(paths):
        read, seen = _search_file(path, wanted)
        files, size = files + 1, size + read
        found += seen
    return Report(files, size, tuple(found))


def unpacked(paths: Iterable[Path], restore: Sequence[str], into: Path) -> None:
    """Unpack compressed files below `paths` into `into`: archives, gzip, and dumps by `pg_restore`.

    `restore` is the command that prints a dump as SQL.
    """
    for number, path in enumerate(_files(paths)):
        target = into / str(number)
        if tarfile.is_tarfile(path):
            _untar(path, target, restore)
        elif zipfile.is_zipfile(path):
            target.mkdir()
            with zipfile.ZipFile(path) as archive:
                for at, name in enumerate(archive.namelist()):
                    (target / str(at)).write_bytes(archive.read(name))
        elif path.suffix == ".gz":
            target.write_bytes(gzip.decompress(path.read_bytes()))


def page_images(waldump: str, wal: Path, into: Path) -> None:
    """Write the page images of the write-ahead log, which are compressed in it, into `into`."""
    segments = sorted(path for path in wal.iterdir() if re.fullmatch("[0-9A-F]{24}", path.name))
    for segment in segments:
        target = into / segment.name
        command = [waldump, "--quiet", "--save-fullpage", str(target), "--path", str(wal), segment.name]
        subprocess.run(command, capture_output=True, check=False, env={"LC_ALL": "C"})  # noqa: S603 - PostgreSQL's own


def stored_keys(paths: Iterable[Path]) -> Iterator[StoredKey]:
    """Yield every wrapped data key that stands in files, living or dead."""
    for path in _files(paths):
        raw = path.read_bytes()
        for match in _ROW.finditer(raw):
            before = _before(raw, match.start())
            if before is not None:
                yield StoredKey(*before, match[1].decode(), match[2])
        for dumped in _DUMPED.finditer(raw):
            yield StoredKey(
                UUID(dumped[1].decode()),
                dumped[2].decode(errors="replace"),
                dumped[3].decode(),
                bytes.fromhex(dumped[4].decode()),
            )


def recoverable(
    keyring: KeyRing, keys: Iterable[StoredKey], living: frozenset[UUID], split: str
) -> frozenset[UUID]:
    """Return destroyed keys that an attacker with the disk and the key directory could still unwrap.

    A key of two halves cannot be: its other half is a file that is gone.
    """
    return frozenset(
        key.key_id
        for key in keys
        if key.key_id not in living and not key.group.startswith(split) and _unwraps(keyring, key)
    )


def _unwraps(keyring: KeyRing, key: StoredKey) -> bool:
    try:
        unwrap_key(keyring.kek(key.month), key.wrapped)
    except (KeyUnavailable, SealBroken):
        return False
    return True


def _before(raw: bytes, at: int) -> tuple[UUID, str] | None:
    """Read the row backwards: the record group with its length byte, and the 16 bytes of the id before it."""
    for length in range(1, 126):
        start = at - length - 1
        if start < 16:
            return None
        group = raw[start + 1 : at]
        if raw[start] == ((length + 1) << 1 | 1) and group.isascii() and group.decode().isprintable():
            return UUID(bytes=raw[start - 16 : start]), group.decode()
    return None


def _search_file(path: Path, wanted: Sequence[tuple[int, str, bytes]]) -> tuple[int, list[Sighting]]:
    found: list[Sighting] = []
    read, tail = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            window = tail + chunk
            start = read - len(tail)
            for number, form, raw in wanted:
                at = window.find(raw)
                if at >= 0 and at + len(raw) > len(tail):
                    found.append(Sighting(number, str(path), start + at, form))
            read += len(chunk)
            tail = window[-_LARGEST:]
    return read, found


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        inside = path.rglob("*") if path.is_dir() else [path]
        for one in inside:
            if one.is_file() and not one.is_symlink() and one.suffix not in _SKIPPED:
                yield one


def _untar(path: Path, target: Path, restore: Sequence[str]) -> None:
    target.mkdir()
    with tarfile.open(path) as archive:
        for at, member in enumerate(archive.getmembers()):
            content = archive.extractfile(member)
            if content is None:
                continue
            out = target / f"{at}"
            out.write_bytes(content.read())
            if out.read_bytes()[:5] == b"PGDMP":
                with tempfile.TemporaryFile() as sql:
                    subprocess.run([*restore, str(out)], stdout=sql, stderr=subprocess.DEVNULL, check=False)  # noqa: S603
                    sql.seek(0)
                    (target / f"{at}.sql").write_bytes(sql.read())


def _base64(plain: bytes, shift: int) -> bytes:
    """Return the part of a value's base64 that does not depend on its neighbours."""
    coded = base64.b64encode(bytes(shift) + plain)
    first = (0, 2, 3)[shift]
    whole = (len(plain) + shift) // 3 * 4
    return coded[first:whole]
