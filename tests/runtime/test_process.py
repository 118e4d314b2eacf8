"""A node that cannot listen says so before it does any work."""

import socket
import sys
import threading

import pytest
import uvicorn

from cordillera.runtime.process import PortTaken, Server, run_node, take_short_turns


class _Work:
    def __init__(self) -> None:
        self.begun = threading.Event()

    def run(self, stop: threading.Event) -> None:
        self.begun.set()
        stop.wait()


async def _nothing(scope: object, receive: object, send: object) -> None:
    """Answer nothing."""


def test_a_port_in_use_is_named_and_nothing_begins():
    work = _Work()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = Server(uvicorn.Config(_nothing, host="127.0.0.1", port=port))
        with pytest.raises(PortTaken) as refused:
            run_node([server], {"work": work})
    assert refused.value.facts == {"host": "127.0.0.1", "port": port}
    assert not work.begun.is_set()


def test_a_thread_with_an_answer_does_not_wait_long_for_its_turn():
    before = sys.getswitchinterval()
    try:
        take_short_turns()
        assert sys.getswitchinterval() == pytest.approx(0.001)
    finally:
        sys.setswitchinterval(before)
