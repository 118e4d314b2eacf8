"""Files of history: rules find in them whom they find in the store, and who is erased is in none."""

import stat
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.desks.travellers.test_reservation_ingest import passengers

from cordillera.desks.travellers.archive_core import answers
from cordillera.desks.travellers.archive_service import Archive, NoFiles
from cordillera.desks.travellers.ingest import Desk
from cordillera.desks.travellers.inventory_store import forget_traveller
from cordillera.desks.travellers.model import Period
from cordillera.desks.travellers.retention import ERASABLES
from cordillera.desks.travellers.rules_history import Source, over_span
from cordillera.desks.travellers.rules_history_store import Span
from cordillera.desks.travellers.service import Parts, TravellerService
from cordillera.engines.rules import compile_rule, read_rule
from cordillera.engines.rules.parquet_store import read
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.compute.threads import InProcess
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.sealing import KeyDestroyed, Place
from cordillera.trust.review.retention import ERASABLES as ALERTS
from cordillera.trust.safeguards.retention import RetentionRunner

OVER = timedelta(days=40)
NODE = Scope.node("test")


def rule(told: str, unless: str = "traveller.visa = yes"):
    return compile_rule(read_rule(f'rule a "A" for drug_trafficking when {told} unless {unless}'))


PASSPORT = rule(
    'flight.origin = "BOG" and any document (type = "P") and traveller.age >= 30 years',
    "traveller.age >= 90 years",
)
NUMBER = rule('any document (number starts with "AB") and traveller.age >= 30 years')
CASH = rule('any payment (method = "CASH")')


@pytest.fixture
def clock() -> FixedClock:
    """Now, as ids tell it: their month says which file a flight belongs to."""
    return FixedClock(datetime.now(UTC))


@pytest.fixture
def archive(sealer, tmp_path) -> Archive:
    return Archive(sealer, tmp_path / "archive")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "archive"


@pytest.fixture
def take(store, travellers, scope, origin):
    def do(raw: bytes) -> None:
        with store.transaction(scope) as tx:
            travellers.ingest(tx, raw, origin)

    return do


@pytest.fixture
def told(store, scope, sealer, clock):
    """What a rule tells of the last 90 days, with files or from the store alone."""

    def ask(asked, files=None):
        span = Span("EC-PN", clock.now() - timedelta(days=90), clock.now())
        with InProcess(2) as compute:
            found = over_span(asked, Source(store, scope, sealer, files or NoFiles()), span, compute)
        return {**vars(found), "examples": sorted(found.examples)}

    return ask


@pytest.fixture
def uses(store, scope, clock):
    """How many travellers a rule reads from files."""

    def count(asked, files) -> int:
        span = Span("EC-PN", clock.now() - timedelta(days=90), clock.now())
        return sum(one.part.travellers for one in files.filed(store, scope, span, asked))

    return count


def fill(take, paxlst) -> None:
    for number in range(3):
        raw = paxlst("CANARIO:ANA", "MORA:LUZ", f"PINO{number}:EVA", reference=str(number))
        take(raw.replace(b"XA12", b"XA%d" % (20 + number)))


def test_rules_find_in_files_whom_they_find_in_the_store(store, clock, take, paxlst, archive, told, uses):
    fill(take, paxlst)
    clock.advance(OVER)
    report = archive.run_once(store, clock)
    take(paxlst("ROJAS:PIA", reference="9").replace(b"XA12", b"XA99"))
    assert (report.made, report.travellers) == (1, 9)
    assert uses(PASSPORT, archive) == 9
    found = told(PASSPORT, archive)
    assert found == told(PASSPORT)
    assert (found["travellers"], found["hits"]) == (10, 10)
    assert found["judged"]["nationality"]["COL"] == 10
    assert archive.run_once(store, clock).travellers == 1  # ids are of now: its month is over as well
    assert archive.run_once(store, clock).made == 0
    assert told(PASSPORT, archive) == found


def test_company_that_lists_tell_is_found_in_files(store, clock, take, archive, told, uses):
    take(passengers("LOOR:ANA|800517||ABC234", "QUISPE:LUIS|000101||ABC234", "RUIZ:EVA|800101||XYZ234"))
    clock.advance(OVER)
    archive.run_once(store, clock)
    asked = rule("any companion (same_booking = yes)", "traveller.age >= 90 years")
    assert uses(asked, archive) == 3
    assert told(asked, archive) == told(asked)
    assert told(asked)["hits"] == 2


def test_small_files_together_tell_what_one_tells(store, clock, take, paxlst, archive, told):
    fill(take, paxlst)
    clock.advance(OVER)
    assert archive.run_once(store, clock, most=1).made == 1  # flights are read by twenty
    assert told(PASSPORT, archive) == told(PASSPORT)


