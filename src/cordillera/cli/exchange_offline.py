"""`cordillera exchange offline`: messages and receipts in files, for partners that no line reaches."""

import os
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.foundation.errors import NotFound
from cordillera.runtime.node import Node
from cordillera.trust.exchange.errors import OfflineRefused
from cordillera.trust.exchange.offline import MAX_FILE, OfflineExchange, Settled

app = App(name="offline", help="Messages and receipts in files, on a stick.")
OutOption = Annotated[Path, Parameter(name="--out", help="The file to write.")]


class OfflineFileMissing(NotFound):
    """There is no such file."""

    code = "exchange.offline_missing"


class Written(msgspec.Struct, frozen=True):
    """A file that was written."""

    partner: str
    messages: int
    receipted: int
    file: str


@app.command
def write(partner: str, /, *, out: OutOption, home: HomeOption = None, json: JsonOption = False) -> None:
    """Write everything that may leave for a partner now into a file."""
    with open_node(home) as node:
        raw, count = _files(node).write(partner)
    _save(out, raw)
    _tell(Written(partner, count, 0, str(out)), json=json)


@app.command(name="take-in")
def take_in(file: Path, /, *, out: OutOption, home: HomeOption = None, json: JsonOption = False) -> None:
    """Take in a partner's file of messages; the receipts to carry back are written to --out."""
    raw = _read(file)
    with open_node(home) as node:
        taken = _files(node).take_in(raw)
    _save(out, taken.receipts)
    _tell(Written(taken.partner, taken.messages, taken.receipted, str(out)), json=json)


@app.command
def settle(file: Path, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Store the receipts that a partner's file brings."""
    raw = _read(file)
    with open_node(home) as node:
        settled = _files(node).settle(raw)
    _tell(settled, json=json)


def _files(node: Node) -> OfflineExchange:
    return OfflineExchange(node.exchange_parts, node.flows.effects)


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise OfflineFileMissing(file=str(file))
    if file.stat().st_size > MAX_FILE:
        raise OfflineRefused(reason="no offline file")
    return file.read_bytes()


def _save(out: Path, raw: bytes) -> None:
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(raw)


def _tell(value: Written | Settled, *, json: bool) -> None:
    if json:
        emit(value)
        return
    for name in value.__struct_fields__:
        console.print(f"{name:12} {getattr(value, name)}", highlight=False)
