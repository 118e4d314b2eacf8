"""`cordillera list`: take watchlists in, and show which are active, how old and how large they are.

Sources and updates are in `list_update.py`, differences and agreement in `list_version.py`.
"""

from datetime import date
from pathlib import Path
from typing import Annotated

import cyclopts
import msgspec
from cyclopts import Parameter
from rich.table import Table

from cordillera.cli import list_budget, list_partner, list_update, list_version
from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.cli.list_common import FormatOption, MappingOption, actor, mapping_text
from cordillera.desks.people.files import read_source
from cordillera.desks.people.importing import Target
from cordillera.desks.people.lists_desk import ListLine
from cordillera.desks.people.model import ImportReport, ListVersion
from cordillera.foundation.store.database import Scope

__all__ = ["actor", "app"]
app = cyclopts.App(name="list", help="Watchlists: import, sources, updates, differences.")

DateOption = Annotated[
    date | None,
    Parameter(name="--date", help="Date of the list, where file and name do not state one (YYYY-MM-DD)."),
]
SmallerOption = Annotated[
    bool,
    Parameter(
        name="--accept-smaller",
        negative="",
        help="Take in a list that lost more than 5 %; it waits for a second officer.",
    ),
]
HoldOption = Annotated[
    bool, Parameter(name="--hold", negative="", help="Let the version wait until its difference was seen.")
]


@app.command(name="import")
def import_(  # noqa: PLR0913 - the options of a command
    path: Path,
    *,
    form: FormatOption,
    name: Annotated[str, Parameter(name="--name", help="Name of the list, such as UN.")],
    mapping: MappingOption = None,
    dated: DateOption = None,
    accept_smaller: SmallerOption = False,
    hold: HoldOption = False,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Take a list file in as the new version of a named list.

    For ofac-csv PATH is the SDN file, or a folder that holds it; ALT and ADD files are found beside it.
    A file that is cut, malformed or more than 5 % smaller is refused, and the old version stays active.
    """
    source = read_source(path, form, mapping_text(mapping))
    if dated is not None:
        source = msgspec.structs.replace(source, list_date=dated)
    with open_node(home) as node, node.store.transaction(Scope.node("list.import")) as tx:
        target = Target(name, form, path.name)
        report = node.watchlists.keeper.take_in(
            tx, source, target, actor(node), smaller=accept_smaller, hold=hold
        )
    emit(_report(report)) if json else console.print(_told(report))


@app.command
def show(*, json: JsonOption = False, home: HomeOption = None) -> None:
    """Show the active version of every list: date, counts, staleness, source, last update."""
    with open_node(home) as node, node.store.transaction(Scope.node("list.show")) as tx:
        lines = node.watchlists.lines(tx)
    if json:
        emit({"lists": [_as_json(line.version, line) for line in lines if line.version]})
        return
    table = Table("list", "list date", "imported", "entries", "names", "state", "source hash")
    for line in lines:
        if line.version:
            table.add_row(*_row(line.version, line))
    console.print(table)


def _row(version: ListVersion, line: ListLine) -> tuple[str, ...]:
    return (
        version.list_name,
        version.stated_date or "not stated",
        f"{version.imported_at:%Y-%m-%d %H:%M}Z",
        str(version.entries),
        str(version.names),
        ", ".join(_state(line)),
        version.source_hash[:16],
    )


def _state(line: ListLine) -> list[str]:
    state = ["stale" if line.stale else "fresh"]
    return state + ["update waits"] * bool(line.waiting) + ["source fails"] * line.failing


def _as_json(version: ListVersion, line: ListLine) -> dict[str, object]:
    shown = msgspec.to_builtins(version)
    told = {("name" if key == "list_name" else key): value for key, value in shown.items()}
    outcome = line.last.outcome.value if line.last else ""
    waits = str(line.waiting.version_id) if line.waiting else ""
    told |= {"stale": line.stale, "failing": line.failing}
    return {**told, "last_update": outcome, "update_waits": waits}


def _report(report: ImportReport) -> dict[str, object]:
    version = report.version
    return {
        "entries": version.entries,
        "names": version.names,
        "refused_fields": version.refused_fields,
        "seconds": report.seconds,
        "unread_fields": version.unread_fields,
        "capped_values": version.capped_values,
        "skipped_entries": version.skipped_entries,
        "left_values": version.left_values,
        "encoding": version.encoding,
        "version": str(version.version_id),
        "waiting": version.waiting,
        "added": report.added,
        "removed": report.removed,
        "changed": report.changed,
    }


def _told(report: ImportReport) -> str:
    version = report.version
    waits = "; it waits for an officer: cordillera list approve" if version.waiting else ""
    return (
        f"{version.list_name}: {version.entries} entries, {version.names} names,"
        f" {version.refused_fields} protected fields refused,"
        f" list date {version.stated_date or 'not stated'};"
        f" {report.added} added, {report.removed} removed, {report.changed} changed{waits}"
    )


app.command(list_update.sources)
app.command(list_update.source)
app.command(list_update.forget)
app.command(list_update.update)
app.command(list_partner.partner)
app.command(list_budget.budget)
app.command(list_version.versions)
app.command(list_version.diff)
app.command(list_version.approve)
app.command(list_version.refuse)
app.command(list_version.rollback)
