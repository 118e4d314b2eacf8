"""`cordillera message read` reads PNRGOV XML as it reads EDIFACT, and refuses what is hostile."""

import json
from pathlib import Path

import msgspec
import pytest
from tests.engines.edifact.test_pnrgov_xml import BOMB, WHOLE

from cordillera.cli.message import app, summarize
from cordillera.cli.message_write import Kind, drafts_of, style_of, written_as
from cordillera.foundation.errors import BadInput


def test_reservations_are_listed_as_for_edifact_without_what_may_not_be_kept() -> None:
    found = summarize("list.xml", WHOLE)
    (message,) = found.messages
    assert (message.type, message.version, message.pnrs) == ("PNRGOV", "13.1", 2)
    assert [one.locators for one in found.pnrs] == [("XA:MFN4TI",), (":ABCDEF",)]
    assert found.pnrs[0].flights[0].seats == ("15A",)
    assert found.findings == ()
    assert b"VGML" not in msgspec.json.encode(found)


def test_every_byte_is_counted() -> None:
    for data in (WHOLE, b"\xef\xbb\xbf " + WHOLE + b"\n<!-- end -->", WHOLE[:900], BOMB + WHOLE):
        counted = summarize("list.xml", data).bytes
        assert counted.segments + counted.separators + counted.findings == counted.total == len(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (BOMB + b"<IATA_PNRGOV/>", "pnrgov_xml.forbidden"),
        (b"<MetaData/>", "pnrgov_xml.unreadable"),
        (b"<", "pnrgov_xml.unreadable"),
    ],
)
def test_what_is_refused_is_a_finding_and_the_command_exits_1(
    data: bytes, code: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "list.xml"
    file.write_bytes(data)
    with pytest.raises(SystemExit) as ended:
        app(["read", str(file), "--json"])
    assert ended.value.code == 1
    told = json.loads(capfdbinary.readouterr().out)
    assert [one["code"] for one in told["findings"]] == [code]
    assert told["messages"] == []


def test_it_is_written_as_edifact_that_reads_the_same() -> None:
    (draft,) = drafts_of(WHOLE)
    written = written_as(Kind.PNRGOV, msgspec.json.encode(draft), style_of(":+.? '"))
    again, whole = summarize("list.edi", written), summarize("list.xml", WHOLE)
    assert again.messages[0].version == "13:1"
    assert [one.locators for one in again.pnrs] == [one.locators for one in whole.pnrs]
    assert [one.travellers for one in again.pnrs] == [one.travellers for one in whole.pnrs]
    assert again.pnrs[0].flights[0].departs == whole.pnrs[0].flights[0].departs


def test_hostile_xml_has_no_draft() -> None:
    with pytest.raises(BadInput):
        list(drafts_of(BOMB + WHOLE))
