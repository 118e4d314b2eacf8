"""Users of a home's database: the first starts it, the last one out stops it, kills are survived."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import msgspec
import psycopg
import pytest

from cordillera.foundation.settings import DatabaseSettings, Settings
from cordillera.foundation.store.embedded import DatabaseWatch, ensure_running, server_of
from cordillera.foundation.store.embedded_errors import IncompleteUrls
from cordillera.foundation.store.embedded_process import runs_in

USER = """
import sys
from pathlib import Path
from cordillera.foundation.settings import load
from cordillera.foundation.store.embedded import ensure_running
home = Path(sys.argv[1])
with ensure_running(home, load(home)):
    print("using", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cord-test-"))
    yield folder
    server_of(folder, Settings(folder)).destroy()
    shutil.rmtree(folder)


def other_user(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", USER, str(home)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "using\n"
    return process


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_database_runs_while_it_is_used_and_no_longer(home: Path) -> None:
    settings = Settings(home)
    with ensure_running(home, settings) as urls, psycopg.connect(urls.owner) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("cordillera",)
    assert not server_of(home, settings).is_running()


def test_the_last_user_out_stops_it(home: Path) -> None:
    settings = Settings(home)
    with ensure_running(home, settings):
        user = other_user(home)
    assert server_of(home, settings).is_running()
    user.communicate("")
    assert user.returncode == 0
    assert not server_of(home, settings).is_running()


def test_a_command_beside_a_node_stops_nothing(home: Path) -> None:
    settings = Settings(home)
    with ensure_running(home, settings):
        other_user(home).communicate("")
        assert server_of(home, settings).is_running()


def test_a_killed_user_is_not_counted(home: Path) -> None:
    settings = Settings(home)
    user = other_user(home)
    user.kill()
    user.communicate()
    assert server_of(home, settings).is_running()
    with ensure_running(home, settings):
        pass
    assert not server_of(home, settings).is_running()


def test_ctrl_c_in_the_terminal_leaves_the_server_to_its_user(home: Path) -> None:
    with ensure_running(home, Settings(home)):
        running = runs_in(server_of(home, Settings(home)).place.data)
        assert running is not None
        assert os.getsid(running.pid) != os.getsid(0)


def test_a_dead_server_comes_back_under_a_node(home: Path) -> None:
    settings, stop = Settings(home), Event()
    server = server_of(home, settings)
    with ensure_running(home, settings) as urls:
        watch = Thread(target=DatabaseWatch(home, settings).run, args=(stop,))
        watch.start()
        try:
            first = runs_in(server.place.data)
            assert first is not None
            os.kill(first.pid, signal.SIGKILL)
            wait_until(lambda: runs_in(server.place.data) not in {None, first})
            wait_until(lambda: answers(urls.app))
        finally:
            stop.set()
            watch.join()


def test_a_start_that_fails_leaves_no_user_behind(home: Path) -> None:
    settings = Settings(home)
    with ensure_running(home, settings):
        pass
    password = home / "keys/database-cord.password"
    kept = password.read_text()
    password.write_text("lost")
    with pytest.raises(Exception, match=r"database\.permission"), ensure_running(home, settings):
        pass
    password.write_text(kept)
    assert not server_of(home, settings).is_running()


def test_a_configured_database_is_used_as_it_is(home: Path) -> None:
    given = DatabaseSettings(
        owner_url="postgresql://o@/x", app_url="postgresql://a@/x", auditor_url="postgresql://b@/x"
    )
    with ensure_running(home, Settings(home, database=given)) as urls:
        assert urls.app == "postgresql://a@/x"
    assert not (home / "database").exists()


def test_a_database_configured_by_halves_is_refused(home: Path) -> None:
    given = msgspec.structs.replace(DatabaseSettings(), app_url="postgresql://a@/x")
    with pytest.raises(IncompleteUrls) as refusal, ensure_running(home, Settings(home, database=given)):
        pass
    assert refusal.value.facts["missing"] == ("owner_url", "auditor_url")


def answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True
