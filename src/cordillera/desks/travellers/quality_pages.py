"""The quality of what carriers send: all of them, and one with its faults."""

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from cordillera.desks.travellers.quality_service import MOST_DAYS
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page

_COUNTS = guarded(Permission.MESSAGE_READ, audit=NO_AUDIT("carriers, flights and counts; nobody is named"))
_Days = Annotated[int, Parameter(ge=1, le=MOST_DAYS)]
NO_CARRIER = "-"  # in an address, for flights whose number tells no carrier


@get("/messages/carriers", opt=_COUNTS, sync_to_thread=True, include_in_schema=False)
def quality(session: OfficerSession, store: Store, travellers: TravellerService, days: _Days = 7) -> Page:
    """Show what each carrier sent late, cut, or not at all."""
    with store.transaction(session.scope) as tx:
        return Page("travellers/quality.html", travellers.quality.carriers(tx, days))


@get("/messages/carriers/{carrier:str}", opt=_COUNTS, sync_to_thread=True, include_in_schema=False)
def carrier_quality(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    carrier: str,
    days: _Days = 7,
) -> Page:
    """Show one carrier's faults, flight by flight."""
    wanted = "" if carrier == NO_CARRIER else carrier.upper()
    with store.transaction(session.scope) as tx:
        return Page("travellers/quality_carrier.html", travellers.quality.carrier(tx, wanted, days))


handlers = [quality, carrier_quality]
