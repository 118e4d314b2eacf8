"""Commands of lists of documents reported lost, which rules read as `document.reported_lost`."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cordillera.cli.common import HomeOption, JsonOption, emit
from cordillera.cli.review import OfficerOption, PurposeOption, at_work, say
from cordillera.desks.travellers.lost_core import MOST_BYTES, read_lost
from cordillera.desks.travellers.lost_service import LostReport
from cordillera.trust.access.model import Permission

PURPOSE = "border_control"
ListOption = Annotated[str, Parameter(name="--list", help="The list's name.")]


def lost_documents(  # noqa: PLR0913 - the options of a command
    file: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    *,
    list_name: ListOption,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Let a list name the documents of FILE (CSV with `number` and `issuer`; `-` for standard input)."""
    with at_work(home, officer, purpose, Permission.LIST_IMPORT) as (node, session, tx):
        raw = sys.stdin.buffer.read() if str(file) == "-" else _read(file)
        _told(node.travellers.lost.replace(tx, session, list_name, read_lost(raw)), json=json)


def end_lost(
    *,
    list_name: ListOption,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """End a list of lost documents: it names none any more."""
    with at_work(home, officer, purpose, Permission.LIST_IMPORT) as (node, session, tx):
        _told(node.travellers.lost.end(tx, session, list_name), json=json)


def _read(file: Path) -> bytes:
    """At most one byte more than a list may have: then it is refused for its size."""
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _told(report: LostReport, *, json: bool) -> None:
    if json:
        emit(report)
        return
    say(f"{report.list_name}: {report.documents} documents, {report.added} new, {report.ended} ended")
    say(f"  {report.left_out} rows without a number or a known state")
