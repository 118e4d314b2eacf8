"""`cordillera admin`: what the operator of a node does."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from cordillera.cli.common import (
    EXIT_REFUSED,
    HomeOption,
    JsonOption,
    console,
    emit,
    home_of_node,
    open_node,
)
from cordillera.foundation.clock import SystemClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.errors import Conflict
from cordillera.foundation.settings import Settings, load
from cordillera.foundation.store import backup as backups
from cordillera.foundation.store.backup_file import Manifest
from cordillera.foundation.store.database import DatabaseUrls, Store
from cordillera.runtime.forensics import clean, examine
from cordillera.trust.ledger.service import Ledger

app = App(name="admin", help="Officers, tokens, backup and restore.")
app.command("cordillera.cli.officer:app", name="officer", help="Officers of this node.")
app.command("cordillera.cli.officer:token", name="token", help="Upload tokens of machines.")


class LedgerWouldShrink(Conflict):
    """The backup ends before leaves that this node has signed; others may hold the later checkpoints."""

    code = "backup.ledger_would_shrink"


@app.command
def backup(file: Path, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Write the database of this node to FILE, while the node may go on working. FILE holds no keys."""
    settings = load(home_of_node(home))
    manifest = backups.backup(settings, file.absolute(), SystemClock())
    _tell(manifest, file, json=json)


@app.command
def restore(
    file: Path,
    /,
    *,
    shorten_ledger: Annotated[bool, Parameter(negative="")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Replace the database of this node by the backup in FILE. The node must be stopped.

    Refused when the ledger of the backup is shorter than what this node has signed since: a log that
    goes on from there contradicts the checkpoints that others keep. --shorten-ledger does it all the same.
    """
    settings = load(home_of_node(home))

    def accept(now: DatabaseUrls, restored: DatabaseUrls) -> None:
        signed, kept = _signed_leaves(settings, now), _signed_leaves(settings, restored)
        if kept < signed and not shorten_ledger:
            raise LedgerWouldShrink(signed=signed, backup=kept)

    manifest = backups.restore(settings, file.absolute(), accept)
    _tell(manifest, file, json=json)


@app.command
def forensics(
    *canaries: str,
    also: Annotated[
        tuple[Path, ...], Parameter(name="--also", help="Backups and exports to search, too.")
    ] = (),
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Search everything this node left on disk for CANARIES, which must be gone; exit 1 when one is found.

    Without CANARIES they are read from standard input, one a line: so none enters the shell's history.
    """
    values = canaries or tuple(line.rstrip("\r\n") for line in sys.stdin if line.strip())
    with open_node(home) as node:
        report = examine(node, values, also)
    if json:
        emit(report)
    else:
        for one in report.found:
            console.print(f"value {one.canary + 1}: {one.file} at {one.offset} ({one.form})", highlight=False)
        console.print(
            f"{report.files} files, {report.bytes} bytes, {len(report.found)} found,"
            f" {report.keys} destroyed keys recoverable",
            highlight=False,
        )
    if report.found or report.keys:
        sys.exit(EXIT_REFUSED)


@app.command(name="scrub")
def scrub_(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """Remove what PostgreSQL keeps of destroyed keys: dead rows and the old write-ahead log."""
    with open_node(home) as node:
        done = clean(node)
    if json:
        emit({"scrubbed": done})
    else:
        console.print("scrubbed" if done else "the database is not this node's: its administrator must")


def _signed_leaves(settings: Settings, urls: DatabaseUrls) -> int:
    """Number of leaves under the newest checkpoint of a database."""
    ledger = Ledger(KeyRing(settings.keys), SystemClock(), settings.ledger_origin)
    store = Store(urls, pool_size=1)
    try:
        with store.auditor_transaction() as tx:
            return ledger.checkpoint(tx).size
    finally:
        store.close()


def _tell(manifest: Manifest, file: Path, *, json: bool) -> None:
    if json:
        emit({"file": str(file)} | msgspec.to_builtins(manifest))
        return
    console.print(f"{file}: node {manifest.node}, {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC,")
    console.print(f"  {manifest.dump_bytes} bytes, schema {manifest.revision}, sha256 {manifest.dump_sha256}")
