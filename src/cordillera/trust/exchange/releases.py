"""What waits for a second officer, whichever kind of release it is, for those who may agree (ADR 0078).

The first officer's act is kept sealed by `approving`; what it is follows from what it says. Agreeing is doing
the same act: a query's form comes filled in, a record and a request have their pages.

>>> kind_of(b'{"version":1,"partner":"us","grounds":{}}').value
'record'
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical, shapes
from cordillera.foundation.errors import BadInput
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.exchange.approving import Approving, Pending
from cordillera.trust.exchange.asking import Case
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.ledger.model import Event, LeafKind


class ReleaseKind(StrEnum):
    """What one officer wants to leave, or to be asked."""

    RECORD = "record"
    QUERY = "query"
    LOOKUP = "lookup"
    REQUEST = "request"


MAY_AGREE: Final[Mapping[ReleaseKind, Permission]] = {
    ReleaseKind.RECORD: Permission.RECORD_CHANGE,
    ReleaseKind.QUERY: Permission.PARTNER_ASK,
    ReleaseKind.LOOKUP: Permission.PARTNER_ASK,
    ReleaseKind.REQUEST: Permission.FOLLOWUP_ASK,
}
"""What an officer needs to do the same act, and so to agree."""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A release that waits: `about` is what would leave, and why; `form` the boxes of the same question.

    `mine`: this officer asked for it, so another one must agree.
    """

    id: UUID
    kind: ReleaseKind
    thing: UUID
    reference: str
    officer: str
    mine: bool
    asked_at: datetime
    until: datetime
    about: str
    form: Mapping[str, str]


def kind_of(about: bytes) -> ReleaseKind:
    """Return what waits, by what it says."""
    said = canonical.loads(about)
    if not isinstance(said, dict):
        return ReleaseKind.LOOKUP
    if "query" in said:
        return ReleaseKind.QUERY
    return ReleaseKind.REQUEST if "fields_wanted" in said else ReleaseKind.RECORD


def releases(tx: sa.Connection, parts: ExchangeParts, officer: OfficerSession) -> tuple[Release, ...]:
    """Return what waits and this officer asked for or may agree to, what ends first first; it is a leaf."""
    waiting = (_release(one, officer) for one in Approving(parts).open(tx))
    shown = tuple(one for one in waiting if one.mine or officer.may(MAY_AGREE[one.kind]))
    if shown:
        parts.ledger.record(tx, _looked(officer, len(shown)))
    return shown


def to_second(tx: sa.Connection, parts: ExchangeParts, officer: OfficerSession) -> int:
    """Return how many releases wait for this officer to agree."""
    waiting = (_release(one, officer) for one in Approving(parts).open(tx))
    return sum(not one.mine and officer.may(MAY_AGREE[one.kind]) for one in waiting)


def form_of(about: bytes, partner: str) -> Mapping[str, str]:
    """Return the boxes in which the form asks exactly this; none when it could not ask so."""
    try:
        case = shapes.decode(about, Case)
    except BadInput:
        return {}
    query, boxes = case.query, boxes_of(partner, case.grounds)
    if len(query.documents) > 1 or not boxes:
        return {}
    document = query.documents[0] if query.documents else None
    return boxes | {
        "subject_ref": case.subject_ref,
        "full_name": query.full_name,
        "given_names": query.given_names,
        "family_names": query.family_names,
        "date_of_birth": query.date_of_birth,
        "document_type": document.type if document else "",
        "document_number": document.number if document else "",
        "document_issuer": document.issuer if document else "",
    }


def boxes_of(partner: str, why: LegalGrounds) -> dict[str, str]:
    """Return the boxes of `choices.WhyForm` that say these grounds; none when they could not."""
    if why.grounds not in {("case",), (*why.grounds[:1], "case")}:
        return {}
    order = why.judicial_order
    return {
        "route": f"{partner} {why.agreement_id}",
        "purpose": why.purpose,
        "offence": why.offence,
        "max_penalty_months": str(why.max_penalty_months),
        "case_ref": why.case_ref,
        "urgency": why.urgency,
        "subject_category": why.subject_category,
        "ground": why.grounds[0],
        "order_authority": order.authority if order else "",
        "order_number": order.number if order else "",
        "order_given": order.given_on.isoformat() if order else "",
        "order_until": order.valid_until.isoformat() if order else "",
        "order_document": order.document if order else "",
    }


def _release(one: Pending, officer: OfficerSession) -> Release:
    about, kind = one.waiting.about.encode(), kind_of(one.waiting.about.encode())
    return Release(
        id=one.id,
        kind=kind,
        thing=one.thing,
        reference=one.waiting.reference,
        officer=one.waiting.officer,
        mine=one.waiting.officer == officer.officer_id,
        asked_at=one.waiting.asked_at,
        until=one.waiting.until,
        about=one.waiting.about,
        form=form_of(about, one.waiting.reference) if kind is ReleaseKind.QUERY else {},
    )


def _looked(officer: OfficerSession, shown: int) -> Event:
    told = {"what": "releases that wait", "shown": str(shown), "officer": officer.name}
    return Event(
        kind=LeafKind.CONSULTATION,
        actor=officer.officer_id,
        agency=officer.agency,
        purpose=officer.purpose,
        payload=canonical.dumps(told),
        detail=told,
        subject_ref="releases",
    )
