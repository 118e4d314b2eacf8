"""Ledger leaves of messages, made the same way wherever a message is sent, taken in or refused."""

import re

import msgspec

from cordillera.trust.agreements.checklist import noted
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange import channel_store as sql
from cordillera.trust.exchange.envelope import Payload, VerifiedEnvelope
from cordillera.trust.exchange.policy import leaf_decision
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.ledger.model import Event, LeafKind

_PURPOSE = re.compile(r"[A-Za-z0-9_.:-]{0,64}")


class Note(msgspec.Struct, frozen=True):
    """What a leaf says beyond the message itself; `code` and the type go into the sealed detail."""

    kind: LeafKind
    decision: PolicyDecision | None = None
    payload: bytes = b""
    code: str = ""
    subject_ref: str = ""
    parents: tuple[str, ...] = ()
    duties: tuple[str, ...] | None = None
    """The duties that an officer ticked; None where no person was asked."""
    duties_reason: str = ""
    judicial_ref: str = ""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Which message a leaf is about."""

    actor: str
    agency: str
    agreement_id: str
    message_id: str
    peer: str
    direction: str
    seq: int | None
    type: str
    purpose: str = ""


def event_out(peer: str, row: sql.Queued, note: Note) -> Event:
    """Return the event of a message of ours."""
    facts = Facts(
        actor=row.officer_id or "node",
        agency=row.agency,
        agreement_id=row.agreement_id,
        message_id=str(row.msg_id),
        peer=peer,
        direction="out",
        seq=row.channel_seq if isinstance(row, sql.Staged) else None,
        type=row.type,
    )
    return event(facts, note)


def event_by(officer: Officer, payload: Payload, note: Note) -> Event:
    """Return the event of a message that an officer sends, or was not allowed to send."""
    facts = Facts(
        actor=officer.officer_id,
        agency=officer.agency,
        agreement_id=payload.agreement_id,
        message_id=str(payload.msg_id),
        peer=payload.recipient,
        direction="out",
        seq=None,
        type=payload.type,
        purpose=officer.purpose,
    )
    return event(facts, msgspec.structs.replace(note, judicial_ref=payload.legal.judicial_ref))


def event_in(message: VerifiedEnvelope, agency: str, note: Note) -> Event:
    """Return the event of a message that a partner sent."""
    header = message.header
    facts = Facts(
        actor="node",
        agency=agency,
        agreement_id=header.agreement_id,
        message_id=str(header.msg_id),
        peer=header.sender,
        direction="in",
        seq=header.channel_seq,
        type=header.type,
        purpose=_plain(message.payload.legal.purpose),
    )
    return event(facts, note)


def _plain(purpose: str) -> str:
    """Return a partner's purpose as a leaf may hold it; what is none would fill or break the leaf.

    The word itself stays in the payload, which the leaf commits to.
    """
    return purpose if _PURPOSE.fullmatch(purpose) else "unreadable"


def _said(note: Note) -> dict[str, str]:
    told = {"code": note.code, "judicial_order": note.judicial_ref}
    return {name: value for name, value in told.items() if value}


def _duties(note: Note) -> dict[str, str]:
    if note.duties is None or note.decision is None:
        return {}
    return dict(noted(note.duties, note.decision.duties, note.duties_reason))


def event(facts: Facts, note: Note) -> Event:
    """Return the event to be recorded."""
    return Event(
        kind=note.kind,
        actor=facts.actor,
        agency=facts.agency,
        purpose=facts.purpose,
        agreement_id=facts.agreement_id,
        agreement_hash=note.decision.agreement_hash if note.decision else "",
        message_id=facts.message_id,
        peer=facts.peer,
        direction=facts.direction,
        seq=facts.seq,
        decision=leaf_decision(note.decision) if note.decision else None,
        payload=note.payload,
        detail={"type": facts.type} | _said(note) | _duties(note),
        subject_ref=note.subject_ref,
        parents=note.parents,
    )
