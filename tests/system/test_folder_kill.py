"""The process that watches the folder is killed (SIGKILL) in the middle of many files; another goes on."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from cordillera.cli import bench_ingest_store as sql
from cordillera.desks.travellers.folder import FolderWatcher, inbox_of
from cordillera.foundation.settings import load
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import server_of
from cordillera.runtime.demo_day.day import make_pushes
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.setup import NewNode, write_settings

pytestmark = pytest.mark.system

SCOPE = Scope("EC-PN", "border.ingest")
FILES = 50
KILLED_AFTER = (5, 25)  # messages stored
WATCH = """
import sys, threading
from pathlib import Path
from cordillera.desks.travellers.folder import FolderWatcher, inbox_of
from cordillera.runtime.node import open_node
with open_node(Path(sys.argv[1])) as node:
    inbox = inbox_of(node.settings)
    FolderWatcher(node.travellers, node.store, inbox, "EC-PN").run(threading.Event())
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    found = tmp_path / "ec"
    write_settings(found, NewNode("ec", "EC", "EC-PN"))
    yield found
    server_of(found, load(found)).destroy()


def stored(node: Node) -> sql.Counts:
    with node.store.transaction(SCOPE) as tx:
        return sql.counts(tx)


def kill_after(node: Node, home: Path, messages: int) -> None:
    """Watch by a process of its own; kill it once so many messages are stored."""
    watching = subprocess.Popen([sys.executable, "-c", WATCH, str(home)], stdout=subprocess.DEVNULL)
    until = time.monotonic() + 240
    while stored(node).messages < messages and watching.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    watching.send_signal(signal.SIGKILL)
    assert watching.wait(30) == -signal.SIGKILL


def test_a_killed_watcher_loses_no_file_and_takes_none_twice(home: Path) -> None:
    files = list(islice(make_pushes(7, date(2026, 6, 3), 1), FILES))
    with open_node(home) as node:
        inbox = inbox_of(node.settings)
        watcher = FolderWatcher(node.travellers, node.store, inbox, "EC-PN")
        for number, raw in enumerate(files):
            (inbox / f"{number:03}.edi").write_bytes(raw)
        for messages in KILLED_AFTER:
            kill_after(node, home, messages)
            assert messages <= stored(node).messages < FILES
            lying = sum(1 for path in inbox.rglob("*") if path.is_file())
            assert lying + stored(node).messages >= FILES
        watcher.run_once()
        counts = stored(node)
        assert (counts.messages, counts.doubled) == (FILES, 0)
        assert [path for path in inbox.rglob("*") if path.is_file()] == []
