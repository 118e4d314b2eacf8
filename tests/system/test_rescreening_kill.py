"""The process that screens stored travellers again is killed (SIGKILL) in the middle, again and again."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from tests.desks.people.persons import HEAD, PERSON
from tests.desks.travellers.test_rescreening import un

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.desks.travellers.rescreening_model import Phase
from cordillera.foundation.settings import load
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import server_of
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review.model import AlertStatus, QueueFilter

pytestmark = pytest.mark.system

SCOPE = Scope("EC-PN", "border.ingest")
LISTED = tuple((f"HAQVERDI{letter * 2}", "ORHAN") for letter in "BDFGKL")
OTHERS = tuple((f"PEREZUMBA{letter * 2}", "ILDEFONSO") for letter in "BDFGKL")
KILLED_AFTER = (1, 5, 9)  # travellers asked
ALONE = """
import sys
from pathlib import Path
from cordillera.desks.travellers import rescreening
from cordillera.runtime.node import open_node
rescreening.BATCH = rescreening.ALERTS = 1  # each traveller a transaction: more places to die at
with open_node(Path(sys.argv[1])) as node:
    node.rescreening.run_once(node.store)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    write_settings(folder, NewNode("ec", "EC", "EC-PN"))
    yield folder
    server_of(folder, load(folder)).destroy()


def publish(node: Node, *people: tuple[str, str], day: str) -> None:
    by = Actor("node", "EC-PN", "operation")
    with node.store.transaction(SCOPE) as tx:
        source = SourceFiles(un(*people, day=day, born="1985-08-05"))
        node.people.import_source(tx, source, ("onu", ListFormat.UN_XML), by, smaller=True)
        for update in node.people.keeper.waiting(tx):
            node.people.keeper.agree(tx, update.version_id, Actor("of-2", "EC-PN", "operation"))


def land(node: Node, *people: tuple[str, str]) -> None:
    """A message of today, whenever the test is run."""
    body = "".join(
        PERSON.format(family=family, given=given, birth="850805", document=f"P{number:07}")
        for number, (family, given) in enumerate(people)
    )
    head = HEAD.format(ref="1").replace("261121", f"{datetime.now(UTC):%y%m%d}")
    raw = (head + body + f"UNT+{7 + 8 * len(people)}+1'UNZ+1+1'").encode()
    with node.store.transaction(SCOPE) as tx:
        node.travellers.ingest(tx, raw, Origin(Channel.FILE, "a.edi", "EC-PN"))


def asked(node: Node) -> int:
    with node.store.transaction(SCOPE) as tx:
        found = node.rescreening.progress(tx, "onu")
    return 0 if found is None or found.phase is Phase.DONE else found.travellers


def kill_after(node: Node, home: Path, travellers: int) -> None:
    """Start the work as a process of its own; kill it once it has asked so many, whatever it does then."""
    work = subprocess.Popen([sys.executable, "-c", ALONE, str(home)])
    until = time.monotonic() + 240
    while asked(node) < travellers and work.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    work.send_signal(signal.SIGKILL)
    assert work.wait(30) == -signal.SIGKILL


def test_a_killed_worker_loses_nobody_and_raises_nothing_twice(home: Path) -> None:
    with open_node(home) as node:
        publish(node, ("SOSAQUI", "WILFRIDO"), day="2026-11-01")
        node.rescreening.run_once(node.store)
        land(node, *LISTED, *OTHERS)
        publish(node, ("SOSAQUI", "WILFRIDO"), *LISTED, day="2026-11-02")
        for travellers in KILLED_AFTER:
            kill_after(node, home, travellers)
            assert travellers <= asked(node) < len(LISTED) + len(OTHERS)
        node.rescreening.run_once(node.store)
        with node.store.transaction(SCOPE) as tx:
            done = node.rescreening.progress(tx, "onu")
            rows = node.review.queue(tx, QueueFilter(statuses=tuple(AlertStatus))).rows
            alerts = node.review.grounds.on_list(tx, "travellers", "onu", UUID(int=0), 100)
            leaves = [row.kind for row in node.ledger.events(tx, limit=400)]
        assert done is not None
        assert (done.phase, done.entries) == (Phase.DONE, len(LISTED))
        assert (done.travellers, done.alerts) == (len(LISTED) + len(OTHERS), len(LISTED))
        assert sorted(row.label for row in rows) == sorted(", ".join(one) for one in LISTED)
        assert len(alerts) == len(LISTED)
        for alert in alerts:  # the invented names resemble each other: every entry is found, and once
            found = [one.listed.entry_id for one in alert.findings if one.listed]
            assert len(found) == len(set(found)) == len(LISTED)
        assert leaves.count(LeafKind.ALERT_RAISED.value) == len(LISTED)
        assert leaves.count(LeafKind.RESCREENED.value) == 2
