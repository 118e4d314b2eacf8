"""Pages of the exchange: what was asked and answered, in both directions, and the form to ask."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.agreements.checklist import Duty, checklist, require_attended
from cordillera.trust.agreements.errors import DutiesOpen
from cordillera.trust.agreements.request import ArticleUse
from cordillera.trust.agreements.vocabulary import Action
from cordillera.trust.exchange import releases_pages
from cordillera.trust.exchange.choices import AskForm, AskView, Ticked, WrongForm, ask_view, read_form, ticked
from cordillera.trust.exchange.errors import OnwardUnconsented, ReasonMissing
from cordillera.trust.exchange.model import SERVICE, IncomingView, QueryView
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.ledger.model import LeafKind

ROWS = 100
Tab = Literal["sent", "received"]
LISTED = guarded(
    Permission.EXCHANGE_READ, audit=NO_AUDIT("states and legal headers; who was asked about stays sealed")
)
OPENED = guarded(Permission.EXCHANGE_READ, audit=LeafKind.CONSULTATION)
ASKED = guarded(Permission.PARTNER_ASK, audit=LeafKind.QUERY_SENT)
JUDGED = guarded(Permission.HIT_CONFIRM, audit=LeafKind.HIT_CONFIRMED)
Reference = Annotated[str, Parameter(min_length=1, max_length=64)]


class ListView(msgspec.Struct, frozen=True):
    """Queries of one direction, newest first."""

    tab: Tab
    sent: tuple[QueryView, ...]
    received: tuple[IncomingView, ...]


class QueryPage(msgspec.Struct, frozen=True):
    """One query of ours; `error` and `articles` say why the last judgement was not recorded."""

    query: QueryView
    error: str = ""
    articles: tuple[ArticleUse, ...] = ()
    duties: tuple[Duty, ...] = ()


class IncomingPage(msgspec.Struct, frozen=True):
    """One query of a partner."""

    query: IncomingView


class JudgeForm(msgspec.Struct, frozen=True):
    """What an officer concludes about a candidate."""

    verdict: Literal["confirmed", "rejected"]
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    duties: Ticked = ()
    duties_reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


@get("/exchange", opt=LISTED, sync_to_thread=True, include_in_schema=False)
def overview(
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    tab: Annotated[Tab | None, Parameter(query="tab")] = None,
) -> Page:
    """List the queries sent, or those received; unasked, the received ones where none was sent."""
    with store.transaction(session.scope) as tx:
        sent = exchange.sent(tx, ROWS) if tab != "received" else ()
        received = exchange.incoming(tx, ROWS) if tab == "received" or not (tab or sent) else ()
    return Page("exchange/list.html", ListView(tab or ("received" if received else "sent"), sent, received))


@get("/exchange/queries/{query_id:uuid}", opt=OPENED, sync_to_thread=True, include_in_schema=False)
def query(session: OfficerSession, store: Store, exchange: ExchangeService, query_id: UUID) -> Page:
    """Show one query of ours with its answer."""
    with store.transaction(session.scope) as tx:
        return Page("exchange/query.html", _query_page(tx, session, exchange, query_id))


@get("/exchange/received/{query_id:uuid}", opt=OPENED, sync_to_thread=True, include_in_schema=False)
def received(session: OfficerSession, store: Store, exchange: ExchangeService, query_id: UUID) -> Page:
    """Show one query of a partner: why it was asked, and what was answered."""
    with store.transaction(session.scope) as tx:
        return Page("exchange/received.html", IncomingPage(exchange.incoming_detail(tx, session, query_id)))


@post(
    "/exchange/ask/new",
    opt=guarded(Permission.PARTNER_ASK, audit=NO_AUDIT("opens a form; nothing is read or sent")),
    status_code=200,
    sync_to_thread=True,
    include_in_schema=False,
)
def new_question(
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    data: Annotated[AskForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page:
    """Open the form with what is known about the person; it comes by POST, never in an address."""
    form = data if data.purpose else msgspec.structs.replace(data, purpose=session.purpose)
    with store.transaction(session.scope) as tx:
        return Page("exchange/ask.html", ask_view(tx, exchange, form))


@post("/exchange/ask", opt=ASKED, sync_to_thread=True, include_in_schema=False)
def ask(
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    data: Annotated[AskForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Ask the partner; a refusal is recorded and shown with every article it would break."""
    with store.transaction(session.scope, gathered=True) as tx:
        try:
            partner, person, grounds = read_form(data)
        except WrongForm as error:
            errors = (f"exchange.form.wrong.{error.facts['box']}",)
            return Page("exchange/ask.html", ask_view(tx, exchange, data, errors=errors), status=422)
        try:
            duties = _duties(tx, exchange, grounds.agreement_id, Action.SEND_QUERY)
            require_attended(duties, grounds.duties, grounds.duties_reason)
        except DutiesOpen as error:
            return Page("exchange/ask.html", ask_view(tx, exchange, data, errors=(error.code,)), status=422)
        try:
            outcome = exchange.ask_person(tx, session, partner, data.subject_ref, person, grounds)
        except OnwardUnconsented as error:
            return Page("exchange/ask.html", ask_view(tx, exchange, data, errors=(error.code,)), status=403)
        if outcome.waits:
            asked = ask_view(tx, exchange, data)
            return Page("exchange/ask.html", msgspec.structs.replace(asked, waits=True), status=202)
        if outcome.query_id is None:
            view: AskView = ask_view(tx, exchange, data, outcome.decision.articles)
            return Page("exchange/ask.html", view, status=403)
    return Redirect(_after(data, outcome.query_id), status_code=303)


