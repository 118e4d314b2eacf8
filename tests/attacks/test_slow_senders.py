"""Attack: a sender that says nothing, a little at a time, or without end, so that nobody else is heard.

Each is answered with a type or hung up on; carriers go on meanwhile, and nothing of theirs is lost.
"""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import msgspec
import pytest
import sqlalchemy as sa
import uvicorn
from tests.web.house import House

from cordillera.desks.travellers.ingest import MAX_BYTES
from cordillera.foundation.clock import SystemClock
from cordillera.foundation.crypto.certificates import NodeCertificate, node_certificate
from cordillera.foundation.settings import WebSettings
from cordillera.foundation.store.database import Scope
from cordillera.runtime.ports import free_port
from cordillera.web import patience
from cordillera.web.serve import server_options

MESSAGE = (
    b"UNB+UNOC:4+XA+EC+261121:1000+SLOW%d'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA12'LOC+125+BOG'LOC+87+UIO'"
    b"DTM+232:2611211300:201'NAD+FL+++LLUMIQUINGA:NAYELI'DTM+329:940402'UNT+8+1'UNZ+1+SLOW%d'"
)
SECONDS = 1.0
HUNG_UP = 6.0
"""Seconds after which whoever still waits was not hung up on."""


class Site:
    """A node that listens over TLS, and those who speak to it without good manners."""

    def __init__(self, house: House, certificate: NodeCertificate, port: int) -> None:
        self.house, self.port, self.token = house, port, house.machine()
        self.trust = ssl.create_default_context(cadata=certificate.pem)

    def line(self, source: str = "127.0.0.1") -> ssl.SSLSocket:
        """A connection on which nothing has been said."""
        plain = socket.create_connection(("127.0.0.1", self.port), HUNG_UP, (source, 0))
        return self.trust.wrap_socket(plain, server_hostname="127.0.0.1")

    def head(self, *more: str) -> bytes:
        """The head of an upload."""
        told = ("host: 127.0.0.1", f"authorization: Bearer {self.token}", *more)
        return "\r\n".join(("POST /api/messages HTTP/1.1", *told, "", "")).encode()

    def carrier(self) -> httpx2.Client:
        """A carrier's gateway as it should be."""
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/octet-stream"}
        address = f"https://127.0.0.1:{self.port}"
        return httpx2.Client(base_url=address, verify=self.trust, headers=headers, timeout=30)

    def kept(self) -> int:
        """How many messages the node holds."""
        with self.house.node.store.transaction(Scope("EC-PN", "border.ingest")) as tx:
            return tx.execute(sa.text("SELECT count(*) FROM traveller_message")).scalar_one()


@pytest.fixture
def site(store, tmp_path: Path, monkeypatch) -> Iterator[Site]:
    monkeypatch.setattr(patience, "HEAD_SECONDS", SECONDS)
    monkeypatch.setattr(patience, "SPAN_SECONDS", SECONDS)
    certificate = node_certificate(tmp_path / "tls", "ec", ("127.0.0.1",), datetime.now(UTC))
    house = House(store, SystemClock(), tmp_path)
    port = free_port()
    files = (str(certificate.certificate_file), str(certificate.key_file))
    web = WebSettings(port=port, tls_certificate=files[0], tls_key=files[1])
    house.node.settings = msgspec.structs.replace(house.node.settings, web=web)
    server = uvicorn.Server(uvicorn.Config(**server_options(house.node)))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.05)
    yield Site(house, certificate, port)
    server.should_exit = True
    thread.join(10)


def answered(line: ssl.SSLSocket) -> str:
    """All that is said until the node hangs up."""
    said = b""
    while part := line.recv(65_536):
        said += part
    return said.decode()


def trickled(line: ssl.SSLSocket, byte: bytes) -> str:
    """Send a byte again and again until the node hangs up; what it said."""
    end = time.monotonic() + HUNG_UP
    line.settimeout(0.1)
    said = b""
    while time.monotonic() < end:
        try:
            line.sendall(byte)
            part = line.recv(65_536)
        except TimeoutError:
            continue
        except OSError:
            return said.decode()
        if not part:
            return said.decode()
        said += part
    pytest.fail("the node never hung up")


def is_problem(said: str, status: int) -> bool:
    return said.startswith(f"HTTP/1.1 {status} ") and f'"web.status_{status}"' in said


@pytest.mark.parametrize("length", ["content-length: 500", "transfer-encoding: chunked"])
def test_a_body_that_comes_by_the_byte_is_ended_with_a_type(site: Site, length: str) -> None:
    with site.line() as line:
        line.sendall(site.head(length) + (b"1f4\r\n" if "chunked" in length else b""))
        assert is_problem(trickled(line, b"U"), 408)
    assert site.kept() == 0


def test_a_head_that_comes_by_the_byte_is_ended_with_a_type(site: Site) -> None:
    with site.line() as line:
        line.sendall(site.head()[:-2] + b"x-long: ")
        assert is_problem(trickled(line, b"a"), 408)


