"""`rules` lints, shows and tests; every rule and every set of facts in the manual is run here."""

import io
import json
import re
from pathlib import Path

import pytest
from tests.engines.rules.test_paxlst_facts import LIST

from cordillera.cli.bench import app as bench
from cordillera.cli.rules import app
from cordillera.engines.rules import compile_rule, lint, read_facts, read_rule, write_rule
from cordillera.engines.rules.explain import explain
from cordillera.engines.rules.schema import FACTS, Ground

MANUAL = (Path(__file__).resolve().parents[2] / "docs/rules.md").read_text("utf-8")
RULES = re.findall(r"```rule\n(.*?)```", MANUAL, re.DOTALL)
FACTS_TOLD = re.findall(r"```json\n(\{.*?\})\n```", MANUAL, re.DOTALL)


def run(*tokens: str) -> int:
    with pytest.raises(SystemExit) as ended:
        app([*tokens], exit_on_error=False)
    return int(ended.value.code or 0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "heavy.rule"
    path.write_text(RULES[0], "utf-8")
    return path


def test_every_rule_of_the_manual_is_read_and_lawful() -> None:
    assert len(RULES) >= 4
    for told in RULES:
        assert lint(read_rule(told)) == ()


def test_the_manuals_spanish_rule_is_its_english_one() -> None:
    assert write_rule(read_rule(RULES[0]), "es").split() == RULES[1].split()


def test_the_manuals_traveller_is_raised_by_its_first_rule() -> None:
    found = explain(compile_rule(read_rule(RULES[0])), read_facts(FACTS_TOLD[0]))
    assert found.raised
    assert "flight.departure_time" in found.unknown


def test_the_manual_shows_what_the_command_prints(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = tmp_path / "traveller.json"
    facts.write_text(FACTS_TOLD[0], "utf-8")
    assert run("test", str(file), str(facts)) == 0
    printed = capsys.readouterr().out
    assert printed.strip() in MANUAL
    assert run("test", str(file), str(facts), "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["raised"] is True
    assert told["fired"][0]["read"][0]["evidence"]["start"] == 310


def test_a_passenger_list_is_judged_with_its_bytes(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = 'any document (type = "P" and days_left < 300 days) unless itinerary.one_way = yes'
    file.write_text(f'rule a "A" for document_fraud when {told}', "utf-8")
    message = tmp_path / "flight.edi"
    message.write_bytes(LIST)
    assert run("test", str(file), str(message), "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)
    evidence = told["fired"][0]["read"][0]["evidence"]
    assert told["subject"] == "ANA PRUEBA"
    assert evidence["source"] == "flight.edi"
    assert LIST[evidence["start"] : evidence["end"]] == b"P"


def test_refused_rules_of_the_manual_break_what_it_says() -> None:
    rows = re.findall(r"^\| (\d) \| `([^`]+)` \|", MANUAL, re.MULTILINE)
    assert {int(number) for number, _ in rows} == set(range(1, 10))
    for number, told in rows:
        rule = read_rule(f'rule a "A" for terrorism when {told}')
        assert [refusal.number for refusal in lint(rule)] == [int(number)]


def test_every_fact_and_kind_stands_in_the_manual() -> None:
    named = set(re.findall(r"`(\w+\.\w+)`", MANUAL))
    free = {fact.name for fact in FACTS.values() if fact.ground in {Ground.FREE, Ground.COUNTRY}}
    assert free - named == set()


def test_lint_of_a_lawful_file_exits_zero_and_of_an_unlawful_one_one(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("lint", str(file), "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["lawful"] is True
    file.write_text(
        'rule a "A" for terrorism when traveller.meal = "KSML" unless itinerary.one_way = yes', "utf-8"
    )
    assert run("lint", str(file)) == 1
    assert "2 rules.lint.listed_proxy (Directive (EU) 2016/681" in capsys.readouterr().out


def test_show_turns_text_to_json_and_back(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("show", str(file), "--json") == 0
    raw = capsys.readouterr().out.encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert run("show", "-", "--language", "es") == 0
    assert capsys.readouterr().out.split() == RULES[1].split()


def test_the_facts_are_listed_with_what_law_says_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("facts", "--json") == 0
    told = {fact["name"]: fact for fact in json.loads(capsys.readouterr().out)}
    assert (told["bag.weight"]["kind"], told["traveller.meal"]["ground"]) == ("mass", "listed_proxy")
    assert run("facts") == 0
    assert "viajero.edad" in capsys.readouterr().out


def test_the_benchmark_agrees_with_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench(
            ["rules", "--travellers", "3000", "--rules", "60", "--random", "20", "--json"],
            exit_on_error=False,
        )
    assert not ended.value.code
    told = json.loads(capsys.readouterr().out)
    assert told["differing"] == 0
    assert {"seconds", "hits", "rss_mb", "incremental_ms_p99"} <= told.keys()
    assert told["hits"] > 0
