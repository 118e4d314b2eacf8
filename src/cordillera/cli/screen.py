"""`cordillera screen`: match a table of people against a list, one line per alert.

An alert is a candidate that no human has verified. Rows are numbered from 1, the first after the header.
"""

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import cyclopts
import sqlalchemy as sa
from cyclopts import Parameter
from rich.progress import Progress

from cordillera.cli.common import HomeOption, JsonOption, console, emit, errors, open_node
from cordillera.cli.list import actor
from cordillera.cli.screen_again import again
from cordillera.cli.screen_pairs import compare, pairs
from cordillera.desks.people.list_handling import clear_copy, stamp_of_list
from cordillera.desks.people.model import PersonHit
from cordillera.desks.people.tables import open_table, read_people
from cordillera.engines.names.model import Subject
from cordillera.foundation.csvsafe import csv_line
from cordillera.foundation.store.database import Scope
from cordillera.runtime.node import Node

app = cyclopts.App(name="screen", help="Match people against lists.")
app.command(pairs)
app.command(compare)
app.command(again)

_BATCH = 2_000
_COLUMNS = (
    *("row", "full_name", "date_of_birth", "entry", "listed_name"),
    *("score", "similarity", "probability", "completeness", "list", "handling"),
)
Alert = tuple[Subject, PersonHit]


@app.command
def people(
    file: Path,
    *,
    lists: Annotated[list[str], Parameter(name="--list", help="A list to screen against; repeat for more.")],
    csv: Annotated[Path | None, Parameter(help="Also write the alerts to this CSV file.")] = None,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Screen FILE.csv or FILE.csv.gz with columns full_name, date_of_birth against one list or more.

    Prints the best entry of each row at or above the threshold of its list, then a summary.
    """
    began = time.perf_counter()
    names = tuple(dict.fromkeys(lists))
    rows = 0
    alerts: list[Alert] = []
    with (
        open_node(home) as node,
        node.store.transaction(Scope.node("screen.people")) as tx,
        open_table(file) as text,
    ):
        versions = [node.people.lists.current(tx, name)[0].version for name in names]
        if csv is not None:
            clear_copy(versions)
        dates = [version.stated_date for version in versions]
        for batch in _with_progress(read_people(text)):
            rows += len(batch)
            for subject, hit in zip(batch, _best(node, tx, batch, names), strict=True):
                if hit is not None:
                    alerts.append((subject, hit))
                    _print_alert(subject, hit, json=json)
        node.people.record_screening(tx, names, (rows, len(alerts)), actor(node))
    seconds = round(time.perf_counter() - began, 3)
    if csv is not None:
        write_csv(csv, alerts, {one.list_name: stamp_of_list(one.handling) for one in versions})
    if json:
        emit({"rows": rows, "alerts": len(alerts), "seconds": seconds})
        return
    told = "; ".join(
        f"{name}, list date {day or 'not stated'}" for name, day in zip(names, dates, strict=True)
    )
    console.print(f"{rows} rows, {len(alerts)} alerts, {seconds} s; {told}")


def _best(
    node: Node, tx: sa.Connection, batch: Sequence[Subject], names: Iterable[str]
) -> list[PersonHit | None]:
    """Return the best entry of each row from all lists, or None."""
    found: list[PersonHit | None] = [None] * len(batch)
    for name in names:
        for row, hits in enumerate(node.people.lists.hits(tx, batch, list_name=name)):
            best = found[row]
            if hits and (best is None or hits[0].score > best.score):
                found[row] = hits[0]
    return found


def _print_alert(subject: Subject, hit: PersonHit, *, json: bool) -> None:
    if json:
        emit(
            {
                "row": int(subject.ref),
                "full_name": subject.full_name,
                "list": hit.list_name,
                "entry": hit.entry_id,
                "listed_name": hit.listed_name,
                "similarity": hit.similarity,
                "probability": hit.probability,
                "completeness": hit.completeness,
                "rests_on": hit.rests_on,
                "score": hit.score,
                "terms": [
                    {"name": term.name, "contribution": term.contribution, "detail": term.detail}
                    for term in hit.terms
                ],
            }
        )
        return
    names, evidence = f"names {hit.similarity:.0%}", f"evidence {hit.completeness:.0%}"
    line = f"{subject.ref}  {hit.score:+.2f}  {subject.full_name} ~ {hit.listed_name} ({hit.entry_id})"
    told = f"{line}  {names}, probability {hit.probability:.3f}, {evidence}"
    console.print(told, markup=False, highlight=False)


def write_csv(path: Path, alerts: Iterable[Alert], stamps: Mapping[str, str]) -> None:
    """Write alerts as CSV, for the caller's eyes only (mode 0600); no value may start a formula.

    Each line carries the marking of its list (`stamps`).
    """
    with open(path, "w", encoding="utf-8", newline="", opener=_private) as out:
        out.write(csv_line(_COLUMNS))
        for subject, hit in alerts:
            told = [subject.full_name, subject.date_of_birth, hit.entry_id, hit.listed_name]
            numbers = hit.score, hit.similarity, hit.probability, hit.completeness
            out.write(csv_line([int(subject.ref), *told, *numbers, hit.list_name, stamps[hit.list_name]]))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _with_progress(subjects: Iterator[Subject]) -> Iterator[list[Subject]]:
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("screening", total=None)
        while batch := list(islice(subjects, _BATCH)):
            yield batch
            progress.advance(task, len(batch))
