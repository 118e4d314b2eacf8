"""Why a list is not taken in, or a search not done. The active list stays active after each of these."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound


class ListShrank(Conflict):
    """Condition 3: the new version holds over 5 % fewer entries or bytes than the active one."""

    code = "people.list_shrank"


class ListFormatChanged(Conflict):
    """Condition 2: a list of this name is active in another format."""

    code = "people.list_format_changed"


class ListNameInvalid(BadInput):
    """Condition 1: a list's name is 1 to 40 letters, digits, dots, dashes, spaces or underscores."""

    code = "people.list_name_invalid"


class ListFileMissing(NotFound):
    """The file, or the SDN file beside it, is not there."""

    code = "people.list_file_missing"


class ListNotFound(NotFound):
    """No list of this name is active."""

    code = "people.list_not_found"


class EntryNotFound(NotFound):
    """No such entry or reference, or it has been erased."""

    code = "people.entry_not_found"


class SearchEmpty(BadInput):
    """A search needs at least a name or a document number."""

    code = "people.search_empty"


class TableUnreadable(BadInput):
    """The table of people to screen lacks a column for names, or is no CSV."""

    code = "people.table_unreadable"
