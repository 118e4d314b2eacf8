"""Lists of lost documents over JSON: what the commands `rules lost-documents` and `rules end-lost` do.

Nothing here tells which documents a list names: it is kept as blind keys, and an answer for one number would
turn the node into a place to look passports up.
"""

from typing import Annotated

import msgspec
from litestar import delete, get, put
from litestar.params import Parameter

from cordillera.desks.travellers.lost_core import MOST_BYTES, MOST_ROWS, lost_of
from cordillera.desks.travellers.lost_service import LostReport
from cordillera.desks.travellers.lost_store import LostLine
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.ledger.model import LeafKind

_LIST = guarded(Permission.LIST_READ, audit=NO_AUDIT("names of lists and counts; no document is named"))
_CHANGE = guarded(Permission.LIST_IMPORT, audit=LeafKind.LIST_CHANGED)
_Name = Annotated[str, Parameter(pattern=r"^[^\W_][\w .,:()-]{0,63}$", description="The name of the list.")]


_Text = Annotated[str, msgspec.Meta(max_length=200)]


class LostDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document reported lost or stolen: its number, and its state's name or code."""

    number: _Text
    issuer: _Text


class LostNow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a list names from now on."""

    documents: Annotated[tuple[LostDocument, ...], msgspec.Meta(max_length=MOST_ROWS)]


class LostLists(msgspec.Struct, frozen=True):
    """The agency's lists of lost documents, by name."""

    lists: tuple[LostLine, ...]


@get("/api/lost-documents", opt=_LIST, sync_to_thread=True, operation_id="listLostDocuments")
def lists(session: OfficerSession, store: Store, travellers: TravellerService) -> LostLists:
    """Return the agency's lists of lost documents, with how many each names and since when."""
    with store.transaction(session.scope) as tx:
        return LostLists(travellers.lost.lines(tx, session))


@put(
    "/api/lost-documents/{lost_list:str}",
    opt=_CHANGE,
    sync_to_thread=True,
    request_max_body_size=MOST_BYTES,
    operation_id="replaceLostDocuments",
)
def replace(
    session: OfficerSession, store: Store, travellers: TravellerService, lost_list: _Name, data: LostNow
) -> LostReport:
    """Let a list name the documents told, nothing else any more, and count those without number or state."""
    told = lost_of((document.number, document.issuer) for document in data.documents)
    with store.transaction(session.scope) as tx:
        return travellers.lost.replace(tx, session, lost_list, told)


@delete(
    "/api/lost-documents/{lost_list:str}",
    opt=_CHANGE,
    sync_to_thread=True,
    status_code=200,
    operation_id="endLostDocuments",
)
def end(session: OfficerSession, store: Store, travellers: TravellerService, lost_list: _Name) -> LostReport:
    """End a list of lost documents: it names none any more."""
    with store.transaction(session.scope) as tx:
        return travellers.lost.end(tx, session, lost_list)


handlers = [lists, replace, end]
