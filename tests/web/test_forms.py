"""Forms with files stay in memory: nothing that is uploaded touches a disk before it is sealed."""

import tempfile

import pytest
from tests.web.house import House

from cordillera.trust.access.model import Role

BIG = b"UNB+UNOC:3+XA+ECMIG+261121:1000+1'" + b"CANARIO:ANA " * 400_000  # almost five mebibytes
FILE = b'Content-Disposition: form-data; name="files"; filename="a.edi"\r\n\r\nUNB'
FORM = "multipart/form-data; boundary=xx"


@pytest.fixture
def officer(store, clock, tmp_path):
    with House(store, clock, tmp_path).browser("ana", Role.OPERATOR, Role.AGREEMENT_OFFICER) as opened:
        yield opened


@pytest.fixture
def no_disk(monkeypatch, tmp_path):
    """Whoever makes a temporary file fails."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with tempfile.SpooledTemporaryFile(max_size=1_048_576) as spilled, pytest.raises(FileNotFoundError):
        spilled.write(BIG)


@pytest.mark.usefixtures("no_disk")
def test_files_of_many_mebibytes_make_no_temporary_file(officer):
    files = [("files", ("a.edi", BIG)), ("files", ("b.edi", BIG[:2_000_000]))]
    sent = officer.post("/messages/bulk", files=files, follow_redirects=False)
    assert sent.status_code == 303
    items = officer.get(f"{sent.headers['location']}.json").json()["items"]
    assert [(one["name"], one["size"]) for one in items] == [("a.edi", len(BIG)), ("b.edi", 2_000_000)]


def test_more_than_an_operation_takes_is_refused(officer):
    sent = officer.post("/agreements/adoption", files={"file": ("a.json", bytes(9_000_000))})
    assert sent.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"--xx\r\n" + FILE,  # cut
        b'--xx\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n\xff\r\n--xx--\r\n',
        b"no form at all",
        b"--xx\r\n" + b"X: y\r\n" * 20 + b"\r\nUNB\r\n--xx--\r\n",
        (b"--xx\r\n" + FILE + b"\r\n") * 1_200 + b"--xx--\r\n",
    ],
)
def test_a_form_that_cannot_be_read_is_the_senders_fault(officer, body):
    assert officer.post("/messages/bulk", content=body, headers={"content-type": FORM}).status_code == 400


def test_a_form_without_a_boundary_or_without_anything_is_no_form(officer):
    for content, kind in ((b"--xx--", "multipart/form-data"), (b"", FORM)):
        sent = officer.post("/messages/bulk", content=content, headers={"content-type": kind})
        assert sent.status_code in (400, 422)
