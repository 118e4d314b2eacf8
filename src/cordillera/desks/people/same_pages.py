"""Redress numbers: who was found not to be whom, how often that was of use, and how it ends."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.desks.people.person_desk import PersonDesk
from cordillera.desks.people.person_errors import DeskReasonTooShort, NotSameRevoked
from cordillera.desks.people.same_service import NotSame
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

_SEE = guarded(Permission.PERSON_SEARCH, audit=LeafKind.CONSULTATION)
_REVOKE = guarded(Permission.ALERT_DECIDE, audit=LeafKind.DECISION)


class RevokeForm(msgspec.Struct, frozen=True):
    """Why a number ends."""

    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class NumbersPage(msgspec.Struct, frozen=True):
    """All redress numbers of the agency, the newest first."""

    numbers: tuple[NotSame, ...]


class NumberPage(msgspec.Struct, frozen=True):
    """One redress number."""

    number: NotSame
    reason: str = ""
    error: str = ""


@get("/people/not-same", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def numbers(session: OfficerSession, store: Store, persons: PersonDesk) -> Page:
    """List the redress numbers, which is a consultation."""
    with store.transaction(session.scope) as tx:
        return Page("people/not_same.html", NumbersPage(persons.same.listed(tx, session)))


@get("/people/not-same/{not_same_id:uuid}", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def number(session: OfficerSession, store: Store, persons: PersonDesk, not_same_id: UUID) -> Page:
    """Show one redress number."""
    with store.transaction(session.scope) as tx:
        return Page("people/not_same_one.html", NumberPage(persons.same.show(tx, session, not_same_id)))


@post("/people/not-same/{not_same_id:uuid}", opt=_REVOKE, sync_to_thread=True, include_in_schema=False)
def revoke(
    session: OfficerSession,
    store: Store,
    persons: PersonDesk,
    not_same_id: UUID,
    data: Annotated[RevokeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """End a number: the pair asks an officer again."""
    try:
        with store.transaction(session.scope) as tx:
            persons.same.revoke(tx, session, not_same_id, data.reason)
    except (DeskReasonTooShort, NotSameRevoked) as refused:
        with store.transaction(session.scope) as tx:
            view = NumberPage(persons.same.show(tx, session, not_same_id), data.reason, refused.code)
        status = 409 if isinstance(refused, NotSameRevoked) else 422
        return Page("people/not_same_one.html", view, status=status)
    return Redirect(f"/people/not-same/{not_same_id}", status_code=303)


handlers = [numbers, number, revoke]
