"""Planted values go through every path of a node; after erasure nothing on its disk gives them back.

The search is the product's own (`cordillera admin forensics`), on a real cluster with fsync: tables with
dead rows, write-ahead log, temporary files, logs, exports, and a backup made before the erasure.
"""

import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
import structlog
from tests.engines.edifact.pnr_texts import TWO_TRAVELLERS, message
from tests.sim.federation import SimNode, officer, two_nodes

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.travellers.export import queue_csv
from cordillera.desks.travellers.folder import FolderWatcher, inbox_of
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation import log
from cordillera.foundation.clock import FixedClock, SystemClock
from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import load
from cordillera.foundation.store import backup as backups
from cordillera.foundation.store.database import Scope, Store, migrate
from cordillera.foundation.store.embedded import ensure_running, server_of
from cordillera.foundation.store.embedded_cluster import EmbeddedPostgres
from cordillera.foundation.store.forensics import recoverable, search, stored_keys
from cordillera.foundation.store.living_store import living_keys
from cordillera.foundation.store.scrub import scrub
from cordillera.foundation.store.sealing import SPLIT
from cordillera.runtime.forensics import clean, examine
from cordillera.runtime.node import Node
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.records.model import NewRecord
from cordillera.trust.redress.model import Applicant, Kind, NewTicket, PersonDocument, Sought
from cordillera.trust.review.model import Outcome, QueueFilter, Ruling

pytestmark = pytest.mark.system

FAMILY, GIVEN, DOCUMENT = "ZYXQUILUMBA", "VWTORPEDO", "QZ98765431"
MEAL, REASON, PRINT = "VEGANCANARYMEAL", "Canary reason kumquat seven", "canary-minutiae-9f8e7d6c5b4a"
APPLIED = "CANARYCEDULA1712349876"
BY_FOLDER, BROKEN = "XWFOLDERCANARY", "XWQUARANTINECANARY"
BOOKED = "XWBOOKEDCANARY"
FILE_NAME = "XWFILENAMECANARY"
CANARIES = (FAMILY, DOCUMENT, MEAL, REASON, PRINT, APPLIED, BY_FOLDER, BROKEN, BOOKED, FILE_NAME)
LISTED = (
    f'7001,"{FAMILY}, {GIVEN.title()}","individual","PRUEBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"DOB 05 Aug 1972."\n'
)
PAXLST = (
    "UNB+UNOC:3+XAIR+ECMIG+261121:1000+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA12'LOC+125+BOG'"
    "DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'"
    f"NAD+FL+++{FAMILY}:{GIVEN}'ATT+2++M'DTM+329:720805'FTX+CHG+++{MEAL}'DOC+P:110:111+{DOCUMENT}'"
    "CNT+42:1'UNT+13+1'UNZ+1+1'"
)

DROPPED = PAXLST.replace(FAMILY, BY_FOLDER).replace("1000+1'", "1000+2'").replace("UNZ+1+1'", "UNZ+1+2'")


@pytest.fixture
def home() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="cord-test-"))
    made.chmod(0o755)
    folder = made / "home"
    write_settings(folder, NewNode("ec", "EC", "EC-PN"))
    yield folder
    settings = load(folder)
    server_of(folder, settings).destroy()
    shutil.rmtree(made)


def jurist() -> object:
    return officer("EC", ("agreement_officer",), "clara")


def plant(node: Node) -> None:
    """Send the canaries through every path that stores something about a person."""
    who = officer("EC")
    with node.store.transaction(who.scope) as tx:
        node.people.import_source(
            tx, SourceFiles(LISTED.encode()), ("prueba", ListFormat.OFAC_CSV), Actor("o", "EC-PN", "lists")
        )
        node.travellers.ingest(tx, PAXLST.encode(), Origin(Channel.FILE, f"{FILE_NAME}.edi", "EC-PN"))
    _drop(node)
    with node.store.transaction(who.scope) as tx:
        page = node.review.export(tx, who, QueueFilter())
        assert FAMILY in queue_csv(
            (row, "") for row in page.rows
        )  # the export went out; none of it stays here
        node.review.decide(tx, who, page.rows[0].id, Ruling(Outcome.CONFIRMED, REASON))
    _keep_record(node)
    with node.store.transaction(who.scope) as tx:
        about = Sought(
            full_name=f"{GIVEN} {FAMILY}",
            date_of_birth="1972-08-05",
            documents=(PersonDocument(DOCUMENT, "P"),),
        )
        new = NewTicket(Kind.ACCESS, about, Applicant(f"{GIVEN} {FAMILY}", "self", "in_person", APPLIED))
        ticket = node.redress.find(tx, who, node.redress.open(tx, who, new))
    assert {item.held.source for item in ticket.items} >= {"traveller", "alert", "list", "record"}


