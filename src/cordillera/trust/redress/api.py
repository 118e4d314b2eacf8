"""Redress over JSON: the same use cases as the pages."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post

from cordillera.foundation.clock import Clock
from cordillera.foundation.store.database import Store
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.redress.model import NewTicket, Ruling, Ticket
from cordillera.trust.redress.pages import LISTED, MANAGED, OPENED, QueueLine, days_left, pressing
from cordillera.trust.redress.service import RedressService


class Judged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a thing found is about the person."""

    same: bool


class Letters(msgspec.Struct, frozen=True):
    """The answer to the person by language, "" where the ticket is not decided.

    `handling` is for whoever hands it over: the letters themselves read the same whatever is held.
    """

    es: Annotated[str, msgspec.Meta(description="In Spanish.")] = ""
    en: Annotated[str, msgspec.Meta(description="In English.")] = ""
    handling: Annotated[str, msgspec.Meta(description="The markings of what the answer rests on.")] = ""


@get("/api/redress", opt=LISTED, sync_to_thread=True, operation_id="listRedress")
def tickets(
    session: OfficerSession, store: Store, clock: Clock, redress: RedressService
) -> tuple[QueueLine, ...]:
    """Return the tickets, the nearest deadline first."""
    now = clock.now()
    with store.transaction(session.scope) as tx:
        return tuple(QueueLine(row, days_left(row, now), pressing(row, now)) for row in redress.queue(tx))


@post("/api/redress", opt=MANAGED, sync_to_thread=True, operation_id="openRedress")
def open_ticket(session: OfficerSession, store: Store, redress: RedressService, data: NewTicket) -> Ticket:
    """Open a ticket after the applicant's identity was checked, and have the node searched.

    The search runs after the answer: until `row.search_wanted_at` is null again, what was found is missing.
    """
    with store.transaction(session.scope) as tx:
        return redress.want_search(tx, session, redress.open(tx, session, data))


@get("/api/redress/{ticket_id:uuid}", opt=OPENED, sync_to_thread=True, operation_id="getRedress")
def one_ticket(session: OfficerSession, store: Store, redress: RedressService, ticket_id: UUID) -> Ticket:
    """Return one ticket with its inventory, partners, decisions and letters."""
    with store.transaction(session.scope) as tx:
        return redress.show(tx, session, ticket_id)


@post(
    "/api/redress/{ticket_id:uuid}/find",
    opt=MANAGED,
    sync_to_thread=True,
    status_code=202,
    operation_id="searchRedress",
)
def find_again(session: OfficerSession, store: Store, redress: RedressService, ticket_id: UUID) -> Ticket:
    """Have the node searched again; what is new is added, no partner is asked twice.

    The search runs after the answer: it is done when `row.search_wanted_at` is null, and `row.search_error`
    says why where it was refused.
    """
    with store.transaction(session.scope) as tx:
        return redress.want_search(tx, session, ticket_id)


@post(
    "/api/redress/{ticket_id:uuid}/items/{item_id:uuid}",
    opt=MANAGED,
    sync_to_thread=True,
    status_code=200,
    operation_id="judgeRedressItem",
)
def judge(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    redress: RedressService,
    ticket_id: UUID,
    item_id: UUID,
    data: Judged,
) -> Ticket:
    """Say whether a thing found is about the person."""
    with store.transaction(session.scope) as tx:
        return redress.judge_item(tx, session, ticket_id, item_id, same=data.same)


@post(
    "/api/redress/{ticket_id:uuid}/decision",
    opt=MANAGED,
    sync_to_thread=True,
    status_code=200,
    operation_id="decideRedress",
)
def rule(
    session: OfficerSession, store: Store, redress: RedressService, ticket_id: UUID, data: Ruling
) -> Ticket:
    """Decide; what is not granted whole waits for a second officer."""
    with store.transaction(session.scope) as tx:
        return redress.decide(tx, session, ticket_id, data)


@post(
    "/api/redress/{ticket_id:uuid}/answer",
    opt=MANAGED,
    sync_to_thread=True,
    status_code=200,
    operation_id="answerRedress",
)
def told(session: OfficerSession, store: Store, redress: RedressService, ticket_id: UUID) -> Letters:
    """Write that the letter was handed over, and return it in both languages."""
    with store.transaction(session.scope) as tx:
        ticket = redress.answer(tx, session, ticket_id)
        return Letters(**ticket.letters, handling=ticket.handling)


handlers = [tickets, open_ticket, one_ticket, find_again, judge, rule, told]
