import csv
import gzip
import io
from pathlib import Path

import msgspec
import pytest

from cordillera.cli.screen_pairs import compare, pairs, read_pairs
from cordillera.desks.people.errors import TableUnreadable
from cordillera.engines.names.model import SubjectKind

TABLE = """name1,name2,is_match,shares_tokens,latam
Jhon Velez,"BELES, John",1,1,1
Rosa Quispe,"BAUER, Tom",0,1,1
El Chapo,"ORTEGA RUIZ, Luis",1,0,0
Ana Torres,"TORRES, Ana",true,,0
"""
FIELDS = [
    "pairs",
    "threshold",
    "precision",
    "recall",
    "f1",
    "f1_best",
    "threshold_best",
    "auc",
    "pairs_per_second",
]


def ask(file: Path, scores: Path | None, capfdbinary: pytest.CaptureFixture[bytes]) -> dict[str, object]:
    pairs(file, scores=scores, json=True)
    return msgspec.json.decode(capfdbinary.readouterr().out, type=dict[str, object])


def test_the_summary_has_the_fields_that_clients_rely_on(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "pairs.csv.gz"
    file.write_bytes(gzip.compress(TABLE.encode()))
    summary = ask(file, None, capfdbinary)
    assert list(summary) == [*FIELDS, "latam"]
    latam = summary["latam"]
    assert isinstance(latam, dict)
    assert list(latam) == FIELDS
    assert (summary["pairs"], latam["pairs"]) == (3, 2)
    assert summary["f1"] == latam["f1"] == 1.0


def test_every_score_is_written(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    file, out = tmp_path / "pairs.csv", tmp_path / "scores.csv"
    file.write_text("Name1,Name2\n=cmd,Ana\nAna Torres,Ana Torres\n", encoding="utf-8")
    assert ask(file, out, capfdbinary)["pairs"] == 2
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert rows[0] == ["name1", "name2", "is_match", "score"]
    assert rows[1][0] == "'=cmd"
    assert float(rows[2][3]) > float(rows[1][3])
    assert out.stat().st_mode & 0o077 == 0


def test_a_nickname_that_no_matcher_can_know_is_left_out() -> None:
    assert len(list(read_pairs(iter(TABLE.splitlines(keepends=True))))) == 3


def test_a_table_without_the_two_names_is_refused() -> None:
    with pytest.raises(TableUnreadable):
        list(read_pairs(iter(["name1,other\n", "a,b\n"])))


@pytest.mark.parametrize(
    ("kind", "left", "right", "alike"),
    [
        (SubjectKind.PERSON, "Jhon Velez", "BELES, John", True),
        (SubjectKind.VESSEL, "M/V SEA STAR III", "Sea Star 3", True),
        (SubjectKind.VESSEL, "Sea Star 2", "Sea Star 3", False),
        (SubjectKind.ORGANISATION, "Naviera Andina S.A.", "NAVIERA ANDINA SA", True),
        (SubjectKind.ORGANISATION, "11420 CORP.", "Azul Corp.", False),
        (SubjectKind.ADDRESS, "Av. Amazonas 12, Quito", "Avenida Amazonas 12 Quito", True),
    ],
)
def test_two_names_are_compared_by_the_rules_of_what_they_name(
    kind: SubjectKind, left: str, right: str, *, alike: bool, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    compare(left, right, kind=kind, json=True)
    told = msgspec.json.decode(capfdbinary.readouterr().out)
    assert told["score"] == sum(term["contribution"] for term in told["terms"])
    assert (told["score"] > 0) is alike
    assert not alike or "name" in told["rests_on"]
