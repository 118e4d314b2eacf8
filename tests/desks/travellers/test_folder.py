"""The watched folder loses nothing and counts nothing twice."""

import threading

import pytest

from cordillera.desks.travellers.folder import FolderWatcher
from cordillera.desks.travellers.ingest import MAX_BYTES
from cordillera.foundation.store.database import Store, StoreUnavailable


@pytest.fixture
def watcher(travellers, store, tmp_path):
    return FolderWatcher(travellers, store, tmp_path / "inbox" / "paxlst", "EC-PN")


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_file_is_taken_in_and_moved_to_done(watcher, paxlst):
    (watcher.inbox / "a.edi").write_bytes(paxlst("PEREZ:JUAN"))
    (taken,) = watcher.run_once()
    assert (taken.folder, taken.result.travellers) == ("done", 1)
    assert names(watcher.inbox) == []
    assert names(watcher.inbox / "done") == ["a.edi"]
    assert watcher.run_once() == []


def test_the_same_file_again_is_a_duplicate_and_overwrites_nothing(watcher, paxlst):
    for _ in range(2):
        (watcher.inbox / "a.edi").write_bytes(paxlst("PEREZ:JUAN"))
        (taken,) = watcher.run_once()
    assert taken.result.duplicate
    assert len(names(watcher.inbox / "done")) == 2


def test_unreadable_files_are_quarantined_whole(watcher):
    (watcher.inbox / "b.edi").write_bytes(b"\x00 rubbish")
    (taken,) = watcher.run_once()
    assert taken.folder == "quarantine"
    assert (watcher.inbox / "quarantine" / "b.edi").read_bytes() == b"\x00 rubbish"


def test_a_file_beyond_the_limit_is_set_aside_unread(watcher):
    with (watcher.inbox / "huge.edi").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (taken,) = watcher.run_once()
    assert (taken.folder, taken.result) == ("quarantine", None)


def test_unfinished_hidden_and_linked_files_stay(watcher, paxlst, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(paxlst("PEREZ:JUAN"))
    (watcher.inbox / "c.part").write_bytes(b"UNB")
    (watcher.inbox / ".hidden").write_bytes(b"UNB")
    (watcher.inbox / "link.edi").symlink_to(secret)
    assert watcher.run_once() == []


def test_while_the_store_is_down_files_wait(travellers, database_urls, tmp_path, paxlst):
    import msgspec

    gone = msgspec.structs.replace(database_urls, app=database_urls.app.replace("test_", "gone_"))
    closed = Store(gone, pool_size=1)
    watcher = FolderWatcher(travellers, closed, tmp_path / "inbox", "EC-PN")
    (watcher.inbox / "a.edi").write_bytes(paxlst("PEREZ:JUAN"))
    with pytest.raises(StoreUnavailable):
        watcher.run_once()
    assert names(watcher.inbox) == ["a.edi"]
    closed.close()


def test_the_watcher_runs_until_told_to_stop(watcher, paxlst):
    stop = threading.Event()
    thread = threading.Thread(target=watcher.run, args=(stop, 0.02))
    thread.start()
    (watcher.inbox / "a.part").write_bytes(paxlst("PEREZ:JUAN"))
    (watcher.inbox / "a.part").rename(watcher.inbox / "a.edi")
    for _ in range(200):
        if names(watcher.inbox / "done"):
            break
        stop.wait(0.02)
    stop.set()
    thread.join(10)
    assert names(watcher.inbox / "done") == ["a.edi"]
