"""`cordillera message`: its fixed JSON, its table, its exit codes."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cordillera.cli.main import app
from cordillera.foundation.errors import CordilleraError

LIST = (
    b"UNB+UNOA:4+XA+EC+261121:1000+1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA1'LOC+125+BOG'LOC+87+UIO'"
    b"NAD+FL+++LOOR:ANA'DTM+329:720231'NAD+FM+++A:B'UNT+50+1'UNZ+1+1'"
)
DRAFT = {
    "sender": "XA",
    "recipient": "ECAPI",
    "prepared": "2026-11-21T12:00",
    "reference": "R1",
    "legs": [
        {
            "flight": "XA412",
            "departure": "BOG",
            "departs": "2026-11-21T15:40",
            "arrival": "UIO",
            "arrives": "2026-11-21T17:10",
        }
    ],
    "travellers": [{"surname": "LOOR", "given": "ANA", "documents": [{"number": "A1", "issuer": "ECU"}]}],
}


class Done(NamedTuple):
    returncode: object
    stdout: bytes
    stderr: bytes


Run = Callable[..., Done]


@pytest.fixture
def message(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `cordillera message ...` in this process, through the whole command tree."""

    def run(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code: object = 0
        try:
            app(["message", *arguments])
        except SystemExit as ended:
            code = ended.code or 0
        except CordilleraError as error:
            code = f"refused: {error.code}"
        shown = capfdbinary.readouterr()
        return Done(code, shown.out, shown.err)

    return run


def test_read_prints_one_object_per_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "list.edi"
    file.write_bytes(LIST)
    command = [sys.executable, "-m", "cordillera.cli.main", "message", "read", str(file), str(file), "--json"]
    done = subprocess.run([*command, "--home", str(tmp_path)], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first == second
    assert list(first) == ["file", "messages", "findings", "bytes"]
    assert first["file"] == str(file)
    assert first["messages"] == [
        {
            "type": "PAXLST",
            "version": "D:05B",
            "segments": 9,
            "declared_segments": 50,
            "travellers": 1,
            "crew": 1,
            "pnrs": 0,
            "containers": 0,
        }
    ]
    assert [finding["code"] for finding in first["findings"]] == [
        "paxlst.impossible_date",
        "edifact.segment_count",
    ]
    assert set(first["findings"][0]) == {"code", "severity", "offset", "text"}
    counted = first["bytes"]
    assert counted["segments"] + counted["separators"] + counted["findings"] == counted["total"] == len(LIST)


def test_a_missing_file_is_an_error_and_the_others_are_read(tmp_path: Path, message: Run) -> None:
    file = tmp_path / "list.edi"
    file.write_bytes(LIST)
    done = message("read", str(tmp_path / "none"), str(file), str(tmp_path), "--json")
    assert done.returncode == 1
    missing, found, folder = (json.loads(line) for line in done.stdout.splitlines())
    assert missing["findings"][0]["code"] == folder["findings"][0]["code"] == "file.unreadable"
    assert found["messages"][0]["travellers"] == 1


def test_without_json_a_table_is_printed_and_markup_in_a_message_is_text(
    tmp_path: Path, message: Run
) -> None:
    file = tmp_path / "list.edi"
    file.write_bytes(b"[red]\x1b[31m" + LIST.replace(b"D:05B", b"D:[b]5"))
    done = message("read", str(file))
    assert done.returncode == 0
    assert b"PAXLST" in done.stdout
    assert b"[red]" in done.stdout
    assert b"\x1b[31m" not in done.stdout


def test_no_file_at_all_is_wrong_use(message: Run) -> None:
    assert message("read").returncode == 2


def test_write_turns_a_draft_into_a_message_that_reads_back(tmp_path: Path, message: Run) -> None:
    output = tmp_path / "written.edi"
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps(DRAFT))
    assert message("write", str(draft), "--output", str(output)).returncode == 0
    assert message("write", "-", stdin=draft.read_bytes()).stdout == output.read_bytes()
    (line,) = message("read", str(output), "--json").stdout.splitlines()
    assert json.loads(line)["findings"] == []
    assert json.loads(line)["messages"][0]["travellers"] == 1


def test_a_draft_that_cannot_be_written_is_refused_with_its_reason(tmp_path: Path, message: Run) -> None:
    wrong_time = json.dumps(DRAFT | {"prepared": "soon"}).encode()
    for broken, code in [
        (b"{}", "json.wrong_shape"),
        (b"{", "json.not_json"),
        (wrong_time, "edifact.not_writable"),
    ]:
        assert message("write", "-", stdin=broken) == (f"refused: {code}", b"", b"")
    assert message("write", str(tmp_path / "none")).returncode == 1
