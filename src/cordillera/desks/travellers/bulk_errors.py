"""Refusals of uploads of many files."""

from cordillera.foundation.errors import BadInput, NotFound


class BulkTooLarge(BadInput):
    """More files, or more bytes once unpacked, than one upload may hold; nothing of it was taken in."""

    code = "travellers.bulk_too_large"


class BulkUnreadable(BadInput):
    """What begins like an archive cannot be read as one; nothing of it was taken in."""

    code = "travellers.bulk_unreadable"


class BulkEmpty(BadInput):
    """No file was chosen, or the archive holds none."""

    code = "travellers.bulk_empty"


class BulkNotFound(NotFound):
    """No such upload, or not one of this agency."""

    code = "travellers.bulk_not_found"
