"""Pages of lists and people: which lists are in use, taking one in, searching all of them, one entry."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.params import Parameter

from cordillera.desks.people import (
    compare_pages,
    lists_pages,
    person_pages,
    register_pages,
    same_pages,
    search_pages,
    threshold_pages,
)
from cordillera.desks.people.asking import actor_of
from cordillera.desks.people.service import WatchlistService
from cordillera.desks.people.views import EntryPage
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind


@get(
    "/lists/{version_id:uuid}/{entry_id:str}",
    opt=guarded(Permission.PERSON_SEARCH, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
    include_in_schema=False,
)
def entry(
    session: OfficerSession,
    store: Store,
    people: WatchlistService,
    version_id: UUID,
    entry_id: Annotated[str, Parameter(max_length=100)],
) -> Page:
    """Show one list entry."""
    with store.transaction(session.scope) as tx:
        found = people.entry(tx, version_id, entry_id, actor_of(session))
    return Page("people/entry.html", EntryPage(found))


handlers = [
    *lists_pages.handlers,
    entry,
    *search_pages.handlers,
    *person_pages.handlers,
    *compare_pages.handlers,
    *register_pages.handlers,
    *same_pages.handlers,
    *threshold_pages.handlers,
]
