"""`cordillera agreement` in the home of a node: officers log in, two of them open, one closes."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.trust.agreements.signing import second, signed

from cordillera.foundation.settings import load
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import server_of
from cordillera.runtime.node import Node, open_node
from cordillera.trust.access.logins import Attempt
from cordillera.trust.access.model import Role
from cordillera.trust.access.officers import NewOfficer

PASSWORD = "páramo-lluvia-42"
US_EC = "us-ec-2025"


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cord-test-"))
    with open_node(folder) as node:
        for login in ("alawyer", "blawyer"):
            officer(node, login)
    yield folder
    server_of(folder, load(folder)).destroy()
    shutil.rmtree(folder)


def officer(node: Node, login: str) -> None:
    new = NewOfficer(login, "Ana Torres", ("EC-PN",), (Role.AGREEMENT_OFFICER,))
    with node.store.transaction(Scope.node("setup")) as tx:
        once = node.access.add_officer(tx, "node", new)
    _, session = node.access.logins.log_in(node.store, Attempt(login, once, "test"))
    with node.store.transaction(Scope.node("setup")) as tx:
        node.access.officers.replace_password(tx, session, "", PASSWORD)


def run(home: Path, *words: str) -> tuple[int, dict[str, object], str]:
    command = [
        sys.executable,
        "-m",
        "cordillera.cli.main",
        "agreement",
        *words,
        "--home",
        str(home),
        "--json",
    ]
    done = subprocess.run(
        command, input=f"{PASSWORD}\n", capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


def test_one_officer_suspends_two_resume_and_the_status_tells_it(home: Path) -> None:
    first, other = (("--officer", login, "--reason", "drill") for login in ("alawyer", "blawyer"))
    code, told, _ = run(home, "suspend", US_EC, *first)
    assert (code, told["done"], told["status"]) == (0, True, "suspended")
    assert run(home, "resume", US_EC, *first)[1] == {"step": "resume", "done": False, "status": "suspended"}
    code, _, error = run(home, "resume", US_EC, *first)
    assert code == 1
    assert "agreements.second_officer_missing" in error
    assert run(home, "resume", US_EC, *other)[1]["status"] == "in_force"
    _, life, _ = run(home, "status", US_EC)
    history = life["history"]
    assert isinstance(history, list)
    assert [step["step"] for step in history] == ["resume", "suspend"]


def test_a_file_whose_signers_nobody_knows_is_not_adopted(home: Path) -> None:
    file = home / "us-ec-2.json"
    file.write_bytes(signed(second()))
    code, _, error = run(home, "adopt", str(file), "--officer", "alawyer", "--reason", "signed")
    assert code == 1
    assert "agreements.signer_unknown" in error
    assert run(home, "verify", str(file))[0] == 1
