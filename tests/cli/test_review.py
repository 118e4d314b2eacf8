"""`cordillera review`, as an officer uses it on a terminal."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cordillera.foundation.explain import Term
from cordillera.foundation.settings import FILE_NAME, load
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import server_of
from cordillera.runtime.node import Node, open_node
from cordillera.trust.access.logins import Attempt
from cordillera.trust.access.model import Role
from cordillera.trust.access.officers import NewOfficer
from cordillera.trust.review.model import AlertSubject, Finding, NewAlert, Retention

PASSWORD = "páramo-lluvia-42"
SETUP = Scope.node("setup")


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cord-test-"))
    (folder / FILE_NAME).touch()
    yield folder
    server_of(folder, load(folder)).destroy()
    shutil.rmtree(folder)


def run(home: Path, password: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cordillera.cli.main", "review", *words, "--home", str(home)]
    return subprocess.run(
        command, input=f"{password}\n", capture_output=True, text=True, timeout=120, check=False
    )


def officer(node: Node, login: str, role: Role) -> None:
    with node.store.transaction(SETUP) as tx:
        once = node.access.add_officer(tx, "node", NewOfficer(login, "Ana Torres", ("EC-PN",), (role,)))
    _, session = node.access.logins.log_in(node.store, Attempt(login, once, "test"))
    with node.store.transaction(SETUP) as tx:
        node.access.officers.replace_password(tx, session, "", PASSWORD)


def raise_alert(node: Node, name: str) -> None:
    now = datetime.now(UTC)
    keep = Retention(now + timedelta(days=365), now + timedelta(days=90))
    finding = Finding("finding.list_match", 0.9, (Term("names.word_equal", 0.9, name),))
    new = NewAlert("travellers", "EC-PN", AlertSubject("traveller", "t-1", name), (finding,), keep)
    with node.store.transaction(Scope("EC-PN", "border.ingest")) as tx:
        node.review.raise_alert(tx, new)


def test_an_officer_lists_opens_and_decides_an_alert(home: Path) -> None:
    with open_node(home) as node:
        officer(node, "ana", Role.WATCH_OFFICER)
        officer(node, "vigila", Role.SUPERVISOR)
        raise_alert(node, "PEREZ\x1b[31m, [bold]JUAN")
    listed = run(home, PASSWORD, "queue", "--officer", "ana")
    assert "PEREZ\\u001b[31m, [bold]JUAN" in listed.stdout
    assert "\x1b" not in listed.stdout
    page = json.loads(run(home, PASSWORD, "queue", "--officer", "ana", "--json").stdout)
    alert = page["rows"][0]["id"]
    assert (
        json.loads(run(home, PASSWORD, "show", alert, "--officer", "ana", "--json").stdout)["row"]["id"]
        == alert
    )
    words = ("decide", alert, "--outcome", "not_same_person", "--reason", "Otro documento y otra fecha")
    assert run(home, PASSWORD, *words, "--officer", "vigila").returncode == 1
    assert run(home, "wrong", *words, "--officer", "ana").returncode == 1
    decided = json.loads(run(home, PASSWORD, *words, "--officer", "ana", "--json").stdout)
    assert (decided["outcome"], decided["officer_name"]) == ("not_same_person", "Ana Torres")
    kept = json.loads(run(home, PASSWORD, "retention", "--json").stdout)
    assert {"review_alert", "review_decision"} <= {kind["kind"] for kind in kept["kinds"]}
