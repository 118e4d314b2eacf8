"""What the pages of lists show; the same views are their JSON twins."""

from datetime import datetime

import msgspec

from cordillera.desks.people.lists_desk import ListLine
from cordillera.desks.people.lists_model import DiffPage, ListSource, Update
from cordillera.desks.people.model import ListVersion


class ListsView(msgspec.Struct, frozen=True):
    """All lists: the active versions, the superseded ones still kept, and the import form's state."""

    now: datetime
    lines: tuple[ListLine, ...]
    active: tuple[ListVersion, ...]
    superseded: tuple[ListVersion, ...]
    formats: tuple[str, ...]
    form_name: str = ""
    form_format: str = ""
    error: str = ""
    done: str = ""
    held: str = ""


class ListPage(msgspec.Struct, frozen=True):
    """One list: its versions, its updates, what waits, its source, and the state of the forms."""

    now: datetime
    line: ListLine
    versions: tuple[ListVersion, ...]
    updates: tuple[Update, ...]
    formats: tuple[str, ...]
    source: ListSource | None
    officer: str
    error: str = ""
    done: str = ""


class DifferencePage(msgspec.Struct, frozen=True):
    """The difference between two versions, a page of it; `update` when the newer one waits.

    `error` says why a decision was refused, `reason` what was typed then.
    """

    old: ListVersion | None
    new: ListVersion
    difference: DiffPage
    update: Update | None
    officer: str
    error: str = ""
    reason: str = ""
