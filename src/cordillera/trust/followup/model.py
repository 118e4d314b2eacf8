"""The second step after a confirmed hit (PCSC 6): what is asked for, what is given, and under which marking.

The names of the data are the names of the agreement's closed list; what is not filled does not leave.

>>> CoreData(full_name="Ana Invented").filled
('full_name',)
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from cordillera.trust.exchange.model import Code, DocumentRef, Reference, Text
from cordillera.trust.followup.timers import Deadline
from cordillera.trust.handling.choice import HandlingChoice
from cordillera.trust.handling.display import Badge

CATEGORY = "hit"
KIND = "info"
"""The kind of record that an answer becomes."""

Use = Literal["intelligence", "evidence"]
Urgency = Literal["routine", "urgent", "emergency"]
State = Literal["waiting", "open", "proposed", "sent", "answered", "refused", "expired"]
Outcome = Literal["", "full", "partial", "refused"]
Names = Annotated[tuple[Text, ...], msgspec.Meta(max_length=20)]
_WORDS = r"^[^\s\x00-\x1f]*[^\W_]([^\x00-\x1f]*\S)?$"
Long = Annotated[str, msgspec.Meta(max_length=8_000)]


class CoreData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be told about the person behind a reference."""

    full_name: Text = ""
    given_names: Text = ""
    family_names: Text = ""
    previous_names: Names = ()
    aliases: Names = ()
    sex: Literal["", "F", "M", "X"] = ""
    date_of_birth: Annotated[str, msgspec.Meta(max_length=21, pattern=r"^[0-9/-]*$")] = ""
    place_of_birth: Text = ""
    nationalities: Annotated[tuple[Text, ...], msgspec.Meta(max_length=8)] = ()
    documents: Annotated[tuple[DocumentRef, ...], msgspec.Meta(max_length=16)] = ()
    facts: Long = ""
    convictions: Annotated[tuple[Text, ...], msgspec.Meta(max_length=32)] = ()
    grading: Annotated[str, msgspec.Meta(pattern=r"^([A-F][1-6])?$")] = ""
    attachments: Annotated[tuple[Reference, ...], msgspec.Meta(max_length=32)] = ()

    @property
    def filled(self) -> tuple[str, ...]:
        """The names of the data that are there."""
        return tuple(name for name in FIELDS if getattr(self, name))


FIELDS: tuple[str, ...] = CoreData.__struct_fields__


class RequestData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request as it travels; `query_id` is the query, or the notice, that the reference belongs to."""

    request_id: UUID
    query_id: UUID
    reference: Reference
    fields_wanted: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1, max_length=32)]
    intended_use: Use


class ResponseData(CoreData, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An answer as it travels; a refusal fills the reference only and cites its article in the header."""

    request_id: UUID
    record_id: UUID
    reference: Reference

    @property
    def core(self) -> CoreData:
        """What is told, as it is kept."""
        return CoreData(**{name: getattr(self, name) for name in FIELDS})


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer asks for after a confirmed hit, or an accepted notice."""

    thread_id: UUID
    reference: Reference
    fields_wanted: tuple[Code, ...]
    intended_use: Use = "intelligence"
    urgency: Urgency = "routine"
    ordered_by: Code = ""


class JudicialOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The order of a judge or prosecutor: who gave it, of which authority, under which number, and when.

    >>> JudicialOrder(by="Invented", authority="Court 3", number="12", given_on=date(2026, 11, 2)).reference
    'Court 3 12 2026-11-02'
    """

    by: Annotated[str, msgspec.Meta(max_length=120, pattern=_WORDS)]
    authority: Annotated[str, msgspec.Meta(max_length=100, pattern=_WORDS)]
    number: Annotated[str, msgspec.Meta(max_length=64, pattern=_WORDS)]
    given_on: date

    @property
    def reference(self) -> str:
        """What the message says of it; the name of the person stays in our own log."""
        return f"{self.authority} {self.number} {self.given_on.isoformat()}"


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer of the party asked gives, and what they add to the marking."""

    content: CoreData
    marking: HandlingChoice = HandlingChoice()
    judicial_order: JudicialOrder | None = None


class FollowUpLine(msgspec.Struct, frozen=True, kw_only=True):
    """One request of a list: no content, and nobody's name."""

    id: UUID
    direction: Literal["in", "out"]
    peer: str
    agreement_id: str
    service: str
    thread_id: UUID
    reference: str
    state: State
    outcome: Outcome
    urgency: str
    intended_use: str
    wanted: tuple[str, ...]
    officer: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    level: int
    emergency: Deadline | None
    article: str
    articles: tuple[str, ...]
    error: str
    record_id: UUID | None
    proposer: str


class FollowUpView(msgspec.Struct, frozen=True, kw_only=True):
    """One request whole. `content`: what was given; `offered`: what waits for a second officer."""

    line: FollowUpLine
    purpose: str
    offence: str
    max_penalty_months: int
    case_ref: str
    subject_category: str
    approval: str
    refusal_grounds: tuple[str, ...]
    may_give: tuple[str, ...]
    badge: Badge | None
    content: CoreData | None
    offered: Response | None
    closed: str
