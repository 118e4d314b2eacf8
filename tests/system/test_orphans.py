"""What a benchmark or the demonstration started ends with it: nodes, and databases of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cordillera.foundation.settings import load
from cordillera.foundation.store.embedded import EmbeddedPostgres, server_of
from cordillera.foundation.store.embedded_place import settled_below
from cordillera.runtime.ports import free_port
from cordillera.runtime.setup import NewNode, write_settings

pytestmark = pytest.mark.system
START_SECONDS, END_SECONDS = 60.0, 40.0
STARTER = """
import sys, time
from pathlib import Path
from cordillera.runtime.chaos.nodes import NodeProcess
process = NodeProcess(Path(sys.argv[1]), "worker")
process.start()
time.sleep(120)
"""


def processes_of(home: Path) -> list[Path]:
    """Those that name the home in their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if str(home).encode() in said and b"chaos-node" in said:
            found.append(process)
    return found


def wait_until(holds, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def test_a_node_and_its_database_end_when_whoever_started_them_is_killed(tmp_path: Path):
    home = tmp_path / "ec"
    write_settings(home, NewNode("ec", "EC", "EC-PN", exchange_port=free_port()))
    server = server_of(home, load(home))
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(home)])
    try:
        assert wait_until(server.is_running, START_SECONDS)
        assert processes_of(home)
    finally:
        starter.kill()
        starter.wait()
    assert wait_until(lambda: not processes_of(home), END_SECONDS)
    assert not server.is_running()
    server.destroy()


@pytest.mark.parametrize("bench", ["ledger", "recall", "exchange"])
def test_the_databases_of_a_benchmark_end_when_it_is_killed(bench: str, tmp_path: Path):
    def running() -> list[EmbeddedPostgres]:
        return [one for one in map(EmbeddedPostgres, settled_below(tmp_path)) if one.is_running()]

    run = subprocess.Popen(
        [sys.executable, "-m", "cordillera", "bench", bench], env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    try:
        assert wait_until(running, START_SECONDS)
        started = running()
    finally:
        run.kill()
        run.wait()
    assert wait_until(lambda: not list(tmp_path.iterdir()), END_SECONDS)
    assert not any(one.place.data.exists() for one in started)
