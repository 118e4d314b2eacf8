"""Lists and people over JSON: the same use cases as the pages."""

from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.desks.people import lists_api, match_api, search_api, threshold_api
from cordillera.desks.people.asking import actor_of
from cordillera.desks.people.lists_pages import MAX_UPLOAD
from cordillera.desks.people.model import ListFormat, ListVersion, PersonHit, SourceFiles
from cordillera.desks.people.service import WatchlistService
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import Document, Subject, SubjectKind
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.ledger.model import LeafKind

Text = Annotated[str, msgspec.Meta(max_length=400)]
Code = Annotated[str, msgspec.Meta(max_length=64)]


class Lists(msgspec.Struct, frozen=True):
    """The active version of every list."""

    lists: tuple[ListVersion, ...]


class AskedDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document to look for: type as a code (P, I) or words, number, issuing state or ""."""

    type: Code
    number: Code
    issuer: Code = ""


class PersonAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to look for, or which organisation or vessel. Nationality and sex are not asked; sending errs."""

    full_name: Text = ""
    given_names: Text = ""
    family_names: Text = ""
    date_of_birth: Annotated[str, msgspec.Meta(max_length=10)] = ""
    documents: Annotated[tuple[AskedDocument, ...], msgspec.Meta(max_length=8)] = ()
    kind: Literal["person", "organisation", "vessel"] = "person"

    def as_subject(self) -> Subject:
        """Return what the name engine compares."""
        documents = tuple(Document(document_kind(d.type), d.number, d.issuer) for d in self.documents)
        names = self.full_name, self.given_names, self.family_names
        return Subject("search", *names, self.date_of_birth, documents, kind=SubjectKind(self.kind))


class Candidates(msgspec.Struct, frozen=True):
    """Candidates, none verified, the best first; and the lists that were searched with their dates."""

    lists: tuple[ListVersion, ...]
    candidates: tuple[PersonHit, ...]


@get(
    "/api/lists",
    opt=guarded(Permission.LIST_READ, audit=NO_AUDIT("names, dates and counts of lists; nobody is named")),
    sync_to_thread=True,
    operation_id="listLists",
)
def lists(session: OfficerSession, store: Store, people: WatchlistService) -> Lists:
    """Return the active version of every list with its date, counts and source hash."""
    with store.transaction(session.scope) as tx:
        return Lists(people.active(tx))


@post(
    "/api/lists/{name:str}",
    opt=guarded(Permission.LIST_IMPORT, audit=LeafKind.LIST_CHANGED),
    sync_to_thread=True,
    status_code=201,
    request_max_body_size=MAX_UPLOAD,
    operation_id="importList",
)
def import_list(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    people: WatchlistService,
    body: bytes,
    name: Annotated[str, Parameter(max_length=80)],
    form: Annotated[ListFormat, Parameter(query="format")],
) -> ListVersion:
    """Take a list in, sent as it is in the body; of OFAC's files this is the SDN file alone."""
    with store.transaction(session.scope) as tx:
        report = people.import_source(tx, SourceFiles(body), (name, form), actor_of(session))
    return report.version


@post(
    "/api/people/search",
    opt=guarded(Permission.PERSON_SEARCH, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
    status_code=200,
    operation_id="searchPeople",
)
def search(session: OfficerSession, store: Store, people: WatchlistService, data: PersonAsked) -> Candidates:
    """Search every active list for a person; each candidate is explained and none is verified."""
    with store.transaction(session.scope) as tx:
        found = people.search(tx, data.as_subject(), actor_of(session))
        return Candidates(people.active(tx), found)


_OTHERS = lists_api, match_api, search_api, threshold_api
handlers = [lists, import_list, search, *(one for api in _OTHERS for one in api.handlers)]
