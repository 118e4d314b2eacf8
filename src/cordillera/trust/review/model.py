"""What the one queue is made of: findings, alerts about a subject, and the decisions of named officers.

A finding is one machine observation with its evidence; an alert gathers the findings about one subject
and asks for a human (DESIGN 3, 4.3 and 4.6). A machine match is a candidate until an officer says so.

>>> finding = Finding(kind="finding.list_match", score=0.9, terms=(Term("names.family_name_equal", 0.9),))
>>> finding.score == total(finding.terms)
True
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from cordillera.foundation.explain import Evidence, Term, total

__all__ = ["Evidence", "Term", "total"]


class AlertStatus(StrEnum):
    """Where an alert stands. `COUNTERSIGN` waits for a second officer; `WAITING` for more facts."""

    OPEN = "open"
    ASSIGNED = "assigned"
    WAITING = "waiting"
    COUNTERSIGN = "countersign"
    DECIDED = "decided"


class Outcome(StrEnum):
    """What an officer concludes about an alert. `NO_GROUND`: no list supports it any more."""

    CONFIRMED = "confirmed"
    NOT_SAME_PERSON = "not_same_person"
    NEEDS_MORE = "needs_more"
    NO_GROUND = "no_ground"


class Order(StrEnum):
    """How a queue is sorted. `RANK`: severity band, then the nearest due time, then score."""

    RANK = "rank"
    SCORE = "score"
    DUE = "due"
    NEWEST = "newest"


class ListedField(msgspec.Struct, frozen=True):
    """One fact of a list entry: a label (message id or the list's own word) and the value as listed."""

    label: str
    value: str


class Listed(msgspec.Struct, frozen=True):
    """The list entry beside the subject: which list, of which date, which entry, and what it says."""

    list_name: str
    list_date: str
    entry_id: str
    name: str
    fields: tuple[ListedField, ...] = ()


class Measures(msgspec.Struct, frozen=True):
    """What a comparison of two people found, beside the strength of the finding that rests on it.

    `similarity` of the names, `probability` of being one person and `completeness` of the evidence lie in
    0..1; `bits` are the whole weight of names and evidence, and from `threshold` bits on the list alerts.
    """

    similarity: float
    bits: float
    probability: float
    completeness: float
    threshold: float


class Finding(msgspec.Struct, frozen=True):
    """One machine observation: `score` in 0..1 is the sum of its terms. `kind` is a message id.

    `measures` are there when it compared people, save in findings stored before they were kept.
    """

    kind: str
    score: float
    terms: tuple[Term, ...]
    source: str = ""
    listed: Listed | None = None
    evidence: tuple[Evidence, ...] = ()
    measures: Measures | None = None


class AlertSubject(msgspec.Struct, frozen=True):
    """Whom or what an alert is about.

    `label` is shown as the heading (a name as written), `occasion` says where and when it turns up (a
    flight), `due_at` when a decision is of use at the latest, `group_ref` joins the alerts of one
    occasion. `identity` is a string two sightings of the same subject share (a document), and empty
    when nothing certain is known: without it a "not the same" is never remembered.
    """

    kind: str
    ref: str
    label: str
    occasion: str = ""
    group_ref: str = ""
    due_at: datetime | None = None
    identity: str = ""


class Retention(msgspec.Struct, frozen=True):
    """When a record must be gone, and when a person looks whether it is still needed."""

    erase_after: datetime
    review_at: datetime


class NewAlert(msgspec.Struct, frozen=True):
    """Findings about one subject, for the queue of one agency's desk."""

    desk: str
    agency: str
    subject: AlertSubject
    findings: tuple[Finding, ...]
    keep: Retention


class Raised(msgspec.Struct, frozen=True):
    """What became of findings: the alert (None when all were cleared before), how many cleared, added."""

    alert_id: UUID | None
    new: bool
    cleared: int
    added: int = 0


class ScoredTerm(msgspec.Struct, frozen=True):
    """A term of a finding with its share in the score of the whole alert."""

    finding: int
    term: Term
    share: float


class AlertRow(msgspec.Struct, frozen=True):
    """One line of the queue; `reopened` when it was decided and a new finding asks again."""

    id: UUID
    desk: str
    subject_kind: str
    subject_ref: str
    group_ref: str
    agency: str
    status: AlertStatus
    outcome: Outcome | None
    score: float
    label: str
    occasion: str
    reasons: tuple[Term, ...]
    lists: tuple[Listed, ...]
    due_at: datetime | None
    raised_at: datetime
    assigned_to: str
    assigned_name: str
    version: int
    in_redress: bool = False
    reopened: bool = False


class Decision(msgspec.Struct, frozen=True):
    """What a named officer concluded about an alert, and why."""

    id: UUID
    alert_id: UUID
    outcome: Outcome
    reason: str
    officer_id: str
    officer_name: str
    decided_at: datetime
    undone_at: datetime | None = None
    can_undo_until: datetime | None = None


class Restraint(msgspec.Struct, frozen=True, kw_only=True):
    """What an alert rests on and whose marking asks for its giver's consent before anybody acts upon it.

    `source` is a record's id or a list's name, `record_id` None where nobody can be asked through the node.
    `consent`: where our request for it stands, "" when none was made; `leaf` is that of a grant.
    """

    source: str
    record_id: UUID | None
    giver: str
    stamp: str
    consent: str = ""
    leaf: str = ""

    @property
    def lifted(self) -> bool:
        """Whether the giver consents."""
        return self.consent == "granted"

    @property
    def may_be_asked(self) -> bool:
        """Whether somebody can be asked, and no request waits or was granted; after a no one may ask anew."""
        return self.record_id is not None and self.consent in {"", "refused", "revoked"}


class FoundAlert(msgspec.Struct, frozen=True):
    """An alert as a person's request finds it: whom it is about, what it is remembered by, its terms."""

    row: AlertRow
    identity: str
    keep: Retention


class Alert(msgspec.Struct, frozen=True):
    """An alert whole: its line, its findings, the terms that sum to its score, its decisions."""

    row: AlertRow
    findings: tuple[Finding, ...]
    terms: tuple[ScoredTerm, ...]
    decisions: tuple[Decision, ...]
    keep: Retention
    restraints: tuple[Restraint, ...] = ()
    candidate: str = "review.candidate_not_verified"


class QueueFilter(msgspec.Struct, frozen=True):
    """Which alerts to list: every field narrows; `limit` at most 500. `only` names them, none when empty."""

    desk: str = ""
    statuses: tuple[AlertStatus, ...] = (AlertStatus.OPEN, AlertStatus.ASSIGNED, AlertStatus.COUNTERSIGN)
    assigned_to: str = ""
    list_name: str = ""
    group_ref: str = ""
    minimum: float = 0.0
    raised_after: datetime | None = None
    only: tuple[UUID, ...] | None = None
    order: Order = Order.RANK
    limit: int = 50
    offset: int = 0


class QueuePage(msgspec.Struct, frozen=True):
    """A page of the queue, with how many there are in all (counted up to 10,001)."""

    rows: tuple[AlertRow, ...]
    total: int


class GroupCount(msgspec.Struct, frozen=True):
    """Alerts of one occasion: all of them, and those still to be decided."""

    total: int
    pending: int


class ReviewPolicy(msgspec.Struct, frozen=True):
    """House rules: shortest reason (letters), time to undo (minutes), second officer for `confirmed`.

    >>> ReviewPolicy().two_officers
    False
    """

    min_reason: int = 8
    undo_minutes: int = 10
    two_officers: bool = False


class Ending(msgspec.Struct, frozen=True):
    """How an alert ended, None while it has not, and whether any finding of it is about a list entry."""

    outcome: Outcome | None
    on_list: bool


class Ruling(msgspec.Struct, frozen=True):
    """An officer's conclusion as it comes in. `version` is that of the alert they looked at.

    `urgent`: why they act without the consent that a marking asks for; whoever gave the material reads it.
    """

    outcome: Outcome
    reason: str
    version: int | None = None
    urgent: str = ""
