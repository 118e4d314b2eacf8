"""The forensic search sees a value in every form in which it could have been written."""

import base64
import gzip
import json

import pytest

from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.crypto.sealing import peek, seal
from cordillera.foundation.store.forensics import needles, search, unpacked

NAME = "Ñandú Quilumba"


@pytest.mark.parametrize(
    "written",
    [
        NAME.encode(),
        NAME.upper().encode("latin-1"),
        NAME.encode("utf-16-le"),
        NAME.encode("utf-16-be"),
        NAME.encode().hex().encode(),
        b"x" + base64.b64encode(b"ab" + NAME.encode() + b"c"),
        base64.b64encode(b"a" + NAME.encode()),
        json.dumps(NAME, ensure_ascii=False).encode(),
        b"P<ECU\xd1AND\xda<QUILUMBA<<",
    ],
)
def test_a_value_is_found_in_this_form(tmp_path, written):
    (tmp_path / "file").write_bytes(b"\x00" * 1000 + written + b"\xff")
    report = search([tmp_path], ["nothing", NAME])
    assert (report.files, {one.canary for one in report.found}) == (1, {1})


def test_a_value_across_two_chunks_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr("cordillera.foundation.store.forensics.CHUNK", 1000)
    (tmp_path / "file").write_bytes(b"." * 995 + NAME.encode() + b"." * 3000)
    assert [one.offset for one in search([tmp_path], [NAME]).found] == [995]


def test_what_is_compressed_is_unpacked_first(tmp_path):
    made, into = tmp_path / "made", tmp_path / "into"
    made.mkdir()
    into.mkdir()
    (made / "log.gz").write_bytes(gzip.compress(NAME.encode() * 3))
    assert search([made], [NAME]).found == ()
    unpacked([made], ["false"], into)
    assert len(search([into], [NAME]).found) == 1


def test_a_value_is_not_repeated_in_the_report(tmp_path):
    (tmp_path / "file").write_text(NAME, "utf-8")
    assert NAME not in repr(search([tmp_path], [NAME]).found)


def test_no_needle_is_so_short_that_it_matches_anything():
    assert all(len(raw) >= len(NAME) // 2 for _, raw in needles(NAME))


def test_what_a_key_opens_is_seen_without_its_place():
    key = token_bytes(32)
    assert peek(key, seal(key, NAME.encode(), b"table|column|row")) == NAME.encode()
    assert peek(key, b"short") == b""
