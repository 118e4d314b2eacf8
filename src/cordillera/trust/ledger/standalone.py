"""A supervisor's own witness (c2sp.org/tlog-witness): a small server without database that trusts no node.

Its home holds `keys/` (its key), `name`, `logs` (one verifier key a line), `changes/` (by which a log's key
named its successor), `witnessed/` (the last checkpoint cosigned of each log) and `evidence/` (checkpoints,
or changes of key, that contradict each other). A checkpoint is renamed into place and synced before it is
answered, under a lock, so a crash forgets nothing.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.errors import Conflict
from cordillera.trust.ledger.checkpoint import VerifiedCheckpoint, parse_checkpoint
from cordillera.trust.ledger.cosignature import witness_key
from cordillera.trust.ledger.errors import KeyChangeRefused, NoteUnsigned
from cordillera.trust.ledger.note import NoteKey, parse_vkey, verify_note
from cordillera.trust.ledger.succession import read_change
from cordillera.trust.ledger.witness import MAX_SUBMISSION, PLAIN, Answer, Signer, add_checkpoint

PATH: Final = "/add-checkpoint"
KEY_PATH: Final = "/log-key"
SILENT_SECONDS: Final = 30
DEFAULT_NAME: Final = "cordillera/supervisor/witness"


class WitnessNamed(Conflict):
    """The witness has a name already: its key belongs to it, so a new name needs a new home."""

    code = "ledger.witness_named"


class StandaloneWitness:
    """The witness that lives in `home`."""

    def __init__(self, home: Path, clock: Clock, name: str = "") -> None:
        self._home = home
        self._clock = clock
        for folder in (home, home / "witnessed", home / "evidence", home / "changes"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._signer = Signer(self._named(name), KeyRing(home / "keys").signing("witness"))
        self._signer_key = witness_key(self._signer.name, self._signer.key.public_bytes)

    @property
    def key(self) -> NoteKey:
        """Its public key; its `vkey` goes into the policies of the logs it watches."""
        return self._signer_key

    def logs(self) -> tuple[NoteKey, ...]:
        """The logs it watches."""
        path = self._home / "logs"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return tuple(parse_vkey(line) for line in lines if line)

    def add_log(self, vkey: str) -> NoteKey:
        """Watch one more log; a log may have several keys. Raises `KeyMalformed`."""
        key = parse_vkey(vkey)
        known = self.logs()
        if key not in known:
            text = "".join(f"{one.vkey}\n" for one in (*known, key))
            _write_durably(self._home / "logs", text.encode())
        return key

    def held(self, key: NoteKey) -> VerifiedCheckpoint | None:
        """The last checkpoint it cosigned of a log, verified by its own cosignature."""
        raw = _FileMemory(self._home, self.logs).read(key.name)
        return VerifiedCheckpoint(parse_checkpoint(verify_note(raw, [self.key]).text), raw) if raw else None

    def evidence(self) -> int:
        """How many contradictions it keeps."""
        return len(list((self._home / "evidence").glob("*.held")))

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer one request; what is cosigned is durable before this returns."""
        memory = _FileMemory(self._home, self.logs)
        with memory.locked():
            return add_checkpoint(body, memory, self._signer, int(self._clock.now().timestamp()))

    def change_key(self, raw: bytes) -> Answer:
        """Take a log's next key, when a key that is watched signed for it; durable before this returns.

        1. The note holds and both keys signed it, else 400; 2. the old key is watched, else 403; 3. it has
        named no other successor, else 409, and both notes are kept as evidence. The old key counts no more.
        """
        try:
            change = read_change(raw)
        except KeyChangeRefused as error:
            return Answer(400, PLAIN, f"{error.code}\n".encode())
        with _FileMemory(self._home, self.logs).locked():
            path = self._home / "changes" / sha256(change.old.vkey.encode()).hexdigest()
            held = path.read_bytes() if path.exists() else b""
            if held and read_change(held).new != change.new:
                name = sha256(held + raw).hexdigest()
                _write_durably(self._home / "evidence" / f"{name}.held", held)
                _write_durably(self._home / "evidence" / f"{name}.other", raw)
                return Answer(409, PLAIN, held)
            if held:
                return Answer(200, PLAIN, b"")
            if change.old not in self.logs():
                return Answer(403, PLAIN, f"{NoteUnsigned.code}\n".encode())
            kept = [change.new if one == change.old else one for one in self.logs()]
            _write_durably(path, raw)
            _write_durably(self._home / "logs", "".join(f"{one.vkey}\n" for one in kept).encode())
        return Answer(200, PLAIN, b"")

    def server(self, host: str, port: int) -> ThreadingHTTPServer:
        """Return its HTTP server, bound and ready to `serve_forever`."""
        witness = self

        class Handler(_Handler):
            def answer(self, path: str, body: bytes) -> Answer:
                return witness.change_key(body) if path == KEY_PATH else witness.add_checkpoint(body)

        return ThreadingHTTPServer((host, port), Handler)

    def _named(self, name: str) -> str:
        path = self._home / "name"
        if path.exists():
            held = path.read_text("utf-8")
            if name and name != held:
                raise WitnessNamed(name=held)
            return held
        chosen = name or DEFAULT_NAME
        witness_key(chosen, bytes(32))  # refuses what cannot name a key
        _write_durably(path, chosen.encode())
        return chosen


