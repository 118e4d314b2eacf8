"""What the pages of lists and people show; the same views are their JSON twins."""

from datetime import datetime

import msgspec

from cordillera.desks.people.model import EntryView, ListVersion, PersonHit


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


class SearchView(msgspec.Struct, frozen=True):
    """A search over all active lists and its candidates, none of them verified."""

    q: str
    birth: str
    document: str
    asked: bool
    lists: tuple[ListVersion, ...]
    hits: tuple[PersonHit, ...]
    alert_threshold: float


class EntryPage(msgspec.Struct, frozen=True):
    """One list entry."""

    entry: EntryView
