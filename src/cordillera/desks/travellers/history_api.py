"""Journeys and reservations looked at and parted over JSON: the same use cases as the pages."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post

from cordillera.desks.travellers.errors import Depersonalised
from cordillera.desks.travellers.history_service import SHORTEST_REASON
from cordillera.desks.travellers.history_showing import HistoryView, LinkView
from cordillera.desks.travellers.history_store import Parting
from cordillera.desks.travellers.history_unjoin import Joined
from cordillera.desks.travellers.model import TravellerRow
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.ledger.model import LeafKind

_SEE = guarded(Permission.TRAVELLER_READ, audit=LeafKind.CONSULTATION)
_PART = guarded(Permission.ALERT_DECIDE, audit=LeafKind.DECISION)
_WORDS = rf"(?:[^\W_][\W_]*){{{SHORTEST_REASON}}}"
_Reason = Annotated[str, msgspec.Meta(min_length=SHORTEST_REASON, max_length=1000, pattern=_WORDS)]


class PartingReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why two journeys are not one person's."""

    reason: _Reason


class ReservationApart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which reservation is not this traveller's (`token` of `listJoined`), and how the officer knows."""

    token: Annotated[str, msgspec.Meta(max_length=64)]
    reason: _Reason


class Parted(msgspec.Struct, frozen=True):
    """That two are two people, for good: what was joined, who said so, and when."""

    id: UUID
    what: str
    one_id: UUID
    other_id: UUID
    officer_name: str
    at: datetime
    reason: str


class JoinedReservations(msgspec.Struct, frozen=True):
    """The persons of reservations who were taken for a traveller, where that can be undone."""

    joined: tuple[Joined, ...]


@get(
    "/api/travellers/{traveller_id:uuid}/journeys",
    opt=_SEE,
    sync_to_thread=True,
    operation_id="listJourneys",
)
def journeys(
    session: OfficerSession, store: Store, travellers: TravellerService, traveller_id: UUID
) -> HistoryView:
    """Return the other journeys of a traveller, linked and never merged, and who was parted from them."""
    with store.transaction(session.scope) as tx:
        travellers.open_traveller(tx, session, traveller_id)
        return travellers.journeys.of(tx, traveller_id)


@get("/api/journeys/{link_id:uuid}", opt=_SEE, sync_to_thread=True, operation_id="getLinkedJourneys")
def linked(session: OfficerSession, store: Store, travellers: TravellerService, link_id: UUID) -> LinkView:
    """Return two linked journeys side by side, and why they are linked."""
    with store.transaction(session.scope) as tx:
        return travellers.journeys.open(tx, session, link_id)


@post(
    "/api/journeys/{link_id:uuid}/part",
    opt=_PART,
    sync_to_thread=True,
    status_code=200,
    operation_id="partJourneys",
)
def part(
    session: OfficerSession, store: Store, travellers: TravellerService, link_id: UUID, data: PartingReason
) -> Parted:
    """Part two journeys that are not one person's, for good."""
    with store.transaction(session.scope) as tx:
        return _told(travellers.history.part(tx, session, link_id, data.reason))


@get(
    "/api/travellers/{traveller_id:uuid}/joined",
    opt=_SEE,
    sync_to_thread=True,
    operation_id="listJoined",
)
def joined(
    session: OfficerSession, store: Store, travellers: TravellerService, traveller_id: UUID
) -> JoinedReservations:
    """Return the reservations that were taken for a traveller; none after six months."""
    with store.transaction(session.scope) as tx:
        row, masked = travellers.open_traveller(tx, session, traveller_id)
        return JoinedReservations(() if masked else travellers.unjoining.joined(tx, row))


@post(
    "/api/travellers/{traveller_id:uuid}/apart",
    opt=_PART,
    sync_to_thread=True,
    status_code=200,
    operation_id="takeReservationApart",
)
def apart(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    traveller_id: UUID,
    data: ReservationApart,
) -> Parted:
    """Make the person of a reservation a traveller of their own."""
    with store.transaction(session.scope) as tx:
        row = _seen(*travellers.open_traveller(tx, session, traveller_id))
        where = (row, travellers.flight(tx, row.flight_id))
        return _told(travellers.unjoining.unjoin(tx, session, where, (data.token, data.reason)))


def _seen(row: TravellerRow, masked: bool) -> TravellerRow:  # noqa: FBT001 - a pair as the service answers it
    if masked:
        raise Depersonalised(message=str(row.message_id))
    return row


def _told(parting: Parting) -> Parted:
    return Parted(**{name: getattr(parting, name) for name in Parted.__struct_fields__})


handlers = [journeys, linked, part, joined, apart]
