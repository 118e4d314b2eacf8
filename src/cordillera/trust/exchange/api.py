"""The exchange for programs: everything the pages do, as JSON."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.foundation.store.database import Store
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange import releases_pages
from cordillera.trust.exchange.model import AskOutcome, IncomingView, LegalGrounds, PersonQuery, QueryView
from cordillera.trust.exchange.pages import ASKED, JUDGED, LISTED, OPENED, Reference
from cordillera.trust.exchange.service import ExchangeService

Limit = Annotated[int, Parameter(ge=1, le=500, description="How many at most.")]


class PartnerInfo(msgspec.Struct, frozen=True):
    """A partner that can be asked."""

    id: str
    country: str
    name: str


class AskBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question to a partner, about one of our records (such as an alert)."""

    partner: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    query: PersonQuery
    grounds: LegalGrounds
    subject_ref: Annotated[str, msgspec.Meta(max_length=200)] = ""


Article = Annotated[str, msgspec.Meta(max_length=64)]


class JudgeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an officer concludes about a candidate, and why."""

    verdict: Literal["confirmed", "rejected"]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    duties: Annotated[tuple[Article, ...], msgspec.Meta(max_length=200)] = ()
    duties_reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


@get("/api/exchange/partners", opt=LISTED, sync_to_thread=True)
def partners(session: OfficerSession, store: Store, exchange: ExchangeService) -> tuple[PartnerInfo, ...]:
    """The partners that can be asked."""
    with store.transaction(session.scope) as tx:
        return tuple(PartnerInfo(one.id, one.country, one.name) for one in exchange.partners(tx))


@get("/api/exchange/queries", opt=LISTED, sync_to_thread=True)
def queries(
    session: OfficerSession, store: Store, exchange: ExchangeService, limit: Limit = 100
) -> tuple[QueryView, ...]:
    """Queries of this agency, newest first, without the persons asked about."""
    with store.transaction(session.scope) as tx:
        return exchange.sent(tx, limit)


@get("/api/exchange/queries/{query_id:uuid}", opt=OPENED, sync_to_thread=True)
def query(session: OfficerSession, store: Store, exchange: ExchangeService, query_id: UUID) -> QueryView:
    """One query of this agency, with what was asked and answered."""
    with store.transaction(session.scope) as tx:
        return exchange.sent_detail(tx, session, query_id)


@post("/api/exchange/queries", opt=ASKED, sync_to_thread=True)
def ask(session: OfficerSession, exchange: ExchangeService, data: AskBody) -> AskOutcome:
    """Ask a partner; `query_id` is null when the agreement refuses, and the decision says why."""
    return exchange.ask_now(session, data.partner, data.subject_ref, data.query, data.grounds)


@post(
    "/api/exchange/queries/{query_id:uuid}/candidates/{reference:str}",
    opt=JUDGED,
    status_code=200,
    sync_to_thread=True,
)
def judge(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    exchange: ExchangeService,
    query_id: UUID,
    reference: Reference,
    data: JudgeBody,
) -> PolicyDecision:
    """Confirm or reject a candidate; nothing is recorded when the decision does not allow it."""
    confirmed = data.verdict == "confirmed"
    with store.transaction(session.scope) as tx:
        return exchange.confirm_candidate(
            tx, session, query_id, reference, confirmed, data.reason, data.duties, data.duties_reason
        )


@get("/api/exchange/received", opt=LISTED, sync_to_thread=True)
def received(
    session: OfficerSession, store: Store, exchange: ExchangeService, limit: Limit = 100
) -> tuple[IncomingView, ...]:
    """Queries of partners, newest first."""
    with store.transaction(session.scope) as tx:
        return exchange.incoming(tx, limit)


@get("/api/exchange/received/{query_id:uuid}", opt=OPENED, sync_to_thread=True)
def received_one(
    session: OfficerSession, store: Store, exchange: ExchangeService, query_id: UUID
) -> IncomingView:
    """One query of a partner."""
    with store.transaction(session.scope) as tx:
        return exchange.incoming_detail(tx, session, query_id)


handlers = [partners, queries, query, ask, judge, received, received_one, *releases_pages.operations]
