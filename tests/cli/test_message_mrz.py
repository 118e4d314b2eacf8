"""`message mrz` reads one zone; `bench mrz` judges many in two ways that agree."""

import io
import json
import re
from pathlib import Path

import pytest

from cordillera.cli.bench import app as bench
from cordillera.cli.message import app as message
from cordillera.engines.mrz.conditions import CODES

LINES = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
ROOT = Path(__file__).resolve().parents[2]


def run(*tokens: str) -> int:
    with pytest.raises(SystemExit) as ended:
        message(["mrz", *tokens], exit_on_error=False)
    return int(ended.value.code or 0)


def test_a_whole_zone_is_read_and_exits_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*LINES, "--at", "2011-01-01", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["format"], told["date_of_birth"]) == ("valid", "TD3", "1974-08-12")


def test_a_repair_and_a_broken_condition_are_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(LINES[0], LINES[1].replace("C36UTO7408", "C37UTO74O8")) == 1
    told = capsys.readouterr().out
    assert "condition 6 does not hold: mrz.check.document_number" in told
    assert "repaired birth_date: 'O' taken as '0' (check_digit)" in told


def test_a_zone_comes_from_standard_input_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\x00 no zone [red]")))
    assert run("-", "--json") == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "unreadable"
    assert run() == 2


def test_the_two_judges_agree_and_their_figures_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    bench(["mrz", "--zones", "3000", "--json"], result_action="return_value")
    told = json.loads(capsys.readouterr().out)
    assert (told["zones"], told["compared"], told["differing"]) == (3000, 3000, 0)
    assert told["formats"] == dict.fromkeys(("TD1", "TD2", "TD3", "MRV-A", "MRV-B"), 600)
    assert told["per_second"] > told["reference_per_second"] > 0


def test_every_condition_and_remark_is_documented() -> None:
    page = (ROOT / "docs" / "mrz.md").read_text("utf-8")
    source = (ROOT / "src/cordillera/engines/mrz/parse.py").read_text("utf-8")
    codes = {*CODES, *re.findall(r'"(mrz\.[a-z_]+)"', source)}
    assert len(codes) > 20
    assert [code for code in sorted(codes) if f"`{code}`" not in page] == []
