"""The watched folder: carriers' gateways drop files, each is taken in once, then removed.

    inbox/            files as they arrive (write to a name ending in .part, then rename)
    inbox/taking/     those being taken in; what lies there after a crash is taken first
    inbox/quarantine/ what the store could not take (too large, or an error): erased after thirty days

A file is plain text about people, so it goes as soon as its transaction has committed: the store has its
bytes sealed, quarantined ones whole. A crash between the two loses nothing, and since a message is
recognised nothing counts twice. While the store is down the file stays and is tried again. What earlier
versions left in inbox/done/ had been taken in, and is removed. Files that follow each other and may go
together (`together_core`) share a transaction; when it fails, each is tried alone. A file that the disk does
not give (no right to read it, a bad block) stays where it lies, is tried again in each round, and holds up
none behind it. The folder is listed once for all that lies in it, in the order of names; what comes later is
taken after it, whatever its name, so no flood of files keeps another one waiting for ever.
"""

import os
import threading
from collections import deque
from collections.abc import Container, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, takewhile
from pathlib import Path
from typing import Final

import msgspec
import structlog

from cordillera.desks.travellers.errors import MessageTooLarge
from cordillera.desks.travellers.ingest import MAX_BYTES
from cordillera.desks.travellers.model import Channel, IngestResult, Origin
from cordillera.desks.travellers.service import TravellerService
from cordillera.desks.travellers.together_core import MOST, Arrival, goes_with_others, together
from cordillera.foundation.errors import Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Scope, Store

DONE: Final = "done"
TAKING: Final = "taking"
QUARANTINE: Final = "quarantine"
SET_ASIDE: Final = timedelta(days=30)
"""How long a file lies in the quarantine folder, from when it was put there, and at most an hour more."""
PURPOSE = "border.ingest"
UNFINISHED = (".part", ".tmp")
_EVERY_SECONDS = 1.0
_ERASED_EVERY: Final = timedelta(hours=1)
"""How often what was set aside is gone through: with many such files each round would take long."""
_BATCH = 500
_LONGEST_NAME: Final = 255
"""Bytes of a file's name."""

log = structlog.get_logger(__name__)


def inbox_of(settings: Settings) -> Path:
    """Return the watched folder of carriers' messages."""
    named = settings.travellers.inbox
    return Path(named).expanduser() if named else settings.home / "inbox" / "paxlst"


class Taken(msgspec.Struct, frozen=True):
    """What became of one file; `result` is None when it could not be taken in and was set aside."""

    name: str
    result: IngestResult | None


class Found(msgspec.Struct, frozen=True):
    """A file being taken in: its name as it came, where it lies, what was read; None: nothing could be."""

    name: str
    path: Path
    arrival: Arrival | None


