"""`cordillera redress`: from the opening to the letter, by officers who log in."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cordillera.foundation.settings import load
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import server_of
from cordillera.runtime.node import open_node
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.access.logins import Attempt
from cordillera.trust.access.model import Role
from cordillera.trust.access.officers import NewOfficer

PASSWORD = "páramo-lluvia-42"


@pytest.fixture
def home(tmp_path: Path):
    folder = tmp_path / "home"
    write_settings(folder, NewNode("ec", "EC", "EC-PN"))
    with open_node(folder) as node:
        new = NewOfficer("jurista", "María Quishpe", ("EC-PN",), (Role.AGREEMENT_OFFICER,))
        with node.store.transaction(Scope.node("access")) as tx:
            once = node.access.add_officer(tx, "node", new)
        _, session = node.access.logins.log_in(node.store, Attempt("jurista", once, "192.0.2.1"))
        with node.store.transaction(Scope.node("access")) as tx:
            node.access.officers.replace_password(tx, session, "", PASSWORD)
    yield folder
    server_of(folder, load(folder)).destroy()


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cordillera", "redress", *words, "--home", str(home)]
    return subprocess.run(command, input=f"{PASSWORD}\n", capture_output=True, text=True, check=False)


def test_a_request_from_the_command_line_to_the_letter(home: Path):
    by = ("--officer", "jurista")
    opened = run(
        home, "open", "Ana Invented", "--kind", "access", "--born", "1980-05-17",
        "--identity", "1712345678", "--json", *by,
    )  # fmt: skip
    assert opened.returncode == 0, opened.stderr
    ticket = json.loads(opened.stdout)["row"]["id"]
    listed = json.loads(run(home, "list", "--json").stdout)
    assert [(one["id"], one["status"]) for one in listed] == [(ticket, "found")]
    ruling = ("--outcome", "granted", "--article", "LED art. 14", "--reason", "Identity is clear")
    decided = run(home, "decide", ticket, *ruling, "--json", *by)
    assert json.loads(decided.stdout)["row"]["status"] == "decided"
    letter = run(home, "answer", ticket, *by)
    assert "No conservamos datos sobre usted." in letter.stdout
    assert json.loads(run(home, "work", "--json").stdout) == {"answered": 0, "escalated": 0}


def test_without_an_identity_nothing_is_searched(home: Path):
    words = ("open", "Ana Invented", "--kind", "access", "--born", "1980-05-17", "--officer", "jurista")
    refused = run(home, *words, "--identity=----")
    assert refused.returncode != 0
