"""Passenger lists as read become drafts that are written and read the same; drafts are plain JSON."""

from pathlib import Path

import msgspec
import pytest

from cordillera.engines.edifact import read
from cordillera.engines.edifact.drafts import paxlst_draft, plain, restored
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_model import PaxlstMessage
from cordillera.engines.edifact.paxlst_writer import PaxlstDraft, write_paxlst
from cordillera.engines.edifact.pnrgov_model import Locator
from cordillera.engines.edifact.service import LEVEL_A, ServiceString
from cordillera.engines.edifact.writer import Envelope, Style

UNITED_STATES = (
    b"UNB+UNOA:4+XA+EC+261121:1000+R1'UNH+1+PAXLST:D:02B:UN:IATA'BGM+745'RFF+TN:T9'NAD+MS+++DESK'TDT+20+XA412+++XA'"
    b"DTM+189:2611211540:201'DTM+232:2611211710:201'LOC+125+BOG'LOC+92+CLO'LOC+87+UIO'NAD+FL+++LOOR:ANA:EVA'"
    b"DTM+329:720907'MEA+CT++:2'MEA+WT++KGM:31'FTX+BAG+++XA1'RFF+AVF:T1'RFF+CR:77'RFF+ABO:9'DOC+P+A1'LOC+91+ECU'"
    b"CNT+42:1'UNT+22+1'UNZ+1+R1'"
)


def told(message: PaxlstMessage) -> object:
    """All a message says, without places, findings and what it declares of itself."""
    bare = {"findings": (), "declared_passengers": None, "declared_crew": None}
    return plain(msgspec.structs.replace(message, **bare))


def assert_comes_back(data: bytes, service: ServiceString) -> None:
    reading = read(data)
    (found,) = paxlst_messages(reading)
    prepared = f"20{reading.interchanges[0].prepared[:2]}-01-01T00:00"
    draft = paxlst_draft(found, Envelope("XA", "EC", prepared, "R1"))
    again = read(write_paxlst(draft, Style(syntax="UNOW", codec="utf-8", service=service)))
    assert again.findings == ()
    assert told(paxlst_messages(again)[0]) == told(found)
    assert restored(msgspec.json.decode(msgspec.json.encode(plain(draft))), PaxlstDraft) == draft


@pytest.mark.parametrize("service", [LEVEL_A, ServiceString(b"*", b"|", b",", b"\\", b"", b"~")])
def test_the_sample_lists_come_back(shared: Path, service: ServiceString) -> None:
    paths = sorted((shared / "borders/paxlst").iterdir())
    assert len(paths) == 5
    for path in paths:
        assert_comes_back(path.read_bytes(), service)


def test_times_at_the_flight_and_a_route_come_back() -> None:
    assert_comes_back(UNITED_STATES, LEVEL_A)


def test_what_has_another_shape_is_refused() -> None:
    for value in [
        {"company": "DL", "code": 7},
        {"code": "A"},
        [],
        "DL",
        None,
        {"company": {"text": 1}, "code": None},
    ]:
        with pytest.raises(msgspec.ValidationError):
            restored(value, Locator)
