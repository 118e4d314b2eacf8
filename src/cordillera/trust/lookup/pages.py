"""Pages of private look-up: what was looked up, the form, and one look-up with what was found."""

from typing import Annotated
from uuid import UUID

import msgspec
import sqlalchemy as sa
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.foundation.crypto.errors import BadProof
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.agreements.checklist import checklist, require_attended
from cordillera.trust.agreements.errors import DutiesOpen
from cordillera.trust.agreements.vocabulary import Action
from cordillera.trust.exchange.choices import WrongForm, offered, read_why
from cordillera.trust.exchange.line import NotTaken
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.lookup.api import ASKED, LISTED
from cordillera.trust.lookup.choices import LookupForm, LookupsPage, boxes_of, read_keys
from cordillera.trust.lookup.errors import (
    BlindingForgotten,
    KeyNotExact,
    NoTable,
    NotOffered,
    TableNotReady,
    TableRefused,
)
from cordillera.trust.lookup.model import SERVICE, LookupOutcome, LookupView
from cordillera.trust.lookup.service import LookupService

NEWEST = 100
Form = Annotated[LookupForm, Body(media_type=RequestEncodingType.URL_ENCODED)]


class LookupPage(msgspec.Struct, frozen=True):
    """One look-up; `error` says why its answer could not be read, `missing` that the table is not here."""

    lookup: LookupView
    error: str = ""
    missing: bool = False


@get("/lookups", opt=LISTED, sync_to_thread=True, include_in_schema=False)
def overview(
    session: OfficerSession, store: Store, exchange: ExchangeService, lookups: LookupService
) -> Page:
    """List the look-ups of the agency, newest first, with the form to ask."""
    with store.transaction(session.scope) as tx:
        view = _view(tx, exchange, lookups, LookupForm(purpose=session.purpose))
    return Page("lookup/list.html", view)


@get("/lookups/{lookup_id:uuid}", opt=LISTED, sync_to_thread=True, include_in_schema=False)
def one(session: OfficerSession, store: Store, lookups: LookupService, lookup_id: UUID) -> Page:
    """Show one look-up; its answer is read by the process that asked."""
    with store.transaction(session.scope) as tx:
        try:
            view = LookupPage(lookups.result(tx, lookup_id))
        except (BlindingForgotten, BadProof, NoTable) as error:
            view = LookupPage(lookups.standing(tx, lookup_id), error.code, isinstance(error, NoTable))
    return Page("lookup/lookup.html", view)


@post("/lookups", opt=ASKED, sync_to_thread=True, include_in_schema=False)
def ask(
    session: OfficerSession, store: Store, exchange: ExchangeService, lookups: LookupService, data: Form
) -> Page | Redirect:
    """Ask privately; a refusal is recorded and shown with every article it would break."""
    with store.transaction(session.scope, gathered=True) as tx:
        try:
            outcome = _ask(tx, session, exchange, lookups, data)
        except (WrongForm, KeyNotExact, DutiesOpen, NoTable) as error:
            view = _told(_view(tx, exchange, lookups, data), error)
            return Page("lookup/list.html", view, 409 if isinstance(error, NoTable) else 422)
        if outcome.waits:
            waiting = msgspec.structs.replace(_view(tx, exchange, lookups, data), waits=True)
            return Page("lookup/list.html", waiting, status=202)
        if outcome.lookup_id is None:
            view = _view(tx, exchange, lookups, data)
            refused = msgspec.structs.replace(view, articles=outcome.decision.articles)
            return Page("lookup/list.html", refused, status=403)
    return Redirect(f"/lookups/{outcome.lookup_id}", status_code=303)


@post(
    "/lookups/tables",
    opt=guarded(Permission.PARTNER_ASK, audit=LeafKind.COLLECTION),
    status_code=200,
    sync_to_thread=True,
    include_in_schema=False,
)
def fetch(
    session: OfficerSession, store: Store, exchange: ExchangeService, lookups: LookupService, data: Form
) -> Page:
    """Fetch the table of the chosen partner, and show the form again as it was filled in."""
    partner, _, agreement_id = data.route.partition(" ")
    problem: CordilleraError | None = None
    fetched = None
    try:
        fetched = lookups.fetch(partner, agreement_id)
    except (NotTaken, TableNotReady, TableRefused, NotOffered) as error:
        problem = error
    with store.transaction(session.scope) as tx:
        view = _view(tx, exchange, lookups, data)
    if problem is None:
        return Page("lookup/list.html", msgspec.structs.replace(view, fetched=fetched))
    waits = isinstance(problem, TableNotReady)
    return Page("lookup/list.html", _told(view, problem), status=503 if waits else 502)


def _ask(
    tx: sa.Connection,
    session: OfficerSession,
    exchange: ExchangeService,
    lookups: LookupService,
    form: LookupForm,
) -> LookupOutcome:
    partner, grounds = read_why(form)
    keys = read_keys(form)
    _require_attended(tx, exchange, grounds)
    return lookups.ask(tx, session, partner, keys, grounds)


def _require_attended(tx: sa.Connection, exchange: ExchangeService, grounds: LegalGrounds) -> None:
    book = exchange.parts.policies(tx)
    duties = checklist(book, grounds.agreement_id, SERVICE, (Action.SEND_QUERY,))
    require_attended(duties, grounds.duties, grounds.duties_reason)


def _view(
    tx: sa.Connection, exchange: ExchangeService, lookups: LookupService, form: LookupForm
) -> LookupsPage:
    now, here = offered(tx, exchange, SERVICE), lookups.ready(tx)
    return LookupsPage(
        lookups=lookups.newest(tx, NEWEST),
        form=form,
        keys=boxes_of(form),
        routes=now.routes,
        purposes=now.purposes,
        offences=now.offences,
        categories=now.categories,
        grounds=now.grounds,
        duties=now.duties,
        missing=tuple(route for route in now.routes if (route.partner, route.agreement_id) not in here),
    )


def _told(view: LookupsPage, error: CordilleraError) -> LookupsPage:
    """Return the page with what was wrong; of a key only its place is told, never its value."""
    box, number = str(error.facts.get("box", "")), error.facts.get("number", 0)
    wrong = number if isinstance(number, int) else 0
    code = "lookup.not_taken" if isinstance(error, NotTaken) else error.code
    return msgspec.structs.replace(view, error=code, box=box, wrong_key=wrong)


handlers = [overview, one, ask, fetch]
