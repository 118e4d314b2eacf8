"""Processes that end with the process that started them.

Whoever starts a child keeps the writing end of a pipe, and the child reads the other end as its standard
input. The operating system closes the pipe when the parent is gone, however it went: killed, too. The child
then ends as after SIGTERM, in order, with its database; what hangs is ended after a while.

>>> import sys
>>> code = "import cordillera.runtime.child as c, time; c.end_with_input(); time.sleep(60)"
>>> child = start_child([sys.executable, "-c", code], subprocess.DEVNULL)
>>> end_child(child)
>>> child.returncode != 0
True
"""

import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from typing import IO, Final

ORDERLY_SECONDS: Final = 30.0
"""How long a process may take to end in order."""
_INPUT: Final = 0


def start_child(command: Sequence[str], output: int | IO[bytes] | IO[str]) -> subprocess.Popen[bytes]:
    """Start `command`, which calls `end_with_input`; its standard output and errors go to `output`.

    It has a session of its own: Ctrl-C reaches the parent, which ends it in order.
    """
    return subprocess.Popen(  # noqa: S603 - our own command, no shell
        command, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True
    )


def end_child(child: subprocess.Popen[bytes], seconds: float = ORDERLY_SECONDS) -> None:
    """Ask it to end, and end it when it does not within `seconds`; returns when it is gone."""
    child.terminate()
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
    reap_child(child)


def reap_child(child: subprocess.Popen[bytes]) -> None:
    """Wait for a child that was ended, and give its pipe back."""
    child.wait()
    if child.stdin is not None:
        child.stdin.close()


def end_with_input() -> None:
    """End this process in order once its standard input has ended (called by the child, first thing)."""
    threading.Thread(target=_watch, name="input", daemon=True).start()


def _watch() -> None:
    wait_for_the_end()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(ORDERLY_SECONDS)
    os._exit(1)  # it hangs, and nobody is left who would end it


def wait_for_the_end() -> None:
    """Return when this process's standard input has ended: whoever started it is gone."""
    try:
        while os.read(_INPUT, 4096):
            pass  # whatever is said does not matter
    except OSError:
        return  # no input at all: nobody holds the other end
