"""Carriers that upload signed messages: proposed by one officer, put in force by another, ended by any."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.desks.travellers.advice_service import Unkept
from cordillera.desks.travellers.as2_errors import As2BadPartner, As2NameTaken, As2SecondOfficer
from cordillera.desks.travellers.as2_service import As2Wish
from cordillera.desks.travellers.as2_store import As2Partner
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

TEMPLATE = "travellers/as2.html"
_SEE = guarded(Permission.KEY_MANAGE, audit=NO_AUDIT("carriers and certificates; nobody is named"))
_CHANGE = guarded(Permission.KEY_MANAGE, audit=LeafKind.KEY_CHANGED)


class As2Form(msgspec.Struct, frozen=True):
    """A carrier as an officer proposes it; `encrypted_only` is "on" when ticked."""

    as2_name: Annotated[str, msgspec.Meta(max_length=128)] = ""
    own_name: Annotated[str, msgspec.Meta(max_length=128)] = ""
    certificate: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    encrypted_only: str = ""


class As2View(msgspec.Struct, frozen=True):
    """All carriers, this node's own name and certificate, and what a form lacked."""

    rows: tuple[As2Partner, ...]
    own_name: str
    officer_id: str
    now: datetime
    unkept: tuple[Unkept, ...] = ()
    form: As2Form = As2Form()
    problem: str = ""


@get("/messages/as2", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def partners(session: OfficerSession, store: Store, travellers: TravellerService) -> Page:
    """Show who uploads signed messages."""
    return _page(session, store, travellers)


@get("/messages/as2/certificate", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def certificate(travellers: TravellerService) -> Response[str]:
    """Give this node's certificate out, for carriers."""
    disposition = {"content-disposition": 'attachment; filename="as2.pem"'}
    return Response(travellers.as2.certificate(), media_type="application/x-pem-file", headers=disposition)


@post("/messages/as2", opt=_CHANGE, sync_to_thread=True, include_in_schema=False)
def propose(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    data: Annotated[As2Form, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Propose a carrier with its certificate."""
    wish = As2Wish(
        data.as2_name.strip(),
        data.own_name.strip(),
        data.certificate,
        encrypted_only=bool(data.encrypted_only),
    )
    try:
        with store.transaction(session.scope) as tx:
            travellers.as2.propose(tx, session, wish)
    except As2BadPartner as error:
        return _page(session, store, travellers, (error, data))
    return Redirect("/messages/as2", status_code=303)


@post("/messages/as2/{partner_id:uuid}/approval", opt=_CHANGE, sync_to_thread=True, include_in_schema=False)
def approve(
    session: OfficerSession, store: Store, travellers: TravellerService, partner_id: UUID
) -> Page | Redirect:
    """Put a proposed carrier in force, as another officer than the one who proposed it."""
    try:
        with store.transaction(session.scope) as tx:
            travellers.as2.approve(tx, session, partner_id)
    except (As2SecondOfficer, As2NameTaken) as error:
        return _page(session, store, travellers, (error, As2Form()))
    return Redirect("/messages/as2", status_code=303)


@post("/messages/as2/{partner_id:uuid}/end", opt=_CHANGE, sync_to_thread=True, include_in_schema=False)
def end(session: OfficerSession, store: Store, travellers: TravellerService, partner_id: UUID) -> Redirect:
    """End a carrier, or withdraw a proposal."""
    with store.transaction(session.scope) as tx:
        travellers.as2.end(tx, session, partner_id)
    return Redirect("/messages/as2", status_code=303)


def _page(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    refused: tuple[CordilleraError, As2Form] | None = None,
) -> Page:
    with store.transaction(session.scope) as tx:
        rows, unkept = travellers.as2.partners(tx), travellers.advice.unkept(tx)
    own = travellers.as2.own_name
    view = As2View(rows, own, session.officer_id, travellers.now(), unkept, As2Form(own_name=own))
    if refused is None:
        return Page(TEMPLATE, view)
    error, form = refused
    status = 422 if isinstance(error, As2BadPartner) else 403 if isinstance(error, As2SecondOfficer) else 409
    return Page(TEMPLATE, msgspec.structs.replace(view, problem=error.code, form=form), status=status)


handlers = [partners, certificate, propose, approve, end]
