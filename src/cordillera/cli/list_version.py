"""Commands of versions: what an update changes, and who agrees to it, refuses it, or goes back.

Differences name people, and agreement is a person's: a named officer logs in, as for `cordillera review`.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter
from rich.table import Table

from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.cli.review import OfficerOption, at_work, say
from cordillera.desks.people.asking import actor_of
from cordillera.desks.people.list_handling import clear_copy, stamp_of_lists
from cordillera.desks.people.lists_errors import NothingWaits
from cordillera.desks.people.lists_model import EntryChange, Update
from cordillera.foundation.csvsafe import csv_line
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Permission

PURPOSE = "operation"
ReasonOption = Annotated[str, Parameter(name="--reason", help="Why; it is kept with your name.")]
VersionOption = Annotated[
    UUID | None, Parameter(name="--version", help="The version; without it, the one that waits.")
]
_COLUMNS = ("change", "entry", "name", "field", "before", "after", "handling")


def versions(name: str, *, json: JsonOption = False, home: HomeOption = None) -> None:
    """Show the versions of list NAME that are kept, and what its updates did."""
    with open_node(home) as node, node.store.transaction(Scope.node("list.versions")) as tx:
        kept, updates = node.watchlists.versions(tx, name), node.watchlists.keeper.updates(tx, name)
    if json:
        emit({"versions": kept, "updates": updates})
        return
    table = Table("version", "list date", "imported", "entries", "state")
    for one in kept:
        state = "waits" if one.waiting else "superseded" if one.superseded_at else "active"
        imported = f"{one.imported_at:%Y-%m-%d %H:%M}Z"
        table.add_row(str(one.version_id), one.stated_date or "not stated", imported, str(one.entries), state)
    console.print(table)


def diff(  # noqa: PLR0913 - the options of a command
    name: str,
    *,
    officer: OfficerOption,
    version: VersionOption = None,
    against: Annotated[
        UUID | None, Parameter(name="--against", help="Another version than the active.")
    ] = None,
    page: Annotated[int, Parameter(name="--page", help="From 1.")] = 1,
    csv: Annotated[
        Path | None, Parameter(name="--csv", help="Write the whole difference to this file.")
    ] = None,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Show what a version of list NAME changes, entry by entry and field by field."""
    with at_work(home, officer, PURPOSE, Permission.LIST_APPROVE) as (node, session, tx):
        desk = node.watchlists
        wanted = version or _waiting(desk.keeper.waiting(tx, name)).version_id
        if wanted is None:
            raise NothingWaits
        old, new = desk.compared(tx, wanted, against)
        before = None if old is None else old.version_id
        by = actor_of(session)
        shown = desk.differences.page(tx, before, new.version_id, page, by)
        if csv is not None:
            compared = [one for one in (old, new) if one is not None]
            clear_copy(compared)
            changes = desk.differences.changes(tx, before, new.version_id, by)
            write_changes(csv, changes, stamp_of_lists(compared))
    if json:
        emit(shown)
        return
    counts = shown.counts
    say(f"{counts.added} added, {counts.removed} removed, {counts.changed} changed")
    say(f"page {shown.page} of {shown.pages}")
    for row in shown.rows:
        say(f"{row.change}  {row.entry_id}  {row.name}")
        for field in row.fields:
            say(f"  {field.label}: {' | '.join(field.before)} -> {' | '.join(field.after)}")


def approve(
    name: str,
    *,
    officer: OfficerOption,
    version: VersionOption = None,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Agree to the version of list NAME that waits; a smaller one needs two different officers."""
    with at_work(home, officer, PURPOSE, Permission.LIST_APPROVE) as (node, session, tx):
        keeper = node.watchlists.keeper
        wanted = version or _waiting(keeper.waiting(tx, name)).version_id
        if wanted is None:
            raise NothingWaits
        update = keeper.agree(tx, wanted, actor_of(session))
    _tell(update, json=json)


def refuse(  # noqa: PLR0913 - the options of a command
    name: str,
    *,
    officer: OfficerOption,
    reason: ReasonOption,
    version: VersionOption = None,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Refuse the version of list NAME that waits; its entries are erased."""
    with at_work(home, officer, PURPOSE, Permission.LIST_APPROVE) as (node, session, tx):
        keeper = node.watchlists.keeper
        wanted = version or _waiting(keeper.waiting(tx, name)).version_id
        if wanted is None:
            raise NothingWaits
        update = keeper.refuse(tx, wanted, actor_of(session), reason)
    _tell(update, json=json)


def rollback(
    version: UUID,
    *,
    officer: OfficerOption,
    reason: ReasonOption,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Make a superseded VERSION the active one again."""
    with at_work(home, officer, PURPOSE, Permission.LIST_APPROVE) as (node, session, tx):
        update = node.watchlists.keeper.roll_back(tx, version, actor_of(session), reason)
    _tell(update, json=json)


def write_changes(path: Path, changes: Iterable[EntryChange], stamp: str = "") -> None:
    """Write a difference as CSV that runs nothing in a spreadsheet; only the owner may read the file.

    Each line carries the marking of the versions compared.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(csv_line(_COLUMNS))
        for row in changes:
            for field in row.fields:
                values = (field.label, "; ".join(field.before), "; ".join(field.after))
                file.write(csv_line((row.change, row.entry_id, row.name, *values, stamp)))


def _waiting(updates: tuple[Update, ...]) -> Update:
    if not updates:
        raise NothingWaits
    return updates[0]


def _tell(update: Update, *, json: bool) -> None:
    if json:
        emit(update)
        return
    said = f"{update.approvals} of {update.officers_needed} officers"
    say(f"{update.list_name}: {update.outcome.value}, {said}")
