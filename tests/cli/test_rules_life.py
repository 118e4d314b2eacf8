"""`cordillera rules save ... activate`, as two officers use it on a terminal."""

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.test_review import PASSWORD, home, officer
from tests.desks.travellers.rules_world import LAWFUL
from tests.sim.rules import HISTORY

from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.runtime.node import open_node
from cordillera.trust.access.model import Role

__all__ = ["home"]


def run(home: Path, *words: str, login: str, code: int = 0):
    command = [
        sys.executable,
        "-m",
        "cordillera.cli.main",
        "rules",
        *words,
        "--officer",
        login,
        "--home",
        str(home),
    ]
    done = subprocess.run(
        command, input=f"{PASSWORD}\n", capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    return done


def told(home: Path, *words: str, login: str):
    return json.loads(run(home, *words, "--json", login=login).stdout)


def test_two_officers_take_a_rule_from_a_file_to_activation(home, tmp_path):
    file = tmp_path / "bogota.rule"
    file.write_text(LAWFUL)
    with open_node(home) as node:
        officer(node, "ana", Role.ANALYST)
        officer(node, "berta", Role.SUPERVISOR)
        with node.store.transaction(Scope("EC-PN", "border.ingest")) as tx:
            node.travellers.ingest(tx, HISTORY, Origin(Channel.FILE, "h.txt", "EC-PN"))
        soon = f"{node.clock.now().year + 1}-01-15"
    saved = told(home, "save", str(file), "--review-on", soon, login="ana")
    pretest = told(home, "pretest", "from-bogota", login="ana")
    assert (pretest["travellers"], pretest["hits"]) == (1, 0)
    told(home, "propose", "from-bogota", "--reason", "seen in three cases", login="ana")
    seen = ("--digest", saved["digest"], "--pretest", pretest["id"], "--reason", "clear grounds")
    refused = run(home, "activate", "from-bogota", *seen, login="ana", code=1)
    assert "review.officer_may_not" in refused.stderr
    shown = run(home, "look", "from-bogota", login="berta").stdout
    assert saved["digest"] in shown
    assert pretest["id"] in shown
    assert told(home, "activate", "from-bogota", *seen, login="berta")["state"] == "active"
    assert "from-bogota 1  active" in run(home, "list", login="ana").stdout
    assert "no decision yet" in run(home, "report", "from-bogota", login="berta").stdout
    gone = told(home, "suspend", "from-bogota", "--reason", "raises too many", login="ana")
    assert gone["state"] == "suspended"
