"""The traveller desk over JSON: upload for carriers' gateways, flights and messages for everybody else."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.desks.travellers import advice_api, as2_api, history_api, lost_api, rules_api
from cordillera.desks.travellers.board_pages import day_filter, local_day, representable
from cordillera.desks.travellers.depersonalise import SHORTEST_REASON, Approval, UnmaskRow, Wish
from cordillera.desks.travellers.ingest import MAX_BYTES
from cordillera.desks.travellers.model import (
    Channel,
    FlightFilter,
    FlightRow,
    IngestResult,
    MessageDetail,
    MessageRow,
    MessageStatus,
    Origin,
)
from cordillera.desks.travellers.service import TravellerService
from cordillera.desks.travellers.together import Outcome
from cordillera.desks.travellers.views import Timeline, timeline
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, for_machine, guarded
from cordillera.trust.access.model import MachineSession, OfficerSession, Permission
from cordillera.trust.ledger.model import LeafKind

UPLOAD = "ingest"
_COUNTS = NO_AUDIT("flights and counts; nobody is named")
_ASK_UNMASK = guarded(Permission.ALERT_DECIDE, audit=LeafKind.DECISION)
_UNMASKED = guarded(Permission.OVERSIGHT_READ, audit=NO_AUDIT("requests and officers; nobody is named"))
_GRANT_UNMASK = guarded(Permission.CONSENT_GIVE, audit=LeafKind.DECISION)
_FLIGHTS = guarded(Permission.TRAVELLER_READ, audit=_COUNTS)
_MESSAGES = guarded(Permission.MESSAGE_READ, audit=NO_AUDIT("senders and counts; nobody is named"))
_MESSAGE = guarded(Permission.MESSAGE_READ, audit=LeafKind.CONSULTATION)


class Received(msgspec.Struct, frozen=True):
    """What became of an upload. `findings` counts observations about the message's quality.

    Whether anybody was found on a list or by a rule is not said: whoever uploads could try out rules.
    """

    message_id: UUID
    status: str
    reason: str
    travellers: int
    crew: int
    findings: int
    duplicate: bool


class Flights(msgspec.Struct, frozen=True):
    """Arrivals of a day."""

    day: str
    flights: tuple[FlightRow, ...]


class Messages(msgspec.Struct, frozen=True):
    """Messages, the newest first."""

    messages: tuple[MessageRow, ...]


def upload_all(
    brought: Sequence[tuple[MachineSession, bytes]], store: Store, travellers: TravellerService
) -> list[Received | Exception | Callable[[], Received]]:
    """Take in what machines sent at one time, as `upload` does each."""
    given = [(machine.scope, body, _origin(machine)) for machine, body in brought]
    return [_outcome(one) for one in travellers.upload_all(store, given)]


def _outcome(one: Outcome) -> Received | Exception | Callable[[], Received]:
    if isinstance(one, IngestResult):
        return _received(one)
    return one if isinstance(one, Exception) else lambda: _received(one())


def _origin(machine: MachineSession, name: str = "") -> Origin:
    return Origin(Channel.HTTPS, name, machine.agency, machine.actor, machine.scope.purpose)


def _received(result: IngestResult) -> Received:
    return Received(**{field: getattr(result, field) for field in Received.__struct_fields__})


@post(
    "/api/messages",
    opt=for_machine(UPLOAD, audit=LeafKind.COLLECTION, direct=True, together=upload_all),
    sync_to_thread=True,
    status_code=201,
    request_max_body_size=MAX_BYTES,
    operation_id="uploadMessage",
)
def upload(
    machine: MachineSession,
    store: Store,
    travellers: TravellerService,
    body: bytes,
    name: Annotated[str, Parameter(max_length=200)] = "",
) -> Received:
    """Take in a PAXLST interchange, sent as it is in the body; the same one again is a duplicate."""
    return _received(travellers.upload(store, machine.scope, body, _origin(machine, name)))


@get("/api/messages", opt=_MESSAGES, sync_to_thread=True, operation_id="listMessages")
def list_messages(  # noqa: PLR0913 - one parameter for each filter of the list
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    status: Literal["", "accepted", "partial", "quarantined"] = "",
    limit: Annotated[int, Parameter(ge=1, le=500)] = 50,
    offset: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
) -> Messages:
    """List messages, the newest first."""
    wanted = MessageStatus(status) if status else None
    with store.transaction(session.scope) as tx:
        return Messages(travellers.messages(tx, wanted, limit, offset))


@get("/api/messages/{message_id:uuid}", opt=_MESSAGE, sync_to_thread=True, operation_id="getMessage")
def get_message(
    session: OfficerSession, store: Store, travellers: TravellerService, message_id: UUID
) -> MessageDetail:
    """Return one message with its findings and flights, without its bytes."""
    with store.transaction(session.scope) as tx:
        return travellers.open_message(tx, session, message_id)


@get("/api/flights", opt=_FLIGHTS, sync_to_thread=True, operation_id="listFlights")
def list_flights(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    settings: Settings,
    day: Annotated[date | None, Parameter()] = None,
) -> Flights:
    """List the arrivals of a day, local to the node (today by default)."""
    shown, wanted = _day(day, travellers, settings)
    with store.transaction(session.scope) as tx:
        return Flights(shown.isoformat(), travellers.flights(tx, wanted))


@get("/api/flights/timeline", opt=_FLIGHTS, sync_to_thread=True, operation_id="flightTimeline")
def flight_timeline(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    settings: Settings,
    day: Annotated[date | None, Parameter()] = None,
) -> Timeline:
    """Return the arrivals of a day as the timeline draws them; flights of unknown time are left out."""
    wanted = msgspec.structs.replace(_day(day, travellers, settings)[1], unknown=False)
    with store.transaction(session.scope) as tx:
        return Timeline(timeline(travellers.flights(tx, wanted)))


@get("/api/flights/{flight_id:uuid}", opt=_FLIGHTS, sync_to_thread=True, operation_id="getFlight")
def get_flight(
    session: OfficerSession, store: Store, travellers: TravellerService, flight_id: UUID
) -> FlightRow:
    """Return one flight with its counts."""
    with store.transaction(session.scope) as tx:
        return travellers.flight(tx, flight_id)


class Unmask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The authorisation under which a traveller older than six months is to be seen again."""

    judicial_ref: Annotated[str, msgspec.Meta(min_length=4, max_length=200)]
    reason: Annotated[str, msgspec.Meta(min_length=SHORTEST_REASON, max_length=500)]
    article: Approval = Approval.COURT


