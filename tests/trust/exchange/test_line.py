"""The line to a partner: it stays open, is made anew when it is over, and says how it failed."""

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
import pytest
from tests.sim.federation import NODE, Pair

from cordillera.foundation.canonical import MAX_BYTES
from cordillera.foundation.crypto.certificates import server_context
from cordillera.trust.exchange.line import Line, NotTaken

pytest_plugins = ["tests.sim.fixtures"]

BODY = b"body"
GOOD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
SHORT = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok"
EARLY = b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
LONG = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (MAX_BYTES + 1) + bytes(MAX_BYTES + 1)


@contextmanager
def line_to(pair: Pair, answers: Sequence[Sequence[bytes]]) -> Iterator[tuple[Line, threading.Semaphore]]:
    """A line to a node with the keys of US that gives these answers, one list for each connection.

    With it comes what counts the connections that were hung up.
    """
    over = threading.Semaphore(0)
    context = server_context(pair.us.identity.certificate, [pair.ec.identity.certificate.pem])
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer, args=(server, context, answers, over), daemon=True).start()
        with pair.ec.store.transaction(NODE) as tx:
            partner = pair.ec.directory.active(tx, "us")
        url = f"https://127.0.0.1:{server.getsockname()[1]}"
        line = Line(pair.ec.identity, msgspec.structs.replace(partner, url=url), pair.ec.clock)
        yield line, over
        line.close()


def _answer(
    server: socket.socket,
    context: ssl.SSLContext,
    answers: Sequence[Sequence[bytes]],
    over: threading.Semaphore,
) -> None:
    for some in answers:
        with context.wrap_socket(server.accept()[0], server_side=True) as connection:
            for answer in some:
                heard = b""
                if answer is EARLY:
                    connection.sendall(answer)
                while not heard.endswith(BODY):
                    heard += connection.recv(65_536)
                if answer is not EARLY:
                    connection.sendall(answer)
        over.release()


def _send(line: Line) -> tuple[int, bytes]:
    return line.send("/x", "text/plain", BODY, within=10.0)


def test_requests_share_a_connection_until_the_partner_hangs_up(pair: Pair):
    with line_to(pair, [[GOOD, GOOD], [GOOD]]) as (line, over):
        assert [_send(line), _send(line)] == [(200, b"ok")] * 2
        assert over.acquire(timeout=10)
        assert _send(line) == (200, b"ok")


def test_an_answer_that_came_before_everything_was_heard_is_read(pair: Pair):
    with line_to(pair, [[EARLY], [GOOD]]) as (line, _):
        assert _send(line)[0] == 413
        assert _send(line) == (200, b"ok")


@pytest.mark.parametrize("answers", [[SHORT], [b"no HTTP at all\r\n\r\n"], []])
def test_what_is_cut_or_unreadable_is_a_torn_line_and_the_next_one_stands(pair: Pair, answers: list[bytes]):
    with line_to(pair, [answers, [GOOD]]) as (line, _):
        with pytest.raises(NotTaken) as refused:
            _send(line)
        assert refused.value.torn
        assert _send(line) == (200, b"ok")


def test_an_answer_longer_than_any_is_not_read_to_its_end(pair: Pair):
    with line_to(pair, [[LONG]]) as (line, _), pytest.raises(NotTaken, match="too long"):
        _send(line)


@pytest.mark.parametrize("url", ["https://127.0.0.1:1", "https://127.0.0.1:99999"])
def test_where_nobody_is_no_line_was_torn(pair: Pair, url: str):
    with pair.ec.store.transaction(NODE) as tx:
        partner = msgspec.structs.replace(pair.ec.directory.active(tx, "us"), url=url)
    with pytest.raises(NotTaken) as refused:
        _send(Line(pair.ec.identity, partner, pair.ec.clock))
    assert not refused.value.torn
