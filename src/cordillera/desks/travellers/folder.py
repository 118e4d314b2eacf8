"""The watched folder: carriers' gateways drop files, each is taken in once, then moved to where it belongs.

    inbox/            files as they arrive (write to a name ending in .part, then rename)
    inbox/done/       taken in, or a duplicate of what was
    inbox/quarantine/ kept whole: nothing could be read, or too large

A file leaves the inbox only after its transaction has committed; when the store is down it stays and is
tried again, so nothing is lost and, since a message is recognised, nothing counts twice.
"""

import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
import structlog

from cordillera.desks.travellers.errors import MessageTooLarge
from cordillera.desks.travellers.ingest import MAX_BYTES
from cordillera.desks.travellers.model import Channel, IngestResult, MessageStatus, Origin
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.errors import Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope, Store

DONE = "done"
QUARANTINE = "quarantine"
PURPOSE = "border.ingest"
UNFINISHED = (".part", ".tmp")
_EVERY_SECONDS = 1.0
_BATCH = 500

log = structlog.get_logger(__name__)


class Taken(msgspec.Struct, frozen=True):
    """What became of one file; `result` is None when it was too large to be read."""

    name: str
    folder: str
    result: IngestResult | None


class FolderWatcher:
    """Takes files from `inbox` for `agency`."""

    def __init__(self, travellers: TravellerService, store: Store, inbox: Path, agency: str) -> None:
        self._travellers = travellers
        self._store = store
        self._agency = agency
        self.inbox = inbox
        for folder in (inbox, inbox / DONE, inbox / QUARANTINE):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def run(self, stop: threading.Event, every_seconds: float = _EVERY_SECONDS) -> None:
        """Take files in until told to stop; while the store is down, wait and try again."""
        while not stop.is_set():
            try:
                self.run_once(stop)
            except (Unavailable, OSError) as error:
                log.warning("inbox.waiting", reason=type(error).__name__)
            stop.wait(every_seconds)

    def run_once(self, stop: threading.Event | None = None) -> list[Taken]:
        """Take every file that lies ready; return what became of each. Raises `Unavailable`, `OSError`."""
        taken = []
        for path in self._ready():
            if stop is not None and stop.is_set():
                break
            taken.append(self._take(path))
        return taken

    def _ready(self) -> Iterator[Path]:
        """Files in the order of their names; links, folders, hidden and unfinished files are left alone."""
        ready = (
            path
            for path in sorted(self.inbox.iterdir())
            if not path.name.startswith(".")
            and path.suffix not in UNFINISHED
            and not path.is_symlink()
            and path.is_file()
        )
        return islice(ready, _BATCH)

    def _take(self, path: Path) -> Taken:
        try:
            result = self._ingest(path)
        except (Unavailable, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - the edge of a process: one file never holds up the next
            log.error("inbox.not_taken", reason=type(error).__name__)  # noqa: TRY400 - a trace may hold names
            result = None
        kept = result is not None and result.status is not MessageStatus.QUARANTINED
        folder = DONE if kept else QUARANTINE
        self._move(path, folder)
        log.info(
            "inbox.taken",
            folder=folder,
            reason=MessageTooLarge.code if result is None else result.reason,
            message=None if result is None else str(result.message_id),
        )
        return Taken(path.name, folder, result)

    def _ingest(self, path: Path) -> IngestResult | None:
        if path.stat().st_size > MAX_BYTES:
            return None
        origin = Origin(Channel.FOLDER, path.name[:200], self._agency, purpose=PURPOSE)
        with self._store.transaction(Scope(self._agency, PURPOSE)) as tx:
            return self._travellers.ingest(tx, path.read_bytes(), origin)

    def _move(self, path: Path, folder: str) -> None:
        """Move without ever overwriting an earlier file of the same name."""
        target = self.inbox / folder / path.name
        if target.exists():
            target = target.with_name(f"{uuid7().hex}-{path.name}"[:255])
        path.rename(target)
