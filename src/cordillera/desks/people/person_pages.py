"""One person: everything held, by source; what contradicts first; who looked. No address names anybody."""

from typing import Annotated
from uuid import UUID

import msgspec
import sqlalchemy as sa
from litestar import get
from litestar.params import Parameter

from cordillera.desks.people.person_desk import PersonDesk
from cordillera.desks.people.person_views import PersonPage, Tab, readings_of, timeline_of
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

_SEE = guarded(Permission.PERSON_SEARCH, audit=LeafKind.CONSULTATION)
_Ref = Annotated[str, Parameter(max_length=160)]
_Source = Annotated[str, Parameter(max_length=20)]


@get("/people/item/{source:str}/{ref:str}", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def item(  # noqa: PLR0913 - one parameter for each service and part of the address
    session: OfficerSession,
    store: Store,
    persons: PersonDesk,
    source: _Source,
    ref: _Ref,
    tab: Tab = "overview",
) -> Page:
    """Show what one source holds, or the person of the register that it was joined to."""
    with store.transaction(session.scope) as tx:
        person = persons.register.find(tx, (source, ref))
        keys = ((source, ref),) if person is None else persons.register.keys(tx, person)
        view = person_view(tx, session, persons, (keys, person))
    return Page("people/person.html", msgspec.structs.replace(view, tab=tab))


@get("/people/person/{person_id:uuid}", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def person(
    session: OfficerSession, store: Store, persons: PersonDesk, person_id: UUID, tab: Tab = "overview"
) -> Page:
    """Show a person of the register."""
    with store.transaction(session.scope) as tx:
        keys = persons.register.keys(tx, person_id)
        view = person_view(tx, session, persons, (keys, persons.register.name(tx, person_id)))
    return Page("people/person.html", msgspec.structs.replace(view, tab=tab))


def person_view(
    tx: sa.Connection,
    session: OfficerSession,
    persons: PersonDesk,
    whom: tuple[tuple[tuple[str, str], ...], UUID | None],
) -> PersonPage:
    """Put the page of a person together."""
    keys, person_id = whom
    dossier = persons.persons.dossier(tx, session, keys, person_id)
    alike = persons.register.marked(tx, dossier.alike)
    dossier = msgspec.structs.replace(dossier, alike=alike)
    return PersonPage(
        dossier=dossier,
        address=f"/people/person/{person_id}" if person_id else dossier.items[0].address,
        tab="overview",
        timeline=timeline_of(dossier),
        readings=readings_of((*dossier.items, *(one.item for one in alike))),
        merges=persons.register.history(tx, keys),
        silenced=tuple(one for item in dossier.items for one in persons.same.of_subject(tx, item.ref)),
    )


handlers = [item, person]
