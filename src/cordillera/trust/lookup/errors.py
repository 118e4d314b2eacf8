"""What can go wrong with a private look-up."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted, Unavailable


class KeyNotExact(BadInput):
    """There is no one way to write this key, so it cannot be looked up: check number, issuer and kind."""

    code = "lookup.key_not_exact"


class NotOffered(NotPermitted):
    """The agreement has no private look-up, or does not allow it now."""

    code = "lookup.not_offered"


class NoTable(NotFound):
    """The partner's table of this epoch is not here; fetch it first."""

    code = "lookup.no_table"


class TableNotReady(Unavailable):
    """The holder is making the table of this epoch; ask again after `retry_after` seconds."""

    code = "lookup.table_not_ready"


class TableRefused(BadInput):
    """The partner's table does not fit its own hash, its key or what was fetched of it before."""

    code = "lookup.table_refused"


class NoSuchLookup(NotFound):
    """There is no look-up of this id that this agency may see."""

    code = "lookup.no_such_lookup"


class BlindingForgotten(Conflict):
    """The answer came after this process was started again, and only it could read it: ask once more."""

    code = "lookup.blinding_forgotten"
