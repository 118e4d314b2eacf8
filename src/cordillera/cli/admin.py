"""`cordillera admin`: what the operator of a node does."""

from pathlib import Path

import msgspec
from cyclopts import App

from cordillera.cli.common import HomeOption, JsonOption, console, emit
from cordillera.foundation.clock import SystemClock
from cordillera.foundation.settings import default_home, load
from cordillera.foundation.store import backup as backups

app = App(name="admin", help="Officers, tokens, backup and restore.")


@app.command
def backup(file: Path, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Write the database of this node to FILE, while the node may go on working. FILE holds no keys."""
    settings = load((home or default_home()).expanduser().absolute())
    manifest = backups.backup(settings, file.absolute(), SystemClock())
    _tell(manifest, file, json=json)


@app.command
def restore(file: Path, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Replace the database of this node by the backup in FILE. The node must be stopped."""
    settings = load((home or default_home()).expanduser().absolute())
    manifest = backups.restore(settings, file.absolute())
    _tell(manifest, file, json=json)


def _tell(manifest: backups.Manifest, file: Path, *, json: bool) -> None:
    if json:
        emit({"file": str(file)} | msgspec.to_builtins(manifest))
        return
    console.print(f"{file}: node {manifest.node}, {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC,")
    console.print(f"  {manifest.dump_bytes} bytes, schema {manifest.revision}, sha256 {manifest.dump_sha256}")
