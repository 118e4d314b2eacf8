"""A running node: its servers on one event loop, its workers in threads, one orderly end.

A worker that fails is logged and started again after a pause that doubles up to a minute; a node is
never half dead in silence. SIGTERM and SIGINT stop the servers first, so that no request is cut, then
the workers, each of which finishes the transaction it is in.
"""

import asyncio
import gc
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

import structlog
import uvicorn
import uvloop

from cordillera.foundation.errors import Unavailable

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 60.0
_JOIN_SECONDS = 20.0
_NEW_OBJECTS = 50_000
_GENERATIONS = (20, 20)
_SWITCH_SECONDS = 0.001

log = structlog.get_logger()


class PortTaken(Unavailable):
    """The address is in use, perhaps by another process of this node; end that one, or set another port."""

    code = "node.port_taken"


class Worker(Protocol):
    """Background work of a node, such as the courier or the sequencer of the ledger."""

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        ...


class Server(uvicorn.Server):
    """A uvicorn server that leaves the process's signals to the node."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


def run_node(servers: Sequence[Server], workers: Mapping[str, Worker]) -> None:
    """Serve and work until SIGTERM or SIGINT, then stop in order; raise `PortTaken` before any work."""
    for server in servers:
        _check_free(server.config.host, server.config.port)
    keep_what_is_loaded()
    take_short_turns()
    stop = threading.Event()
    threads = [
        threading.Thread(target=_keep_running, args=(name, worker, stop), name=name, daemon=True)
        for name, worker in workers.items()
    ]
    for thread in threads:
        thread.start()
    try:
        uvloop.run(_serve(servers))
    finally:
        stop.set()
        for thread in threads:
            thread.join(_JOIN_SECONDS)


def keep_what_is_loaded() -> None:
    """Spare the garbage collector what a process has loaded to start with: it lives as long as the process.

    A node holds a million such objects, and each full collection would look through them all; nearly all that
    a message makes goes by its reference count (docs/adr/0047).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *_GENERATIONS)


def take_short_turns() -> None:
    """Let a thread that waits for the interpreter have it after a millisecond, where Python waits for five.

    A node's threads wait for the database or a partner ten times a transaction, and each time another may
    be signing or sealing a whole batch (docs/adr/0057).
    """
    sys.setswitchinterval(_SWITCH_SECONDS)


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(host=host, port=port) from error


async def _serve(servers: Sequence[Server]) -> None:
    loop = asyncio.get_running_loop()

    ended = asyncio.Event()

    def end() -> None:
        ended.set()
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    if servers:
        await asyncio.gather(*(_until_it_ends(server, end) for server in servers))
    else:
        await ended.wait()  # a process that only works


async def _until_it_ends(server: Server, end_all: Callable[[], None]) -> None:
    try:
        await server.serve()
    finally:
        end_all()  # one server that cannot listen ends the node, with its own message


def _keep_running(name: str, worker: Worker, stop: threading.Event) -> None:
    pause = _FIRST_PAUSE
    while not stop.is_set():
        try:
            worker.run(stop)
            pause = _FIRST_PAUSE
        except Exception:  # the edge of a thread: log it, and try again
            log.exception("worker.failed", worker=name, pause_seconds=pause)
            stop.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
