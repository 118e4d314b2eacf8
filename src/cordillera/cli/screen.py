"""`cordillera screen`: match a table of people against a list, one line per alert.

An alert is a candidate that no human has verified. Rows are numbered from 1, the first after the header.
"""

import os
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter
from rich.progress import Progress

from cordillera.cli.common import HomeOption, JsonOption, console, emit, errors, open_node
from cordillera.cli.list import actor
from cordillera.cli.screen_again import again
from cordillera.cli.screen_pairs import compare, pairs
from cordillera.desks.people.model import PersonHit
from cordillera.desks.people.tables import open_table, read_people
from cordillera.engines.names.model import Subject
from cordillera.foundation.csvsafe import csv_line
from cordillera.foundation.store.database import Scope

app = cyclopts.App(name="screen", help="Match people against lists.")
app.command(pairs)
app.command(compare)
app.command(again)

_BATCH = 2_000
Alert = tuple[Subject, PersonHit]


@app.command
def people(
    file: Path,
    *,
    list_name: Annotated[str, Parameter(name="--list", help="Name of the list to screen against.")],
    csv: Annotated[Path | None, Parameter(help="Also write the alerts to this CSV file.")] = None,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Screen FILE.csv or FILE.csv.gz with columns full_name, date_of_birth against one list.

    Prints the best entry of each row at or above the threshold, then a summary.
    """
    began = time.perf_counter()
    rows = 0
    alerts: list[Alert] = []
    with (
        open_node(home) as node,
        node.store.transaction(Scope.node("screen.people")) as tx,
        open_table(file) as text,
    ):
        version = node.people.lists.current(tx, list_name)[0].version
        for batch in _with_progress(read_people(text)):
            rows += len(batch)
            for subject, hits in zip(
                batch, node.people.lists.hits(tx, batch, list_name=list_name), strict=True
            ):
                if hits:
                    alerts.append((subject, hits[0]))
                    _print_alert(subject, hits[0], json=json)
        node.people.record_screening(tx, list_name, (rows, len(alerts)), actor(node))
    seconds = round(time.perf_counter() - began, 3)
    if csv is not None:
        write_csv(csv, alerts)
    if json:
        emit({"rows": rows, "alerts": len(alerts), "seconds": seconds})
        return
    told = version.stated_date or "not stated"
    console.print(f"{rows} rows, {len(alerts)} alerts, {seconds} s; {list_name}, list date {told}")


def _print_alert(subject: Subject, hit: PersonHit, *, json: bool) -> None:
    if json:
        emit(
            {
                "row": int(subject.ref),
                "full_name": subject.full_name,
                "entry": hit.entry_id,
                "listed_name": hit.listed_name,
                "score": hit.score,
                "terms": [
                    {"name": term.name, "contribution": term.contribution, "detail": term.detail}
                    for term in hit.terms
                ],
            }
        )
        return
    line = f"{subject.ref}  {hit.score:.2f}  {subject.full_name} ~ {hit.listed_name} ({hit.entry_id})"
    console.print(line, markup=False, highlight=False)


def write_csv(path: Path, alerts: Iterable[Alert]) -> None:
    """Write alerts as CSV, for the caller's eyes only (mode 0600); no value may start a formula."""
    with open(path, "w", encoding="utf-8", newline="", opener=_private) as out:
        out.write(csv_line(["row", "full_name", "date_of_birth", "entry", "listed_name", "score"]))
        for subject, hit in alerts:
            told = [subject.full_name, subject.date_of_birth, hit.entry_id, hit.listed_name]
            out.write(csv_line([int(subject.ref), *told, hit.score]))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _with_progress(subjects: Iterator[Subject]) -> Iterator[list[Subject]]:
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("screening", total=None)
        while batch := list(islice(subjects, _BATCH)):
            yield batch
            progress.advance(task, len(batch))
