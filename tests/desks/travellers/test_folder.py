"""The watched folder loses nothing, counts nothing twice, and keeps nothing that is taken in."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cordillera.desks.travellers import folder
from cordillera.desks.travellers.folder import SET_ASIDE, FolderWatcher
from cordillera.desks.travellers.ingest import MAX_BYTES
from cordillera.desks.travellers.model import MessageStatus
from cordillera.foundation.store.database import Store, StoreUnavailable


@pytest.fixture
def watcher(travellers, store, tmp_path):
    return FolderWatcher(travellers, store, tmp_path / "inbox" / "paxlst", "EC-PN")


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def everything(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_file_that_is_taken_in_is_removed_and_its_bytes_are_in_the_store(
    watcher, travellers, store, ana, paxlst
):
    raw = paxlst("PEREZ:JUAN")
    (watcher.inbox / "a.edi").write_bytes(raw)
    (taken,) = watcher.run_once()
    assert (taken.name, taken.result.travellers) == ("a.edi", 1)
    assert everything(watcher.inbox) == []
    with store.transaction(ana.scope) as tx:
        assert len(travellers.message_bytes(tx, ana, taken.result.message_id)) == len(raw)
    assert watcher.run_once() == []


def test_after_a_crash_between_commit_and_removal_nothing_is_lost_and_nothing_counts_twice(watcher, paxlst):
    (watcher.inbox / "a.edi").write_bytes(paxlst("PEREZ:JUAN"))
    watcher.run_once()
    (watcher.inbox / "taking" / "a.edi").write_bytes(paxlst("PEREZ:JUAN"))  # as the crash left it
    (watcher.inbox / "a.edi").write_bytes(paxlst("SOTO:EVA", reference="2"))
    again, new = watcher.run_once()
    assert (again.result.duplicate, new.result.duplicate) == (True, False)
    assert everything(watcher.inbox) == []


def test_what_comes_under_the_same_name_while_a_file_is_taken_in_is_taken_too(
    travellers, store, tmp_path, paxlst
):
    """The gateway renames another file onto the name before the first has been removed."""
    second = paxlst("SOTO:EVA", reference="2")

    class Busy:
        """The desk, during whose work another file comes."""

        now, read = travellers.now, travellers.read

        def ingest_all(self, tx, arrivals):
            if arrivals[0].raw != second:
                (watcher.inbox / "a.edi").write_bytes(second)
            return travellers.ingest_all(tx, arrivals)

    watcher = FolderWatcher(Busy(), store, tmp_path / "inbox", "EC-PN")
    (watcher.inbox / "a.edi").write_bytes(paxlst("PEREZ:JUAN"))
    taken = (*watcher.run_once(), *watcher.run_once())
    assert [one.result.travellers for one in taken] == [1, 1]


def test_an_unreadable_file_is_removed_and_stays_in_the_stores_quarantine(watcher, store, scope):
    (watcher.inbox / "b.edi").write_bytes(b"\x00 rubbish")
    (taken,) = watcher.run_once()
    assert taken.result.status is MessageStatus.QUARANTINED
    assert everything(watcher.inbox) == []
    with store.transaction(scope) as tx:
        assert tx.execute(sa.text("SELECT size FROM traveller_message")).scalar_one() == len(b"\x00 rubbish")


def test_files_set_aside_are_gone_through_each_hour_and_not_in_each_round(watcher, clock):
    watcher.run_once()
    old = watcher.inbox / "quarantine" / "old.edi"
    old.touch()
    before = (clock.now() - SET_ASIDE - timedelta(days=1)).timestamp()
    os.utime(old, (before, before))
    clock.advance(timedelta(minutes=59))
    watcher.run_once()
    assert old.exists()
    clock.advance(timedelta(minutes=1))
    watcher.run_once()
    assert not old.exists()


def test_a_file_beyond_the_limit_is_set_aside_unread_and_erased_after_thirty_days(watcher, clock):
    with (watcher.inbox / "huge.edi").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (taken,) = watcher.run_once()
    assert (taken.name, taken.result) == ("huge.edi", None)
    clock.advance(SET_ASIDE - timedelta(seconds=1))
    watcher.run_once()
    assert names(watcher.inbox / "quarantine") == ["huge.edi"]
    clock.advance(timedelta(hours=1))
    watcher.run_once()
    assert everything(watcher.inbox) == []


def test_what_earlier_versions_left_behind_is_removed(watcher, paxlst):
    (watcher.inbox / "done").mkdir()
    (watcher.inbox / "done" / "old.edi").write_bytes(paxlst("PEREZ:JUAN"))
    assert watcher.run_once() == []
    assert everything(watcher.inbox) == []


def test_unfinished_hidden_and_linked_files_stay(watcher, paxlst, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(paxlst("PEREZ:JUAN"))
    (watcher.inbox / "c.part").write_bytes(b"UNB")
    (watcher.inbox / ".hidden").write_bytes(b"UNB")
    (watcher.inbox / "link.edi").symlink_to(secret)
    assert watcher.run_once() == []


def test_while_the_store_is_down_files_wait(travellers, store, database_urls, tmp_path, paxlst):
    import msgspec

    gone = msgspec.structs.replace(database_urls, app=database_urls.app.replace("test_", "gone_"))
    closed = Store(gone, pool_size=1)
    watcher = FolderWatcher(travellers, closed, tmp_path / "inbox", "EC-PN")
    (watcher.inbox / "a.edi").write_bytes(paxlst("PEREZ:JUAN"))
    with pytest.raises(StoreUnavailable):
        watcher.run_once()
    assert everything(watcher.inbox) == ["a.edi"]
    waiting = FolderWatcher(travellers, store, tmp_path / "inbox", "EC-PN")
    assert [one.result.travellers for one in waiting.run_once()] == [1]
    assert everything(watcher.inbox) == []
    closed.close()


def test_the_watcher_runs_until_told_to_stop(watcher, store, scope, paxlst):
    stop = threading.Event()
    thread = threading.Thread(target=watcher.run, args=(stop, 0.02))
    thread.start()
    (watcher.inbox / "a.part").write_bytes(paxlst("PEREZ:JUAN"))
    (watcher.inbox / "a.part").rename(watcher.inbox / "a.edi")
    for _ in range(200):
        if not everything(watcher.inbox):
            break
        stop.wait(0.02)
    stop.set()
    thread.join(10)
    assert everything(watcher.inbox) == []
    with store.transaction(scope) as tx:
        assert tx.execute(sa.text("SELECT count(*) FROM traveller")).scalar_one() == 1


def test_files_that_may_go_together_share_a_transaction(watcher, travellers, paxlst, monkeypatch):
    batches = []
    take_all = travellers.ingest_all

    def counted(tx, arrivals):
        batches.append(len(arrivals))
        return take_all(tx, arrivals)

    monkeypatch.setattr(travellers, "ingest_all", counted)
    people = (("PEREZ:ANA", b"CD1"), ("SOTO:EVA", b"CD2"), ("ROJAS:LEO", b"CD3"))
    for at, (name, document) in enumerate((*people, people[0], ("VEGA:TOM", b"CD4"))):
        raw = paxlst(name, reference=f"R{at}").replace(b"AB0000000", document)
        (watcher.inbox / f"{at}.edi").write_bytes(raw)
    (watcher.inbox / "5.edi").write_bytes(b"\x00 rubbish")
    taken = watcher.run_once()
    assert [one.name for one in taken] == [f"{at}.edi" for at in range(6)]
    assert [one.result.status is MessageStatus.QUARANTINED for one in taken] == [False] * 5 + [True]
    assert batches == [3, 3]  # the second file about one person has to see the first
    assert [one.result.known for one in taken[:5]] == [0, 0, 0, 1, 0]


def test_files_of_a_failed_transaction_are_tried_alone(watcher, travellers, paxlst, monkeypatch):
    take_all = travellers.ingest_all

    def fails(tx, arrivals):
        if any(b"BROKEN" in one.raw for one in arrivals):
            raise ValueError
        return take_all(tx, arrivals)

    monkeypatch.setattr(travellers, "ingest_all", fails)
    for at, name in enumerate(("PEREZ:ANA", "BROKEN:EVA", "ROJAS:LEO")):
        raw = paxlst(name, reference=f"R{at}").replace(b"AB0000000", b"CD%d" % at)
        (watcher.inbox / f"{at}.edi").write_bytes(raw)
    assert [one.result is None for one in watcher.run_once()] == [False, True, False]
    assert everything(watcher.inbox) == ["1.edi"]


def test_a_file_that_cannot_be_moved_does_not_hold_up_those_behind_it(watcher, paxlst):
    long = "ÑÑ" * 61 + "Ñ-1.edi"  # 255 bytes: no name longer than this can be made
    (watcher.inbox / "taking").mkdir(exist_ok=True)
    (watcher.inbox / "taking" / long).write_bytes(paxlst("LOOR:ANA"))
    (watcher.inbox / long).write_bytes(paxlst("VERA:EVA", reference="2"))
    (watcher.inbox / "zz.edi").write_bytes(paxlst("MERO:LUZ", reference="3"))
    for _ in range(2):
        watcher.run_once()
    assert [path.name for path in watcher.inbox.rglob("*") if path.is_file()] == []


def test_what_the_disk_refuses_is_left_and_the_files_behind_it_are_taken(watcher, paxlst, monkeypatch):
    refused = watcher.inbox / "taking" / "a.edi"
    reads = Path.read_bytes

    def read(path):
        if path == refused:
            raise PermissionError(13, "Permission denied", str(path))
        return reads(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    (watcher.inbox / "a.edi").write_bytes(paxlst("LOOR:ANA"))
    (watcher.inbox / "b.edi").write_bytes(paxlst("VERA:EVA", reference="2"))
    assert [one.name for one in watcher.run_once()] == ["b.edi"]
    assert watcher.run_once() == []
    assert refused.exists()
    monkeypatch.setattr(Path, "read_bytes", reads)
    assert [one.result.travellers for one in watcher.run_once()] == [1]


def test_more_unreadable_files_than_one_round_takes_hold_up_nothing(watcher, paxlst, monkeypatch):
    monkeypatch.setattr(folder, "_BATCH", 2)
    reads = Path.read_bytes

    def read(path):
        if path.name.startswith("bad"):
            raise OSError(5, "Input/output error")
        return reads(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    for number in range(5):
        (watcher.inbox / f"bad{number}.edi").write_bytes(b"x")
    (watcher.inbox / "good.edi").write_bytes(paxlst("VERA:EVA"))
    taken = [one.name for _ in range(3) for one in watcher.run_once()]
    assert taken == ["good.edi"]


def test_a_name_that_is_no_text_does_not_keep_a_message_out(watcher, paxlst):
    (watcher.inbox / os.fsdecode(b"vuelo-\xff\xfe.edi")).write_bytes(paxlst("LOOR:ANA"))
    (taken,) = watcher.run_once()
    assert taken.result.travellers == 1


def test_a_flood_of_files_under_earlier_names_keeps_no_other_file_waiting(watcher, paxlst, monkeypatch):
    monkeypatch.setattr(folder, "_BATCH", 2)
    for number in range(4):
        (watcher.inbox / f"m{number}.edi").write_bytes(paxlst("LOOR:ANA", reference=f"M{number}"))
    taken = []
    for turn in range(4):
        for number in range(2):
            raw = paxlst("VERA:EVA", reference=f"F{turn}{number}")
            (watcher.inbox / f"a{turn}{number}.edi").write_bytes(raw)
        taken.append([one.name for one in watcher.run_once()])
    assert taken == [
        ["a00.edi", "a01.edi"],
        ["m0.edi", "m1.edi"],
        ["m2.edi", "m3.edi"],
        ["a10.edi", "a11.edi"],
    ]


def test_what_is_more_than_one_round_takes_is_taken_without_a_pause(watcher, paxlst, monkeypatch):
    monkeypatch.setattr(folder, "_BATCH", 1)
    for number in range(3):
        (watcher.inbox / f"{number}.edi").write_bytes(paxlst("LOOR:ANA", reference=f"P{number}"))
    stop = threading.Event()
    thread = threading.Thread(target=watcher.run, args=(stop, 3_600.0))
    thread.start()
    for _ in range(500):
        if not everything(watcher.inbox):
            break
        stop.wait(0.02)
    left = everything(watcher.inbox)
    stop.set()
    thread.join(10)
    assert left == []


@pytest.fixture
def full_disk(database_urls):
    """A database whose disk is full: it says what PostgreSQL says then (SQLSTATE 53100)."""
    owner = sa.create_engine(database_urls.owner.replace("postgresql:", "postgresql+psycopg:"))
    function = """CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$"""
    trigger = "CREATE TRIGGER no_space BEFORE INSERT ON traveller_message EXECUTE FUNCTION no_space()"

    def emptied():
        with owner.begin() as connection:
            connection.execute(sa.text("DROP FUNCTION IF EXISTS no_space CASCADE"))

    with owner.begin() as connection:
        connection.execute(sa.text(function))
        connection.execute(sa.text(trigger))
    yield emptied
    emptied()
    owner.dispose()


def test_while_the_disk_is_full_files_wait_and_are_taken_when_it_has_space(watcher, paxlst, full_disk):
    for number in range(3):
        (watcher.inbox / f"{number}.edi").write_bytes(paxlst("LOOR:ANA", reference=f"D{number}"))
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            watcher.run_once()
    assert everything(watcher.inbox) == ["0.edi", "1.edi", "2.edi"]
    assert names(watcher.inbox / "quarantine") == []
    full_disk()
    assert [one.result.duplicate for one in watcher.run_once()] == [False] * 3
    assert everything(watcher.inbox) == []
