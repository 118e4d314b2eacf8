"""The embedded cluster, on the PostgreSQL of the system and that of the wheel."""

import os
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cordillera.foundation.store.embedded_binaries import Binaries, find_binaries
from cordillera.foundation.store.embedded_cluster import EmbeddedPostgres
from cordillera.foundation.store.embedded_errors import (
    NoBinaries,
    PermissionRefused,
    SocketInUse,
    WrongVersion,
    from_log,
)
from cordillera.foundation.store.embedded_process import runs_in

INSTALLED = find_binaries()


# The one that a node would choose, and the newest one.
TRIED = sorted({INSTALLED[0], max(INSTALLED, key=lambda found: found.major)}, key=lambda found: found.major)


@pytest.fixture(params=TRIED, ids=lambda found: found.version)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    installed: Binaries = request.param
    made = EmbeddedPostgres(tmp_path / "db", installed.directory, durable=False)
    yield made
    made.destroy()


def test_a_new_cluster_is_utf8_by_code_points_with_checksums(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.start()) as connection:
        told = connection.execute(
            "SELECT current_setting('server_encoding'), current_setting('data_checksums'),"
            " 'Z' < 'a', upper('ñ')"
        ).fetchone()
    assert told == ("UTF8", "on", True, "Ñ")


def test_nothing_listens_but_a_private_socket(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.start()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    socket = server.place.socket
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.place.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((socket / ".s.PGSQL.5432").stat().st_mode) == 0o700


def test_nobody_connects_without_a_password(server: EmbeddedPostgres) -> None:
    server.start()
    address = f"host={server.place.socket} user=cord dbname=postgres"
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(address, passfile="/nonexistent")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address, password="guess")


def test_each_role_has_its_own_password_in_a_private_file(server: EmbeddedPostgres) -> None:
    server.start()
    files = sorted((server.directory / "keys").iterdir())
    assert [path.name for path in files] == [
        "database-cord.password",
        "database-cordillera_app.password",
        "database-cordillera_auditor.password",
        "database-cordillera_owner.password",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert len({path.read_text() for path in files}) == 4


def test_the_working_roles_have_no_power_over_the_cluster(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.start()) as connection:
        powers = connection.execute(
            "SELECT DISTINCT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin"
            " FROM pg_roles WHERE rolname LIKE 'cordillera%'"
        ).fetchall()
    assert powers == [(False, False, False, False, False, True)]


def test_the_app_role_cannot_create_tables_and_the_owner_can(server: EmbeddedPostgres) -> None:
    server.start()
    urls = server.create_database("one")
    with psycopg.connect(urls.owner) as connection:
        connection.execute("CREATE TABLE t (n int)")
    for url in (urls.app, urls.auditor):
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE u (n int)")


def test_a_database_is_cloned_from_a_template_and_dropped(server: EmbeddedPostgres) -> None:
    server.start()
    with psycopg.connect(server.create_database("pattern").owner) as connection:
        connection.execute("CREATE TABLE t (n int)")
    clone = server.create_database("clone", template="pattern")
    with psycopg.connect(clone.owner) as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    server.drop_database("clone")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(clone.owner)


def test_rows_are_there_after_stop_and_start(server: EmbeddedPostgres) -> None:
    server.start()
    urls = server.create_database("one")
    with psycopg.connect(urls.owner) as connection:
        connection.execute("CREATE TABLE t AS SELECT 7 AS n")
    server.stop()
    assert not server.is_running()
    server.start()
    with psycopg.connect(urls.owner) as connection:
        assert connection.execute("SELECT n FROM t").fetchone() == (7,)


def test_after_kill_9_the_next_start_recovers(server: EmbeddedPostgres) -> None:
    server.start()
    running = runs_in(server.place.data)
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while server.is_running() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (server.place.data / "postmaster.pid").exists()
    with psycopg.connect(server.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_second_start_joins_the_running_server(server: EmbeddedPostgres) -> None:
    server.start()
    other = EmbeddedPostgres(server.directory, server.binaries.directory, durable=False)
    other.start()
    assert runs_in(other.place.data) == runs_in(server.place.data)
    other.stop()
    assert not server.is_running()


def test_a_half_made_cluster_is_made_again(server: EmbeddedPostgres) -> None:
    half = server.place.root / "new-half"
    (half / "data").mkdir(parents=True)
    (half / "data/PG_VERSION").write_text("18\n")
    server.start()
    assert server.is_running()
    assert not half.exists()


def test_a_lost_superuser_password_is_a_typed_error(server: EmbeddedPostgres) -> None:
    server.start()
    (server.directory / "keys/database-cord.password").write_text("not-it")
    with pytest.raises(PermissionRefused):
        server.start()


def test_a_role_whose_password_file_was_lost_gets_a_new_password(server: EmbeddedPostgres) -> None:
    server.start()
    (server.directory / "keys/database-cordillera_app.password").unlink()
    server.start()
    psycopg.connect(server.urls("postgres").app).close()


def test_the_log_repeats_no_stored_value(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.start(), autocommit=True) as connection:
        connection.execute("CREATE TABLE t (name text PRIMARY KEY)")
        connection.execute("INSERT INTO t VALUES ('Quispe Canary')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO t VALUES ('Quispe Canary')")
    log = server.place.log.read_text()
    assert "duplicate key" in log
    assert "Canary" not in log


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    account = server.place.account
    stranger = subprocess.Popen(["sleep", "60"], user=account.uid if account else None, cwd="/")
    try:
        pid_file = server.place.data / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{server.place.data}\n1\n5432\n{server.place.socket}\n\n")
        server.place.give(pid_file)
        assert not server.is_running()
        server.start()
        assert server.is_running()
    finally:
        stranger.kill()
        stranger.wait()


def test_no_server_found_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(NoBinaries):
        EmbeddedPostgres(tmp_path / "db", tmp_path / "nothing").start()


def test_a_cluster_of_a_version_that_is_not_installed_is_refused(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "db", durable=False)
    server.place.data.mkdir()
    (server.place.data / "PG_VERSION").write_text("13\n")
    with pytest.raises(WrongVersion) as refusal:
        server.start()
    assert refusal.value.facts["cluster"] == 13
    server.destroy()


def test_an_existing_cluster_is_served_by_its_own_version(tmp_path: Path) -> None:
    oldest = INSTALLED[-1]
    made = EmbeddedPostgres(tmp_path / "db", oldest.directory, durable=False)
    made.start()
    made.stop()
    again = EmbeddedPostgres(tmp_path / "db", durable=False)
    assert again.binaries.major == oldest.major
    again.destroy()


def test_a_node_never_runs_without_fsync(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "db") as server, psycopg.connect(server.url) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)
    server.destroy()


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ('FATAL:  could not bind Unix address "/x": Address already in use', SocketInUse),
        ("initdb: error: could not access directory: Permission denied", PermissionRefused),
        ("FATAL:  database files are incompatible with server", WrongVersion),
    ],
)
def test_the_words_of_the_server_become_one_error(words: str, kind: type[Exception]) -> None:
    assert type(from_log(words)) is kind
