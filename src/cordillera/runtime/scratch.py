"""A throw-away copy of a node: its database and its keys at one moment, to rehearse on.

The copy lies beside the home, for nobody else to read, runs a database of its own, and is destroyed when
the block ends; its keys are overwritten. It must call nobody: partners would take it for the node.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import Conflict
from cordillera.foundation.settings import FILE_NAME, DatabaseSettings, Settings
from cordillera.foundation.store.backup import backup, restore
from cordillera.foundation.store.database import Store, migrate
from cordillera.foundation.store.embedded import ensure_running, server_of
from cordillera.runtime.node import Node


class ScratchWithToken(Conflict):
    """The signing keys lie in a token, which cannot be copied: what the copy does would be done for real."""

    code = "keys.scratch_with_token"


class Scratch(msgspec.Struct, frozen=True):
    """A copy that is open, and how long it took to make."""

    node: Node
    copied_seconds: float


@contextmanager
def scratch_copy(settings: Settings, clock: Clock) -> Iterator[Scratch]:
    """Open a copy of the node of `settings`; the node itself may go on working.

    Raises `ScratchWithToken`, and what `backup` and `restore` raise (`NotOurDatabase` where someone else
    runs the database).
    """
    if settings.token.module:
        raise ScratchWithToken(module=settings.token.module)
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix=".scratch-", dir=settings.home.parent))
    home = folder / settings.home.name
    copied = msgspec.structs.replace(settings, home=home, database=_own(settings.database))
    try:
        _copy(settings, copied, clock)
        with ensure_running(home, copied) as urls:
            migrate(urls.owner)
            store = Store(urls, pool_size=4)
            try:
                yield Scratch(Node(copied, store, clock), round(time.monotonic() - began, 3))
            finally:
                store.close()
    finally:
        _destroy(copied)
        shutil.rmtree(folder, ignore_errors=True)


def _copy(settings: Settings, copied: Settings, clock: Clock) -> None:
    bundle = copied.home.parent / "node.backup"
    backup(settings, bundle, clock)
    copied.home.mkdir(mode=0o700)
    shutil.copytree(settings.keys, copied.keys)  # after the backup, which may have made the key of its seal
    written = settings.home / FILE_NAME
    if written.exists():
        shutil.copy2(written, copied.home / FILE_NAME)
    restore(copied, bundle)


def _destroy(copied: Settings) -> None:
    """Remove the database that was run for it, and overwrite the copies of the keys."""
    server_of(copied.home, copied).destroy()
    for path in copied.keys.rglob("*") if copied.keys.exists() else ():
        if path.is_file() and not path.is_symlink():
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.write(bytes(size))
                file.flush()
                os.fsync(file.fileno())


def _own(database: DatabaseSettings) -> DatabaseSettings:
    return msgspec.structs.replace(database, owner_url="", app_url="", auditor_url="")
