"""`cordillera admin backup` and `restore`, as an operator runs them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cordillera.foundation.settings import FILE_NAME, load
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import server_of
from cordillera.runtime.node import open_node
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Sequencer

WORK = Scope.node("test")


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cord-test-"))
    (folder / FILE_NAME).touch()
    yield folder
    server_of(folder, load(folder)).destroy()
    shutil.rmtree(folder)


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cordillera.cli.main", "admin", *words, "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=os.environ)


def sign_leaves(home: Path, count: int) -> int:
    with open_node(home) as node:
        with node.store.transaction(WORK) as tx:
            for _ in range(count):
                node.ledger.record(tx, Event(kind=LeafKind.DECISION, actor="node", agency="EC-PN"))
        Sequencer(node.store, node.ledger).catch_up()
        with node.store.auditor_transaction() as tx:
            return node.ledger.checkpoint(tx).size


def test_a_backup_is_restored_unless_the_ledger_would_shrink(home: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "b.tar")
    assert sign_leaves(home, 3) == 3
    done = run(home, "backup", file, "--json")
    assert json.loads(done.stdout)["file"] == file
    assert sign_leaves(home, 2) == 5
    refused = run(home, "restore", file)
    assert refused.returncode == 1
    assert "backup.ledger_would_shrink(signed=5, backup=3)" in refused.stderr
    assert run(home, "restore", file, "--shorten-ledger").returncode == 0
    assert sign_leaves(home, 0) == 3


def test_a_refusal_is_told_and_exits_1(home: Path, tmp_path: Path) -> None:
    done = run(home, "backup", str(tmp_path / "b.tar"))
    assert done.returncode == 1
    assert "backup.nothing" in done.stderr
