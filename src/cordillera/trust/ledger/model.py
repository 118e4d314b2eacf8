"""The words of the ledger: what is recorded, and what is read back.

>>> Event(kind=LeafKind.LOGIN, actor="node", agency="node").payload
b''
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class LeafKind(StrEnum):
    """What a leaf says happened."""

    QUERY_SENT = "query.sent"
    QUERY_RECEIVED = "query.received"
    ANSWER_SENT = "answer.sent"
    ANSWER_RECEIVED = "answer.received"
    RECEIPT_STORED = "receipt.stored"
    MISDIRECTED = "message.misdirected"
    MESSAGE_EXPIRED = "message.expired"
    MESSAGE_REFUSED = "message.refused"
    FROZEN = "channel.frozen"
    RELEASE = "release"
    REFUSAL = "refusal"
    HIT_CONFIRMED = "hit.confirmed"
    HIT_REJECTED = "hit.rejected"
    ALERT_RAISED = "alert.raised"
    ASSIGNED = "alert.assigned"
    DECISION = "decision"
    CONSULTATION = "consultation"
    COLLECTION = "collection"
    QUARANTINED = "quarantined"
    LIST_CHANGED = "list.changed"
    AGREEMENT_CHANGED = "agreement.changed"
    RULE_CHANGED = "rule.changed"
    KEY_CHANGED = "key.changed"
    PARTNER_CHANGED = "partner.changed"
    ERASED = "erased"
    HELD = "held"
    REVIEWED = "reviewed"
    REDRESS = "redress"
    LOGIN = "login"
    LOGIN_REFUSED = "login.refused"
    LOGOUT = "logout"
    PURPOSE_DECLARED = "purpose.declared"
    OFFICER_CHANGED = "officer.changed"
    TOKEN_CHANGED = "token.changed"  # noqa: S105 - the kind of a leaf, no password
    EXPORTED = "exported"
    SETTINGS_CHANGED = "settings.changed"
    NOTICE_SENT = "notice.sent"
    NOTICE_RECEIVED = "notice.received"
    NOTICE_ACCEPTED = "notice.accepted"
    NOTICE_DECLINED = "notice.declined"
    INFO_REQUESTED = "info.requested"
    INFO_ANSWERED = "info.answered"
    INFO_RECEIVED = "info.received"
    RECORD_KEPT = "record.kept"
    RECORD_CHANGED = "record.changed"
    CONSENT = "consent"
    HOLDER_DONE = "holder.done"
    ESCALATED = "escalated"
    COSIGNED = "checkpoint.cosigned"
    WITNESS_REFUSED = "witness.refused"
    RECONCILED = "reconciled"
    CHANNEL_THAWED = "channel.thawed"
    DRILL = "drill"
    SAMPLED = "sampled"
    LOOKUP_EVALUATED = "lookup.evaluated"
    ATTACHMENT = "attachment"
    RESCREENED = "list.rescreened"
    UPLOAD_REFUSED = "upload.refused"


class LeafDecision(msgspec.Struct, frozen=True):
    """What the agreement policy said: allowed or not, by which articles, under which policy."""

    allow: bool
    articles: tuple[str, ...]
    policy_hash: str


class Event(msgspec.Struct, frozen=True):
    """Something to be recorded. Of this only kind, ids, purpose code and decision stand in the leaf.

    `payload` is committed to with a salt; `actor` becomes a pseudonym; `detail` and `subject_ref` are
    stored sealed and looked up by blind index. `parents` are leaf hashes in hex.
    """

    kind: LeafKind
    actor: str
    agency: str
    purpose: str = ""
    agreement_id: str = ""
    agreement_hash: str = ""
    message_id: str = ""
    peer: str = ""
    direction: str = ""
    seq: int | None = None
    decision: LeafDecision | None = None
    payload: bytes = b""
    detail: Mapping[str, str] = {}
    subject_ref: str = ""
    parents: tuple[str, ...] = ()


class RecordedLeaf(msgspec.Struct, frozen=True):
    """A leaf waiting for its place in the log; it is there once the transaction commits."""

    leaf_hash: bytes
    entry_id: UUID


class LeafRow(msgspec.Struct, frozen=True):
    """A leaf at its place in the log."""

    index: int
    entry_id: UUID
    message_id: str
    leaf: bytes
    leaf_hash: bytes


class AuditRow(msgspec.Struct, frozen=True):
    """One event as a page shows it. `index` is None until sequenced; `detail` None once erased."""

    index: int | None
    entry_id: UUID
    at: datetime
    kind: str
    purpose: str
    peer: str
    direction: str
    agreement_id: str
    message_id: str
    decision: LeafDecision | None
    leaf_hash: bytes
    actor: str | None = None
    agency: str | None = None
    subject_ref: str | None = None
    detail: dict[str, str] | None = None


class LogState(msgspec.Struct, frozen=True):
    """How far the log is: leaves in place, leaves waiting, size of the newest checkpoint."""

    size: int
    waiting: int
    signed: int
