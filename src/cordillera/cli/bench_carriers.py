"""The carriers of `cordillera bench ingest`: connections that stay open, each waiting for its answer.

All are looked after by one thread, so that the measured machine spends next to nothing on being several.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Final

from cordillera.cli.bench_nodes import BenchFailed

PATIENCE: Final = 300.0
"""Seconds for a process to start and to answer: a busy machine may have to compile kernels first."""
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"
_CREATED: Final = b"201"


class Line:
    """One connection: sends a message and waits for its answer (RFC 9112, with a content-length)."""

    def __init__(self, port: int, token: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = (
            f"POST /api/messages HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {token}\r\n"
            "content-type: application/edifact\r\ncontent-length: "
        ).encode()
        self._read = b""
        self._began = 0.0

    def send(self, raw: bytes) -> None:
        """Send a message."""
        self._read, self._began = b"", time.perf_counter()
        self.socket.sendall(b"%b%d%b%b" % (self._head, len(raw), _HEAD_END, raw))

    def answer(self) -> float | None:
        """Read on; return how many milliseconds the answer took, None while it is not whole.

        Raises `BenchFailed` for any answer but that the message was taken in.
        """
        more = self.socket.recv(65_536)
        if not more:
            raise BenchFailed(reason="hung up")
        self._read += more
        head, whole, body = self._read.partition(_HEAD_END)
        if not whole or len(body) < _length(head):
            return None
        if head[9:12] != _CREATED:
            raise BenchFailed(reason=f"answered {head[9:12].decode('ascii', 'replace')}")
        return (time.perf_counter() - self._began) * 1000


def carry(sent: Sequence[bytes], ports: Sequence[int], token: str) -> list[float]:
    """Send everything, a carrier to each port; the waits for their answers in order, in milliseconds."""
    waits: list[float] = []
    turns = iter(sent)
    with selectors.DefaultSelector() as ready, ExitStack() as stack:
        for port in ports:
            line = Line(port, token)
            stack.callback(line.socket.close)
            ready.register(line.socket, selectors.EVENT_READ, line)
            _go_on(ready, line, turns)
        while ready.get_map():
            events = ready.select(PATIENCE)
            if not events:
                raise BenchFailed(reason="no answer")
            for key, _ in events:
                wait = key.data.answer()
                if wait is not None:
                    waits.append(wait)
                    _go_on(ready, key.data, turns)
    return sorted(waits)


def _go_on(ready: selectors.BaseSelector, line: Line, turns: Iterator[bytes]) -> None:
    raw = next(turns, None)
    if raw is None:
        ready.unregister(line.socket)
    else:
        line.send(raw)


def _length(head: bytes) -> int:
    """The length of an answer's body."""
    _, _, after = head.lower().partition(_LENGTH)
    return int(after.partition(b"\r\n")[0])
