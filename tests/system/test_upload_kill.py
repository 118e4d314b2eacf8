"""A web process is killed (SIGKILL) while carriers upload at once and share transactions; another goes on."""

import http.client
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from cordillera.cli import bench_ingest_store as sql
from cordillera.cli.bench_nodes import answers_at
from cordillera.foundation.settings import load
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import server_of
from cordillera.runtime.demo_day.day import make_pushes
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.ports import free_port
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.access.model import MachineSession
from cordillera.trust.ledger.model import LeafKind

pytestmark = pytest.mark.system

SCOPE = Scope("EC-PN", "border.ingest")
MESSAGES = 60
CARRIERS = 6
KILLED_AFTER = 15  # answers


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    found = tmp_path / "ec"
    write_settings(found, NewNode("ec", "EC", "EC-PN"))
    yield found
    server_of(found, load(found)).destroy()


@contextmanager
def web(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "cordillera.cli.main", "bench", "ingest-node", str(home), str(port)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE)
    until = time.monotonic() + 240
    while not answers_at(port) and child.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    try:
        yield child
    finally:
        child.kill()
        child.wait(30)


def upload(token: str, port: int, files: list[bytes], answered: dict[bytes, dict[str, object]]) -> None:
    """Upload by carriers that each wait for their answer, until all are taken in or the process is gone."""
    turns, lock = iter(files), threading.Lock()

    def carry() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=240)
        headers = {"authorization": f"Bearer {token}", "content-type": "application/edifact"}
        with suppress(OSError, http.client.HTTPException):
            while True:
                with lock:
                    raw = next(turns, None)
                if raw is None:
                    return
                line.request("POST", "/api/messages", raw, headers)
                answer = line.getresponse()
                body = answer.read()
                assert answer.status == 201
                answered[raw] = msgspec.json.decode(body)

    carriers = [threading.Thread(target=carry) for _ in range(CARRIERS)]
    for one in carriers:
        one.start()
    for one in carriers:
        one.join(300)


def stored(node: Node) -> sql.Counts:
    with node.store.transaction(SCOPE) as tx:
        return sql.counts(tx)


def test_a_web_process_killed_among_uploads_loses_nobody_and_doubles_nothing(home: Path) -> None:
    files = list(islice(make_pushes(31, date(2026, 6, 3), 1), MESSAGES))
    first: dict[bytes, dict[str, object]] = {}
    second: dict[bytes, dict[str, object]] = {}
    with open_node(home) as node:
        with node.store.transaction(Scope.node("test")) as tx:
            token = node.access.tokens.add(tx, "test", MachineSession("carrier", "EC-PN", "ingest"))
        port = free_port()
        with web(home, port) as child:

            def kill() -> None:
                while len(first) < KILLED_AFTER and child.poll() is None:
                    time.sleep(0.002)
                child.send_signal(signal.SIGKILL)

            killer = threading.Thread(target=kill)
            killer.start()
            upload(token, port, files, first)
            killer.join(300)
        assert KILLED_AFTER <= len(first) < MESSAGES
        assert stored(node).messages >= len(first)  # whoever was answered is stored
        port = free_port()
        with web(home, port):
            upload(token, port, files, second)
        assert all(second[raw]["duplicate"] for raw in first)
        assert all(second[raw]["message_id"] == first[raw]["message_id"] for raw in first)
        counts = stored(node)
        with node.store.transaction(SCOPE) as tx:
            leaves = [row.kind for row in node.ledger.events(tx, limit=400)]
    assert len(second) == MESSAGES
    assert (counts.messages, counts.doubled) == (MESSAGES, 0)
    assert leaves.count(LeafKind.COLLECTION.value) == MESSAGES
