"""Lists of invented people, a desk of lists, and a web server on loopback that gives them."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cordillera.foundation.crypto.signing import SigningKey


def un_list(people: int, *, first: int = 0, day: str = "2026-11-01", more: str = "") -> bytes:
    """A list of the UN's format with people who do not exist."""
    entries = "".join(
        f"<INDIVIDUAL><FIRST_NAME>PERSONA{n:04}</FIRST_NAME><SECOND_NAME>INVENTADA</SECOND_NAME>"
        f"<REFERENCE_NUMBER>XXi.{n:04}</REFERENCE_NUMBER>{more}</INDIVIDUAL>"
        for n in range(first, first + people)
    )
    head = f'<CONSOLIDATED_LIST dateGenerated="{day}T00:00:00Z"><INDIVIDUALS>'
    return f"{head}{entries}</INDIVIDUALS></CONSOLIDATED_LIST>".encode()


def sums_of(name: str, raw: bytes) -> bytes:
    """A sums file as sha256sum writes it."""
    return f"{hashlib.sha256(raw).hexdigest()}  {name}\n".encode()


class Minisign:
    """A signer in minisign's format."""

    def __init__(self) -> None:
        self.key = SigningKey.generate()
        self.key_id = b"invented"[:8]

    @property
    def public(self) -> str:
        """The public key as the operator configures it."""
        return base64.b64encode(b"Ed" + self.key_id + self.key.public_bytes).decode()

    def sign(self, raw: bytes, *, hashed: bool = True, comment: str = "made for a test") -> bytes:
        """A detached signature over `raw`."""
        kind = b"ED" if hashed else b"Ed"
        signed = hashlib.blake2b(raw, digest_size=64).digest() if hashed else raw
        signature = self.key.sign(signed)
        whole = self.key.sign(signature + comment.encode())
        lines = (
            b"untrusted comment: signature",
            base64.b64encode(kind + self.key_id + signature),
            b"trusted comment: " + comment.encode(),
            base64.b64encode(whole),
        )
        return b"\n".join(lines) + b"\n"


@dataclass
class Site:
    """What a loopback server gives: bodies by path, and how it misbehaves."""

    files: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    location: dict[str, str] = field(default_factory=dict)
    announce: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serve a site on a free port of loopback, with conditional requests."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.files.get(self.path, b"")
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            site.asked.append((self.path, self.headers.get("if-none-match", "")))
            same = self.path in site.files and self.headers.get("if-none-match") == tag
            found = 200 if self.path in site.files else 404
            status = site.status.get(self.path, 304 if same else found)
            self.send_response(status)
            self.send_header("etag", tag)
            if self.path in site.location:
                self.send_header("location", site.location[self.path])
            if status == 200:
                self.send_header("content-length", str(site.announce.get(self.path, len(body))))
            self.end_headers()
            if status == 200:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