def _drop(node: Node) -> None:
    """Put files into the watched folder: a list that is read, and one that cannot be."""
    watcher = FolderWatcher(node.travellers, node.store, inbox_of(node.settings), "EC-PN")
    (watcher.inbox / "flight.edi").write_text(DROPPED)
    (watcher.inbox / "g.edi").write_bytes(message(TWO_TRAVELLERS.replace(b"QUISPE", BOOKED.encode())))
    (watcher.inbox / "broken.edi").write_text(f"{BROKEN} cannot be read")
    taken = watcher.run_once()
    assert [one.result is not None and one.result.reservations for one in taken] == [0, 0, 1]


def _keep_record(node: Node) -> None:
    now = node.clock.now()
    body = msgspec.json.encode({"full_name": f"{GIVEN} {FAMILY}", "fingerprint": PRINT})
    new = NewRecord(
        record_id=uuid7(), origin="us", agreement_id="us-ec-2025", subject_category="suspect", kind="notice",
        handling={}, erase_after=now + timedelta(days=90), review_at=now + timedelta(days=30),
        message_id=uuid7(), body=body, received_from="us",
    )  # fmt: skip
    with node.store.transaction(Scope.node("exchange")) as tx:
        node.records.keep(tx, new)


def complain(home: Path) -> None:
    """A program that fails with a person's name in its hands writes a log without it."""
    log.configure(home / "logs", "node")
    try:
        raise ValueError(f"{FAMILY} {DOCUMENT}")  # noqa: TRY301 - what must not reach the log
    except ValueError:
        structlog.get_logger().exception("ingest.failed", full_name=FAMILY)
    logging.getLogger("x").warning("ended")


def indexed(store: Store) -> int:
    """What is kept of somebody without their sealed facts: blind indexes, and messages told whole."""
    query = "SELECT (SELECT count(family) FROM traveller) + (SELECT count(whole) FROM traveller_pnrgov)"
    with store.transaction(Scope("EC-PN", "border.triage")) as tx:
        return int(tx.execute(sa.text(query)).scalar_one())


def test_no_planted_value_outlives_its_erasure(home: Path):
    settings = load(home)
    clock = FixedClock(datetime.now(UTC))
    with ensure_running(home, settings) as urls:
        migrate(urls.owner)
        store = Store(urls)
        node = Node(settings, store, clock)
        plant(node)
        complain(home)
        assert indexed(store) > 3
        copy = home.parent / "before.tar"
        backups.backup(settings, copy, SystemClock())
        before = examine(node, CANARIES, [copy])
        on_disk = [one for one in before.found if not one.file.startswith("sealed:")]
        assert on_disk == []  # no plain value ever touches the disk, not even while it is held
        sealed = {one.canary for one in before.found}
        assert sealed == set(range(len(CANARIES))) - {CANARIES.index(MEAL)}  # the meal was never kept
        clock.advance(timedelta(days=1300))
        node.safeguards.run_once(store)
        clock.advance(timedelta(days=32))
        node.safeguards.run_once(store)
        assert clean(node)
        after = examine(node, CANARIES, [copy])
        assert indexed(store) == 0
        store.close()
    assert after.found == ()
    assert after.keys == 0  # neither dead rows, nor the log, nor the backup give a destroyed key back
    assert after.files > 500
    assert after.bytes > 30_000_000


def test_the_command_says_so_and_exits_one_when_something_is_left(home: Path):
    (home / "inbox").mkdir()
    (home / "inbox" / "left.csv").write_text(f"name\n{FAMILY}\n", "utf-8")
    command = [sys.executable, "-m", "cordillera", "admin", "forensics", "--json", "--home", str(home)]
    done = subprocess.run(
        command, input=f"{FAMILY}\n{DOCUMENT}\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    told = msgspec.json.decode(done.stdout)
    assert set(told) == {"files", "bytes", "found", "keys"}
    assert [(one["canary"], one["form"], Path(one["file"]).name) for one in told["found"]] == [
        (0, "utf-8", "left.csv")
    ]
    assert FAMILY not in done.stdout


def test_a_partner_keeps_nothing_of_whom_it_was_asked_about(tmp_path: Path):
    """PCSC 13(4): the key of the query goes with the answer, and nothing on the disk brings it back."""
    folder = Path(tempfile.mkdtemp(prefix="cord-test-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "pg")
    server.start()
    try:
        server.create_database("cordillera_template")
        migrate(server.urls("cordillera_template").owner)
        with two_nodes(server, tmp_path) as pair:
            pair.ec.ask(f"{GIVEN} {FAMILY}")
            pair.flow()
            assert pair.us.scalar("SELECT count(*) FROM exchange_incoming WHERE state = 'answered'") == 1
            name = str(pair.us.scalar("SELECT current_database()"))
            assert _left(server, pair.us)  # the search has teeth: an UPDATE alone leaves the key in dead rows
            scrub(server, name)
            assert _left(server, pair.us) == frozenset()
            assert search([folder, tmp_path], [FAMILY]).found == ()
    finally:
        server.destroy()
        shutil.rmtree(folder)


def _left(server: EmbeddedPostgres, node: SimNode) -> frozenset[object]:
    with node.store.transaction(Scope.node("oversight")) as tx:
        living = living_keys(tx)
    keyring = node.parts.sealer._keyring
    return recoverable(keyring, stored_keys([server.place.root]), living, SPLIT)
