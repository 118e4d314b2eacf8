"""The process that takes messages in is killed (SIGKILL) in the middle, and begins again."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cordillera.cli import bench_ingest_store as sql
from cordillera.desks.people.model import Actor, ListFormat
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.explain import Term
from cordillera.foundation.settings import load
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import server_of
from cordillera.runtime.demo_day import DemoDay, make_day
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review.model import AlertStatus, QueueFilter

pytestmark = pytest.mark.system

SCOPE = Scope("EC-PN", "border.ingest")
KILLED_AFTER = (1, 4)  # messages stored
FILES = 8


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[list[Path]]:
    """One node that is killed, and one that is not."""
    found = [tmp_path / "killed", tmp_path / "whole"]
    for home in found:
        write_settings(home, NewNode("ec", "EC", "EC-PN"))
    yield found
    for home in found:
        server_of(home, load(home)).destroy()


def listed(node: Node, day: DemoDay, folder: Path) -> None:
    with node.store.transaction(SCOPE) as tx:
        source = ("exercise", ListFormat.OFAC_CSV)
        node.people.import_file(tx, day.list_ec.save(folder), source, Actor("node", "EC-PN", "operation"))


def stored(node: Node) -> int:
    with node.store.transaction(SCOPE) as tx:
        return sql.counts(tx).messages


def kill_after(node: Node, home: Path, folder: Path, messages: int) -> None:
    """Take the folder in by a process of its own; kill it once so many messages are stored."""
    command = [sys.executable, "-m", "cordillera.cli.main", "message", "bulk", str(folder)]
    work = subprocess.Popen([*command, "--home", str(home)], stdout=subprocess.DEVNULL)
    until = time.monotonic() + 240
    while stored(node) < messages and work.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    work.send_signal(signal.SIGKILL)
    assert work.wait(30) == -signal.SIGKILL


def take_in(node: Node, folder: Path) -> list[bool]:
    """Take every file in; tell of each whether it came before."""
    duplicates = []
    for path in sorted(folder.iterdir()):
        with node.store.transaction(SCOPE) as tx:
            origin = Origin(Channel.FILE, path.name, "EC-PN")
            duplicates.append(node.travellers.ingest(tx, path.read_bytes(), origin).duplicate)
    return duplicates


def plain(term: Term) -> object:
    """A term without the ids of messages, which are each node's own."""
    cited = [
        (re.sub("^message:.*", "message", one.source), one.start, one.end, one.text) for one in term.evidence
    ]
    return term.name, term.contribution, term.detail, cited


def alerts(node: Node) -> list[object]:
    """What stands in the queue, with what explains it; ids are each node's own."""
    with node.store.transaction(SCOPE) as tx:
        rows = node.review.queue(tx, QueueFilter(statuses=tuple(AlertStatus))).rows
        found = [
            (row.label, row.occasion, row.score, row.lists, tuple(map(plain, row.reasons))) for row in rows
        ]
    return sorted(found, key=repr)


def test_a_killed_intake_loses_nobody_and_raises_nothing_twice(homes: list[Path], tmp_path: Path) -> None:
    day = make_day(21, date(2026, 6, 3))
    folder = tmp_path / "files"
    folder.mkdir()
    for name, raw in (*day.messages[: FILES - 2], *day.bookings[:2]):
        (folder / name).write_bytes(raw)
    killed, whole = homes
    with open_node(whole) as node:
        listed(node, day, tmp_path / "list")
        assert not any(take_in(node, folder))
        wanted = alerts(node)
    with open_node(killed) as node:
        listed(node, day, tmp_path / "again")
        for messages in KILLED_AFTER:
            kill_after(node, killed, folder, messages)
            assert messages <= stored(node) < FILES
        assert sum(take_in(node, folder)) >= KILLED_AFTER[-1]
        with node.store.transaction(SCOPE) as tx:
            counts = sql.counts(tx)
            leaves = [row.kind for row in node.ledger.events(tx, limit=400)]
        assert (counts.messages, counts.doubled) == (FILES, 0)
        assert counts.alerts == len(wanted) > 0
        assert alerts(node) == wanted
    assert leaves.count(LeafKind.COLLECTION.value) == FILES
    assert leaves.count(LeafKind.ALERT_RAISED.value) == len(wanted)
