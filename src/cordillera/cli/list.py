"""`cordillera list`: take watchlists in, and show which are active, how old and how large they are."""

from datetime import date
from pathlib import Path
from typing import Annotated

import cyclopts
import msgspec
from cyclopts import Parameter
from rich.table import Table

from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.desks.people.files import read_source
from cordillera.desks.people.model import Actor, ListFormat, ListVersion
from cordillera.foundation.store.database import NODE, Scope
from cordillera.runtime.node import Node

app = cyclopts.App(name="list", help="Watchlists: import and show.")

FormatOption = Annotated[ListFormat, Parameter(name="--format", help="un-xml or ofac-csv.")]
DateOption = Annotated[
    date | None,
    Parameter(name="--date", help="Date of the list, where file and name do not state one (YYYY-MM-DD)."),
]
SmallerOption = Annotated[
    bool,
    Parameter(name="--accept-smaller", negative="", help="Take in a list that lost more than 5 %."),
]


@app.command(name="import")
def import_(  # noqa: PLR0913 - the options of a command
    path: Path,
    *,
    form: FormatOption,
    name: Annotated[str, Parameter(name="--name", help="Name of the list, such as UN.")],
    dated: DateOption = None,
    accept_smaller: SmallerOption = False,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Take a list file in as the new version of a named list.

    For ofac-csv PATH is the SDN file, or a folder that holds it; ALT and ADD files are found beside it.
    A file that is cut, malformed or more than 5 % smaller is refused, and the old version stays active.
    """
    source = read_source(path, form)
    if dated is not None:
        source = msgspec.structs.replace(source, list_date=dated)
    with open_node(home) as node, node.store.transaction(Scope.node("list.import")) as tx:
        report = node.people.import_source(tx, source, (name, form), actor(node), smaller=accept_smaller)
    version = report.version
    if json:
        counts = {
            "entries": version.entries,
            "names": version.names,
            "refused_fields": version.refused_fields,
        }
        emit({**counts, "seconds": report.seconds})
        return
    console.print(
        f"{version.list_name}: {version.entries} entries, {version.names} names,"
        f" {version.refused_fields} protected fields refused, list date {version.stated_date or 'not stated'}"
    )


@app.command
def show(*, json: JsonOption = False, home: HomeOption = None) -> None:
    """Show the active version of every list: date, counts, source hash."""
    with open_node(home) as node, node.store.transaction(Scope.node("list.show")) as tx:
        active = node.people.active(tx)
    if json:
        emit({"lists": [_as_json(version) for version in active]})
        return
    table = Table("list", "list date", "imported", "entries", "names", "source hash")
    for version in active:
        table.add_row(
            version.list_name,
            version.stated_date or "not stated",
            f"{version.imported_at:%Y-%m-%d %H:%M}Z",
            str(version.entries),
            str(version.names),
            version.source_hash[:16],
        )
    console.print(table)


def actor(node: Node) -> Actor:
    """Return who acts on the command line: the node's own operator."""
    return Actor(NODE, node.settings.node.agency, "operation")


def _as_json(version: ListVersion) -> dict[str, object]:
    shown = msgspec.to_builtins(version)
    return {("name" if key == "list_name" else key): value for key, value in shown.items()}
