"""Pages of operators: partners and their keys, channels and messages without effect, this node's keys."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.foundation.errors import Conflict, NotPermitted
from cordillera.foundation.store.database import NODE, Scope, Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.exchange.errors import KeyMissing, ReasonMissing
from cordillera.trust.exchange.operation.service import NoSuchLetter, Operation
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.exchange.thawing import Place
from cordillera.trust.ledger.model import LeafKind

_NOBODY = NO_AUDIT("keys, places and states; nothing about a person")
CHANNELS = guarded(Permission.CHANNEL_MANAGE, audit=_NOBODY)
KEYS = guarded(Permission.KEY_MANAGE, audit=_NOBODY)
THAWED = guarded(Permission.CHANNEL_MANAGE, audit=LeafKind.CHANNEL_THAWED)
LOOKED = guarded(Permission.CHANNEL_MANAGE, audit=LeafKind.REVIEWED)
REVOKED = guarded(Permission.KEY_MANAGE, audit=LeafKind.PARTNER_CHANGED)
Direction = Literal["in", "out"]
PartnerId = Annotated[str, Parameter(min_length=1, max_length=64)]
AgreementId = Annotated[str, Parameter(min_length=1, max_length=64)]
Reason = Annotated[str, msgspec.Meta(max_length=2000)]


def scope_of(session: OfficerSession) -> Scope:
    """The node's own scope, in an operator's name: a partner belongs to the node, not to one agency."""
    return Scope(NODE, session.purpose, session.officer_id)


WHOLE = "partner"


class ReasonForm(msgspec.Struct, frozen=True):
    """Why."""

    reason: Reason = ""


class KeyForm(msgspec.Struct, frozen=True):
    """Which key of a partner is refused from now on ("partner" for all of it; "" for none), and why."""

    kid: Annotated[str, msgspec.Meta(max_length=512)] = ""
    reason: Reason = ""


class LetterForm(msgspec.Struct, frozen=True):
    """What is done with a message without effect, and why."""

    act: Literal["again", "aside"]
    reason: Reason = ""


Filled = Annotated[ReasonForm, Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/exchange/partners", opt=KEYS, sync_to_thread=True, include_in_schema=False)
def partners(session: OfficerSession, store: Store, exchange: ExchangeService) -> Page:
    """List partners: what they rest on, what they know of us, what waits for them."""
    with store.transaction(session.scope) as tx:
        return Page("operation/partners.html", Operation(exchange.parts).partners(tx))


@get("/exchange/partners/{partner_id:str}", opt=KEYS, sync_to_thread=True, include_in_schema=False)
def partner(session: OfficerSession, store: Store, exchange: ExchangeService, partner_id: PartnerId) -> Page:
    """Show one partner with every key it has or had."""
    with store.transaction(session.scope) as tx:
        return Page("operation/partner.html", Operation(exchange.parts).partner(tx, partner_id))


@post("/exchange/partners/{partner_id:str}/revoke", opt=REVOKED, sync_to_thread=True, include_in_schema=False)
def revoke(
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    partner_id: PartnerId,
    data: Annotated[KeyForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Refuse a partner, or one of its keys, from now on."""
    operation = Operation(exchange.parts)
    with store.transaction(scope_of(session)) as tx:
        try:
            if data.kid == WHOLE:
                operation.revoke_partner(tx, session, partner_id, data.reason)
            else:
                operation.revoke_key(tx, session, partner_id, data.kid, data.reason)
        except (ReasonMissing, KeyMissing) as error:
            view = operation.partner(tx, partner_id, error.code)
            typed = {"kid": data.kid, "reason": data.reason}
            return Page("operation/partner.html", msgspec.structs.replace(view, typed=typed), status=422)
    return Redirect(f"/exchange/partners/{partner_id}", status_code=303)


@get("/exchange/channels", opt=CHANNELS, sync_to_thread=True, include_in_schema=False)
def channels(session: OfficerSession, store: Store, exchange: ExchangeService) -> Page:
    """List channels, frozen ones first, and messages without effect."""
    with store.transaction(session.scope) as tx:
        return Page("operation/channels.html", Operation(exchange.parts).channels(tx))


@get(
    "/exchange/channels/{direction:str}/{peer:str}/{agreement_id:str}",
    opt=CHANNELS,
    sync_to_thread=True,
    include_in_schema=False,
)
def channel(  # noqa: PLR0913 - one parameter for each part of the address
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    direction: Direction,
    peer: PartnerId,
    agreement_id: AgreementId,
) -> Page:
    """Show one channel: both histories side by side, and what two officers do about it."""
    place = Place(direction, peer, agreement_id)
    with store.transaction(session.scope) as tx:
        return Page("operation/channel.html", Operation(exchange.parts).channel(tx, session, place))


@post(
    "/exchange/channels/{direction:str}/{peer:str}/{agreement_id:str}/{act:str}",
    opt=THAWED,
    sync_to_thread=True,
    include_in_schema=False,
)
def thaw(  # noqa: PLR0913 - one parameter for each part of the address
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    direction: Direction,
    peer: PartnerId,
    agreement_id: AgreementId,
    act: Literal["propose", "approve", "withdraw"],
    data: Filled,
) -> Page | Redirect:
    """Propose, approve or withdraw the thaw of a channel."""
    operation, place = Operation(exchange.parts), Place(direction, peer, agreement_id)
    with store.transaction(session.scope) as tx:
        try:
            if act == "propose":
                operation.thaws.propose(tx, session, place, data.reason)
            elif act == "approve":
                operation.thaws.approve(tx, session, place)
            else:
                operation.thaws.withdraw(tx, session, place)
        except (ReasonMissing, Conflict, NotPermitted) as error:
            view = operation.channel(tx, session, place, error.code)
            shown = msgspec.structs.replace(view, reason=data.reason)
            return Page("operation/channel.html", shown, status=422)
    return Redirect(f"/exchange/channels/{direction}/{peer}/{agreement_id}", status_code=303)


@post("/exchange/letters/{msg_id:uuid}", opt=LOOKED, sync_to_thread=True, include_in_schema=False)
def letter(
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    msg_id: UUID,
    data: Annotated[LetterForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Send a message without effect again, or put it aside, with a reason."""
    operation = Operation(exchange.parts)
    with store.transaction(session.scope) as tx:
        try:
            act = operation.send_again if data.act == "again" else operation.put_aside
            act(tx, session, msg_id, data.reason)
        except (ReasonMissing, Conflict, NoSuchLetter) as error:
            return Page("operation/channels.html", operation.channels(tx, error.code), status=422)
    return Redirect("/exchange/channels#letters", status_code=303)


@get("/exchange/keys", opt=KEYS, sync_to_thread=True, include_in_schema=False)
def keys(session: OfficerSession, store: Store, exchange: ExchangeService) -> Page:
    """Show this node's keys, its bundle and its root."""
    with store.transaction(session.scope) as tx:
        return Page("operation/keys.html", Operation(exchange.parts).keys(tx))


handlers = [partners, partner, revoke, channels, channel, thaw, letter, keys]
