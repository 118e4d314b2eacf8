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
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.api import READ, Before, Index
from cordillera.trust.ledger.model import AuditRow, Event, LeafKind
from cordillera.trust.ledger.oversight import Oversight, Sample
from cordillera.trust.ledger.purposes import LOG_PURPOSES, check_purpose
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.views import leaf_page, log_page

ROWS = 50

Subject = Annotated[str, Parameter(max_length=200, description="Reference of the record asked about.")]


Why = Annotated[str, Parameter(max_length=40, description="What the logs are read for (LED 25(2)).")]
Month = Annotated[str, Parameter(pattern=r"^(\d{4}-\d\d)?$", description="The month, such as 2026-11.")]
OVERSEE = guarded(
    Permission.OVERSIGHT_READ, audit=NO_AUDIT("checkpoints, counts and message ids; nobody is named")
)


class EventsView(msgspec.Struct, frozen=True):
    """Events newest first: all of the officer's agency, or those about one record.

    Without a purpose (`why`) nothing is read: the page asks for one of `purposes`.
    """

    subject: str
    why: str
    purposes: tuple[str, ...]
    rows: tuple[AuditRow, ...]
    older: UUID | None


class SampleView(msgspec.Struct, frozen=True):
    """A month's drawn exchanges, opened when a purpose is given."""

    month: str
    why: str
    purposes: tuple[str, ...]
    sample: Sample
    opened: tuple[AuditRow, ...]


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
def events(  # noqa: PLR0913 - three services and the three questions of the page
    session: OfficerSession,
    store: Store,
    ledger: Ledger,
    subject: Subject = "",
    why: Why = "",
    before: UUID | None = None,
) -> Page:
    """Show who did what, to one record or to all, to whom says what for."""
    asked = subject.strip()
    if not why:
        return Page("ledger/events.html", EventsView(asked, "", LOG_PURPOSES, (), None))
    check_purpose(why)
    with store.transaction(session.scope) as tx:
        rows = ledger.events(tx, subject_ref=asked or None, limit=ROWS, before=before)
        ledger.record(tx, _read(session, asked or "ledger.events", why))
    older = rows[-1].entry_id if len(rows) == ROWS else None
    return Page("ledger/events.html", EventsView(asked, why, LOG_PURPOSES, tuple(rows), older))


@get("/oversight", opt=OVERSEE, sync_to_thread=True, include_in_schema=False)
def overview(session: OfficerSession, store: Store, oversight: Oversight) -> Page:
    """Show whether the node did what it must: witnesses, contradictions, differences, duties."""
    with store.transaction(session.scope) as tx:
        return Page("ledger/oversight.html", oversight.statement(tx))


@get(
    "/oversight/sample",
    opt=guarded(Permission.AUDIT_READ, audit=LeafKind.SAMPLED),
    sync_to_thread=True,
    include_in_schema=False,
)
def sample(  # noqa: PLR0913 - three services and the two questions of the page
    session: OfficerSession,
    store: Store,
    ledger: Ledger,
    oversight: Oversight,
    month: Month = "",
    why: Why = "",
) -> Page:
    """Show the exchanges drawn for inspection, and what was recorded of them."""
    if why:
        check_purpose(why)
    chosen = month or f"{ledger.clock.now():%Y-%m}"
    with store.transaction(session.scope) as tx:
        drawn = oversight.sample(tx, chosen)
        opened: tuple[AuditRow, ...] = ()
        if why:
            opened = ledger.events_of(tx, [line.index for line in drawn.lines])
            ledger.record(tx, _read(session, f"sample.{chosen}", why, LeafKind.SAMPLED))
    return Page("ledger/sample.html", SampleView(chosen, why, LOG_PURPOSES, drawn, opened))


def _read(session: OfficerSession, subject: str, why: str, kind: LeafKind = LeafKind.CONSULTATION) -> Event:
    """The leaf of reading the logs: by whom, about what, and what for."""
    return Event(
        kind=kind,
        actor=session.officer_id,
        agency=session.agency,
        purpose=session.purpose,
        subject_ref=subject,
        detail={"why": why},
    )


handlers = [log, leaf, events, overview, sample]
