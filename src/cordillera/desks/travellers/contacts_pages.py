"""Whom a traveller shares a phone, card, address or booking with: a list, and the same as a picture."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import Parameter

from cordillera.desks.travellers.contacts_errors import ContactsForOtherPurpose, ContactsWithoutAlert
from cordillera.desks.travellers.errors import Depersonalised
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind


class Refused(msgspec.Struct, frozen=True):
    """Why nobody was looked up."""

    traveller_id: UUID
    problem: str


@get(
    "/travellers/{traveller_id:uuid}/contacts",
    opt=guarded(Permission.ALERT_READ, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
    include_in_schema=False,
)
def contacts(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    traveller_id: UUID,
    hops: Annotated[int, Parameter(ge=1, le=2)] = 1,
) -> Page:
    """Show whom a traveller is linked with, one step away or two."""
    try:
        with store.transaction(session.scope) as tx:
            row = travellers.traveller(tx, traveller_id)
            view = travellers.contacts.of(tx, session, row, 2 if hops > 1 else 1)
    except (ContactsWithoutAlert, ContactsForOtherPurpose, Depersonalised) as refused:
        return Page("travellers/contacts_refused.html", Refused(traveller_id, refused.code), status=403)
    return Page("travellers/contacts.html", view)


handlers = [contacts]
