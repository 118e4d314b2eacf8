"""A person's request and what came of it (LED arts. 12-17; PCSC arts. 14, 20-22; Convention 108+ art. 9).

`Sought` is whom the request is about, `Applicant` who brought it; the two are sealed apart. `Held` is one
thing that a part of the node holds about the person, found through `ports.PersonInventory`.

>>> Sought(full_name="Ana Invented").text
'Ana Invented'
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=200)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Code = Annotated[str, msgspec.Meta(max_length=64)]
Birth = Annotated[str, msgspec.Meta(max_length=10, pattern=r"^(\d{4}(-\d\d){0,2})?$")]
Language = Literal["es", "en"]


class Kind(StrEnum):
    """What is asked for. `WRONG_MATCH`: "you take me for somebody else"."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    OBJECTION = "objection"
    WRONG_MATCH = "wrong_match"


DISPUTES = frozenset({Kind.CORRECTION, Kind.ERASURE, Kind.OBJECTION, Kind.WRONG_MATCH})
"""Requests that dispute what is held: it does not score until they are decided (Pruem 37(2))."""


class Status(StrEnum):
    """Where a ticket stands. Time never moves it: only a search, officers and an answer do."""

    OPEN = "open"
    FOUND = "found"
    COUNTERSIGN = "countersign"
    DECIDED = "decided"
    ANSWERED = "answered"


class Outcome(StrEnum):
    """What officers decide. `CHECKS_MADE`: the neutral answer where the law lets no more be said (LED 17)."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    CHECKS_MADE = "checks_made"


class Standing(StrEnum):
    """Whether a thing found is about the person: by document, doubtful, or as a named officer judged."""

    CERTAIN = "certain"
    DOUBTFUL = "doubtful"
    SAME = "same"
    OTHER = "other"


class PersonDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document of the person: kind as a code or words, number, issuing state or ""."""

    number: Code
    type: Code = ""
    issuer: Code = ""


class Sought(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a request is about."""

    full_name: Name
    given_names: Text = ""
    family_names: Text = ""
    date_of_birth: Birth = ""
    documents: Annotated[tuple[PersonDocument, ...], msgspec.Meta(max_length=8)] = ()

    @property
    def text(self) -> str:
        """The name as given."""
        return self.full_name


class Applicant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who brought the request and how their identity was checked. Sealed apart, kept shorter."""

    name: Name
    relation: Literal["self", "representative", "guardian"]
    checked: Literal["in_person", "notary", "consulate", "electronic_signature"]
    document: Annotated[str, msgspec.Meta(min_length=4, max_length=64)]
    contact: Text = ""


class NewTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request as a clerk takes it in. `tell_partners`: the person lets partners be told their name."""

    kind: Kind
    about: Sought
    applicant: Applicant
    language: Language = "es"
    tell_partners: bool = False


class Shared(msgspec.Struct, frozen=True):
    """One time that something about the person went to a partner, or came from one."""

    peer: str
    agreement_id: str
    message_id: UUID
    direction: Literal["in", "out"]
    at: datetime


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One thing held about a person. `certain`: a document or the node's own link says so.

    `label` is how the officer recognises it; `facts` are labels and values for the officer, never for the
    letter. `records` are the exchange's records made of it, `handling` the marking it stood under when found.
    """

    source: str
    ref: str
    certain: bool
    score: float
    label: str
    at: datetime
    erase_after: datetime
    facts: tuple[tuple[str, str], ...] = ()
    shared: tuple[Shared, ...] = ()
    records: tuple[UUID, ...] = ()
    handling: str = ""


class Item(msgspec.Struct, frozen=True):
    """A thing found, with who judged whether it is about the person, and since when it is frozen."""

    id: UUID
    standing: Standing
    judged_by: str
    frozen_at: datetime | None
    held: Held
    seen_by: int = 0

    @property
    def concerns(self) -> bool:
        """Whether it is about the person."""
        return self.standing in {Standing.CERTAIN, Standing.SAME}


class FoundItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a partner says of one message between us: held still or erased, frozen, until when. No content."""

    message_id: UUID
    held: bool
    frozen: bool
    erase_after: datetime | None = None


class Find(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`redress.find`: which messages between us concern the person; the name only with their consent."""

    ticket_id: UUID
    kind: Kind
    dispute: bool
    messages: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=500)]
    about: Sought | None = None


class OnwardFound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A node that holds the asker's records through us: whether it answered, what it holds and froze."""

    node: Code
    answered: bool
    held: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    frozen: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


class Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`redress.found`: what became of those messages. `own` never tells whether anything else is held.

    Sent again whole when a node farther on has answered.
    """

    ticket_id: UUID
    items: Annotated[tuple[FoundItem, ...], msgspec.Meta(max_length=500)]
    own: Literal["checks_made", "not_asked"]
    onward: Annotated[tuple[OnwardFound, ...], msgspec.Meta(max_length=64)] = ()


class PartnerAnswer(msgspec.Struct, frozen=True):
    """A partner asked for a ticket, and what it answered."""

    peer: str
    agreement_id: str
    state: Literal["asked", "answered", "expired", "refused"]
    asked_at: datetime
    answered_at: datetime | None
    found: Found | None = None


class Decision(msgspec.Struct, frozen=True):
    """What a named officer decided or proposed, and by which article."""

    outcome: Outcome
    article: str
    officer_id: str
    officer_name: str
    decided_at: datetime
    reason: str


class TicketRow(msgspec.Struct, frozen=True):
    """One line of the queue; whom it is about stays sealed. `search_wanted_at`: since when a search runs."""

    id: UUID
    number: str
    kind: Kind
    status: Status
    outcome: Outcome | None
    agreement_id: str
    language: Language
    tell_partners: bool
    opened_by: str
    opened_at: datetime
    deadline_at: datetime
    searched_at: datetime | None
    answered_at: datetime | None
    escalated: int
    erase_after: datetime
    search_wanted_at: datetime | None = None
    search_error: str = ""


class Ticket(msgspec.Struct, frozen=True):
    """A ticket opened: inventory, partners, decisions, and what was told."""

    row: TicketRow
    about: Sought
    items: tuple[Item, ...]
    partners: tuple[PartnerAnswer, ...]
    decisions: tuple[Decision, ...]
    letters: dict[str, str]

    @property
    def handling(self) -> str:
        """The markings of everything in it that concerns the person, for whoever hands an answer over."""
        return " + ".join(
            dict.fromkeys(one.held.handling for one in self.items if one.concerns and one.held.handling)
        )


class Ruling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An officer's decision as it comes in.

    `without`: decide although these partners have not answered; `items`: what a partly granted request
    is granted for.
    """

    outcome: Outcome
    article: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    without: Annotated[tuple[Code, ...], msgspec.Meta(max_length=64)] = ()
    items: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=500)] = ()


class Applied(msgspec.Struct, frozen=True):
    """What a decision set in motion: things erased, records changed, matches remembered as wrong."""

    erased: int = 0
    records: int = 0
    remembered: int = 0
