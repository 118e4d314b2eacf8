"""The files of a notice: chosen in the form, seen by both officers, removed or released, then fixed."""

import os

import pytest
from tests.sim.federation import Pair
from tests.trust.notices.test_pages import FORM, NONE
from tests.web.house import House

from cordillera.foundation.crypto.digest import sha256
from cordillera.trust.access.model import Role
from cordillera.trust.attachments import core
from cordillera.trust.notices.core import check_files
from cordillera.trust.notices.errors import NotTheWriter, TooManyFiles, WrongStep
from cordillera.trust.notices.files import plain_name, plain_type

pytest_plugins = ["tests.sim.fixtures"]
PHOTO, LOG = os.urandom(700_000), b"2026-11-21 crates loaded\n"
BOTH = [("files", ("muelle.jpg", PHOTO, "image/jpeg")), ("files", ("registro.txt", LOG, "text/plain"))]


@pytest.fixture
def site(pair: Pair) -> House:
    return House(pair.ec.store, pair.ec.clock, pair.ec.home)


def analyst(site: House, login: str):
    return site.browser(login, Role.ANALYST, purpose="drug_trafficking")


def written(browser, files=BOTH) -> str:
    answer = browser.post("/notices", data=FORM, files=files, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_files_are_chosen_in_the_form_listed_with_size_and_hash_and_leave_with_the_notice(
    pair: Pair, site: House
):
    ana, berta = analyst(site, "ana"), analyst(site, "berta")
    form = ana.get("/notices/new?lang=es").text
    assert 'enctype="multipart/form-data"' in form
    assert 'type="file" multiple' in form
    page = written(ana)
    shown = ana.get(f"{page}?lang=en").text
    assert "muelle.jpg" in shown
    assert "683.6 KiB" in shown
    assert "25 bytes" in shown
    assert sha256(PHOTO).hex() in shown
    assert "683,6 KiB" in ana.get(f"{page}?lang=es").text
    twin = berta.get(f"{page}.json").json()
    assert [(one["name"], one["size"], one["sha256"]) for one in twin["files"]] == [
        ("muelle.jpg", len(PHOTO), sha256(PHOTO).hex()),
        ("registro.txt", len(LOG), sha256(LOG).hex()),
    ]
    second = berta.get(f"{page}/files/{twin['files'][1]['id']}")
    assert (second.content, second.headers["content-type"]) == (LOG, "application/octet-stream")
    digest = twin["notice"]["digest"]
    assert f"release?shown={digest}" in berta.get(page).text
    assert berta.post(f"{page}/release?shown={digest}", follow_redirects=False).status_code == 303
    pair.ec.turn("us")
    assert pair.us.leaves("notice.received") == 1
    assert pair.ec.scalar("SELECT count(DISTINCT attachment) FROM attachment_grant") == 2
    record = page.replace("/notices/", "/records/")
    assert sha256(LOG).hex() in ana.get(f"{record}/attachments").text


def test_a_file_is_removed_before_the_release_and_erased(pair: Pair, site: House):
    ana = analyst(site, "ana")
    page = written(ana)
    first = ana.get(f"{page}.json").json()["files"][0]["id"]
    parts = "SELECT count(*) FROM attachment_part WHERE attachment = :name"
    assert pair.ec.scalar(parts, name=first) == 3
    assert ana.post(f"{page}/files/{first}/remove", follow_redirects=False).status_code == 303
    assert pair.ec.scalar(parts, name=first) == 0
    assert [one["name"] for one in ana.get(f"{page}.json").json()["files"]] == ["registro.txt"]
    assert ana.post(f"{page}/files/{first}/remove").status_code == 409
    assert ana.get(f"{page}/files/{first}").status_code == 404
    assert ana.post(f"{page}/withdraw", follow_redirects=False).status_code == 303
    assert pair.ec.scalar("SELECT count(*) FROM attachment_part") == 0


def test_what_was_changed_since_it_was_looked_at_is_not_released(pair: Pair, site: House):
    ana, berta = analyst(site, "ana"), analyst(site, "berta")
    page = written(ana, NONE)
    seen = berta.get(f"{page}.json").json()["notice"]["digest"]
    assert ana.post(f"{page}/files", files=BOTH[1:], follow_redirects=False).status_code == 303
    assert berta.get(f"{page}?lang=en").status_code == 200
    refused = berta.post(f"{page}/release?shown={seen}")
    assert refused.status_code == 409
    assert "changed since you looked" in refused.text
    assert pair.ec.leaves("notice.sent") == 0


def test_only_the_writer_changes_the_files_and_nobody_after_the_release(site: House):
    ana, berta = analyst(site, "ana"), analyst(site, "berta")
    page = written(ana)
    name = ana.get(f"{page}.json").json()["files"][0]["id"]
    assert berta.post(f"{page}/files", files=BOTH[1:]).status_code == 403
    assert berta.post(f"{page}/files/{name}/remove").status_code == 403
    assert berta.post(f"{page}/release", follow_redirects=False).status_code == 303
    assert ana.post(f"{page}/files", files=BOTH[1:]).status_code == 409
    assert ana.post(f"{page}/files/{name}/remove").status_code == 409


def test_a_draft_whose_file_is_gone_is_not_released(pair: Pair, site: House):
    ana, berta = analyst(site, "ana"), analyst(site, "berta")
    page = written(ana)
    pair.ec.execute("DELETE FROM attachment_part WHERE number = 1")
    assert "Incompleto" in ana.get(f"{page}?lang=es").text
    assert berta.post(f"{page}/release").status_code == 409


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("files", ("leer.txt", b"", "text/plain"))], "empty, or larger than 256 MiB"),
        (NONE, "No file was chosen"),
        ([("files", (f"{n}.txt", b"x", "text/plain")) for n in range(33)], "at most 32 files"),
    ],
)
def test_what_cannot_be_taken_is_said_on_the_page_and_nothing_is_kept(
    pair: Pair, site: House, files, words: str
):
    ana = analyst(site, "ana")
    page = written(ana, NONE)
    assert ana.get(f"{page}?lang=en").status_code == 200
    answer = ana.post(f"{page}/files", files=files)
    assert answer.status_code == 422
    assert words in answer.text
    assert pair.ec.scalar("SELECT count(*) FROM attachment_part") == 0
    if files is not NONE:
        assert ana.post("/notices", data=FORM, files=files).status_code == 422


