"""The operation of the exchange for programs: everything the pages do, as JSON."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post

from cordillera.foundation.store.database import Store
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.exchange.operation.model import (
    ChannelsView,
    ChannelView,
    KeysView,
    PartnersView,
    PartnerView,
)
from cordillera.trust.exchange.operation.pages import (
    CHANNELS,
    KEYS,
    LOOKED,
    REVOKED,
    THAWED,
    AgreementId,
    Direction,
    PartnerId,
    scope_of,
)
from cordillera.trust.exchange.operation.service import Operation
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.exchange.thawing import Place

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class RevokeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which key of the partner is refused from now on ("" for the partner as a whole), and why."""

    reason: Reason
    kid: Annotated[str, msgspec.Meta(max_length=512)] = ""


class ThawBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done about a frozen channel, and why (for a proposal)."""

    act: Literal["propose", "approve", "withdraw"]
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class LetterBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done with a message without effect, and why."""

    act: Literal["again", "aside"]
    reason: Reason


@get("/api/exchange/directory", opt=KEYS, sync_to_thread=True)
def directory(session: OfficerSession, store: Store, exchange: ExchangeService) -> PartnersView:
    """All partners: what they rest on, what they know of us, what waits for them."""
    with store.transaction(session.scope) as tx:
        return Operation(exchange.parts).partners(tx)


@get("/api/exchange/directory/{partner_id:str}", opt=KEYS, sync_to_thread=True)
def directory_one(
    session: OfficerSession, store: Store, exchange: ExchangeService, partner_id: PartnerId
) -> PartnerView:
    """One partner with every key it has or had."""
    with store.transaction(session.scope) as tx:
        return Operation(exchange.parts).partner(tx, partner_id)


@post("/api/exchange/directory/{partner_id:str}/revoke", opt=REVOKED, status_code=200, sync_to_thread=True)
def directory_revoke(
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    partner_id: PartnerId,
    data: RevokeBody,
) -> PartnerView:
    """Refuse a partner, or one of its keys, from now on."""
    operation = Operation(exchange.parts)
    with store.transaction(scope_of(session)) as tx:
        if data.kid:
            operation.revoke_key(tx, session, partner_id, data.kid, data.reason)
        else:
            operation.revoke_partner(tx, session, partner_id, data.reason)
        return operation.partner(tx, partner_id)


@get("/api/exchange/channels", opt=CHANNELS, sync_to_thread=True)
def channels(session: OfficerSession, store: Store, exchange: ExchangeService) -> ChannelsView:
    """Every channel, and the messages that had no effect."""
    with store.transaction(session.scope) as tx:
        return Operation(exchange.parts).channels(tx)


@get(
    "/api/exchange/channels/{direction:str}/{peer:str}/{agreement_id:str}",
    opt=CHANNELS,
    sync_to_thread=True,
)
def channel(  # noqa: PLR0913 - one parameter for each part of the address
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    direction: Direction,
    peer: PartnerId,
    agreement_id: AgreementId,
) -> ChannelView:
    """One channel with both histories of each fork, and the proposal to thaw it."""
    with store.transaction(session.scope) as tx:
        return Operation(exchange.parts).channel(tx, session, Place(direction, peer, agreement_id))


@post(
    "/api/exchange/channels/{direction:str}/{peer:str}/{agreement_id:str}/thaw",
    opt=THAWED,
    status_code=200,
    sync_to_thread=True,
)
def thaw(  # noqa: PLR0913 - one parameter for each part of the address
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    direction: Direction,
    peer: PartnerId,
    agreement_id: AgreementId,
    data: ThawBody,
) -> ChannelView:
    """Propose, approve or withdraw the thaw of a channel; another officer approves than proposed."""
    operation, place = Operation(exchange.parts), Place(direction, peer, agreement_id)
    with store.transaction(session.scope) as tx:
        if data.act == "propose":
            operation.thaws.propose(tx, session, place, data.reason)
        elif data.act == "approve":
            operation.thaws.approve(tx, session, place)
        else:
            operation.thaws.withdraw(tx, session, place)
        return operation.channel(tx, session, place)


@post("/api/exchange/letters/{msg_id:uuid}", opt=LOOKED, status_code=200, sync_to_thread=True)
def letter(
    session: OfficerSession, store: Store, exchange: ExchangeService, msg_id: UUID, data: LetterBody
) -> ChannelsView:
    """Send a message without effect again, or put it aside."""
    operation = Operation(exchange.parts)
    with store.transaction(session.scope) as tx:
        act = operation.send_again if data.act == "again" else operation.put_aside
        act(tx, session, msg_id, data.reason)
        return operation.channels(tx)


@get("/api/exchange/keys", opt=KEYS, sync_to_thread=True)
def keys(session: OfficerSession, store: Store, exchange: ExchangeService) -> KeysView:
    """This node's keys, its bundle and its root; no private key is ever shown."""
    with store.transaction(session.scope) as tx:
        return Operation(exchange.parts).keys(tx)


handlers = [directory, directory_one, directory_revoke, channels, channel, thaw, letter, keys]