def test_a_second_head_that_never_ends_is_ended_too(site: Site) -> None:
    with site.line() as line:
        line.sendall(b"GET /api/health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        assert line.recv(65_536).startswith(b"HTTP/1.1 200 ")
        line.sendall(b"\r\n")
        assert "HTTP/1.1 408 " in answered(line)


def test_two_hundred_silent_lines_stop_no_carrier_and_are_hung_up_on(site: Site) -> None:
    with ExitStack() as all_of_them:
        lines = [all_of_them.enter_context(site.line()) for _ in range(200)]
        with site.carrier() as carrier:
            for number in range(5):
                taken = carrier.post("/api/messages", content=MESSAGE % (number, number))
                assert (taken.status_code, taken.json()["travellers"]) == (201, 1)
        assert {answered(line) for line in lines} == {""}
    assert site.kept() == 5


UPLOADING = 20


@pytest.fixture
def full(site: Site, monkeypatch) -> Iterator[list[ssl.SSLSocket]]:
    """Lines of one address that take every place of the site, each with an upload on the way."""
    monkeypatch.setattr(patience, "MOST_LINES", UPLOADING)
    monkeypatch.setattr(patience, "SPAN_SECONDS", 20.0)
    with ExitStack() as all_of_them:
        lines = [all_of_them.enter_context(site.line("127.0.0.2")) for _ in range(UPLOADING)]
        for line in lines:
            line.sendall(site.head("content-length: 500"))
        time.sleep(0.3)
        yield lines


def test_an_address_with_all_places_keeps_no_other_out_and_hears_when_to_come_again(
    site: Site, full: list[ssl.SSLSocket]
) -> None:
    with site.line() as line:
        message = MESSAGE % (1, 1)
        line.sendall(site.head(f"content-length: {len(message)}", "connection: close") + message)
        assert answered(line).startswith("HTTP/1.1 201 ")
    assert site.kept() == 1
    heard = []
    for one in full:
        one.settimeout(0.2)
        with suppress(TimeoutError):
            heard.append(answered(one))
    (said,) = heard
    assert is_problem(said, 503)
    assert "retry-after: 5\r\n" in said


def test_who_comes_from_the_address_that_has_all_places_is_refused_with_a_type(
    site: Site, full: list[ssl.SSLSocket]
) -> None:
    with site.line("127.0.0.2") as line:
        line.sendall(site.head("content-length: 500"))
        said = answered(line)
    assert is_problem(said, 503)
    assert "retry-after: 5\r\n" in said
    full[0].sendall(MESSAGE % (1, 1) + b" " * (500 - len(MESSAGE % (1, 1))))
    assert full[0].recv(65_536).startswith(b"HTTP/1.1 201 ")


def test_lines_that_rest_make_room_for_whoever_comes(site: Site, monkeypatch) -> None:
    monkeypatch.setattr(patience, "MOST_LINES", UPLOADING)
    monkeypatch.setattr(patience, "HEAD_SECONDS", 30.0)
    with ExitStack() as all_of_them:
        resting = [all_of_them.enter_context(site.line()) for _ in range(UPLOADING)]
        with site.carrier() as carrier:
            assert carrier.post("/api/messages", content=MESSAGE % (1, 1)).status_code == 201
        assert answered(resting[0]) == ""


def test_a_head_without_end_is_refused_before_it_fills_the_memory(site: Site) -> None:
    with site.line() as line:
        line.sendall(site.head()[:-2] + b"x-long: ")
        time.sleep(SECONDS / 4)  # what comes at once with a head's begin is bounded by the line itself
        line.sendall(b"a" * 2 * patience.LONGEST_HEAD)
        assert is_problem(answered(line), 431)


def test_what_follows_behind_the_length_that_was_told_is_refused_and_counts_once(
    site: Site,
) -> None:
    message = MESSAGE % (1, 1)
    with site.line() as line:
        line.sendall(site.head(f"content-length: {len(message)}") + message + b"\x00 and more'")
        assert is_problem(answered(line), 400)
    with site.carrier() as carrier:
        assert carrier.post("/api/messages", content=message).status_code == 201
    assert site.kept() == 1


def test_a_body_in_chunks_beyond_the_limit_is_refused_with_a_type(site: Site) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(MAX_BYTES // 65_536 + 16):
            yield b"x" * 65_536

    with site.carrier() as carrier:
        refused = carrier.post("/api/messages", content=endless())
        assert (refused.status_code, refused.json()["type"]) == (413, "web.status_413")
    assert site.kept() == 0


def test_a_body_that_would_unpack_without_end_is_never_unpacked(site: Site) -> None:
    bomb = gzip.compress(b"\x00" * 50_000_000)
    with site.carrier() as carrier:
        taken = carrier.post("/api/messages", content=bomb, headers={"content-encoding": "gzip"}).json()
        assert taken["status"] == "quarantined"
    with site.house.node.store.transaction(Scope("EC-PN", "border.ingest")) as tx:
        assert tx.execute(sa.text("SELECT size FROM traveller_message")).scalar_one() == len(bomb)
