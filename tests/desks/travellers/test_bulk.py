"""Many files at once: taken apart within bounds, kept whole or not at all, each with its result."""

import gzip
import io
import tarfile
import threading
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.house import House

from cordillera.desks.travellers import bulk_core
from cordillera.desks.travellers.bulk_core import BROKEN, ENCRYPTED, MOST_FILES, unpacked
from cordillera.desks.travellers.bulk_errors import BulkEmpty, BulkTooLarge, BulkUnreadable
from cordillera.desks.travellers.errors import MessageTooLarge
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, raw in files:
            archive.writestr(name, raw)
    return out.getvalue()


def tarred(*files: tuple[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, raw in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(raw)
            archive.addfile(entry, io.BytesIO(raw))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


FILES = (("a/1.edi", b"one"), ("../../2.edi", b"two"), ("__MACOSX/x", b"-"), (".DS_Store", b"-"))


@pytest.mark.parametrize("made", [zipped(*FILES), tarred(*FILES), tarred(*FILES, mode="w:gz")])
def test_archives_are_taken_apart_without_links_paths_or_what_stands_beside(made):
    assert [(one.name, one.raw) for one in unpacked("x", made)] == [
        ("a/1.edi", b"one"),
        ("../../2.edi", b"two"),
    ]


def test_a_single_file_and_a_gzipped_one_are_one_file():
    assert [one.raw for one in unpacked("a.edi", b"UNB")] == [b"UNB"]
    assert [(one.name, one.raw) for one in unpacked("a.edi.gz", gzip.compress(b"UNB"))] == [("a.edi", b"UNB")]


def test_a_file_beyond_a_message_is_refused_alone(monkeypatch):
    monkeypatch.setattr(bulk_core, "MAX_BYTES", 1_000)
    big, small = unpacked("x", zipped(("big", bytes(5_000_000)), ("small", b"UNB")))
    assert (big.refused, big.raw, small.refused) == (MessageTooLarge.code, b"", "")


def test_bombs_are_refused_by_what_comes_out_not_by_what_they_claim(monkeypatch):
    monkeypatch.setattr(bulk_core, "MOST_BYTES", 3_000_000)
    many = zipped(*((f"{n}", bytes(1_000_000)) for n in range(5)))
    for bomb in (many, gzip.compress(bytes(50_000_000)), tarred(("x", bytes(4_000_000)))):
        with pytest.raises(BulkTooLarge):
            unpacked("x", bomb)
    lying = zipped(("x", bytes(2_000_000))).replace(
        (2_000_000).to_bytes(4, "little"), (5).to_bytes(4, "little")
    )
    (one,) = unpacked("x", lying)
    assert one.refused == BROKEN or one.size <= 2_000_000


def test_ten_thousand_files_are_taken_and_one_more_is_not():
    files = [(f"{n}.edi", b"") for n in range(MOST_FILES)]
    assert len(unpacked("x", zipped(*files, method=zipfile.ZIP_STORED))) == MOST_FILES
    with pytest.raises(BulkTooLarge):
        unpacked("x", zipped(*files, ("more", b""), method=zipfile.ZIP_STORED))


def test_encrypted_and_broken_entries_are_refused_one_by_one():
    made = bytearray(zipped(("x", b"y" * 500), ("z", b"ok")))
    at = made.find(b"PK\x01\x02")
    made[at + 8] |= 1
    assert [one.refused for one in unpacked("x", bytes(made))] == [ENCRYPTED, ""]
    torn = bytearray(zipped(("x", b"".join(bytes([n % 251]) for n in range(900))), ("z", b"ok")))
    torn[45:60] = bytes(15)
    assert [one.refused for one in unpacked("x", bytes(torn))] == [BROKEN, ""]


def test_what_only_begins_like_an_archive_is_refused_whole():
    for raw in (b"PK\x03\x04rubbish", b"\x1f\x8brubbish", b"\x1f\x8b", tarred(("x", b"y" * 5_000))[:900]):
        with pytest.raises(BulkUnreadable):
            unpacked("x", raw)


@settings(max_examples=200)
@given(st.sampled_from([b"PK\x03\x04", b"\x1f\x8b\x08", b""]), st.binary(max_size=300))
def test_any_bytes_are_taken_apart_or_refused_with_a_type(head, rest):
    try:
        for one in unpacked("x\x1b[2J\u202e", head + rest):
            assert "\x1b" not in one.name
            assert "\u202e" not in one.name
    except (BulkUnreadable, BulkTooLarge):
        pass


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


def work(house) -> int:
    return house.node.travellers.bulk.run(house.node.store, threading.Event())


def test_each_file_of_an_upload_gets_its_result_and_a_second_upload_is_all_duplicates(house, paxlst):
    made = zipped(
        ("1.edi", paxlst("PEREZ:JUAN")), ("2.edi", paxlst("MORA:ANA", reference="2")), ("3", b"rubbish")
    )
    with house.browser("jefa", Role.OPERATOR) as officer:
        for expected in (["stored", "stored", "quarantined"], ["duplicate"] * 3):
            sent = officer.post("/messages/bulk", files=[("files", ("a.zip", made))], follow_redirects=False)
            assert sent.status_code == 303
            page = sent.headers["location"]
            assert {one["state"] for one in officer.get(f"{page}.json").json()["items"]} == {"waiting"}
            assert work(house) == 3
            assert [one["state"] for one in officer.get(f"{page}.json").json()["items"]] == expected
            assert officer.get(page).status_code == 200
        refused = officer.post("/messages/bulk", files=[("files", ("a.zip", made[:40]))])
        assert refused.status_code == 422
        assert len(officer.get("/messages/bulk.json").json()["rows"]) == 2


def test_after_a_kill_the_rest_is_taken_in_and_nothing_twice(house, ana, paxlst):
    files = [(f"{n}.edi", paxlst(f"PEREZ{chr(65 + n)}:JUAN", reference=str(n))) for n in range(5)]
    with house.node.store.transaction(ana.scope) as tx:
        bulk_id = house.node.travellers.bulk.add(tx, ana, files)

    class Killed(BaseException):
        pass

    taken = []
    own = house.node.travellers.bulk._take

    def dies(tx, raw, origin):
        result = own(tx, raw, origin)
        taken.append(raw)
        if len(taken) == 3:
            raise Killed
        return result

    house.node.travellers.bulk._take = dies
    with pytest.raises(Killed):
        work(house)
    house.node.travellers.bulk._take = own
    assert work(house) == 3
    with house.node.store.transaction(Scope("EC-PN", "test")) as tx:
        row, items = house.node.travellers.bulk.upload(tx, bulk_id, 10, 0)
        assert len(house.node.travellers.messages(tx)) == 5
    assert (row.stored, row.duplicate, row.waiting) == (5, 0, 0)
    assert all(one.message_id for one in items)


def test_an_upload_of_nothing_is_refused(house, ana):
    with house.node.store.transaction(ana.scope) as tx, pytest.raises(BulkEmpty):
        house.node.travellers.bulk.add(tx, ana, [])
