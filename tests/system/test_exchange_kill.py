"""The databases of both nodes are killed (SIGKILL, fsync on) while queries flow between them."""

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.sim.federation import Pair, SimNode, two_nodes

from cordillera.foundation.errors import Unavailable
from cordillera.foundation.store.database import migrate
from cordillera.foundation.store.embedded_cluster import EmbeddedPostgres
from cordillera.runtime.process import _keep_running
from cordillera.trust.exchange.couriers import Couriers

pytestmark = pytest.mark.system

KILLS = 3
BETWEEN = 12
TEMPLATE = "cordillera_template"


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="cord-test-"))
    folder.chmod(0o755)
    made = EmbeddedPostgres(folder / "db")
    made.start()
    made.create_database(TEMPLATE)
    migrate(made.urls(TEMPLATE).owner)
    yield made
    made.destroy()
    shutil.rmtree(folder)


@contextmanager
def working(nodes: Pair) -> Iterator[None]:
    """The background work of both nodes, kept running as a node keeps it."""
    stop = threading.Event()
    work = [
        (f"{name}-{node.identity.id}", worker)
        for node in (nodes.ec, nodes.us)
        for name, worker in (
            ("couriers", Couriers(node.parts)),
            ("answers", node.answerer),
            ("ledger", node.sequencer),
        )
    ]
    threads = [threading.Thread(target=_keep_running, args=(*one, stop), daemon=True) for one in work]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def kill_everything(server: EmbeddedPostgres) -> None:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == server.place.data:
                os.kill(int(process.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue


def asking(node: SimNode, stop: threading.Event, acknowledged: list[object]) -> None:
    """Ask until told to stop; remember only what was acknowledged."""
    while not stop.is_set():
        try:
            acknowledged.append(node.ask().query_id)
        except Unavailable:
            stop.wait(0.05)
        stop.wait(0.01)


def wait_until(reached, what: str) -> None:
    deadline = time.monotonic() + 90
    while not _holds(reached):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def _holds(reached) -> bool:
    try:
        return bool(reached())
    except Unavailable:
        return False


def test_kill_9_of_the_databases_loses_no_query_and_doubles_none(server: EmbeddedPostgres, tmp_path: Path):
    with two_nodes(server, tmp_path, ticking=True) as nodes, working(nodes):
        acknowledged: list[object] = []
        stop = threading.Event()
        asker = threading.Thread(target=asking, args=(nodes.ec, stop, acknowledged), daemon=True)
        asker.start()
        for _ in range(KILLS):
            wanted = len(acknowledged) + BETWEEN
            wait_until(lambda wanted=wanted: len(acknowledged) >= wanted, "queries are asked again")
            kill_everything(server)
            server.start()
        stop.set()
        asker.join(30)
        waiting = "SELECT count(*) FROM exchange_query WHERE state = 'waiting'"
        wait_until(lambda: nodes.ec.scalar(waiting) == 0, "everything is answered")
        asked = nodes.ec.scalar("SELECT count(*) FROM exchange_query WHERE state = 'answered'")
        known = nodes.ec.scalar("SELECT array_agg(id) FROM exchange_query")
        assert isinstance(known, list)
        assert set(acknowledged) <= set(known)
        wait_until(
            lambda: nodes.ec.scalar("SELECT count(*) FROM exchange_outbox WHERE receipt IS NULL") == 0,
            "every receipt is stored",
        )
        assert nodes.us.scalar("SELECT count(*) FROM exchange_incoming") == asked
        assert nodes.us.scalar("SELECT count(DISTINCT id) FROM exchange_incoming") == asked
        assert nodes.us.scalar("SELECT max(channel_seq) FROM exchange_inbox") == asked
        assert nodes.us.scalar("SELECT used FROM exchange_quota WHERE officer = ''") == asked
        assert nodes.us.leaves("query.received") == asked
        assert nodes.ec.leaves("answer.received") == asked
        assert nodes.ec.leaves("channel.frozen") == 0
