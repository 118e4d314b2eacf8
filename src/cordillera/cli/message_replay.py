"""`cordillera message replay`: stored messages read again by the present parser, lists and rules."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.desks.travellers.replay_core import Difference, Summary

_DAY = timedelta(days=1)


class ReplayLine(msgspec.Struct, frozen=True):
    """One message that is read otherwise now, or the summary at the end."""

    difference: Difference | None = None
    summary: Summary | None = None


def replay(
    *,
    since: Annotated[date, Parameter(name="--from")],
    until: Annotated[date | None, Parameter(name="--to")] = None,
    keep: Annotated[bool, Parameter(name="--raise", negative="")] = False,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Read the messages of some days again, and list what would come out otherwise now.

    Nothing is changed unless --raise is given; then new findings become alerts, those that stand already do
    not ask again. What is older than six months stays masked and is not read.

    Parameters
    ----------
    since
        First day (UTC) on which messages came.
    until
        Last day (UTC); the same as the first unless told.
    keep
        Raise alerts for what is found now and was not.

    """
    first = datetime.combine(since, datetime.min.time(), UTC)
    after = datetime.combine((until or since) + _DAY, datetime.min.time(), UTC)
    summary = Summary(kept=keep)
    with open_node(home) as node:
        days = (first, after)
        for told, found in node.travellers.replay.run(node.store, *days, actor="operator", keep=keep):
            summary = told
            if found is not None:
                _show(found, as_json=json)
    if json:
        emit(ReplayLine(summary=summary))
    else:
        for name in summary.__struct_fields__:
            console.print(f"{name:14} {getattr(summary, name)}", highlight=False)


def _show(found: Difference, *, as_json: bool) -> None:
    if as_json:
        emit(ReplayLine(found))
        return
    before, after = found.before, found.after
    parts = [
        f"{name} {getattr(before, name)} -> {getattr(after, name)}"
        for name in before.__struct_fields__
        if getattr(before, name) != getattr(after, name)
    ]
    counts = {
        "gained": found.gained,
        "lost": len(found.lost),
        "new alerts": len(found.new_alerts),
        "more findings": len(found.more_findings),
    }
    parts += [f"{name} {count}" for name, count in counts.items() if count]
    console.print(Text(f"{found.received_at:%Y-%m-%d %H:%M} {found.message_id}  {', '.join(parts)}"))
