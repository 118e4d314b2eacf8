"""Node processes as children: started, waited for, fed, and ended in order."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from cordillera.foundation.errors import Unavailable
from cordillera.runtime.child import end_child, start_child

_START_SECONDS = 60.0


class NodeDidNotStart(Unavailable):
    """A node process ended or did not answer; its log says why."""

    code = "demo.node_did_not_start"


@contextmanager
def node_process(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the node of `home` as a process of its own until the block is left, or this process is gone."""
    (home / "logs").mkdir(exist_ok=True, mode=0o700)
    with (home / "logs" / "output.txt").open("ab") as output:
        command = [sys.executable, "-m", "cordillera", "node", "run", "--end-with-input", "--home", str(home)]
        process = start_child(command, output)
    try:
        yield process
    finally:
        end_child(process)


def wait_until_it_answers(process: subprocess.Popen[bytes], site: str, home: Path) -> None:
    """Return when the site of the node answers; raise `NodeDidNotStart`."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx2.get(f"{site}/api/health", timeout=2.0).status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(0.05)
    raise NodeDidNotStart(home=str(home), exit_code=process.poll(), log=str(home / "logs" / "output.txt"))
