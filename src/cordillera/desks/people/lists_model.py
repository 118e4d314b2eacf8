"""Lists as things that live: their sources, what each update did, and what changes between two versions.

>>> ListDelta("UN", None, None, added=("X.1",)).size
1
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

from cordillera.desks.people.model import ListFormat

Place = Annotated[str, msgspec.Meta(max_length=1000)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class ListDelta(msgspec.Struct, frozen=True):
    """What changes when `to_version` takes the place of `from_version`: entry ids, each in one group.

    `from_version` is None for a first version, `to_version` for a list that ends. An entry whose content
    is the same byte for byte (its place in the file apart) is in no group.
    """

    list_name: str
    from_version: UUID | None
    to_version: UUID | None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many entries differ."""
        return len(self.added) + len(self.removed) + len(self.changed)


class Outcome(StrEnum):
    """What became of an update."""

    UNCHANGED = "unchanged"
    ACTIVATED = "activated"
    WAITING = "waiting"
    REFUSED = "refused"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"
    ENDED = "ended"


class Policy(msgspec.Struct, frozen=True):
    """When a new version takes effect by itself, and from when on a list is called stale.

    `largest_change` is the share of entries, in percent, that may differ without an officer.
    """

    automatic: bool = True
    largest_change: Percent = 20
    stale_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30


Proof = Literal["", "sums", "signature"]
PROOFS: Final[tuple[Proof, ...]] = ("", "sums", "signature")
"""What a file was proven by, the weakest first."""


class ListSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where a list comes from. `sums` and `signature` are paths or URLs of the same kind as `place`.

    `public_key` is a minisign key; `mapping` the text of a mapping file, for CSV; `every_minutes` 0 means
    only when asked.
    """

    list_name: str
    format: ListFormat
    kind: Literal["file", "url"]
    place: Place
    sums: Place = ""
    signature: Place = ""
    public_key: Annotated[str, msgspec.Meta(max_length=200)] = ""
    mapping: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    every_minutes: Annotated[int, msgspec.Meta(ge=0, le=44_640)] = 0
    policy: Policy = Policy()

    @property
    def proof(self) -> Proof:
        """What each of its files is checked by before it is read."""
        return "signature" if self.signature else "sums" if self.sums else ""


class SourceState(msgspec.Struct, frozen=True):
    """What is known of a source since its last look: for conditional requests, and for people."""

    etag: str = ""
    last_modified: str = ""
    seen_hash: str = ""
    next_at: datetime | None = None
    checked_at: datetime | None = None
    outcome: str = ""
    code: str = ""


class KnownSource(msgspec.Struct, frozen=True):
    """A source with its state."""

    source: ListSource
    state: SourceState


class UpdateCounts(msgspec.Struct, frozen=True):
    """The numbers of an update, and what its file and that of the version before were proven by.

    `emptied` entries lost all of their names, dates of birth or documents.
    """

    entries: int = 0
    entries_before: int = 0
    bytes: int = 0
    bytes_before: int = 0
    added: int = 0
    removed: int = 0
    changed: int = 0
    emptied: int = 0
    proof: Proof = ""
    proof_before: Proof = ""


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """One update of a list. `reasons` are message ids of why it waits or was refused."""

    update_id: UUID
    list_name: str
    version_id: UUID | None
    replaces: UUID | None
    outcome: Outcome
    code: str
    reasons: tuple[str, ...]
    counts: UpdateCounts
    source_hash: str
    place: str
    officers_needed: int
    first_officer: str
    second_officer: str
    made_by: str
    made_at: datetime
    closed_at: datetime | None
    erase_after: datetime
    review_at: datetime

    @property
    def approvals(self) -> int:
        """How many officers have agreed."""
        return sum(bool(officer) for officer in (self.first_officer, self.second_officer))


class PartnerTerms(msgspec.Struct, frozen=True):
    """Under what a partner gave a list: agreement, article, handling, the record, and until when."""

    agreement_id: str
    article: str
    handling: dict[str, str]
    record_id: UUID
    erase_after: datetime


class FieldChange(msgspec.Struct, frozen=True):
    """One field of an entry: `label` is a message id; a value that is only in one version, or in both."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class EntryChange(msgspec.Struct, frozen=True):
    """One entry that differs between two versions."""

    entry_id: str
    change: Literal["added", "removed", "changed"]
    name: str
    fields: tuple[FieldChange, ...]


class DiffPage(msgspec.Struct, frozen=True):
    """A page of a difference, and how many entries differ in all."""

    counts: UpdateCounts
    rows: tuple[EntryChange, ...]
    page: int
    pages: int
