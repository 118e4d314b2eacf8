"""The search box and its results. What is typed travels in the body; the address of results names nobody."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.desks.people.errors import SearchEmpty
from cordillera.desks.people.person_desk import PersonDesk
from cordillera.desks.people.person_views import RecentSearch, SearchPage, readings_of
from cordillera.desks.people.search_core import MAX_LINE, read_line, without
from cordillera.desks.people.service import WatchlistService
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

TEMPLATE = "people/search.html"
_SEARCH = guarded(Permission.PERSON_SEARCH, audit=LeafKind.CONSULTATION)


class SearchForm(msgspec.Struct, frozen=True):
    """The line; `without` is the number of the part that the officer took away."""

    q: Annotated[str, msgspec.Meta(max_length=MAX_LINE)] = ""
    without: Annotated[int, msgspec.Meta(ge=0, le=MAX_LINE)] | None = None

    def line(self, day: date) -> str:
        """Return the line as it is to be searched on a day."""
        return self.q if self.without is None else without(read_line(self.q, day), self.without)


@get("/people", opt=_SEARCH, sync_to_thread=True, include_in_schema=False)
def start(session: OfficerSession, store: Store, people: WatchlistService, persons: PersonDesk) -> Page:
    """Show the search box and the officer's own last searches."""
    with store.transaction(session.scope) as tx:
        return Page(TEMPLATE, _empty(tx, session, people, persons))


@post("/people", opt=_SEARCH, sync_to_thread=True, include_in_schema=False)
def ask(
    session: OfficerSession,
    store: Store,
    people: WatchlistService,
    persons: PersonDesk,
    data: Annotated[SearchForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Keep what was typed and go to its results; what says nothing is told."""
    try:
        with store.transaction(session.scope) as tx:
            search_id = persons.search.keep(tx, session, data.line(people.now().date()))
    except SearchEmpty as empty:
        with store.transaction(session.scope) as tx:
            view = _empty(tx, session, people, persons)
        return Page(TEMPLATE, msgspec.structs.replace(view, text=data.q, error=empty.code), status=422)
    return Redirect(f"/people/searches/{search_id}", status_code=303)


@get("/people/searches/{search_id:uuid}", opt=_SEARCH, sync_to_thread=True, include_in_schema=False)
def results(  # noqa: PLR0913 - one parameter for each service and filter
    session: OfficerSession,
    store: Store,
    people: WatchlistService,
    persons: PersonDesk,
    search_id: UUID,
    source: Literal["", "list", "traveller", "record"] = "",
) -> Page:
    """Search again what was asked, under the rights of whoever opens the address."""
    persons.index.catch_up(store)
    with store.transaction(session.scope) as tx:
        text = persons.search.kept(tx, search_id)
        result = persons.search.answer(tx, session, text)
        result = msgspec.structs.replace(result, found=persons.register.marked(tx, result.found))
        lists = people.active(tx)
    view = SearchPage(
        text=text,
        search_id=search_id,
        lists=lists,
        result=result,
        source=source,
        readings=readings_of(found.item for found in result.found),
    )
    return Page(TEMPLATE, view)


def _empty(
    tx: sa.Connection, session: OfficerSession, people: WatchlistService, persons: PersonDesk
) -> SearchPage:
    recent = tuple(RecentSearch(*one) for one in persons.search.recent(tx, session))
    return SearchPage("", None, people.active(tx), recent)


handlers = [start, ask, results]
