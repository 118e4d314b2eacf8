"""The bench of screening reads tables and measures scores rightly; no other matcher is needed."""

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks/screening"
TABLE = """name1,name2,is_match,shares_tokens,latam,ent
Ana Torres,Ana Tores,1,1,1,1
Ana Torres,La Gata,1,0,1,1
Luis Mora,Luis Mora Paz,1,1,0,2
Ana Torres,Eva Torres,0,1,1,3
Luis Mora,Juan Mora,0,1,0,4
"""


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in ("data", "figures", "pairing", "screening", "task", "table"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import pairing

    return pairing


def test_pure_nicknames_are_left_out(bench: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text(TABLE, "utf-8")
    pairs = bench.read_pairs(tmp_path / "pairs.csv")
    assert [pair["name2"] for pair in pairs] == ["Ana Tores", "Luis Mora Paz", "Eva Torres", "Juan Mora"]
    assert [pair["match"] for pair in pairs] == [True, True, False, False]
    assert [pair["latam"] for pair in pairs] == [True, False, True, False]


def test_shipped_and_best_f1_and_auc_are_those_worked_out_by_hand(bench: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text(TABLE, "utf-8")
    told = bench.by_slice(bench.read_pairs(tmp_path / "pairs.csv"), [0.9, 0.5, 0.6, 0.1], 0.7)["all"]
    assert (told["precision"], told["recall"], told["f1"]) == (1.0, 0.5, 0.6667)
    assert (told["f1_best"], told["threshold_best"], told["auc"]) == (0.8, 0.5, 0.75)


def test_a_matcher_that_ships_no_threshold_gets_no_f1_at_one(bench: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text(TABLE, "utf-8")
    told = bench.by_slice(bench.read_pairs(tmp_path / "pairs.csv"), [0.9, 0.5, 0.6, 0.1], None)["latam"]
    assert told["f1"] is None
    assert told["f1_best"] == 1.0


@pytest.mark.usefixtures("bench")
def test_recall_is_counted_above_the_score_of_the_allowed_share_of_innocents() -> None:
    import figures

    innocents = [float(place) for place in range(2_000)]  # two may alert: 1999 and 1998
    told = figures.of_screening([1_997.0, 1_998.0, 5_000.0, 3.0], innocents, 1_000.0)
    assert told["recall_at_allowed"] == 0.5
    assert (told["recall_at_0.0005"], told["recall_at_0.0002"]) == (0.25, 0.25)
    assert (told["recall"], told["false_alerts"]) == (0.75, 0.5)


@pytest.mark.usefixtures("bench")
def test_each_half_of_the_damaged_names_is_measured_beside_its_own_travellers() -> None:
    import screening

    asked = [
        {"name": name, "birth": "", "wanted": wanted, "unseen": unseen}
        for name, wanted in (("Ana Tores", ["7"]), ("Eva Paz", []))
        for unseen in (True, False)
    ]
    found = [[6.0, 6.0], [1.0, 1.0], [-1000.0, 5.0], [-1000.0, 0.0]]
    answer = {"found": {"threshold": 4.25, "scores": found}, "cpu_seconds": 1.0}
    told = screening.task("damaged", "screen", [], asked).measured("ours", answer)
    shown = {half: (told[half]["recall"], told[half]["false_alerts"]) for half in screening.HALVES}
    assert shown == {"all": (0.5, 0.5), "unseen half": (1.0, 1.0), "seen half": (0.0, 0.0)}


@pytest.mark.usefixtures("bench")
def test_a_true_pair_that_was_never_proposed_counts_as_missed() -> None:
    import figures

    told = figures.of_links([(0, 1, 5.0), (1, 0, 2.0), (0, 3, 4.0)], ["a", "a", "a", "b"], 4.5)
    assert (told["true_pairs"], told["proposed"], told["blocking_recall"]) == (3, 2, 0.3333)
    assert (told["precision"], told["recall"], told["f1"]) == (1.0, 0.3333, 0.5)


@pytest.mark.usefixtures("bench")
def test_the_table_shows_a_dash_where_there_is_no_figure() -> None:
    import table

    about = {"date": "2026-01-01", "machine": "invented", "sample": 0}
    told = {"pairs": 4, "f1": None, "precision": None, "recall": None, "f1_best": 0.8, "auc": 0.75}
    matcher = {"about": about, "version": "1", "OFAC alias pairs": {"all": told, "speed": 1_200}}
    shown = table.render({"matchers": {"other": matcher}})
    assert "| other | all | 4 | – | – | – | .800 | .750 | – | – | 1,200 |" in shown


@pytest.mark.usefixtures("bench")
def test_the_table_shows_what_is_noted_beside_figures() -> None:
    import table

    about = {"date": "2026-01-01", "machine": "invented", "sample": 0}
    told = {"pairs": 4, "f1": None, "precision": None, "recall": None, "f1_best": 0.8, "auc": 0.75}
    matcher = {"about": about, "OFAC alias pairs": {"all": told, "speed": 1_200, "note": "half of the rows"}}
    shown = table.render({"matchers": {"other": matcher, "third": {"about": about}}})
    assert shown.endswith("| 1,200 |\n\nother: half of the rows\n")


def test_our_matcher_answers_a_task_as_a_process_of_its_own() -> None:
    task = {"rows": [["Ana Torres", "Ana Tores", ""]]}
    command = [sys.executable, str(FOLDER / "peer_ours.py"), "pairs"]
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["cpu_seconds"] >= 0.0
