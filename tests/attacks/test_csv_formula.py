"""A traveller called like a formula is text in the exported file, in every spreadsheet."""

import csv
import io
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from cordillera.desks.travellers.export import COLUMNS, queue_csv
from cordillera.trust.review.model import AlertRow, AlertStatus, Listed

FORMULAS = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u200b=cmd|' /C calc'!A0",
    "＝1+1",
    '"=1+1',
]


def row(name: str) -> AlertRow:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return AlertRow(
        id=uuid4(),
        desk="travellers",
        subject_kind="traveller",
        subject_ref="1",
        group_ref="",
        agency="EC-PN",
        status=AlertStatus.OPEN,
        outcome=None,
        score=0.9,
        label=name,
        occasion=name,
        reasons=(),
        lists=(Listed(name, "2026-02-27", name, name),),
        due_at=now,
        raised_at=now,
        assigned_to="",
        assigned_name=name,
        version=1,
    )


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_of_the_export_begins_like_a_formula(name):
    (header, record) = csv.reader(io.StringIO(queue_csv([(row(name), "")]), newline=""))
    assert tuple(header) == COLUMNS
    assert len(record) == len(COLUMNS)
    for cell in record:
        assert cell.lstrip(" \u00a0\u200b")[:1] not in set("=+-@|%\t\r\n＝＋－＠")


def test_a_name_with_quotes_and_line_breaks_stays_one_cell():
    name = 'PEREZ "EL\nGATO", JUAN'
    (_, record) = csv.reader(io.StringIO(queue_csv([(row(name), "")]), newline=""))
    assert record[COLUMNS.index("traveller")] == name
