"""The command line tells what went wrong in words, never as a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest


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


@pytest.mark.parametrize("command", [["ledger", "verify"], ["demo"], ["node", "status"]], ids=" ".join)
def test_a_home_that_cannot_be_made_is_named(command: list[str], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    done = _cordillera(*command, "--home", file / "home")
    assert done.returncode == 1
    assert done.stderr.startswith("cordillera: Not a directory: ")
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("messages", [0, -3])
def test_a_bench_of_no_messages_is_wrong_use(messages: int) -> None:
    done = _cordillera("bench", "exchange", "--messages", messages, "--json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
