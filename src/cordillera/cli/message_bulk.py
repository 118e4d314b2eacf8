"""`cordillera message bulk`: files, folders or archives taken in, each file with its result."""

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from rich.text import Text

from cordillera.cli.common import EXIT_REFUSED, HomeOption, JsonOption, console, emit, open_node
from cordillera.desks.travellers.bulk_core import BulkFile, unpacked
from cordillera.desks.travellers.bulk_service import state_of
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.errors import BadInput
from cordillera.foundation.store.database import Scope
from cordillera.runtime.node import Node


class BulkResult(msgspec.Struct, frozen=True):
    """What became of one file: stored, duplicate, quarantined or refused, and why."""

    file: str
    name: str
    result: str
    reason: str = ""
    message_id: str = ""
    travellers: int = 0
    reservations: int = 0


def bulk(*paths: Path, json: JsonOption = False, home: HomeOption = None) -> None:
    """Take in files, folders or archives, each file with its result.

    Each file is taken in on its own, once: run it again after an interruption, and what was taken in is a
    duplicate. Exits 1 when a file was refused or quarantined; the others are taken in all the same.
    """
    refused, counts = False, {"stored": 0, "duplicate": 0, "quarantined": 0, "refused": 0}
    with open_node(home) as node:
        for result in _results(node, paths):
            counts[result.result] += 1
            refused = refused or result.result in {"refused", "quarantined"}
            if json:
                emit(result)
            else:
                console.print(Text(f"{result.result:12} {result.name}  {result.reason}"))
    if not json:
        console.print(Text(", ".join(f"{count} {name}" for name, count in counts.items())))
    sys.exit(EXIT_REFUSED if refused else 0)


def _results(node: Node, paths: tuple[Path, ...]) -> Iterator[BulkResult]:
    for path in _files(paths):
        try:
            inside = unpacked(path.name, path.read_bytes())
        except OSError as error:
            yield BulkResult(str(path), path.name, "refused", error.strerror or type(error).__name__)
        except BadInput as error:
            yield BulkResult(str(path), path.name, "refused", error.code)
        else:
            yield from (_taken_in(node, path, one) for one in inside)


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (one for one in sorted(path.rglob("*")) if one.is_file() and not one.is_symlink())
        else:
            yield path


def _taken_in(node: Node, path: Path, one: BulkFile) -> BulkResult:
    if one.refused:
        return BulkResult(str(path), one.name, "refused", one.refused)
    origin = Origin(Channel.BULK, one.name, node.settings.node.agency)
    with node.store.transaction(Scope.node(origin.purpose)) as tx:
        taken = node.travellers.ingest(tx, one.raw, origin)
    counts = (taken.travellers, taken.reservations)
    return BulkResult(str(path), one.name, state_of(taken), taken.reason, str(taken.message_id), *counts)
