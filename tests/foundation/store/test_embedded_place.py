"""Where a cluster lies: homes that cannot be reached, long paths, copies, root and not root."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import cordillera
from cordillera.foundation.store.embedded_account import Account, can_traverse, find_account
from cordillera.foundation.store.embedded_binaries import find_binaries
from cordillera.foundation.store.embedded_cluster import ClusterOptions, EmbeddedPostgres
from cordillera.foundation.store.embedded_errors import DatabaseUnavailable, PlaceTaken
from cordillera.foundation.store.embedded_place import (
    SOCKET_LIMIT,
    SOCKET_NAME,
    settle,
)

AS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not AS_ROOT, reason="only root can give the server another account")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can pass through (pytest's own are closed)."""
    folder = Path(tempfile.mkdtemp(prefix="cord-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_root_runs_the_server_under_an_unprivileged_account() -> None:
    account = find_account(0)
    assert account is not None
    assert account.uid != 0


def test_others_need_no_account() -> None:
    assert find_account(1000) is None


@needs_root
def test_the_server_process_is_not_root(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder / "db", durable=False) as server:
        pid = (server.place.data / "postmaster.pid").read_text().split()[0]
        status = Path(f"/proc/{pid}/status").read_text()
        account = server.place.account
        assert account is not None
        assert f"Uid:\t{account.uid}\t{account.uid}\t{account.uid}\t{account.uid}" in status
        assert server.place.root == open_folder / "db"
    server.destroy()


@needs_root
def test_a_home_that_is_closed_to_the_account_is_served_from_the_state_folder(open_folder: Path) -> None:
    home = open_folder / "closed"
    home.mkdir(mode=0o700)
    options = ClusterOptions(state=open_folder / "state")
    with EmbeddedPostgres(home / "db", options=options, durable=False) as server:
        assert server.place.root.parent == open_folder / "state"
        psycopg.connect(server.url).close()
    again = EmbeddedPostgres(home / "db", options=options, durable=False)
    assert again.place == server.place
    again.destroy()
    assert not server.place.root.exists()


@needs_root
def test_binaries_the_account_cannot_reach_are_copied_once(open_folder: Path) -> None:
    wheel = next(b for b in find_binaries() if "pixeltable" in str(b.directory))
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    package = wheel.directory.parents[1]
    shutil.copytree(package, closed / package.name)
    shutil.copytree(f"{package}.libs", closed / f"{package.name}.libs")
    installation = closed / wheel.directory.parent.relative_to(package.parent)
    options = ClusterOptions(state=open_folder / "state")
    with EmbeddedPostgres(open_folder / "db", installation, options, durable=False) as server:
        assert server.binaries.directory.is_relative_to(open_folder / "state")
        assert server.binaries == server.binaries
        assert len(list((open_folder / "state/binaries").iterdir())) == 1
    server.destroy()


@needs_root
def test_a_copied_home_does_not_touch_the_originals_cluster(open_folder: Path) -> None:
    home, state = open_folder / "closed", open_folder / "state"
    home.mkdir(mode=0o700)
    settle(home / "db", state)
    shutil.copytree(home, open_folder / "copy")
    (open_folder / "copy").chmod(0o700)
    with pytest.raises(PlaceTaken):
        settle(open_folder / "copy/db", state)


@needs_root
def test_a_moved_home_keeps_its_cluster(open_folder: Path) -> None:
    home, state = open_folder / "closed", open_folder / "state"
    home.mkdir(mode=0o700)
    before = settle(home / "db", state)
    home.rename(open_folder / "moved")
    assert settle(open_folder / "moved/db", state) == before


@needs_root
def test_clusters_of_vanished_temporary_homes_are_swept(open_folder: Path) -> None:
    state = open_folder / "state"
    for name in ("gone", "anew", "kept", "new"):
        (open_folder / name).mkdir(mode=0o700)
    gone, anew, kept = (settle(open_folder / name / "db", state) for name in ("gone", "anew", "kept"))
    shutil.rmtree(open_folder / "gone")
    shutil.rmtree(open_folder / "anew/db")
    assert settle(open_folder / "anew/db", state) != anew
    settle(open_folder / "new/db", state)
    assert [place.root.exists() for place in (gone, anew, kept)] == [False, False, True]


def test_a_long_home_gets_a_short_socket(open_folder: Path) -> None:
    home = open_folder / ("carpeta-" * 12) / "db"
    home.parent.mkdir()
    with EmbeddedPostgres(home, durable=False) as server:
        socket = server.place.socket / SOCKET_NAME
        assert len(os.fsencode(socket)) <= SOCKET_LIMIT
        psycopg.connect(server.url).close()
    server.destroy()
    assert not socket.parent.exists()


def test_a_socket_folder_that_others_may_write_is_not_used(open_folder: Path) -> None:
    place = settle(open_folder / "db")
    place.socket.chmod(0o777)
    again = settle(open_folder / "db")
    assert again.socket != place.socket
    again.socket.rmdir()


def test_a_home_that_cannot_be_written_is_a_typed_error(open_folder: Path) -> None:
    (open_folder / "file").write_text("not a folder")
    with pytest.raises(DatabaseUnavailable):
        EmbeddedPostgres(open_folder / "file/db").start()


def test_closed_parents_stop_an_account(open_folder: Path) -> None:
    stranger = Account("stranger", 54321, 54321)
    assert can_traverse(open_folder, stranger)
    (open_folder / "closed/inner").mkdir(parents=True)
    (open_folder / "closed").chmod(0o700)
    assert not can_traverse(open_folder / "closed/inner", stranger)


NOT_ROOT = """
import os, sys
from pathlib import Path
import psycopg
from cordillera.foundation.store.embedded_cluster import EmbeddedPostgres
home = Path(sys.argv[1])
with EmbeddedPostgres(home / "db", durable=False) as server:
    with psycopg.connect(server.create_database("one").owner) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")
    assert server.place.root == home / "db" and server.place.account is None
    server.stop(); server.start()
    print("ran as", os.getuid(), connection.closed)
"""


@needs_root
def test_an_ordinary_user_runs_everything_inside_the_home(open_folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    account = Account("nobody", nobody.pw_uid, nobody.pw_gid)
    same = f"python{sys.version_info.major}.{sys.version_info.minor}"
    known = [sys.executable, shutil.which(same, path="/usr/bin:/usr/local/bin")]
    python = next((p for p in known if p and can_traverse(Path(p).resolve().parent, account)), None)
    packages = [str(Path(psycopg.__file__).parents[1]), str(Path(cordillera.__file__).parents[1])]
    if python is None or not all(can_traverse(Path(p), account) for p in packages):
        pytest.skip("no interpreter and packages that another account can read")
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, account.uid, account.gid)
    done = subprocess.run(
        [python, "-c", NOT_ROOT, str(home)],
        env={"PYTHONPATH": os.pathsep.join(packages), "PATH": "/usr/bin:/bin"},
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == f"ran as {account.uid} True\n", done.stderr
    shutil.rmtree(home)
