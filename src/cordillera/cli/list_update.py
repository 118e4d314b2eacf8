"""Commands of sources: where lists come from, when they are looked at, and what came of it."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter
from rich.table import Table

from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.cli.list_common import FormatOption, MappingOption, actor, mapping_text
from cordillera.desks.people.lists_model import ListSource, Policy
from cordillera.foundation import shapes
from cordillera.foundation.store.database import Scope


def sources(*, json: JsonOption = False, home: HomeOption = None) -> None:
    """Show where lists come from, when each was looked at last, and what came of it."""
    with open_node(home) as node, node.store.transaction(Scope.node("list.sources")) as tx:
        known = [line.source for line in node.watchlists.lines(tx) if line.source]
    if json:
        emit({"sources": known})
        return
    table = Table("list", "place", "every", "looked at", "outcome", "next")
    for one in known:
        state, source_ = one.state, one.source
        table.add_row(
            source_.list_name,
            source_.place,
            f"{source_.every_minutes} min" if source_.every_minutes else "when asked",
            f"{state.checked_at:%Y-%m-%d %H:%M}Z" if state.checked_at else "never",
            f"{state.outcome} {state.code}".strip(),
            f"{state.next_at:%Y-%m-%d %H:%M}Z" if state.next_at else "when asked",
        )
    console.print(table)


def source(  # noqa: PLR0913 - the options of a command
    name: str,
    place: str,
    *,
    form: FormatOption,
    sums: Annotated[
        str, Parameter(name="--sums", help="File or URL of SHA-256 sums that names the list.")
    ] = "",
    signature: Annotated[
        str, Parameter(name="--signature", help="Minisign signature of the sums file, or of the list.")
    ] = "",
    public_key: Annotated[str, Parameter(name="--public-key", help="The publisher's minisign key.")] = "",
    mapping: MappingOption = None,
    every: Annotated[
        int, Parameter(name="--every", help="Minutes between looks; 0: only when asked.")
    ] = 1440,
    stale_days: Annotated[int, Parameter(name="--stale-days", help="Days after which it is stale.")] = 30,
    largest_change: Annotated[
        int, Parameter(name="--largest-change", help="Percent of entries that may change unseen.")
    ] = 20,
    ask: Annotated[
        bool, Parameter(name="--ask", negative="", help="No version takes effect without an officer.")
    ] = False,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Say where list NAME comes from: PLACE is an https URL, or a file or folder of this machine."""
    kind: Literal["file", "url"] = "url" if "://" in place else "file"
    here = (lambda text: text) if kind == "url" else _absolute
    asked = {
        "list_name": name,
        "format": form,
        "kind": kind,
        "place": here(place),
        "sums": here(sums),
        "signature": here(signature),
        "public_key": public_key,
        "mapping": mapping_text(mapping),
        "every_minutes": every,
        "policy": Policy(not ask, largest_change, stale_days),
    }
    with open_node(home) as node:
        wanted = shapes.convert(msgspec.to_builtins(asked), ListSource)
        known = node.watchlists.updater.put_source(node.store, wanted, actor(node))
    emit(known) if json else console.print(f"{name}: {known.source.place}")


def forget(name: str, *, json: JsonOption = False, home: HomeOption = None) -> None:
    """Forget where list NAME comes from; the list stays."""
    with open_node(home) as node:
        node.watchlists.updater.remove_source(node.store, name, actor(node))
    emit({"forgotten": name}) if json else console.print(f"{name}: no source")


def update(
    name: Annotated[str | None, Parameter(help="One list; without it, all whose time has come.")] = None,
    /,
    *,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Look at the source of a list now; what is wrong with it is told, and the old version stays active."""
    with open_node(home) as node:
        updater = node.watchlists.updater
        if name is None:
            count = updater.run_once(node.store)
            emit({"looked_at": count}) if json else console.print(f"{count} looked at")
            return
        state = updater.look(node.store, name)
    emit(state) if json else console.print(f"{name}: {state.outcome} {state.code}".rstrip())


def _absolute(place: str) -> str:
    return str(Path(place).expanduser().absolute()) if place else ""
