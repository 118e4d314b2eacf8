"""The leaf: RFC 8785 JSON below 1 KB with commitments and pseudonyms, never personal data.

`commit` is SHA-256(salt || payload) with a 32-byte salt: without the salt, a hash of a passport number
could be found by trying them all. `actor_pseud` is an HMAC of the officer's id under the node's audit
key. A list of articles that does not fit is replaced by its hash; the list itself is in the detail.
`open` commits to the sealed detail under the same salt, so that a supervisor to whom both are opened can
prove to others that this, and nothing else, was recorded.
"""

import base64
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from cordillera.foundation import canonical, shapes
from cordillera.foundation.crypto.digest import hmac_sha256, sha256
from cordillera.trust.ledger.errors import LeafTooLarge
from cordillera.trust.ledger.model import AuditRow, Event, LeafDecision
from cordillera.trust.ledger.tree import leaf_hash

VERSION = 1
MAX_LEAF = 1023
_HASHED = "sha256:"


class LeafText(msgspec.Struct, frozen=True):
    """A leaf read back."""

    v: int
    t: datetime
    kind: str
    agr: str
    agr_hash: str
    msg_id: str
    peer: str
    dir: str
    actor_pseud: str
    purpose: str
    commit: str
    open: str = ""
    seq: int | None = None
    decision: LeafDecision | None = None
    parent: tuple[str, ...] = ()


class _Leaf(msgspec.Struct, frozen=True):
    """A leaf as it is written."""

    actor_pseud: str
    agr: str
    agr_hash: str
    commit: str
    decision: LeafDecision | None
    dir: str
    kind: str
    msg_id: str
    open: str
    parent: tuple[str, ...]
    peer: str
    purpose: str
    seq: int | None
    t: str
    v: int = VERSION


class Detail(msgspec.Struct, frozen=True):
    """What is kept sealed beside the leaf: the salt, who it was, about whom, and the clear detail."""

    leaf_hash: str
    salt: str
    actor: str
    agency: str
    subject_ref: str = ""
    articles: tuple[str, ...] = ()
    detail: dict[str, str] = {}


def build_leaf(event: Event, at: datetime, salt: bytes, audit_key: bytes) -> bytes:
    """Write the leaf of an event; raise `LeafTooLarge` when it does not fit even with hashed articles."""
    leaf = _Leaf(
        actor_pseud=pseudonym(audit_key, event.actor),
        agr=event.agreement_id,
        agr_hash=event.agreement_hash,
        commit=commitment(salt, event.payload).hex(),
        decision=event.decision,
        dir=event.direction,
        kind=event.kind,
        msg_id=event.message_id,
        open=clear_commitment(salt, clear_text(event)).hex(),
        parent=event.parents,
        peer=event.peer,
        purpose=event.purpose,
        seq=event.seq,
        t=moment(at),
    )
    text = canonical.dumps(leaf)
    if len(text) > MAX_LEAF and event.decision is not None:
        text = canonical.dumps(msgspec.structs.replace(leaf, decision=_hashed_decision(event.decision)))
    if len(text) > MAX_LEAF:
        raise LeafTooLarge(kind=event.kind.value, bytes=len(text), limit=MAX_LEAF)
    return text


def commitment(salt: bytes, payload: bytes) -> bytes:
    """SHA-256(salt || payload): opens to the payload for whoever is given the salt, and to nobody else."""
    return sha256(salt + payload)


class _Clear(msgspec.Struct, frozen=True):
    actor: str
    agency: str
    subject_ref: str
    articles: tuple[str, ...]
    detail: Mapping[str, str]


def clear_text(of: "Event | Detail") -> bytes:
    """The clear detail of an event as it is committed to: who, for whom, about what, under which articles."""
    if isinstance(of, Detail):
        return msgspec.json.encode(_Clear(of.actor, of.agency, of.subject_ref, of.articles, of.detail))
    articles = of.decision.articles if of.decision else ()
    return msgspec.json.encode(_Clear(of.actor, of.agency, of.subject_ref, articles, of.detail))


def clear_commitment(salt: bytes, clear: bytes) -> bytes:
    """SHA-256 over a name, the salt and the clear detail: what `open` in the leaf is."""
    return sha256(b"cordillera/detail/1\n" + salt + clear)


@lru_cache(maxsize=1024)
def pseudonym(audit_key: bytes, actor: str) -> str:
    """The actor's name in leaves: the same person always the same, unreadable without the key."""
    return hmac_sha256(audit_key, actor.encode()).hex()


@lru_cache(maxsize=1024)
def moment(at: datetime) -> str:
    """Write a moment as leaves do: UTC, milliseconds, RFC 3339."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_milliseconds(at: datetime) -> datetime:
    """Cut a moment to what a leaf can say."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


def read_leaf(leaf: bytes) -> LeafText:
    """Read a leaf back; raise `BadInput` for bytes that are none."""
    return canonical.to_struct(leaf, LeafText)


def seal_text(event: Event, hashed: bytes, salt: bytes) -> bytes:
    """What is to be sealed beside the leaf."""
    articles = event.decision.articles if event.decision else ()
    return msgspec.json.encode(
        Detail(
            leaf_hash=hashed.hex(),
            salt=base64.b64encode(salt).decode(),
            actor=event.actor,
            agency=event.agency,
            subject_ref=event.subject_ref,
            articles=articles,
            detail=dict(event.detail),
        )
    )


def read_detail(text: bytes) -> Detail:
    """Read sealed detail back."""
    return shapes.decode(text, Detail)


def audit_row(index: int | None, entry_id: UUID, leaf: bytes, detail: Detail | None) -> AuditRow:
    """Join a leaf with its opened detail, for pages."""
    text = read_leaf(leaf)
    decision = text.decision
    if decision and detail and detail.articles:
        decision = msgspec.structs.replace(decision, articles=detail.articles)
    row = AuditRow(
        index=index,
        entry_id=entry_id,
        at=text.t,
        kind=text.kind,
        purpose=text.purpose,
        peer=text.peer,
        direction=text.dir,
        agreement_id=text.agr,
        message_id=text.msg_id,
        decision=decision,
        leaf_hash=leaf_hash(leaf),
    )
    if detail is None:
        return row
    return msgspec.structs.replace(
        row, actor=detail.actor, agency=detail.agency, subject_ref=detail.subject_ref, detail=detail.detail
    )


def _hashed_decision(decision: LeafDecision) -> LeafDecision:
    hashed = sha256(canonical.dumps(list(decision.articles))).hex()
    return msgspec.structs.replace(decision, articles=(_HASHED + hashed,))


def marks_of(articles: Collection[str]) -> list[bytes]:
    """Return what stands in a leaf that cites one of these articles, or that has only its list's hash."""
    if not articles:
        return []
    return [*(canonical.dumps(one) for one in sorted(articles)), f'"{_HASHED}'.encode()]
