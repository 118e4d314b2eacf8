"""The search of persons over JSON: the same line, the same sources, the same rights as the page."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.desks.people.errors import SearchEmpty
from cordillera.desks.people.person_desk import PersonDesk
from cordillera.desks.people.person_model import SearchResult
from cordillera.desks.people.person_service import Dossier
from cordillera.desks.people.search_core import MAX_LINE, read_line
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.ledger.model import LeafKind

_SEE = guarded(Permission.PERSON_SEARCH, audit=LeafKind.CONSULTATION)


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line: names in any script, documents, phones, dates, in any order."""

    q: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_LINE)]


@post("/api/people/find", opt=_SEE, sync_to_thread=True, status_code=200, operation_id="findPersons")
def find(session: OfficerSession, store: Store, persons: PersonDesk, data: Line) -> SearchResult:
    """Find people in lists, travellers and records by one line; candidates, none verified."""
    if not read_line(data.q):
        raise SearchEmpty
    persons.index.catch_up(store)
    with store.transaction(session.scope) as tx:
        return persons.search.answer(tx, session, data.q)


@get("/api/people/items/{source:str}/{ref:str}", opt=_SEE, sync_to_thread=True, operation_id="getPerson")
def dossier(
    session: OfficerSession,
    store: Store,
    persons: PersonDesk,
    source: Annotated[str, Parameter(max_length=20)],
    ref: Annotated[str, Parameter(max_length=160)],
) -> Dossier:
    """Return everything held about the person that an item belongs to, as far as the officer may see it."""
    with store.transaction(session.scope) as tx:
        person = persons.register.find(tx, (source, ref))
        keys = ((source, ref),) if person is None else persons.register.keys(tx, person)
        return persons.persons.dossier(tx, session, keys, person)


handlers = [find, dossier]
