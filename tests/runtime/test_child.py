"""A child process ends with its parent, however the parent went."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from cordillera.runtime.child import end_child, start_child

CHILD = "from cordillera.runtime.child import end_with_input; end_with_input(); import time; time.sleep(60)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
)
PARENT = f"""
import subprocess, sys, time
from cordillera.runtime.child import start_child
children = [start_child([sys.executable, "-c", {CHILD!r}], subprocess.DEVNULL) for _ in range(2)]
print(*(child.pid for child in children), flush=True)
time.sleep(60)
"""


def is_running(pid: int) -> bool:
    """A process that has ended and waits to be reaped by nobody in particular counts as ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] != "Z"


def ended(pids: list[int], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(is_running, pids))


def test_children_of_a_killed_parent_end_though_they_were_started_side_by_side():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    try:
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert all(map(is_running, children))
    finally:
        parent.kill()
        parent.communicate()
    assert ended(children)


def test_a_child_that_is_asked_to_end_has_ended():
    child = start_child([sys.executable, "-c", CHILD], subprocess.DEVNULL)
    end_child(child)
    assert child.returncode == -signal.SIGTERM
    assert child.stdin.closed


def test_a_child_that_does_not_listen_is_killed():
    reading, writing = os.pipe()
    child = start_child([sys.executable, "-c", DEAF], writing)
    os.close(writing)
    assert os.read(reading, 1) == b"1"
    end_child(child, 0.2)
    os.close(reading)
    assert child.returncode == -signal.SIGKILL
