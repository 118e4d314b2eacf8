"""The page that shows how far each list has been screened again, and what came of it."""

import msgspec
from litestar import get

from cordillera.desks.travellers.rescreening_model import Progress
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page

_SEE = guarded(Permission.ALERT_READ, audit=NO_AUDIT("lists, dates and counts; nobody is named"))


class RescreeningView(msgspec.Struct, frozen=True):
    """Every list, in the order of their names."""

    lists: tuple[Progress, ...]


@get("/screening/again", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def screening_again(session: OfficerSession, store: Store, travellers: TravellerService) -> Page:
    """Show for each list when stored travellers were last compared with it, and what came of it."""
    with store.transaction(session.scope) as tx:
        lists = travellers.rescreened(tx)
    return Page("travellers/again.html", RescreeningView(lists))


handlers = [screening_again]
