"""What the pages of lists and people show; the same views are their JSON twins."""

import msgspec

from cordillera.desks.people.model import EntryView


class EntryPage(msgspec.Struct, frozen=True):
    """One list entry."""

    entry: EntryView
