"""What the pages of lists and people show; the same views are their JSON twins."""

from datetime import datetime

import msgspec

from cordillera.desks.people.model import EntryView, ListVersion


class ListsView(msgspec.Struct, frozen=True):
    """All lists: the active versions, the superseded ones still kept, and the import form's state."""

    now: datetime
    active: tuple[ListVersion, ...]
    superseded: tuple[ListVersion, ...]
    formats: tuple[str, ...]
    form_name: str = ""
    form_format: str = ""
    error: str = ""
    done: str = ""


class EntryPage(msgspec.Struct, frozen=True):
    """One list entry."""

    entry: EntryView
