"""A folder is gone with its run, and so are the databases in it."""

import subprocess
import sys
from pathlib import Path

from tests.runtime.test_child import ended

from cordillera.runtime.keeper import clear, passing_folder

RUN = """
import time
from cordillera.runtime.keeper import passing_folder
with passing_folder("run-") as folder:
    (folder / "kept").write_text("x")
    print(folder, flush=True)
    time.sleep(60)
"""


def test_a_run_that_ends_takes_its_folder_along():
    with passing_folder("run-") as folder:
        (folder / "kept").write_text("x")
    assert not folder.exists()


def test_a_run_that_is_killed_takes_its_folder_along():
    run = subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    folder = Path(run.stdout.readline().strip())
    keepers = [int(p.name) for p in Path("/proc").glob("[0-9]*") if _keeps(p, folder)]
    assert len(keepers) == 1
    run.kill()
    run.wait()
    assert ended(keepers)
    assert not folder.exists()


def test_a_folder_without_databases_is_cleared(tmp_path: Path):
    (tmp_path / "run" / "deep").mkdir(parents=True)
    clear(tmp_path / "run")
    assert not (tmp_path / "run").exists()


def _keeps(process: Path, folder: Path) -> bool:
    try:
        said = (process / "cmdline").read_bytes()
    except OSError:
        return False
    return b"cordillera.runtime.keeper" in said and str(folder).encode() in said
