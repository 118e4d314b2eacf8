"""The officer's main screen: the queue with the open alert beside it, and what may be done about it."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa
from litestar import Response, get, post
from litestar.di import Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.desks.travellers import (
    aboard_pages,
    advice_pages,
    as2_pages,
    board_pages,
    bulk_pages,
    contacts_pages,
    disposition_pages,
    history_pages,
    itinerary_pages,
    quality_pages,
    rescreening_pages,
    rules_life_pages,
    rules_pages,
    seats_pages,
    unmask_pages,
)
from cordillera.desks.travellers.detail import Opened, Tab, open_alert
from cordillera.desks.travellers.errors import FlightNotFound
from cordillera.desks.travellers.export import queue_csv
from cordillera.desks.travellers.ingest import DESK
from cordillera.desks.travellers.model import FlightRow
from cordillera.desks.travellers.ports import Markings
from cordillera.desks.travellers.queue import PER_PAGE, SORTS, VIEWS, QueueQuery, Sort, View
from cordillera.desks.travellers.service import TravellerService
from cordillera.desks.travellers.views import AlertsView, Choice, Done
from cordillera.foundation.errors import Conflict, CordilleraError
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.exchange.errors import PartnerRevoked, UnknownPartner
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.records.errors import ReasonNeeded, ReasonTooLong, TooManyConsents
from cordillera.trust.review.errors import (
    AlertChanged,
    AlertNotFound,
    AlreadyDecided,
    ConsentNeeded,
    NobodyToAsk,
    ReasonTooShort,
    SecondOfficerNeeded,
)
from cordillera.trust.review.model import Decision, Outcome, QueueFilter, Ruling
from cordillera.trust.review.service import ReviewService

TEMPLATE = "travellers/alerts.html"
_READ = guarded(Permission.ALERT_READ, audit=LeafKind.CONSULTATION)
_EXPORT = guarded(Permission.ALERT_READ, audit=LeafKind.EXPORTED)
EXPORT_ROWS = 500
_REFUSED = (
    *(ReasonTooShort, AlertChanged, AlreadyDecided, SecondOfficerNeeded, ConsentNeeded, NobodyToAsk),
    *(ReasonNeeded, ReasonTooLong, TooManyConsents, UnknownPartner, PartnerRevoked),
)
COUNTED = frozenset({"pending", "mine", "waiting"})


class DecisionForm(msgspec.Struct, frozen=True):
    """What the decision bar sends."""

    outcome: Literal["confirmed", "not_same_person", "needs_more", "no_ground", "ask_consent"]
    version: int
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    urgent: Annotated[str, msgspec.Meta(max_length=500)] = ""

    def ruling(self) -> Ruling:
        """Return what the officer concluded about the version they looked at."""
        return Ruling(Outcome(self.outcome), self.reason.strip(), self.version, self.urgent.strip())


def queue_of(  # noqa: PLR0913 - a parameter for each part of the address
    view: View = "pending",
    sort: Sort = "rank",
    in_list: Annotated[str, Parameter(query="list", max_length=80)] = "",
    flight: UUID | None = None,
    rule: UUID | None = None,
    page: Annotated[int, Parameter(ge=1, le=10_000)] = 1,
) -> QueueQuery:
    """Read the queue's address."""
    return QueueQuery(view, sort, in_list, flight, rule, page)


class Workplace(msgspec.Struct, frozen=True):
    """Who asks, and the services an answer is put together from."""

    session: OfficerSession
    store: Store
    using: Opened


def workplace_of(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    review: ReviewService,
    travellers: TravellerService,
    exchange: ExchangeService,
    ledger: Ledger,
    queue_markings: Markings,
) -> Workplace:
    """Gather what the handlers below work with."""
    return Workplace(session, store, Opened(review, travellers, exchange, ledger, queue_markings))


GIVEN = {
    "queue": Provide(queue_of, sync_to_thread=False),
    "work": Provide(workplace_of, sync_to_thread=False),
}


@get("/alerts", opt=_READ, sync_to_thread=True, include_in_schema=False, dependencies=GIVEN)
def alerts(work: Workplace, queue: QueueQuery, done: UUID | None = None) -> Page:
    """Show the queue."""
    with work.store.transaction(work.session.scope) as tx:
        return Page(TEMPLATE, _view(tx, work, queue, done))


