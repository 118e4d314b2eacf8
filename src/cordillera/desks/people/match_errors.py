"""Why a question of a client program is not answered."""

from cordillera.foundation.errors import BadInput


class UnknownSchema(BadInput):
    """The schema is not one that lists can be asked for."""

    code = "people.unknown_schema"


class UnknownAlgorithm(BadInput):
    """There is no matcher of this name."""

    code = "people.unknown_algorithm"


class QueryUnreadable(BadInput):
    """The queries are no JSON of the declared shape, or too many for one request."""

    code = "people.query_unreadable"


class BatchUnreadable(BadInput):
    """The columns lack a name, differ in length, or are no readable CSV or JSON; `row` says where."""

    code = "people.batch_unreadable"


class BatchTooLarge(BadInput):
    """The batch has more rows or longer lines than one request may have."""

    code = "people.batch_too_large"
