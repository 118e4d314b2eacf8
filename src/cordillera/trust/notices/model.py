"""A spontaneous notice: the closed field list of the agreement, its conditions, and where it stands.

PCSC 11(1)-(3): what may be given without a request, with facts that support it, under conditions that
bind whoever accepts them. The names of the data are the names of the agreement's fields.

>>> NoticeContent(full_name="Ana Invented", facts="Seen twice at the pier by night.", grading="B2").grading
'B2'
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from cordillera.trust.exchange.envelope import Legal, Retention
from cordillera.trust.exchange.model import DocumentRef, LegalGrounds, Reference, Text
from cordillera.trust.handling.choice import HandlingChoice

SERVICE = "notice.suspect"
CATEGORY = "notice"
"""The retention rule of agreements for notices."""
MAX_FILES = 32

Facts = Annotated[str, msgspec.Meta(min_length=20, max_length=8_000, pattern=r"\S\s+\S+\s+\S")]
Admiralty = Annotated[str, msgspec.Meta(pattern=r"^[A-F][1-6]$")]
Day = Annotated[str, msgspec.Meta(max_length=10, pattern=r"^(\d{4}(-\d\d){0,2})?$")]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2,3}$")]
Names = Annotated[tuple[Text, ...], msgspec.Meta(max_length=20)]
State = Literal[
    "draft", "withdrawn", "released", "sealed", "accepted", "declined", "refused", "expired", "erased"
]


class NoticeContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who the notice is about, and the facts that support it, graded A-F by 1-6."""

    full_name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    given_names: Text = ""
    family_names: Text = ""
    aliases: Names = ()
    sex: Literal["", "F", "M", "X"] = ""
    date_of_birth: Day = ""
    place_of_birth: Text = ""
    nationalities: Annotated[tuple[Country, ...], msgspec.Meta(max_length=8)] = ()
    documents: Annotated[tuple[DocumentRef, ...], msgspec.Meta(max_length=8)] = ()
    facts: Facts
    grading: Admiralty
    attachments: Annotated[tuple[Reference, ...], msgspec.Meta(max_length=MAX_FILES)] = ()


class NoticeData(NoticeContent, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A notice as it travels; the record has this id wherever it is held. `origin_id`: who made it first."""

    record_id: UUID
    origin_id: Text = ""

    @property
    def content(self) -> NoticeContent:
        """What is kept as the record's content."""
        values = {name: getattr(self, name) for name in NoticeContent.__struct_fields__}
        return NoticeContent(**values)


class AcceptanceData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the receiver decided; `conditions` is the digest of exactly the conditions it was shown."""

    reference: Reference
    outcome: Literal["accepted", "declined"]
    conditions: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class Draft(msgspec.Struct, frozen=True):
    """A notice as it was written: what, why, and what its writer adds to the marking."""

    content: NoticeContent
    grounds: LegalGrounds
    marking: HandlingChoice = HandlingChoice()


class Terms(msgspec.Struct, frozen=True):
    """What came with a notice besides its content, as kept sealed."""

    legal: Legal
    retention: Retention


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver is shown, and accepts or not, before anything of the content."""

    sender: str
    agreement_id: str
    agreement_hash: str
    offence: str
    max_penalty_months: int
    purpose: str
    case_ref: str
    subject_category: str
    urgency: str
    handling: dict[str, str]
    stamp: str
    erase_after: datetime
    retention_notes: str
    articles: tuple[str, ...]
    digest: str


class NoticeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list: never anything of the content."""

    id: UUID
    direction: Literal["in", "out"]
    peer: str
    agreement_id: str
    state: State
    subject_category: str
    offence: str
    purpose: str
    stamp: str
    tlp: str
    writer: str
    releaser: str
    written_at: datetime
    released_at: datetime | None
    decided_at: datetime | None
    due_at: datetime | None
    due_for: str
    level: int
    error: str
    articles: tuple[str, ...]
    erase_after: datetime


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """One notice; `content` is None while it is sealed or once it is gone, and `closed` says why.

    `digest`: of a draft, what its release names, so that nothing else than what was shown is released.
    """

    line: NoticeLine
    conditions: Conditions | None
    content: NoticeContent | None
    closed: str
    grounds: LegalGrounds | None
    reason: str
    kept_at: datetime | None
    decided_by: str
    digest: str = ""
