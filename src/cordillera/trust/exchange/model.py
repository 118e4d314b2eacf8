"""What is asked, answered and shown: the person query of hit/no-hit (PCSC 5 and 6), first step only.

A query never carries nationality. A candidate carries no identity: a reference, a score, and the names
of the terms that agree or contradict, so the asking side can weigh it before the second, legal step.

>>> PersonQuery("Ana Invented").fields
('full_name',)
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from cordillera.foundation.explain import Term
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange.court import CourtOrder

SERVICE = "query.person"
MAX_CANDIDATES = 5
MAX_TERMS = 8

Text = Annotated[str, msgspec.Meta(max_length=200)]
Code = Annotated[str, msgspec.Meta(max_length=64)]
Reference = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]


class DocumentRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A travel document as it was shown."""

    type: Code
    number: Code
    issuer: Code = ""


class PersonQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is looked for. `date_of_birth` is ISO (or empty)."""

    full_name: Text
    given_names: Text = ""
    family_names: Text = ""
    date_of_birth: Annotated[str, msgspec.Meta(max_length=10, pattern=r"^(\d{4}(-\d\d){0,2})?$")] = ""
    documents: Annotated[tuple[DocumentRef, ...], msgspec.Meta(max_length=8)] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that are filled, which are the fields that would leave."""
        return tuple(name for name in self.__struct_fields__ if getattr(self, name))


class LegalGrounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why this person, in this case, under this agreement.

    `judicial_order`: that of a judge, where the agreement asks for one; both sides judge it by its days.
    `duties` are the articles left to people that the officer has seen to, `duties_reason` why others are
    not done; both stay at home.
    """

    agreement_id: Code
    purpose: Code
    offence: Code
    max_penalty_months: Annotated[int, msgspec.Meta(ge=0, le=1200)]
    case_ref: Code
    ordered_by: Code = ""
    article: Code = ""
    urgency: Literal["routine", "urgent", "emergency"] = "routine"
    subject_category: Code = "suspect"
    individual_case: bool = True
    grounds: tuple[Code, ...] = ("list_match", "case")
    duties: Annotated[tuple[Code, ...], msgspec.Meta(max_length=200)] = ()
    duties_reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    judicial_order: CourtOrder | None = None


class PersonCandidate(msgspec.Struct, frozen=True):
    """A machine match that no human has verified. `reference` is random: it names a record, not a person."""

    reference: str
    score: float
    terms: tuple[Term, ...]


class SentCandidate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A candidate as it leaves: term names only, no values."""

    reference: Reference
    score: Annotated[float, msgspec.Meta(ge=0, le=1)]
    agreeing: Annotated[tuple[Code, ...], msgspec.Meta(max_length=MAX_TERMS)]
    contradicting: Annotated[tuple[Code, ...], msgspec.Meta(max_length=MAX_TERMS)]


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer: always these members, always the same number of bytes on the wire."""

    query_id: UUID
    outcome: Literal["hit", "no_hit", "refused"]
    candidates: Annotated[tuple[SentCandidate, ...], msgspec.Meta(max_length=MAX_CANDIDATES)]
    articles: Annotated[tuple[Code, ...], msgspec.Meta(max_length=64)]


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person concluded about a candidate. The reason stays with the side that judged."""

    query_id: UUID
    reference: Reference


class Question(msgspec.Struct, frozen=True):
    """What was asked and on what grounds, as kept sealed by the asking side."""

    query: PersonQuery
    legal: LegalGrounds


class Verdict(msgspec.Struct, frozen=True):
    """A judged candidate; `reason` is empty on the side that was told."""

    reference: str
    confirmed: bool
    officer: str
    judged_at: datetime
    reason: str = ""


class Step(msgspec.Struct, frozen=True):
    """A message of a query: its state in the outbox, and when its receipt was stored."""

    msg_id: UUID
    type: str
    state: str
    created_at: datetime
    receipt_at: datetime | None
    attempts: int
    error: str


class AskOutcome(msgspec.Struct, frozen=True):
    """What came of asking: the id of the query that will leave, or None, and every article relied on.

    `waits`: it is allowed, and leaves once a second officer asks exactly the same.
    """

    query_id: UUID | None
    decision: PolicyDecision
    waits: bool = False


class QueryView(msgspec.Struct, frozen=True):
    """A query that this agency sent, with what was answered under which articles."""

    id: UUID
    peer: str
    subject_ref: str
    agreement_id: str
    agreement_hash: str
    officer_id: str
    purpose: str
    status: Literal["waiting", "answered", "refused", "expired"]
    outcome: Literal["", "hit", "no_hit", "refused"]
    asked_at: datetime
    answered_at: datetime | None
    articles: tuple[str, ...]
    answer_articles: tuple[str, ...]
    error: str
    erase_after: datetime
    question: Question | None
    candidates: tuple[SentCandidate, ...]
    verdicts: tuple[Verdict, ...]
    steps: tuple[Step, ...]


class IncomingView(msgspec.Struct, frozen=True):
    """A query that a partner asked. The person asked about is erased with the answer."""

    id: UUID
    peer: str
    agreement_id: str
    agreement_hash: str
    status: Literal["received", "answered", "refused"]
    outcome: str
    received_at: datetime
    answered_at: datetime | None
    erased_at: datetime | None
    commitment: str
    purpose: str
    offence: str
    max_penalty_months: int
    case_ref: str
    officer: str
    officer_roles: tuple[str, ...]
    ordered_by: str
    urgency: str
    articles: tuple[str, ...]
    candidates: tuple[SentCandidate, ...]
    verdicts: tuple[Verdict, ...]
    steps: tuple[Step, ...]
    erase_after: datetime
