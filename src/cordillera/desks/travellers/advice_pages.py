"""Questions of carriers: whom officers may answer about, and the form with which they do."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.desks.travellers.advice_service import AdviceRuling, Unkept
from cordillera.desks.travellers.advice_store import AdviceRow
from cordillera.desks.travellers.errors import AdviceReasonMissing, NotAsked
from cordillera.desks.travellers.model import FlightRow, TravellerFacts
from cordillera.desks.travellers.service import TravellerService
from cordillera.engines.edifact.cusres import Advice
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

TEMPLATE = "travellers/advice.html"
_SEE = guarded(Permission.ALERT_READ, audit=LeafKind.CONSULTATION)
_ANSWER = guarded(Permission.ALERT_DECIDE, audit=LeafKind.DECISION)


class AdviceForm(msgspec.Struct, frozen=True):
    """What an officer answers, and why."""

    advice: Literal["N", "O"]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class AdviceItem(msgspec.Struct, frozen=True):
    """One traveller whom a carrier asked about, as old as they may be shown."""

    row: AdviceRow
    facts: TravellerFacts
    flight: FlightRow
    alert_id: UUID | None


class AdviceView(msgspec.Struct, frozen=True):
    """The questions, and the one that is open; `problem` says what an answer lacked."""

    rows: tuple[AdviceItem, ...]
    now: datetime
    unkept: tuple[Unkept, ...] = ()
    open: AdviceItem | None = None
    problem: str = ""
    reason: str = ""


@get("/advice", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def questions(session: OfficerSession, store: Store, travellers: TravellerService) -> Page:
    """Show whom carriers asked about who was drawn, has an alert, or was answered about."""
    return Page(TEMPLATE, _view(session, store, travellers))


@get("/advice/{advice_id:uuid}", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def question(session: OfficerSession, store: Store, travellers: TravellerService, advice_id: UUID) -> Page:
    """Show one question with the form to answer it."""
    return Page(TEMPLATE, _opened(_view(session, store, travellers), advice_id))


@post("/advice/{advice_id:uuid}", opt=_ANSWER, sync_to_thread=True, include_in_schema=False)
def answer(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    advice_id: UUID,
    data: Annotated[AdviceForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Answer about one traveller."""
    ruling = AdviceRuling(Advice(data.advice), data.reason)
    try:
        with store.transaction(session.scope) as tx:
            travellers.advice.decide(tx, session, advice_id, ruling)
    except AdviceReasonMissing as error:
        view = _opened(_view(session, store, travellers), advice_id)
        shown = msgspec.structs.replace(view, problem=error.code, reason=data.reason)
        return Page(TEMPLATE, shown, status=422)
    return Redirect("/advice", status_code=303)


def _opened(view: AdviceView, advice_id: UUID) -> AdviceView:
    found = next((one for one in view.rows if one.row.id == advice_id), None)
    if found is None:
        raise NotAsked
    return msgspec.structs.replace(view, open=found)


def _view(session: OfficerSession, store: Store, travellers: TravellerService) -> AdviceView:
    with store.transaction(session.scope) as tx:
        lines = travellers.advice.rows(tx, session)
        unkept = travellers.advice.unkept(tx)
        people = {one.id: one for one in travellers.named(tx, [line.row.traveller_id for line in lines])}
        wanted = {one.flight_id for one in people.values()}
        flights = {flight_id: travellers.flight(tx, flight_id) for flight_id in wanted}
    shown = [(line, people[line.row.traveller_id]) for line in lines if line.row.traveller_id in people]
    return AdviceView(
        rows=tuple(
            AdviceItem(line.row, who.facts, flights[who.flight_id], line.alert_id) for line, who in shown
        ),
        now=travellers.now(),
        unkept=unkept,
    )


handlers = [questions, question, answer]