@get("/alerts/{alert_id:uuid}", opt=_READ, sync_to_thread=True, include_in_schema=False, dependencies=GIVEN)
def alert(
    work: Workplace, queue: QueueQuery, alert_id: UUID, tab: Tab = "evidence", done: UUID | None = None
) -> Page:
    """Show the queue with one alert open."""
    with work.store.transaction(work.session.scope) as tx:
        detail = open_alert(tx, work.using, work.session, alert_id, tab)
        return Page(TEMPLATE, msgspec.structs.replace(_view(tx, work, queue, done), detail=detail))


@post(
    "/alerts/{alert_id:uuid}/decision",
    opt=guarded(Permission.ALERT_DECIDE, audit=LeafKind.DECISION),
    sync_to_thread=True,
    include_in_schema=False,
    dependencies=GIVEN,
)
def decide(
    work: Workplace,
    queue: QueueQuery,
    alert_id: UUID,
    data: Annotated[DecisionForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Take the officer's conclusion, and go on to the next alert; show what is missing otherwise.

    Where consent to act is missing, it is asked for with the same words and the alert stays. What was sent
    twice counts once: the second goes on too.
    """
    session, review = work.session, work.using.review
    try:
        with work.store.transaction(session.scope) as tx:
            if data.outcome == "ask_consent":
                review.ask_consent(tx, session, alert_id, data.reason)
                return Redirect(_address(queue, alert_id), status_code=303)
            following = _following(tx, review, _wanted(tx, work, queue), alert_id)
            review.decide(tx, session, alert_id, data.ruling())
    except _REFUSED as refused:
        with work.store.transaction(session.scope) as tx:
            if not _is_repeated(review.last_decision(tx, alert_id), session, data.ruling()):
                return _again(work, queue, alert_id, refused, data)
            following = _following(tx, review, _wanted(tx, work, queue), alert_id)
    return Redirect(_address(queue, following, done=alert_id), status_code=303)


@post(
    "/alerts/{alert_id:uuid}/assignment",
    opt=guarded(Permission.ALERT_DECIDE, audit=LeafKind.ASSIGNED),
    sync_to_thread=True,
    include_in_schema=False,
    dependencies=GIVEN,
)
def assign(work: Workplace, queue: QueueQuery, alert_id: UUID) -> Redirect:
    """Take an alert."""
    with work.store.transaction(work.session.scope) as tx:
        work.using.review.assign(tx, work.session, alert_id)
    return Redirect(_address(queue, alert_id), status_code=303)


@post(
    "/alerts/{alert_id:uuid}/undo",
    opt=guarded(Permission.ALERT_DECIDE, audit=LeafKind.DECISION),
    sync_to_thread=True,
    include_in_schema=False,
    dependencies=GIVEN,
)
def undo(work: Workplace, queue: QueueQuery, alert_id: UUID) -> Redirect:
    """Take one's own recent decision back."""
    with work.store.transaction(work.session.scope) as tx:
        work.using.review.undo(tx, work.session, alert_id)
    return Redirect(_address(queue, alert_id), status_code=303)


@get("/alerts/export.csv", opt=_EXPORT, sync_to_thread=True, include_in_schema=False, dependencies=GIVEN)
def export(work: Workplace, queue: QueueQuery) -> Response[str]:
    """Take the queue as filtered away as a file; that it was taken is a leaf.

    Each line has the marking of what it rests on; what is for one recipient only is left out. The name of a
    file that does not hold all tells so: "alerts-500-of-812.csv".
    """
    with work.store.transaction(work.session.scope) as tx:
        wanted = msgspec.structs.replace(_wanted(tx, work, queue), limit=EXPORT_ROWS, offset=0)
        page = work.using.review.export(tx, work.session, wanted)
        stamps = work.using.markings.stamps(tx, page.rows)
    rows = [(row, stamp) for row, stamp in zip(page.rows, stamps, strict=True) if stamp is not None]
    part = "" if len(rows) == page.total else f"-{len(rows)}-of-{page.total}"
    return Response(
        queue_csv(rows),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="alerts{part}.csv"'},
    )


def _view(tx: sa.Connection, work: Workplace, queue: QueueQuery, done: UUID | None = None) -> AlertsView:
    review, session = work.using.review, work.session
    page = review.consult(tx, session, _wanted(tx, work, queue))
    return AlertsView(
        rows=page.rows,
        total=page.total,
        page=queue.page,
        pages=max(1, -(-page.total // PER_PAGE)),
        suffix=queue.suffix(page=queue.page),
        older=f"/alerts{queue.suffix(page=queue.page + 1)}" if page.total > queue.page * PER_PAGE else "",
        newer=f"/alerts{queue.suffix(page=queue.page - 1)}" if queue.page > 1 else "",
        views=tuple(_choice(tx, work, queue, view) for view in VIEWS),
        lists=tuple(
            Choice(name, f"/alerts{queue.suffix(list=name)}", name == queue.list)
            for name in review.list_names(tx, DESK)
        ),
        orders=tuple(Choice(sort, f"/alerts{queue.suffix(sort=sort)}", sort == queue.sort) for sort in SORTS),
        all_lists=f"/alerts{queue.suffix(list='')}",
        all_flights=f"/alerts{queue.suffix(flight=None)}",
        all_rules="" if queue.rule is None else f"/alerts{queue.suffix(rule=None)}",
        flight=_flight(tx, work.using.travellers, queue.flight),
        now=work.using.travellers.now(),
        export=f"/alerts/export.csv{queue.suffix(page=1)}",
        suspended=work.using.travellers.suspended_rules(tx),
        done=None if done is None else _done(tx, review, done),
    )


def _wanted(tx: sa.Connection, work: Workplace, queue: QueueQuery) -> QueueFilter:
    """The filter of an address: of a rule, the alerts that its hits of the last ninety days are in."""
    wanted = queue.filter(work.session.officer_id)
    if queue.rule is None:
        return wanted
    return msgspec.structs.replace(wanted, only=work.using.travellers.alerts_by_rule(tx, queue.rule))


def _choice(tx: sa.Connection, work: Workplace, queue: QueueQuery, view: View) -> Choice:
    wanted = _wanted(tx, work, msgspec.structs.replace(queue, view=view))
    count = work.using.review.count(tx, wanted) if view in COUNTED else None
    return Choice(view, f"/alerts{queue.suffix(view=view)}", view == queue.view, count)


def _flight(tx: sa.Connection, travellers: TravellerService, flight_id: UUID | None) -> FlightRow | None:
    try:
        return None if flight_id is None else travellers.flight(tx, flight_id)
    except FlightNotFound:
        return None


def _done(tx: sa.Connection, review: ReviewService, alert_id: UUID) -> Done | None:
    try:
        decision = review.last_decision(tx, alert_id)
        line = review.line(tx, alert_id)
        return None if decision is None else Done(alert_id, line.label, line.reasons, decision)
    except AlertNotFound:
        return None


def _is_repeated(last: Decision | None, session: OfficerSession, ruling: Ruling) -> bool:
    """Tell whether an officer concluded just this, in the same words: a button pressed twice."""
    said = (session.officer_id, ruling.outcome, ruling.reason)
    return last is not None and (last.officer_id, last.outcome, last.reason) == said


def _following(tx: sa.Connection, review: ReviewService, wanted: QueueFilter, current: UUID) -> UUID | None:
    """Return the alert after `current` in the queue as filtered, else the first other one."""
    ids = [row.id for row in review.queue(tx, wanted).rows]
    place = ids.index(current) if current in ids else -1
    rest = [*ids[place + 1 :], *ids[: max(place, 0)]]
    return rest[0] if rest else None


def _address(queue: QueueQuery, alert_id: UUID | None, done: UUID | None = None) -> str:
    base = "/alerts" if alert_id is None else f"/alerts/{alert_id}"
    suffix = queue.suffix(page=queue.page)
    if done is None:
        return f"{base}{suffix}"
    return f"{base}{suffix}{'&' if suffix else '?'}done={done}"


def _again(
    work: Workplace, queue: QueueQuery, alert_id: UUID, refused: CordilleraError, said: DecisionForm
) -> Page:
    """Show the alert again with what was written and what is missing."""
    with work.store.transaction(work.session.scope) as tx:
        detail = open_alert(tx, work.using, work.session, alert_id, "evidence")
        view = _view(tx, work, queue)
    shown = msgspec.structs.replace(
        view, detail=detail, problem=refused.code, reason=said.reason, urgent=said.urgent
    )
    return Page(TEMPLATE, shown, status=409 if isinstance(refused, Conflict) else 422)


handlers = [
    *(alerts, alert, decide, assign, undo, export),
    *aboard_pages.handlers,
    *advice_pages.handlers,
    *as2_pages.handlers,
    *bulk_pages.handlers,
    *board_pages.handlers,
    *disposition_pages.handlers,
    *history_pages.handlers,
    *quality_pages.handlers,
    *unmask_pages.handlers,
    *itinerary_pages.handlers,
    *contacts_pages.handlers,
    *rescreening_pages.handlers,
    *rules_pages.handlers,
    *rules_life_pages.handlers,
    *seats_pages.handlers,
]
