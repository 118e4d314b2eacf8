"""`cordillera message read --json` lists reservations, after the safeguard."""

import json
from pathlib import Path

import msgspec
from tests.engines.edifact.pnr_texts import HISTORY, TWO_TRAVELLERS, message

from cordillera.cli.message import summarize


def test_reservations_are_listed_without_what_may_not_be_kept() -> None:
    told = msgspec.json.encode(summarize("list.edi", message(TWO_TRAVELLERS + HISTORY)))
    (pnr,) = json.loads(told)["pnrs"]
    assert pnr["locators"] == ["XA:MFN4TI"]
    assert [one["documents"] for one in pnr["travellers"]] == [["A1234567"], ["P7654321"]]
    assert [(one["flight"], one["seats"], one["bags"]) for one in pnr["flights"]] == [
        ("XA412", ["15A", "15B"], 2)
    ]
    assert (pnr["function"], pnr["changes"]) == ("22", 2)
    assert b"VGML" not in told


def test_the_sample_files_list_as_many_reservations_as_they_count(shared: Path) -> None:
    for path in (shared / "borders/pnrgov").iterdir():
        found = summarize(path.name, path.read_bytes())
        assert len(found.pnrs) == sum(one.pnrs for one in found.messages), path
