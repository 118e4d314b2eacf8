"""The words of records: what is held, who holds it, what changes, and what carrying it out proves.

A record has one id wherever it is held: the node that first made it gives it, and it travels with the
content, so that a correction, a recall or an erasure finds every copy (reference 2.2 flow d, PCSC 14).

>>> status_of(Flags(blocked=True, disputed=True)).value
'blocked'
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from cordillera.trust.records.words import UNSEEN, CourtRef, Reason

Node = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=f"^[^{UNSEEN}]+$")]


class RecordStatus(StrEnum):
    """What may be done with a record; a correction is a new version, not a status."""

    SEALED = "sealed"
    ACTIVE = "active"
    BLOCKED = "blocked"
    DISPUTED = "disputed"
    RECALLED = "recalled"
    ERASED = "erased"


class Flags(msgspec.Struct, frozen=True):
    """What is known of a record, each on its own, so that the order in which changes come is no matter."""

    sealed: bool = False
    blocked: bool = False
    disputed: bool = False
    frozen: bool = False
    gone: str = ""


def status_of(flags: Flags) -> RecordStatus:
    """Return the status that flags together mean; what restricts most comes first."""
    if flags.gone:
        return RecordStatus(flags.gone)
    if flags.blocked:
        return RecordStatus.BLOCKED
    if flags.sealed:
        return RecordStatus.SEALED
    return RecordStatus.DISPUTED if flags.disputed else RecordStatus.ACTIVE


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record as this node holds it, without its content. `received_from` is empty for our own."""

    record_id: UUID
    origin: str
    agreement_id: str
    subject_category: str
    kind: str
    handling: dict[str, str]
    erase_after: datetime
    review_at: datetime
    status: RecordStatus
    version: int
    holder: str
    received_from: str
    message_id: UUID
    subject_ref: str
    parents: tuple[UUID, ...]
    disputed: bool
    frozen: bool = False
    kept_at: datetime


class NewRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record to be kept. `body` is sealed under a key of its own; `sealed`: conditions not accepted yet.

    `version` is the one that came; `agency` is empty for the node's own.
    """

    record_id: UUID
    origin: str
    agreement_id: str
    subject_category: str
    kind: str
    handling: dict[str, str]
    erase_after: datetime
    review_at: datetime
    message_id: UUID
    body: bytes
    received_from: str = ""
    subject_ref: str = ""
    parents: tuple[UUID, ...] = ()
    sealed: bool = False
    version: int = 1
    agency: str = ""


class Holder(msgspec.Struct, frozen=True):
    """A partner that this node gave a record: by which message, until when, under which consent."""

    record_id: UUID
    holder: str
    agreement_id: str
    message_id: UUID
    consent_id: UUID | None
    holds_until: datetime
    given_at: datetime
    gone_at: datetime | None


Kind = Literal["correct", "block", "unblock", "erase", "recall", "dispute", "extend"]
KINDS: tuple[Kind, ...] = ("correct", "block", "unblock", "erase", "recall", "dispute", "extend")
ENDING: frozenset[str] = frozenset({"erase", "recall"})


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A change, signed by the node that orders it; holders pass the very bytes on to those after them.

    `digest` binds the new content of a correction, `court_ref` names the court behind an order that is
    not the originator's, `until` is the new term of an extension, `version` that of the record after it.
    """

    change_id: UUID
    record_id: UUID
    kind: Kind
    issuer: Node
    at: datetime
    due_at: datetime
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    reason: Reason
    digest: Annotated[str, msgspec.Meta(max_length=64)] = ""
    court_ref: CourtRef = ""
    consent_id: UUID | None = None
    until: datetime | None = None
    seconded: bool = False


class ChangeData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a `record.*` message carries: the signed order, and the new content of a correction."""

    order: Annotated[str, msgspec.Meta(max_length=16_384)]
    body: Annotated[str, msgspec.Meta(max_length=900_000)] = ""


class HolderDone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one holder did, with the leaf that says so and the proof that it stands in its ledger."""

    holder: Node
    effect: Annotated[str, msgspec.Meta(max_length=32, pattern=r"^[a-z_]*$")]
    applied_at: datetime
    derived: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
    leaf: Annotated[str, msgspec.Meta(max_length=4096)]
    proof: Annotated[str, msgspec.Meta(max_length=16_384)]


class DoneData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `record.done` carries: the holder's own proof, those of everyone after it, and who is missing."""

    change_id: UUID
    record_id: UUID
    done: HolderDone
    onward: Annotated[tuple[HolderDone, ...], msgspec.Meta(max_length=256)] = ()
    waiting_for: Annotated[tuple[Node, ...], msgspec.Meta(max_length=256)] = ()


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A change at one holder: whether it was told, what it proved, and whether time has run out."""

    change_id: UUID
    record_id: UUID
    holder: str
    agreement_id: str
    state: str
    complete: bool
    error: str
    due_at: datetime
    sent_at: datetime
    done_at: datetime | None
    escalated_at: datetime | None
    done: HolderDone | None
    onward: tuple[HolderDone, ...]
    waiting_for: tuple[str, ...]
    overdue: bool


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a record: who ordered it and why, what it did here, and how far its holders are.

    `state`: proposed (a second officer is missing), held (too many at once: blocked, not yet erased),
    open (applied here, not everywhere), done, refused.
    """

    change_id: UUID
    record_id: UUID
    kind: Kind
    issuer: str
    received_from: str
    version: int
    state: str
    effect: str
    reason: str
    court_ref: str
    ruled_by: str
    seconded_by: str
    made_at: datetime
    due_at: datetime
    applied_at: datetime | None
    leaf: str
    derived: int
    tasks: tuple[Task, ...] = ()


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a record may be passed on to `recipient` for `purpose`; `side` is "asked" or "asked_of"."""

    consent_id: UUID
    record_id: UUID
    side: str
    peer: str
    agreement_id: str
    recipient: str
    purpose: str
    state: str
    asked_by: str
    first_officer: str
    second_officer: str
    leaf: str
    reason: str
    made_at: datetime
    changed_at: datetime


class ConsentUse(msgspec.Struct, frozen=True):
    """How many requests for consent a partner made today ("asked_of"), or we made to it ("asked")."""

    peer: str
    agreement_id: str
    side: str
    used: int
    limit: int


class ConsentData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a `consent.*` message carries; `leaf` is that of the grant in the originator's ledger."""

    consent_id: UUID
    record_id: UUID
    recipient: Node
    purpose: Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
    reason: Reason
    leaf: Annotated[str, msgspec.Meta(max_length=64)] = ""
    order: Annotated[str, msgspec.Meta(max_length=16_384)] = ""