class Unmasked(msgspec.Struct, frozen=True):
    """A request to see a traveller again; `until` is null until another officer grants it."""

    request: UUID
    until: datetime | None = None


@post(
    "/api/travellers/{traveller_id:uuid}/unmask",
    opt=_ASK_UNMASK,
    sync_to_thread=True,
    operation_id="askUnmask",
)
def ask_unmask(
    session: OfficerSession, store: Store, travellers: TravellerService, traveller_id: UUID, data: Unmask
) -> Unmasked:
    """Ask to see a traveller again after six months; another officer grants it."""
    with store.transaction(session.scope) as tx:
        wish = Wish(traveller_id, data.judicial_ref, data.article, data.reason)
        return Unmasked(travellers.masking.ask(tx, session, wish))


@get(
    "/api/travellers/unmask",
    opt=_UNMASKED,
    sync_to_thread=True,
    operation_id="listUnmask",
)
def list_unmask(session: OfficerSession, store: Store, travellers: TravellerService) -> tuple[UnmaskRow, ...]:
    """Who asked to see whom again after six months, and who granted it; nobody is named."""
    with store.transaction(session.scope) as tx:
        return travellers.masking.requests(tx)


@post(
    "/api/travellers/unmask/{request_id:uuid}",
    opt=_GRANT_UNMASK,
    sync_to_thread=True,
    status_code=200,
    operation_id="grantUnmask",
)
def grant_unmask(
    session: OfficerSession, store: Store, travellers: TravellerService, request_id: UUID
) -> Unmasked:
    """Let a traveller be seen for a day, as an officer who did not ask for it."""
    with store.transaction(session.scope) as tx:
        return Unmasked(request_id, travellers.masking.grant(tx, session, request_id))


def _day(day: date | None, travellers: TravellerService, settings: Settings) -> tuple[date, FlightFilter]:
    zone = settings.node.timezone
    today = local_day(travellers.now(), zone)
    shown = representable(day or today)
    return shown, day_filter(shown, zone, unknown=shown == today)


handlers = [
    upload,
    list_messages,
    get_message,
    list_flights,
    flight_timeline,
    get_flight,
    ask_unmask,
    list_unmask,
    grant_unmask,
    *advice_api.handlers,
    *as2_api.handlers,
    *history_api.handlers,
    *lost_api.handlers,
    *rules_api.handlers,
]