def test_programs_add_list_read_and_remove_files(site: House, monkeypatch):
    ana = analyst(site, "ana")
    page = f"/api{written(ana, NONE)}"
    added = ana.post(f"{page}/files?name=a/b/registro.txt&media_type=text/plain", content=LOG)
    assert added.json()["size"] == len(LOG)
    (line,) = ana.get(f"{page}/files").json()
    assert (line["name"], line["sha256"]) == ("registro.txt", sha256(LOG).hex())
    assert ana.get(f"{page}/files/{line['id']}").content == LOG
    monkeypatch.setattr(core, "MAX_SIZE", 10)
    large = ana.post(f"{page}/files?name=x", content=LOG)
    assert (large.status_code, large.json()["type"]) == (422, "attachments.size")
    monkeypatch.undo()
    assert ana.post(f"{page}/files/{line['id']}/remove").status_code == 204
    assert ana.get(f"{page}/files").json() == []


def test_conditions_1_to_3_of_changing_files():
    check_files("draft", "ana", "ana", 32)
    with pytest.raises(WrongStep):
        check_files("released", "ana", "ana", 1)
    with pytest.raises(NotTheWriter):
        check_files("draft", "ana", "berta", 1)
    with pytest.raises(TooManyFiles):
        check_files("draft", "ana", "ana", 33)


def test_names_and_types_are_taken_for_what_they_are():
    assert plain_name("../../etc/pas\x00swd") == "passwd"
    assert plain_name("\u202egpj.exe") == "gpj.exe"
    assert plain_name("/") == "file"
    assert len(plain_name("x" * 500)) == 200
    assert plain_type("IMAGE/PNG") == "image/png"
    assert plain_type("<script>") == "application/octet-stream"
