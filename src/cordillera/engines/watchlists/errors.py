"""Why a list file is refused. The list that is active stays active after each of these."""

from cordillera.foundation.errors import BadInput


class ListUnreadable(BadInput):
    """The file cannot be read as the format it is said to be."""

    code = "watchlist.unreadable"


class ListTruncated(BadInput):
    """The file ends in the middle: XML that is not closed, a record cut short, a broken gzip stream."""

    code = "watchlist.truncated"


class ListForbiddenXml(BadInput):
    """The XML declares a document type, an entity or an inclusion; lists of the UN have none."""

    code = "watchlist.forbidden_xml"


class ListTooLarge(BadInput):
    """The file, or what it unpacks to, is larger than a list may be."""

    code = "watchlist.too_large"


class ListEmpty(BadInput):
    """The file holds no entry."""

    code = "watchlist.empty"


class ListMappingWrong(BadInput):
    """The mapping of a CSV list cannot be used; the condition says why (docs/lists.md)."""

    code = "watchlist.mapping_wrong"
