import socket
import threading
from collections.abc import Iterator

import pytest

from cordillera.runtime.chaos.proxy import FaultProxy, Faults


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that sends back what it gets."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(10)

    def answer(line: socket.socket) -> None:
        with line:
            try:
                while data := line.recv(4096):
                    line.sendall(data)
            except OSError:
                return

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(line,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def through(target: int, faults: Faults, seed: str = "1") -> Iterator[FaultProxy]:
    proxy = FaultProxy(target, seed, faults)
    proxy.start()
    yield proxy
    proxy.stop()


def sent(port: int, data: bytes) -> bytes:
    """What comes back for `data` within a second."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
        line.settimeout(1)
        line.sendall(data)
        back = b""
        try:
            while len(back) < len(data) and (part := line.recv(4096)):
                back += part
        except OSError:
            pass
        return back


def test_without_faults_everything_passes(echo: int):
    for proxy in through(echo, Faults.none()):
        assert sent(proxy.port, b"x" * 50_000) == b"x" * 50_000


def test_a_cut_ends_the_connection(echo: int):
    for proxy in through(echo, Faults(cut=1.0)):
        assert sent(proxy.port, b"hello") == b""
        assert proxy.counts["cut"] >= 1


def test_a_truncated_chunk_arrives_in_part_only(echo: int):
    for proxy in through(echo, Faults(cut=0, delay=0, truncate=1.0, double=0, swap=0)):
        assert len(sent(proxy.port, b"hello world")) < 11


def test_a_doubled_chunk_arrives_twice(echo: int):
    for proxy in through(echo, Faults(cut=0, delay=0, truncate=0, double=1.0, swap=0)):
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=2) as line:
            line.settimeout(1)
            line.sendall(b"ab")
            back = b""
            while len(back) < 4:
                back += line.recv(16)
        assert back.startswith(b"abab")


def test_a_partition_lets_nothing_through_until_it_is_healed(echo: int):
    for proxy in through(echo, Faults.none()):
        proxy.partition(True)
        assert sent(proxy.port, b"hello") == b""
        proxy.partition(False)
        assert sent(proxy.port, b"hello") == b"hello"


def test_the_same_seed_draws_the_same_faults(echo: int):
    def drawn(seed: str) -> list[int]:
        for proxy in through(echo, Faults(cut=0.5, delay=0, truncate=0, double=0, swap=0), seed):
            return [len(sent(proxy.port, b"hello")) for _ in range(12)]
        raise AssertionError

    assert drawn("seven") == drawn("seven")
