"""Attack: counts that lie, to make a reader stop early or refuse a list with listed people in it."""

import re

import pytest

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_writer import LegDraft, PaxlstDraft, TravellerDraft, write_paxlst

LEG = LegDraft("XA412", "BOG", "2026-11-21T15:40", "UIO", "2026-11-21T17:10")
PEOPLE = tuple(TravellerDraft(f"LOOR{number}", "ANA") for number in range(12))
WHOLE = write_paxlst(PaxlstDraft("XA", "EC", "2026-11-21T12:00", "R1", (LEG,), PEOPLE))


@pytest.mark.parametrize("lie", [b"0", b"1", b"9999999999", b"-5", b"", b"1E9", b"9" * 5000])
@pytest.mark.parametrize(
    ("counter", "code"),
    [
        (rb"UNT\+(\d+)", "edifact.segment_count"),
        (rb"CNT\+42:(\d+)", "paxlst.traveller_count"),
        (rb"UNZ\+(\d+)", "edifact.interchange_count"),
    ],
)
def test_nobody_is_lost_to_a_wrong_count(counter: bytes, code: str, lie: bytes) -> None:
    place = re.search(counter, WHOLE)
    assert place is not None
    reading = read(WHOLE[: place.start(1)] + lie + WHOLE[place.end(1) :])
    (message,) = paxlst_messages(reading)
    codes = {finding.code for finding in (*reading.findings, *message.findings)}
    assert len(message.travellers) == len(PEOPLE)
    assert code in codes or (lie, counter[:3]) == (b"1", b"UNZ")