class FolderWatcher:
    """Takes files from `inbox` for `agency`."""

    def __init__(self, travellers: TravellerService, store: Store, inbox: Path, agency: str) -> None:
        self._travellers = travellers
        self._store = store
        self._agency = agency
        self._left: set[str] = set()
        self._erased_at: datetime | None = None
        self._waiting: deque[str] = deque()
        self.inbox = inbox
        for folder in (inbox, inbox / TAKING, inbox / QUARANTINE):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def run(self, stop: threading.Event, every_seconds: float = _EVERY_SECONDS) -> None:
        """Take files in until told to stop; while the store is down, wait and try again."""
        while not stop.is_set():
            try:
                more = len(self.run_once(stop)) >= _BATCH
            except (Unavailable, OSError) as error:
                log.warning("inbox.waiting", reason=type(error).__name__)
                more = False
            if not more:
                stop.wait(every_seconds)

    def run_once(self, stop: threading.Event | None = None) -> list[Taken]:
        """Take files that lie ready, a few hundred at most; return what became of each.

        Raises `Unavailable`, `OSError`.
        """
        self._erase()
        taken: list[Taken] = []
        before = self._left
        if not self._waiting:
            self._waiting, self._left = self._listed(), set()
        ready, found = self._given(before), list[Found]()
        while not (stop is not None and stop.is_set()):
            while len(found) < MOST and (not found or _goes_on(found[-1])):
                one = next(ready, None) if len(taken) + len(found) < _BATCH else None
                if one is None:
                    break
                found.append(one)
            if not found:
                break
            first = _first_together(found)
            taken += self._take(found[:first])
            del found[:first]
        return taken

    def _ready(self) -> Iterator[Path]:
        """Files in the order of their names, first those whose taking was interrupted.

        Links, folders, hidden and unfinished files are left alone.
        """
        waiting = (self.inbox / self._waiting.popleft() for _ in range(len(self._waiting)))
        both = chain(_files(self.inbox / TAKING), waiting)
        return (path for path in both if not path.is_symlink() and path.is_file())

    def _listed(self) -> deque[str]:
        with os.scandir(self.inbox) as entries:
            names = [one.name for one in entries if one.is_file(follow_symlinks=False)]
        return deque(sorted(one for one in names if not one.startswith(".") and not one.endswith(UNFINISHED)))

    def _given(self, before: Container[str]) -> Iterator[Found]:
        """The files that the disk gives; one that it does not is told once, not in each round."""
        for path in self._ready():
            try:
                yield self._found(path)
            except OSError as error:
                self._left.add(path.name)
                if path.name not in before:
                    log.warning("inbox.left", reason=type(error).__name__)

    def _found(self, waiting: Path) -> Found:
        """Give a file a name of its own, since another may come under the old one meanwhile, and read it."""
        path = waiting if waiting.parent.name == TAKING else _moved(waiting, self.inbox / TAKING)
        return Found(waiting.name, path, self._read(path))

    def _read(self, path: Path) -> Arrival | None:
        if path.stat().st_size > MAX_BYTES:
            return None
        origin = Origin(Channel.FOLDER, path.name[:200], self._agency, purpose=PURPOSE)
        try:
            return self._travellers.read(path.read_bytes(), origin)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of a process: one file never holds up the next
            log.error("inbox.not_taken", reason=type(error).__name__)  # noqa: TRY400 - a trace may hold names
            return None

    def _take(self, found: Sequence[Found]) -> list[Taken]:
        """Take files in together; alone, each, when that fails."""
        if len(found) > 1:
            try:
                results = self._ingest([one.arrival for one in found if one.arrival is not None])
            except (Unavailable, OSError):
                raise
            except Exception as error:  # noqa: BLE001 - each is tried alone
                log.warning("inbox.batch_failed", error=type(error).__name__, messages=len(found))
            else:
                return [self._settle(one, result) for one, result in zip(found, results, strict=True)]
        return [self._settle(one, self._alone(one.arrival)) for one in found]

    def _alone(self, arrival: Arrival | None) -> IngestResult | None:
        try:
            return None if arrival is None else self._ingest([arrival])[0]
        except (Unavailable, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - the edge of a process: one file never holds up the next
            log.error("inbox.not_taken", reason=type(error).__name__)  # noqa: TRY400 - a trace may hold names
            return None

    def _ingest(self, arrivals: Sequence[Arrival]) -> list[IngestResult]:
        with self._store.transaction(Scope(self._agency, PURPOSE), gathered=True) as tx:
            return self._travellers.ingest_all(tx, arrivals)

    def _settle(self, found: Found, result: IngestResult | None) -> Taken:
        if result is None:
            self._set_aside(found.path)
        else:
            found.path.unlink()
        log.info(
            "inbox.taken",
            status=QUARANTINE if result is None else result.status.value,
            reason=MessageTooLarge.code if result is None else result.reason,
            message=None if result is None else str(result.message_id),
        )
        return Taken(found.name, result)

    def _set_aside(self, path: Path) -> None:
        """Put a file where an operator finds it, dated now: from now on its days are counted."""
        now = self._travellers.now().timestamp()
        os.utime(path, (now, now))
        _moved(path, self.inbox / QUARANTINE)

    def _erase(self) -> None:
        """Remove what was set aside long enough, and what earlier versions left though it was taken in."""
        now = self._travellers.now()
        if self._erased_at is not None and now - self._erased_at < _ERASED_EVERY:
            return
        self._erased_at = now
        over = (now - SET_ASIDE).timestamp()
        for path in _files(self.inbox / QUARANTINE):
            if path.lstat().st_mtime <= over:
                path.unlink()
                log.info("inbox.erased", folder=QUARANTINE)
        for path in _files(self.inbox / DONE):
            path.unlink()
            log.info("inbox.erased", folder=DONE)


def _files(folder: Path) -> list[Path]:
    """What lies in a folder, in the order of names; nothing where there is none."""
    return sorted(path for path in folder.iterdir() if not path.is_dir()) if folder.is_dir() else []


def _moved(path: Path, folder: Path) -> Path:
    """Move a file without ever overwriting an earlier one of the same name; return where it is."""
    target = folder / path.name
    if target.exists():
        own = os.fsencode(f"{uuid7().hex}-{path.name}")[:_LONGEST_NAME]
        target = target.with_name(os.fsdecode(own))
    return path.rename(target)


def _goes_on(one: Found) -> bool:
    return one.arrival is not None and goes_with_others(one.arrival.plan)


def _first_together(found: Sequence[Found]) -> int:
    """How many files from the first on share a transaction: their order stays."""
    few = [one.arrival for one in takewhile(_goes_on, found) if one.arrival is not None]
    chosen = together(few)
    return max(1, sum(at == place for place, at in enumerate(chosen)))
