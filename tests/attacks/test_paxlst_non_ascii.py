"""Attack: bytes outside the declared repertoire, to make names unreadable or the reader fail."""

import pytest

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages

LIST = (
    b"UNB+%s:4+XA+EC+261121:1000+1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA1'NAD+FL+++%s:ANA'UNT+5+1'UNZ+1+1'"
)


def surname(syntax: bytes, raw: bytes) -> tuple[str, list[str]]:
    reading = read(LIST % (syntax, raw))
    (message,) = paxlst_messages(reading)
    found = message.travellers[0].surname
    assert found is not None
    assert found.end - found.start == len(raw)
    return found.text, [finding.code for finding in reading.findings]


@pytest.mark.parametrize(
    ("syntax", "raw", "text"),
    [
        (b"UNOA", "NUÑEZ".encode("latin-1"), "NUÑEZ"),
        (b"UNOA", "NUÑEZ".encode(), "NUÑEZ"),
        (b"UNOC", "NUÑEZ".encode(), "NUÑEZ"),
        (b"UNOW", b"NU\xd1EZ", "NUÑEZ"),
        (b"UNOA", bytes(range(0x80, 0x100)), bytes(range(0x80, 0x100)).decode("latin-1").strip()),
        (b"XXXX", b"\xff\xfe", "\xff\xfe"),
    ],
)
def test_undeclared_bytes_are_read_byte_for_byte_with_a_finding(syntax: bytes, raw: bytes, text: str) -> None:
    assert surname(syntax, raw) == (text, ["edifact.charset"])


@pytest.mark.parametrize(
    ("syntax", "codec", "text"),
    [
        (b"UNOC", "latin-1", "NUÑEZ"),
        (b"UNOE", "iso8859-5", "ИВАНОВ"),
        (b"UNOF", "iso8859-7", "ΠΑΠΑΣ"),
        (b"UNOG", "iso8859-3", "ĈAPELO"),
        (b"UNOW", "utf-8", "李 السيد"),
    ],
)
def test_declared_repertoires_are_read_without_finding(syntax: bytes, codec: str, text: str) -> None:
    assert surname(syntax, text.encode(codec)) == (text, [])


def test_control_characters_reach_neither_finding_nor_terminal() -> None:
    reading = read(b"\x1b[2J\x07" + LIST % (b"UNOA", b"A") + b"\x1b]0;owned\x07")
    assert all(finding.text.isprintable() for finding in reading.findings)
