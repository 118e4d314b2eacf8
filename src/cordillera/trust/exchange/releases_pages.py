"""The page of what waits for a second officer, and the same for programs."""

import msgspec
from litestar import get

from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.access.store import names_in
from cordillera.trust.exchange.releases import Release, releases
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.ledger.model import LeafKind

_READ = guarded(Permission.EXCHANGE_READ, audit=LeafKind.CONSULTATION)


class ReleasesPage(msgspec.Struct, frozen=True):
    """What waits: for this officer to agree, and what they asked for themselves; colleagues by name."""

    to_second: tuple[Release, ...]
    mine: tuple[Release, ...]
    names: dict[str, str]


@get("/exchange/releases", opt=_READ, sync_to_thread=True, include_in_schema=False)
def waiting(session: OfficerSession, store: Store, exchange: ExchangeService) -> Page:
    """Show what waits for a second officer, what ends first first."""
    with store.transaction(session.scope) as tx:
        found = releases(tx, exchange.parts, session)
        names = names_in(tx, session.agency, sorted({one.officer for one in found}))
    view = ReleasesPage(
        tuple(one for one in found if not one.mine), tuple(one for one in found if one.mine), names
    )
    return Page("exchange/releases.html", view)


@get("/api/exchange/releases", opt=_READ, sync_to_thread=True, operation_id="listReleases")
def listed(session: OfficerSession, store: Store, exchange: ExchangeService) -> tuple[Release, ...]:
    """What waits for a second officer: this one's own wishes, and those they may agree to."""
    with store.transaction(session.scope) as tx:
        return releases(tx, exchange.parts, session)


pages, operations = [waiting], [listed]
