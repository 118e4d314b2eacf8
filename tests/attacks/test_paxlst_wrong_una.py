"""Attack: an UNA that does not fit the list, so that a trusting reader finds no segment in it."""

import pytest

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_writer import LegDraft, PaxlstDraft, TravellerDraft, write_paxlst
from cordillera.engines.edifact.writer import Style

LEG = LegDraft("XA412", "BOG", "2026-11-21T15:40", "UIO", "2026-11-21T17:10")
DRAFT = PaxlstDraft("XA", "EC", "2026-11-21T12:00", "R1", (LEG,), (TravellerDraft("LOOR", "ANA"),))
WHOLE = write_paxlst(DRAFT, Style(una=False))


@pytest.mark.parametrize(
    "una",
    [
        b"UNA:+.? *",
        b"UNA:-.? *",
        b"UNA*:.? $",
        b"UNA:+.?'",
        b"UNA''''''",
        b"UNAUNAUNA",
        b"UNA\x00\x01\x02\x03\x04\x05",
    ],
)
def test_the_list_is_read_by_its_own_bytes_and_the_lie_is_a_finding(una: bytes) -> None:
    reading = read(una + WHOLE)
    (message,) = paxlst_messages(reading)
    assert [person.full_name for person in message.travellers] == ["ANA LOOR"]
    assert "edifact.service_characters" in {finding.code for finding in reading.findings}


@pytest.mark.parametrize("una", [b"UNA:+.? ~", b"UNA:-.? '", b"UNA+:.? '"])
def test_a_message_without_unb_is_read_by_its_own_bytes_too(una: bytes) -> None:
    bare = WHOLE[WHOLE.index(b"UNH") : WHOLE.index(b"UNZ")]
    (message,) = paxlst_messages(read(una + bare))
    assert [person.full_name for person in message.travellers] == ["ANA LOOR"]


def test_an_una_in_front_of_nothing_is_rubbish_with_a_place() -> None:
    reading = read(b"UNA:+.? '" + b"no list here")
    assert reading.messages == ()
    assert reading.bytes.findings == reading.bytes.total
