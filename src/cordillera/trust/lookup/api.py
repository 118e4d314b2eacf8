"""Private look-up for programs, as JSON."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.lookup.model import MAX_KEYS, ExactKey, LookupOutcome, LookupView
from cordillera.trust.lookup.service import LookupService

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Limit = Annotated[int, Parameter(ge=1, le=500, description="How many at most.")]
LISTED = guarded(Permission.EXCHANGE_READ, audit=NO_AUDIT("shows which look-ups were made, no person"))
ASKED = guarded(Permission.PARTNER_ASK, audit=LeafKind.QUERY_SENT)


class LookupBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exact keys of one person or thing, to be looked up at a partner that learns nothing of them."""

    partner: Name
    keys: Annotated[tuple[ExactKey, ...], msgspec.Meta(min_length=1, max_length=MAX_KEYS)]
    grounds: LegalGrounds


class TableBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose table to fetch, under which agreement."""

    partner: Name
    agreement_id: Name


class TableFetched(msgspec.Struct, frozen=True):
    """A table that is here now."""

    partner: str
    agreement_id: str
    entries: int


@get("/api/lookups", opt=LISTED, sync_to_thread=True)
def newest(
    session: OfficerSession, store: Store, lookups: LookupService, limit: Limit = 50
) -> tuple[LookupView, ...]:
    """Private look-ups of this agency, newest first."""
    with store.transaction(session.scope) as tx:
        return lookups.newest(tx, limit)


@post("/api/lookups", opt=ASKED, sync_to_thread=True)
def ask(session: OfficerSession, store: Store, lookups: LookupService, data: LookupBody) -> LookupOutcome:
    """Ask privately; `lookup_id` is null when the agreement refuses, and the decision says why."""
    with store.transaction(session.scope) as tx:
        return lookups.ask(tx, session, data.partner, data.keys, data.grounds)


@get("/api/lookups/{lookup_id:uuid}", opt=LISTED, sync_to_thread=True)
def one(session: OfficerSession, store: Store, lookups: LookupService, lookup_id: UUID) -> LookupView:
    """One look-up; its answer is read by the process that asked."""
    with store.transaction(session.scope) as tx:
        return lookups.result(tx, lookup_id)


@post(
    "/api/lookups/tables", opt=guarded(Permission.PARTNER_ASK, audit=LeafKind.COLLECTION), sync_to_thread=True
)
def fetch(session: OfficerSession, lookups: LookupService, data: TableBody) -> TableFetched:
    """Fetch a partner's table of the present epoch, without which nothing can be looked up there."""
    del session  # the guard has asked for the permission; the table is the node's
    entries = lookups.fetch(data.partner, data.agreement_id)
    return TableFetched(data.partner, data.agreement_id, entries)


handlers = [newest, ask, one, fetch]
