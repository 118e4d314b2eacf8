"""Machine code before the first question."""

import subprocess
import sys

from cordillera.runtime.warming import compile_kernels


def test_the_question_that_compiles_the_kernels_finds_the_person_it_asks_for() -> None:
    assert compile_kernels() == 1


def test_setting_up_runs_it_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cordillera.runtime.warming"], capture_output=True, timeout=300, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