def test_a_rule_that_reads_what_is_not_filed_is_asked_of_the_store(
    store, clock, take, paxlst, archive, told, uses
):
    fill(take, paxlst)
    clock.advance(OVER)
    archive.run_once(store, clock)
    assert uses(NUMBER, archive) == 0
    assert told(NUMBER, archive) == told(NUMBER)
    assert told(NUMBER)["hits"] == 9


def test_a_file_is_sealed_and_holds_no_name_and_no_number(
    store, clock, take, paxlst, archive, folder, sealer
):
    fill(take, paxlst)
    clock.advance(OVER)
    archive.run_once(store, clock)
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    sealed = path.read_bytes()
    with store.transaction(NODE) as tx:
        part, key_id = tx.execute(sa.text("SELECT id, key_id FROM traveller_archive")).one()
        key = sealer.load_key(tx, key_id)
        people = tx.execute(sa.text("SELECT id FROM traveller")).scalars().all()
    raw = sealer.open(key, Place("traveller_archive", "file", str(part)), sealed)
    columns, own = read(raw)
    for canary in (b"CANARIO", b"AB0000000", *(str(one).encode() for one in people)):
        assert canary not in raw
        assert canary.decode() not in str((columns, own))
    assert b"PAR1" not in sealed


def test_whom_redress_erased_is_in_no_file_from_the_commit_on(
    store, clock, take, paxlst, archive, sealer, told, uses, folder
):
    fill(take, paxlst)
    clock.advance(OVER)
    archive.run_once(store, clock)
    (before,) = folder.iterdir()
    with store.transaction(NODE) as tx:
        key_id = tx.execute(sa.text("SELECT key_id FROM traveller_archive")).scalar_one()
        gone = tx.execute(sa.text("SELECT id FROM traveller ORDER BY id LIMIT 1")).scalar_one()
        assert forget_traveller(tx, gone, sealer)
    with store.transaction(NODE) as tx, pytest.raises(KeyDestroyed):
        sealer.load_key(tx, key_id)
    assert uses(PASSPORT, archive) == 0
    report = archive.run_once(store, clock)
    assert (report.swept, report.made) == (1, 1)
    assert not before.exists()
    assert told(PASSPORT, archive) == told(PASSPORT)
    assert gone not in told(PASSPORT, archive)["examples"]


def test_a_file_goes_with_the_first_message_that_told_of_it(
    store, clock, take, paxlst, archive, sealer, ledger, keyring, folder
):
    fill(take, paxlst)
    clock.advance(OVER)
    archive.run_once(store, clock)
    clock.advance(timedelta(days=141))
    report = RetentionRunner(sealer, ledger, keyring, clock, (*ALERTS, *ERASABLES)).run_once(store)
    assert {part.kind: part.keys for part in report.erased}["traveller_archive"] == 1
    assert archive.run_once(store, clock).swept == 1
    assert list(folder.iterdir()) == []


def test_from_six_months_on_a_file_tells_nothing_of_payments(
    store, clock, paxlst, ledger, sealer, review, listed, scope, origin, keyring, archive
):
    desk = Desk("America/Guayaquil", Period(traveller_days=1_000))
    travellers = TravellerService(Parts(ledger, sealer, clock, review, listed), desk)
    with store.transaction(scope) as tx:
        travellers.ingest(tx, paxlst("MORA:ANA"), origin)
    clock.advance(OVER)
    archive.run_once(store, clock)
    clock.advance(timedelta(days=183) - OVER)
    RetentionRunner(sealer, ledger, keyring, clock, ERASABLES).run_once(store)
    report = archive.run_once(store, clock)
    assert (report.swept, report.made) == (1, 1)
    with store.transaction(NODE) as tx:
        assert tx.execute(sa.text("SELECT masked FROM traveller_archive")).scalar_one()
    assert answers(CASH, masked=False)
    assert not answers(CASH, masked=True)
    assert answers(PASSPORT, masked=True)


def test_a_file_of_a_flight_that_is_told_of_again_is_made_again(
    store, clock, take, paxlst, archive, told, uses
):
    fill(take, paxlst)
    clock.advance(OVER)
    archive.run_once(store, clock)
    take(paxlst("VEGA:SOL", reference="8").replace(b"XA12", b"XA20"))
    assert uses(PASSPORT, archive) == 0
    assert told(PASSPORT, archive) == told(PASSPORT)
    report = archive.run_once(store, clock)
    assert (report.untrue, report.made, report.travellers) == (1, 1, 10)


def test_a_broken_file_is_left_and_the_store_answers(store, clock, take, paxlst, archive, told, folder):
    fill(take, paxlst)
    clock.advance(OVER)
    archive.run_once(store, clock)
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[:-9])
    assert told(PASSPORT, archive) == told(PASSPORT)


def test_another_agency_reads_no_file(store, clock, take, paxlst, archive):
    fill(take, paxlst)
    clock.advance(OVER)
    archive.run_once(store, clock)
    span = Span("EC-PN", clock.now() - timedelta(days=90), clock.now())
    assert list(archive.filed(store, Scope("EC-SENAE", "border.screening"), span, PASSPORT)) == []
