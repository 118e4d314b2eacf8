"""The board of a day, the messages and their quality, one message."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import get
from litestar.di import Provide
from litestar.params import Parameter

from cordillera.desks.travellers.board_core import SHOWS, SORTS, BoardQuery, Show, Sort
from cordillera.desks.travellers.excerpt import MAX_BYTES, Window, excerpt
from cordillera.desks.travellers.model import FlightFilter, MessageStatus
from cordillera.desks.travellers.service import TravellerService
from cordillera.desks.travellers.views import (
    Choice,
    FlightsView,
    MessagesView,
    MessageView,
    timeline,
)
from cordillera.foundation.clock import Clock
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

MESSAGES_PER_PAGE = 50
MOST_DRAWN = 60
_PageNumber = Annotated[int, Parameter(ge=1, le=10_000)]
_COUNTS = NO_AUDIT("flights and counts; nobody is named")


def day_filter(day: date, zone: str, *, unknown: bool) -> FlightFilter:
    """Return the filter of one day as the node's own clock sees it.

    >>> day_filter(date(2026, 11, 21), "America/Guayaquil", unknown=True).since.isoformat()
    '2026-11-21T05:00:00+00:00'
    """
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    following = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return FlightFilter(midnight.astimezone(UTC), following.astimezone(UTC), unknown)


def representable(day: date) -> date:
    """Return the day, or the nearest one for which every zone can be computed with."""
    return min(max(day, date(1970, 1, 2)), date(9990, 1, 1))


def local_day(moment: datetime, zone: str) -> date:
    """Return the day of a moment in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def board_of(
    show: Show = "all",
    sort: Sort = "arrival",
    q: Annotated[str, Parameter(max_length=40)] = "",
    page: _PageNumber = 1,
) -> BoardQuery:
    """Read the board's address."""
    return BoardQuery(show, sort, q.strip(), page)


@get(
    "/flights",
    opt=guarded(Permission.TRAVELLER_READ, audit=_COUNTS),
    sync_to_thread=True,
    include_in_schema=False,
    dependencies={"wanted": Provide(board_of, sync_to_thread=False)},
)
def flights(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    settings: Settings,
    wanted: BoardQuery,
    day: Annotated[date | None, Parameter()] = None,
) -> Page:
    """Show the board of a day."""
    zone = settings.node.timezone
    today = local_day(travellers.now(), zone)
    shown = representable(day or today)
    with store.transaction(session.scope) as tx:
        board = travellers.boards.of(tx, day_filter(shown, zone, unknown=shown == today), wanted)
        nearest = None if board.total else travellers.nearest_arrival(tx)
    told, page = shown.isoformat(), min(wanted.page, board.pages)
    drawn = [row for row in board.flights if row.arrives_at is not None and row.newer is None]
    view = FlightsView(
        day=told,
        before=(shown - timedelta(days=1)).isoformat(),
        after=(shown + timedelta(days=1)).isoformat(),
        today=shown == today,
        nearest="" if nearest is None else local_day(nearest, zone).isoformat(),
        flights=board.flights,
        timeline=timeline(drawn) if board.total <= MOST_DRAWN and board.matching == board.total else (),
        travellers=board.travellers,
        pending=board.pending,
        doubtful=board.doubtful,
        faulty=board.faulty,
        total=board.total,
        matching=board.matching,
        query=wanted,
        page=page,
        pages=board.pages,
        shows=tuple(
            Choice(show, f"/flights{wanted.suffix(told, show=show)}", show == wanted.show) for show in SHOWS
        ),
        sorts={sort: f"/flights{wanted.suffix(told, sort=sort)}" for sort in SORTS},
        newer=f"/flights{wanted.suffix(told, page=page - 1)}" if page > 1 else "",
        older=f"/flights{wanted.suffix(told, page=page + 1)}" if page < board.pages else "",
        now=travellers.now(),
    )
    return Page("travellers/flights.html", view)


@get(
    "/messages",
    opt=guarded(Permission.MESSAGE_READ, audit=NO_AUDIT("senders and counts; nobody is named")),
    sync_to_thread=True,
    include_in_schema=False,
)
def messages(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    status: Literal["", "accepted", "partial", "quarantined"] = "",
    page: _PageNumber = 1,
) -> Page:
    """Show the messages that came, the newest first."""
    wanted = MessageStatus(status) if status else None
    offset = (page - 1) * MESSAGES_PER_PAGE
    with store.transaction(session.scope) as tx:
        rows = travellers.messages(tx, wanted, MESSAGES_PER_PAGE, offset)
        counts = travellers.count_messages(tx)
    matching = {"": counts.total, "partial": counts.partial, "quarantined": counts.quarantined}
    total = matching.get(status, counts.total - counts.partial - counts.quarantined)
    pages = max(1, -(-total // MESSAGES_PER_PAGE))
    return Page("travellers/messages.html", MessagesView(rows, counts, status, page, pages))


@get(
    "/messages/{message_id:uuid}",
    opt=guarded(Permission.MESSAGE_READ, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
    include_in_schema=False,
)
def message(
    session: OfficerSession, store: Store, travellers: TravellerService, clock: Clock, message_id: UUID
) -> Page:
    """Show one message: its findings, its flights, its bytes as kept."""
    with store.transaction(session.scope) as tx:
        detail = travellers.message(tx, message_id)
        raw = travellers.message_bytes(tx, session, message_id)
    marks = [(note.offset, note.offset + 1) for note in detail.notes if note.severity != "info"]
    view = MessageView(
        message=detail,
        lines=excerpt(raw, Window(0, len(raw)), marks),
        shown_all=len(raw) <= MAX_BYTES,
        now=clock.now(),
    )
    return Page("travellers/message.html", view)


handlers = [flights, messages, message]