@post(
    "/exchange/queries/{query_id:uuid}/candidates/{reference:str}",
    opt=JUDGED,
    sync_to_thread=True,
    include_in_schema=False,
)
def judge(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    query_id: UUID,
    reference: Reference,
    data: Annotated[JudgeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Confirm or reject a candidate, with a reason."""
    confirmed = data.verdict == "confirmed"
    with store.transaction(session.scope) as tx:
        try:
            done = ticked(data.duties)
            if confirmed:
                asked = exchange.sent_detail(tx, session, query_id)
                duties = _duties(tx, exchange, asked.agreement_id, Action.CONFIRM_HIT)
                require_attended(duties, done, data.duties_reason)
            decision = exchange.confirm_candidate(
                tx, session, query_id, reference, confirmed, data.reason, done, data.duties_reason
            )
        except (ReasonMissing, DutiesOpen) as error:
            view = _query_page(tx, session, exchange, query_id, error.code)
            return Page("exchange/query.html", view, status=422)
        if not decision.allow:
            view = _query_page(tx, session, exchange, query_id, "", decision.articles)
            return Page("exchange/query.html", view, status=403)
    return Redirect(f"/exchange/queries/{query_id}", status_code=303)


def _query_page(  # noqa: PLR0913 - what one query's page consists of
    tx: sa.Connection,
    session: OfficerSession,
    exchange: ExchangeService,
    query_id: UUID,
    error: str = "",
    articles: tuple[ArticleUse, ...] = (),
) -> QueryPage:
    query = exchange.sent_detail(tx, session, query_id)
    duties = _duties(tx, exchange, query.agreement_id, Action.CONFIRM_HIT)
    return QueryPage(query, error, articles, duties)


def _duties(
    tx: sa.Connection, exchange: ExchangeService, agreement_id: str, action: Action
) -> tuple[Duty, ...]:
    """Return what the agreement leaves to whoever does this."""
    return checklist(exchange.parts.policies(tx), agreement_id, SERVICE, (action,))


def _after(form: AskForm, query_id: UUID) -> str:
    """Return where the officer came from: the alert, named by its id only, else the query."""
    try:
        alert = UUID(form.subject_ref)
    except ValueError:
        return f"/exchange/queries/{query_id}"
    if form.back != "alert":
        return f"/exchange/queries/{query_id}"
    return f"/alerts/{alert}?tab=partners#partners"


handlers = [overview, query, received, new_question, ask, judge, *releases_pages.pages]
