"""The embedded database under kill -9, on a full disk and after a change of version (fsync on throughout)."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
import sqlalchemy as sa

from cordillera.foundation.store.database import Scope, Store, StoreUnavailable
from cordillera.foundation.store.embedded_binaries import find_binaries
from cordillera.foundation.store.embedded_cluster import EmbeddedPostgres
from cordillera.foundation.store.embedded_errors import DiskFull, WrongVersion

pytestmark = pytest.mark.system

KILLS = 3
WRITERS = 4
DISK_MB = 160
BALLAST_MB = 48
INSERT = sa.text("INSERT INTO kept (writer, n, blob) VALUES (:writer, :n, :blob)")


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="cord-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def open_store(server: EmbeddedPostgres) -> Store:
    server.start()
    urls = server.ensure_database()
    with psycopg.connect(urls.owner) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS kept (writer int, n int, blob bytea, PRIMARY KEY (writer, n))"
        )
        connection.execute("GRANT select, insert ON kept TO cordillera_app")
    return Store(urls)


class Writer(Thread):
    """Writes rows one transaction each and remembers which were acknowledged."""

    def __init__(self, store: Store, number: int, stop: Event, size: int = 200) -> None:
        super().__init__()
        self.acknowledged: list[int] = []
        self.refused: list[str] = []
        self._store, self._number, self._stop_event, self._size = store, number, stop, size
        self._next = 0

    def run(self) -> None:
        while not self._stop_event.is_set():
            self._next += 1
            row = {"writer": self._number, "n": self._next, "blob": os.urandom(self._size)}
            try:
                with self._store.transaction(Scope.node("test")) as tx:
                    tx.execute(INSERT, row)
            except StoreUnavailable as error:
                self.refused.append(str(error.facts["reason"]))
                self._stop_event.wait(0.05)
            else:
                self.acknowledged.append(self._next)


@contextmanager
def writing(store: Store, numbers: range, size: int = 200) -> Iterator[list[Writer]]:
    stop = Event()
    writers = [Writer(store, number, stop, size) for number in numbers]
    for writer in writers:
        writer.start()
    try:
        yield writers
    finally:
        stop.set()
        for writer in writers:
            writer.join(60)


def kill_everything(server: EmbeddedPostgres) -> None:
    """SIGKILL to every process of the server, as a failing machine would end them all."""
    data = server.place.data
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == data:
                os.kill(int(process.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue


def lost(store: Store, writers: list[Writer]) -> set[tuple[int, int]]:
    with store.transaction(Scope.node("test")) as tx:
        kept = {(row.writer, row.n) for row in tx.execute(sa.text("SELECT writer, n FROM kept"))}
    return {(number, n) for number, writer in enumerate(writers) for n in writer.acknowledged} - kept


def acknowledged(writers: list[Writer]) -> int:
    return sum(len(writer.acknowledged) for writer in writers)


def wait_for(writers: list[Writer], more: int) -> None:
    wanted = acknowledged(writers) + more
    deadline = time.monotonic() + 60
    while acknowledged(writers) < wanted:
        assert time.monotonic() < deadline, [writer.refused[-1:] for writer in writers]
        time.sleep(0.01)


def test_kill_9_under_load_loses_no_acknowledged_row(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "db")
    store = open_store(server)
    try:
        with writing(store, range(WRITERS)) as writers:
            for _ in range(KILLS):
                wait_for(writers, more=50)
                kill_everything(server)
                server.start()
            wait_for(writers, more=50)
        assert any(writer.refused for writer in writers)
        assert lost(store, writers) == set()
    finally:
        store.close()
        server.destroy()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own, of DISK_MB megabytes."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() != 0 or mount is None or umount is None:
        pytest.skip("a small file system needs root and mount(8)")
    disk = folder / "disk"
    disk.mkdir()
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=755", "tmpfs", disk], check=False
    )
    if done.returncode != 0:
        pytest.skip("this machine does not let root mount a tmpfs")
    try:
        yield disk
    finally:
        subprocess.run([umount, disk], check=True)


def fill(path: Path) -> None:
    """Write until the disk has no byte left."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue


def test_a_full_disk_is_a_typed_error_and_loses_nothing(folder: Path) -> None:
    with small_disk(folder) as disk:
        server = EmbeddedPostgres(disk / "db")
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(BALLAST_MB << 20))
        store = open_store(server)
        try:
            with writing(store, range(WRITERS), size=50_000) as writers:
                wait_for(writers, more=20)
                deadline = time.monotonic() + 60
                while not all(writer.refused for writer in writers):
                    assert time.monotonic() < deadline
                    time.sleep(0.02)
            kill_everything(server)
            fill(disk / "rest")
            with pytest.raises(DiskFull):
                server.start()
            (disk / "rest").unlink()
            ballast.unlink()
            server.start()
            assert lost(store, writers) == set()
            with writing(store, range(WRITERS, WRITERS + 1)) as again:
                wait_for(again, more=5)
        finally:
            store.close()
            server.destroy()


def test_a_first_start_on_a_full_disk_is_a_typed_error(folder: Path) -> None:
    with small_disk(folder) as disk:
        server = EmbeddedPostgres(disk / "db")
        for left_mb in (0, 8):
            (disk / "reserve").write_bytes(bytes(left_mb << 20))
            fill(disk / "rest")
            (disk / "reserve").unlink()
            with pytest.raises(DiskFull):
                server.start()
            (disk / "rest").unlink()
        server.start()
        server.destroy()


def test_a_cluster_of_another_version_is_refused_and_left_alone(folder: Path) -> None:
    newest = max(find_binaries(), key=lambda found: found.major)
    older = min(find_binaries(), key=lambda found: found.major)
    if newest.major == older.major:
        pytest.skip("only one major version is installed")
    server = EmbeddedPostgres(folder / "db", newest.directory, durable=False)
    url = server.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE t AS SELECT 7 AS n")
    server.stop()
    with pytest.raises(WrongVersion) as refusal:
        EmbeddedPostgres(folder / "db", older.directory, durable=False).start()
    assert refusal.value.facts["cluster"] == newest.major
    with server, psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM t").fetchone() == (7,)
    server.destroy()


FIRST_START = """
import sys
from pathlib import Path
from cordillera.foundation.store.embedded_cluster import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).start()
"""


def test_a_first_start_that_is_killed_is_done_again(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "db")
    starting = subprocess.Popen([sys.executable, "-c", FIRST_START, str(folder / "db")])
    deadline = time.monotonic() + 30
    while not list(folder.glob("db/new-*/data/base")):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    starting.kill()
    starting.wait()
    while subprocess.run(["pgrep", "-f", str(folder)], check=False, capture_output=True).returncode == 0:
        time.sleep(0.02)  # what it had started, and nobody ended, still writes
    assert not server.place.data.exists()
    try:
        with psycopg.connect(server.start()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert not list(folder.glob("db/new-*"))
    finally:
        server.destroy()
