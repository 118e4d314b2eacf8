"""The supervisor's pages: the log, one leaf, and who did what to a record.

The log and its leaves are read as the auditor. The page of events opens sealed detail, so it runs in
the officer's own scope, sees their agency's events only, and writes a leaf itself.
"""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import Parameter

from cordillera.foundation.store.database import Store
from cordillera.trust.access.audit import consulted
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.api import READ, Before, Index
from cordillera.trust.ledger.model import AuditRow, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.views import leaf_page, log_page

ROWS = 50

Subject = Annotated[str, Parameter(max_length=200, description="Reference of the record asked about.")]


class EventsView(msgspec.Struct, frozen=True):
    """Events newest first: all of the officer's agency, or those about one record."""

    subject: str
    rows: tuple[AuditRow, ...]
    older: UUID | None


@get("/ledger", opt=READ, sync_to_thread=True, include_in_schema=False)
def log(store: Store, ledger: Ledger, before: Before = None) -> Page:
    """Show the log, newest leaf first."""
    with store.auditor_transaction() as tx:
        return Page("ledger/log.html", log_page(tx, ledger, ROWS, before))


@get("/ledger/leaves/{index:int}", opt=READ, sync_to_thread=True, include_in_schema=False)
def leaf(store: Store, ledger: Ledger, index: Index) -> Page:
    """Show one leaf and how to verify it."""
    with store.auditor_transaction() as tx:
        return Page("ledger/leaf.html", leaf_page(tx, ledger, index))


@get(
    "/ledger/events",
    opt=guarded(Permission.AUDIT_READ, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
    include_in_schema=False,
)
def events(
    session: OfficerSession, store: Store, ledger: Ledger, subject: Subject = "", before: UUID | None = None
) -> Page:
    """Show who did what, to one record or to all."""
    asked = subject.strip()
    with store.transaction(session.scope) as tx:
        rows = ledger.events(tx, subject_ref=asked or None, limit=ROWS, before=before)
        consulted(tx, ledger, session, asked or "ledger.events")
    older = rows[-1].entry_id if len(rows) == ROWS else None
    return Page("ledger/events.html", EventsView(asked, tuple(rows), older))


handlers = [log, leaf, events]
