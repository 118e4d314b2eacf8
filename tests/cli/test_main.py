"""The command line tells what went wrong in words, never as a traceback."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cordillera.foundation.store.embedded_cluster import EmbeddedPostgres


def _cordillera(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cordillera.cli.main", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_typed_error_is_told_in_words_with_its_id() -> None:
    done = _cordillera("agreement", "show", "nope")
    words, code = done.stderr.splitlines()
    assert done.returncode == 1
    assert words.startswith("cordillera: ")
    assert words.endswith(".")
    assert code == "  agreements.unknown(agreement_id='nope')"


@pytest.mark.parametrize("command", [["node", "run", "--new"], ["demo"]], ids=" ".join)
def test_a_home_that_cannot_be_made_is_named(command: list[str], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    done = _cordillera(*command, "--home", file / "home")
    assert done.returncode == 1
    assert done.stderr.startswith("cordillera: Not a directory: ")
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["ledger", "verify"], ["node", "status"], ["node", "run"], ["agreement", "list"], ["admin", "scrub"],
        ["admin", "restore", "none"], ["keys", "list"], ["list", "show"], ["redress", "list"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_mistyped_home_is_refused_by_its_path_and_makes_no_node(command: list[str], tmp_path: Path) -> None:
    home = tmp_path / "mistyped"
    done = _cordillera(*command, "--home", home)
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("cordillera: This folder holds no node")
    assert f"node.no_node_here(home='{home}')" in done.stderr
    assert not home.exists()


@pytest.mark.parametrize("messages", [0, -3])
def test_a_bench_of_no_messages_is_wrong_use(messages: int) -> None:
    done = _cordillera("bench", "exchange", "--messages", messages, "--json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_sigterm_while_a_node_opens_leaves_no_database_running(tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-m", "cordillera.cli.main", "node", "run", "--new", "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        place = home / "database"
        deadline = time.monotonic() + 30
        while not (place / "users.lock").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.terminate()
        process.wait(30)
    assert (place / "users.lock").exists()
    assert process.returncode == 128 + signal.SIGTERM
    assert not EmbeddedPostgres(place).is_running()
