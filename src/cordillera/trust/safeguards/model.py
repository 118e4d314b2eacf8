"""Words of retention: what is due, what was erased, what is to be looked at again."""

from datetime import datetime
from uuid import UUID

import msgspec


class DueGroup(msgspec.Struct, frozen=True):
    """Records that stand and fall together: the id of the leading row as its table keeps it, and its kind."""

    kind: str
    ref: UUID | str
    agency: str
    erase_after: datetime


class DueReview(msgspec.Struct, frozen=True):
    """A record whose need must be confirmed by a person, or it goes."""

    kind: str
    ref: str
    agency: str
    review_at: datetime
    erase_after: datetime


class KindState(msgspec.Struct, frozen=True):
    """How one kind of record stands: how many, what is due now, and when the next one goes."""

    kind: str
    records: int
    due: int
    to_review: int
    next_erasure: datetime | None


class Erased(msgspec.Struct, frozen=True):
    """What a run erased of one kind: groups, rows, and data keys destroyed."""

    kind: str
    groups: int
    rows: int
    keys: int


class RetentionReport(msgspec.Struct, frozen=True):
    """What a retention run did.

    `keys_without_owner`: due keys that no kind of record claimed, destroyed too;
    `months_closed`: erase months whose wrapping key was destroyed, so that no backup opens them.
    """

    erased: tuple[Erased, ...]
    keys_without_owner: int = 0
    months_closed: tuple[str, ...] = ()

    @property
    def groups(self) -> int:
        """How many record groups are gone."""
        return sum(part.groups for part in self.erased)
