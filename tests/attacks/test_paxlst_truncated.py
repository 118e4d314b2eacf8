"""Attack: a list cut anywhere, so that the people behind the cut are never looked at, unnoticed."""

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_writer import LegDraft, PaxlstDraft, TravellerDraft, write_paxlst

PEOPLE = tuple(TravellerDraft(f"SURNAME{number}", "GIVEN", date_of_birth="1980-01-01") for number in range(5))
LEG = LegDraft("XA412", "BOG", "2026-11-21T15:40", "UIO", "2026-11-21T17:10")
WHOLE = write_paxlst(PaxlstDraft("XA", "EC", "2026-11-21T12:00", "R1", (LEG,), PEOPLE))


def test_every_cut_is_noticed_and_nobody_before_it_is_lost() -> None:
    starts = [person.start for person in paxlst_messages(read(WHOLE))[0].travellers]
    end = WHOLE.index(b"UNZ")
    for length in range(WHOLE.index(b"BGM"), end - 3):
        reading = read(WHOLE[:length])
        (message,) = paxlst_messages(reading)
        codes = {finding.code for finding in reading.findings}
        assert not message.complete, length
        assert "edifact.message_cut" in codes or "edifact.unterminated_segment" in codes, length
        whole = sum(start + len("NAD+FL+++SURNAME0:GIVEN'") <= length for start in starts)
        assert len(message.travellers) >= whole, length


def test_a_release_character_as_last_byte_hides_nothing() -> None:
    cut = WHOLE[: WHOLE.index(b"SURNAME4")] + b"SURNAME4?"
    reading = read(cut)
    (message,) = paxlst_messages(reading)
    assert message.travellers[-1].full_name == "SURNAME4"
    assert message.travellers[-1].partial
    assert "edifact.dangling_release" in {finding.code for finding in reading.findings}