class _FileMemory:
    """What it has cosigned, in files."""

    def __init__(self, home: Path, logs: Callable[[], tuple[NoteKey, ...]]) -> None:
        self._home = home
        self._logs = logs

    @contextmanager
    def locked(self) -> Iterator[None]:
        with (self._home / "lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def keys(self, origin: str) -> Sequence[NoteKey]:
        return tuple(key for key in self._logs() if key.name == origin)

    def held(self, origin: str) -> bytes | None:
        return self.read(origin)

    def keep(self, head: VerifiedCheckpoint, raw: bytes, at: int) -> None:
        del at  # it stands in the cosignature
        _write_durably(self._path(head.checkpoint.origin), raw)

    def accuse(self, origin: str, held: bytes, other: bytes) -> None:
        del origin  # it stands in both notes
        name = sha256(held + other).hexdigest()
        _write_durably(self._home / "evidence" / f"{name}.held", held)
        _write_durably(self._home / "evidence" / f"{name}.other", other)

    def read(self, origin: str) -> bytes | None:
        path = self._path(origin)
        return path.read_bytes() if path.exists() else None

    def _path(self, origin: str) -> Path:
        return self._home / "witnessed" / sha256(origin.encode()).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    """Two operations over HTTP/1.1; a silent or endless request is cut."""

    protocol_version = "HTTP/1.1"
    timeout = SILENT_SECONDS
    server_version = "cordillera-witness"
    sys_version = ""

    def answer(self, path: str, body: bytes) -> Answer:
        """What the witness says to a request."""
        raise NotImplementedError

    def do_POST(self) -> None:
        """Take one request."""
        length = self.headers.get("content-length", "")
        if self.path not in {PATH, KEY_PATH}:
            self._send(Answer(404, "text/plain", b"not found\n"))
        elif not length.isdecimal() or int(length) > MAX_SUBMISSION:
            self._send(Answer(413 if length.isdecimal() else 411, "text/plain", b"too long\n"))
        else:
            self._send(self.answer(self.path, self.rfile.read(int(length))))

    def log_message(self, *_: object) -> None:
        """Write no access log: what matters is kept in `witnessed` and `evidence`."""

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("content-type", answer.content_type)
        self.send_header("content-length", str(len(answer.body)))
        if answer.status in {411, 413}:
            self.send_header("connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(answer.body)


def _write_durably(path: Path, content: bytes) -> None:
    """Put a file in place whole, on the disk, before anything is answered."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
