"""The commands with a fixed output, as processes of their own each on a home of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cordillera.runtime.node import open_node

pytestmark = pytest.mark.system


def un(people: int) -> bytes:
    entries = "".join(
        f"<INDIVIDUAL><FIRST_NAME>CARMEN{n}</FIRST_NAME><SECOND_NAME>VELEZ TORRES</SECOND_NAME>"
        f"<REFERENCE_NUMBER>X.{n}</REFERENCE_NUMBER>"
        "<COMMENTS1>Belongs to Invented tribe.</COMMENTS1></INDIVIDUAL>"
        for n in range(people)
    )
    head = '<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00Z">'
    return f"{head}<INDIVIDUALS>{entries}</INDIVIDUALS></CONSOLIDATED_LIST>".encode()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "un.xml").write_bytes(un(12))
    (tmp_path / "people.csv").write_text(
        "full_name,date_of_birth,nationality\nRosa Quispe,1980-05-04,pe\nCarmén7 Velez Torres,,ec\n"
    )
    with open_node(tmp_path / "home"):
        yield tmp_path


def run(home: Path, *arguments: str) -> tuple[int, list[dict[str, object]], str]:
    command = [
        sys.executable,
        "-m",
        "cordillera.cli.main",
        *arguments,
        "--json",
        "--home",
        str(home / "home"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_a_list_is_imported_shown_and_screened_against(home: Path) -> None:
    code, (told,), _ = run(home, "list", "import", str(home / "un.xml"), "--format", "un-xml", "--name", "UN")
    assert code == 0
    assert told.keys() >= {"entries", "names", "refused_fields", "seconds"}
    assert (told["entries"], told["names"], told["refused_fields"]) == (12, 12, 12)

    code, (shown,), _ = run(home, "list", "show")
    (active,) = shown["lists"]  # type: ignore[misc]  # a list of one
    assert (code, active["name"], active["list_date"], active["entries"]) == (0, "UN", "2026-11-01", 12)

    code, (alert, summary), _ = run(home, "screen", "people", str(home / "people.csv"), "--list", "UN")
    assert code == 0
    numbers = {"similarity", "probability", "completeness", "score"}
    told = {"row", "full_name", "list", "entry", "listed_name", "rests_on", "terms"}
    assert alert.keys() == told | numbers
    assert alert["rests_on"] == ["name"]
    assert 0.8 < alert["similarity"] <= 1.0  # type: ignore[operator]  # a number
    assert 0.5 < alert["probability"] < 1.0  # type: ignore[operator]  # a number
    assert alert["completeness"] == 0.0
    assert (alert["row"], alert["full_name"], alert["entry"]) == (2, "Carmén7 Velez Torres", "X.7")
    terms = alert["terms"]
    assert isinstance(terms, list)
    assert sum(term["contribution"] for term in terms) == alert["score"]
    assert all(term.keys() == {"name", "contribution", "detail"} for term in terms)
    assert summary.keys() == {"rows", "alerts", "seconds"}
    assert (summary["rows"], summary["alerts"]) == (2, 1)


def test_several_lists_are_screened_against_at_once(home: Path) -> None:
    (home / "more.csv").write_text("full_name,date_of_birth\nCarmén7 Velez Torres,\nRosa Quispe Mamani,\n")
    (home / "rosa.xml").write_bytes(
        un(1).replace(b"CARMEN0", b"ROSA").replace(b"VELEZ TORRES", b"QUISPE MAMANI")
    )
    for file, name in (("un.xml", "UN"), ("rosa.xml", "Other")):
        imported = ("list", "import", str(home / file), "--format", "un-xml", "--name", name)
        assert run(home, *imported)[0] == 0
    asked = ("screen", "people", str(home / "more.csv"), "--list", "UN", "--list", "Other")
    code, (first, second, summary), _ = run(home, *asked)
    assert (code, first["list"], second["list"]) == (0, "UN", "Other")
    assert (summary["rows"], summary["alerts"]) == (2, 2)
