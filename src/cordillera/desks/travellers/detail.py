"""An alert opened before an officer: everything on one page, in the order it is needed."""

from typing import Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.errors import (
    Depersonalised,
    FlightNotFound,
    MessageNotFound,
    TravellerNotFound,
)
from cordillera.desks.travellers.excerpt import Line, Window, excerpt
from cordillera.desks.travellers.grounds import MESSAGE, bar_terms, cases
from cordillera.desks.travellers.itinerary_previous import Concluded, named_in
from cordillera.desks.travellers.itinerary_view import itineraries_of
from cordillera.desks.travellers.listed_core import ListedView
from cordillera.desks.travellers.model import FlightRow, TravellerRow
from cordillera.desks.travellers.ports import Markings
from cordillera.desks.travellers.reservation_showing import with_lines
from cordillera.desks.travellers.reservation_views import ReservationView
from cordillera.desks.travellers.rules_views import language_of
from cordillera.desks.travellers.service import TravellerService
from cordillera.desks.travellers.views import Detail, SeenBy
from cordillera.foundation.store.sealing import KeyDestroyed
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.ledger.model import AuditRow, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.model import Alert, AlertStatus
from cordillera.trust.review.service import ReviewService

Tab = Literal["evidence", "journey", "message", "partners", "history", "seen"]
_EVENTS = 200
_AROUND = 16_384


class Opened(msgspec.Struct, frozen=True):
    """The services an open alert is put together from."""

    review: ReviewService
    travellers: TravellerService
    exchange: ExchangeService
    ledger: Ledger
    markings: Markings


def open_alert(tx: sa.Connection, using: Opened, officer: OfficerSession, alert_id: UUID, tab: Tab) -> Detail:
    """Open an alert (which writes the consultation leaf); raise `AlertNotFound`."""
    alert = using.review.get(tx, officer, alert_id)
    traveller = _traveller(tx, using.travellers, alert)
    raw = _bytes(tx, using.travellers, traveller)
    events = [_event(row) for row in using.ledger.events(tx, subject_ref=str(alert_id), limit=_EVENTS)]
    looks = LeafKind.CONSULTATION.value
    flight = _flight(tx, using.travellers, alert)
    reservations = _reservations(tx, using.travellers, traveller, tab)
    return Detail(
        alert=alert,
        badge=using.markings.badge(tx, alert.row),
        bar=bar_terms(alert),
        cases=cases(alert, language_of(officer.language)),
        flight=flight,
        traveller=None if traveller is None else traveller.facts,
        message_id=None if traveller is None else traveller.message_id,
        lines=_lines(alert, traveller, raw),
        message=_around(alert, traveller, raw) if tab == "message" else (),
        history=tuple(event for event in events if event.kind != looks),
        seen=tuple(event for event in events if event.kind == looks),
        queries=using.exchange.queries_about(tx, str(alert_id)),
        tab=tab,
        grounds=using.review.grounds.of(tx, alert_id),
        silenced=using.travellers.silenced(tx, alert.row.subject_ref),
        reservations=reservations,
        itineraries=itineraries_of(reservations, flight) if traveller is not None else (),
        concluded=_concluded(tx, using.travellers, traveller, tab),
        listed=_listed(tx, using.travellers, traveller, flight) if tab == "journey" else None,
        may_decide=alert.row.status is not AlertStatus.DECIDED and officer.may(Permission.ALERT_DECIDE),
    )


def _traveller(tx: sa.Connection, travellers: TravellerService, alert: Alert) -> TravellerRow | None:
    """Return the traveller, or nothing once their message has been erased: the alert lives longer."""
    try:
        return travellers.traveller(tx, UUID(alert.row.subject_ref))
    except (TravellerNotFound, KeyDestroyed):
        return None


def _flight(tx: sa.Connection, travellers: TravellerService, alert: Alert) -> FlightRow | None:
    try:
        return travellers.flight(tx, UUID(alert.row.group_ref))
    except FlightNotFound:
        return None


def _reservations(
    tx: sa.Connection, travellers: TravellerService, traveller: TravellerRow | None, tab: Tab
) -> tuple[ReservationView, ...]:
    """The reservations, with their bytes where those are shown."""
    if traveller is None:
        return ()
    told = travellers.reservations_of(tx, traveller)
    return with_lines(told, lambda source: bytes_for(tx, travellers, source)) if tab == "journey" else told


def _concluded(
    tx: sa.Connection, travellers: TravellerService, traveller: TravellerRow | None, tab: Tab
) -> tuple[Concluded, ...]:
    """What was concluded before; of linked journeys too, where the journey is shown."""
    if traveller is None:
        return ()
    linked = named_in(travellers.journeys.of(tx, traveller.id)) if tab == "journey" else ()
    return travellers.concluded(tx, traveller, linked)


def _listed(
    tx: sa.Connection, travellers: TravellerService, traveller: TravellerRow | None, flight: FlightRow | None
) -> ListedView | None:
    return None if traveller is None else travellers.listed_of(tx, traveller, flight)


def _bytes(tx: sa.Connection, travellers: TravellerService, traveller: TravellerRow | None) -> bytes:
    return b"" if traveller is None else bytes_for(tx, travellers, traveller.message_id)


def bytes_for(tx: sa.Connection, travellers: TravellerService, message_id: UUID) -> bytes:
    """Return a message's bytes as kept, none when it was erased or its people are not named any more."""
    try:
        return travellers.evidence_bytes(tx, message_id)
    except (MessageNotFound, KeyDestroyed, Depersonalised):
        return b""


def _lines(alert: Alert, traveller: TravellerRow | None, raw: bytes) -> tuple[Line, ...]:
    if traveller is None or not raw:
        return ()
    own = Window(traveller.facts.start, traveller.facts.end + 1)
    return excerpt(raw, own, _cited(alert, traveller))


def _around(alert: Alert, traveller: TravellerRow | None, raw: bytes) -> tuple[Line, ...]:
    """Return the message around the traveller, whole when it is small."""
    if traveller is None or not raw:
        return ()
    own = Window(traveller.facts.start, traveller.facts.end)
    start = 0 if own.start < 3 * _AROUND else own.start - _AROUND
    return excerpt(raw, Window(start, len(raw)), _cited(alert, traveller), own)


def _cited(alert: Alert, traveller: TravellerRow) -> list[tuple[int, int]]:
    source = f"{MESSAGE}{traveller.message_id}"
    found = {
        (item.start, item.end)
        for finding in alert.findings
        for items in (finding.evidence, *(term.evidence for term in finding.terms))
        for item in items
        if item.source == source
    }
    return sorted(found)


def _event(row: AuditRow) -> SeenBy:
    told = dict(row.detail or {})
    return SeenBy(
        kind=row.kind,
        at=row.at,
        who=told.get("officer", "") or (row.actor or ""),
        agency=row.agency or "",
        purpose=row.purpose,
        index=row.index,
        told=told,
    )
