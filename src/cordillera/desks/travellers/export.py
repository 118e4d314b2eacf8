"""The queue as a CSV file that no spreadsheet runs (`foundation.csvsafe`).

>>> queue_csv(()).splitlines()[0].split(",")[:3]
['"id"', '"traveller"', '"flight"']
"""

from collections.abc import Iterable
from datetime import datetime

from cordillera.foundation.csvsafe import csv_line
from cordillera.trust.review.model import AlertRow

COLUMNS = (
    "id",
    "traveller",
    "flight",
    "lands_utc",
    "score",
    "status",
    "outcome",
    "list",
    "list_date",
    "entry",
    "listed_name",
    "assigned_to",
    "raised_utc",
    "handling",
)


def queue_csv(rows: Iterable[tuple[AlertRow, str]]) -> str:
    """Return a header and one record per alert with its marking; names are as written, made harmless."""
    return "".join((csv_line(COLUMNS), *(csv_line((*_cells(row), stamp)) for row, stamp in rows)))


def _cells(row: AlertRow) -> tuple[object, ...]:
    listed = row.lists[0] if row.lists else None
    return (
        row.id,
        row.label,
        row.occasion,
        _moment(row.due_at),
        round(row.score, 4),
        row.status.value,
        "" if row.outcome is None else row.outcome.value,
        "" if listed is None else listed.list_name,
        "" if listed is None else listed.list_date,
        "" if listed is None else listed.entry_id,
        "" if listed is None else listed.name,
        row.assigned_name,
        _moment(row.raised_at),
    )


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()
