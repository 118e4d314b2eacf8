"""`cordillera exchange channel thaw`: whoever has the machine is not yet an officer, and not two."""

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
    folder = tmp_path / "ec"
    write_settings(folder, NewNode("ec", "EC", "EC-PN"))
    with open_node(folder) as node:
        for login, role in (("olga", Role.OPERATOR), ("ana", Role.ANALYST)):
            with node.store.transaction(Scope.node("setup")) as tx:
                new = NewOfficer(login, "Olga Torres", ("EC-PN",), (role,))
                once = node.access.add_officer(tx, "node", new)
            _, session = node.access.logins.log_in(node.store, Attempt(login, once, "test"))
            with node.store.transaction(Scope.node("setup")) as tx:
                node.access.officers.replace_password(tx, session, "", PASSWORD)
    yield folder
    server_of(folder, load(folder)).destroy()


def thaw(home: Path, login: str, password: str) -> str:
    words = ("exchange", "channel", "thaw", "in", "us", "us-ec-2025", "--reason", "looked into")
    command = [sys.executable, "-m", "cordillera", *words, "--officer", login, "--home", str(home)]
    done = subprocess.run(
        command, input=f"{password}\n", capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode != 0
    return done.stderr


def test_a_thaw_takes_the_password_of_an_operator(home: Path):
    assert "access.wrong_login" in thaw(home, "olga", "guessed")
    assert "review.officer_may_not" in thaw(home, "ana", PASSWORD)
    assert "exchange.no_such_channel" in thaw(home, "olga", PASSWORD)
