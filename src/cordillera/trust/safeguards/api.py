"""Retention over JSON."""

from litestar import get, post

from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.safeguards.model import RetentionReport
from cordillera.trust.safeguards.pages import RetentionView
from cordillera.trust.safeguards.retention import RetentionRunner

_COUNTS = NO_AUDIT("references and dates; nobody is named")


@get(
    "/api/retention",
    opt=guarded(Permission.RETENTION_READ, audit=_COUNTS),
    sync_to_thread=True,
    operation_id="getRetention",
)
def get_retention(session: OfficerSession, store: Store, safeguards: RetentionRunner) -> RetentionView:
    """Return what is kept, what is due, and what a person should look at."""
    with store.transaction(session.scope) as tx:
        return RetentionView(safeguards.states(tx), safeguards.review_due(tx))


@post(
    "/api/retention/run",
    opt=guarded(Permission.RETENTION_RUN, audit=LeafKind.ERASED),
    sync_to_thread=True,
    status_code=200,
    operation_id="runRetention",
)
def run_retention(session: OfficerSession, store: Store, safeguards: RetentionRunner) -> RetentionReport:
    """Erase now what is due; each group leaves its tombstone with the officer's id."""
    return safeguards.run_once(store, session.officer_id)


handlers = [get_retention, run_retention]
