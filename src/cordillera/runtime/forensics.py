"""The forensic search of a whole node: every file it writes, and every field its keys still open.

It answers one question for a supervisor: is anything left of a value that should be gone? Values are not
repeated in the report; they are numbered in the order given.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import server_of
from cordillera.foundation.store.embedded_cluster import EmbeddedPostgres
from cordillera.foundation.store.forensics import (
    Report,
    Sighting,
    needles,
    page_images,
    recoverable,
    search,
    stored_keys,
    unpacked,
)
from cordillera.foundation.store.living_store import living_fields, living_keys
from cordillera.foundation.store.scrub import flush, scrub
from cordillera.foundation.store.sealing import SPLIT
from cordillera.runtime.node import Node

_HISTORIES: Final = (".bash_history", ".zsh_history", ".python_history", ".psql_history")
_SCOPE: Final = Scope.node("oversight")


def examine(node: Node, values: Sequence[str], also: Sequence[Path] = ()) -> Report:
    """Search a node, and the files in `also` (backups, exports), for values that must be gone."""
    roots = [*roots_of(node), *also]
    with tempfile.TemporaryDirectory(prefix="cord-forensics-") as made:
        work = Path(made)
        _unpack(node, also, work)
        report = search([*roots, work], values)
        keys = _recoverable(node, [*roots, work])
    sealed = tuple(_sealed(node, values))
    return Report(report.files, report.bytes, report.found + sealed, len(keys))


def roots_of(node: Node) -> list[Path]:
    """Return every folder and file that a node, its database and its operator's shell write to."""
    roots = [node.settings.home]
    server = _server(node)
    if server is not None and not server.place.root.is_relative_to(node.settings.home.resolve()):
        roots.append(server.place.root)
    return roots + [path for name in _HISTORIES if (path := Path.home() / name).is_file()]


def clean(node: Node) -> bool:
    """Rewrite the table of keys and drop the old log; False where the database is not ours to clean."""
    server = _server(node)
    if server is None:
        return False
    scrub(server)
    return True


def _server(node: Node) -> EmbeddedPostgres | None:
    return None if node.settings.database.owner_url else server_of(node.settings.home, node.settings)


def _unpack(node: Node, also: Sequence[Path], work: Path) -> None:
    """Write out what is compressed: page images of the log, and dumps in backups."""
    server = _server(node)
    if server is None:
        return
    flush(server)
    page_images(server.binaries.tool("pg_waldump"), server.place.data / "pg_wal", work)
    backups = [path for path in (*also, *node.settings.home.glob("*")) if path.is_file()]
    into = work / "unpacked"
    into.mkdir()
    unpacked(backups, [server.binaries.tool("pg_restore"), "--file", "-"], into)


def _recoverable(node: Node, roots: Sequence[Path]) -> frozenset[object]:
    with node.store.transaction(_SCOPE) as tx:
        living = living_keys(tx)
    return frozenset(recoverable(node.keyring, stored_keys(roots), living, SPLIT))


def _sealed(node: Node, values: Sequence[str]) -> Iterator[Sighting]:
    wanted = [(number, form, raw) for number, value in enumerate(values) for form, raw in needles(value)]
    with node.store.transaction(_SCOPE) as tx:
        for field in living_fields(tx, node.sealer):
            for number, form, raw in wanted:
                if raw in field.content:
                    yield Sighting(number, f"sealed:{field.place}", field.content.find(raw), form)
