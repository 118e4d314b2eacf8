"""Retention and the lawyer's tasks over JSON."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post

from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.safeguards.legal import LegalTask, resolve, tasks
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


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a lawyer found when looking at a refusal."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


@get(
    "/api/safeguards/legal",
    opt=guarded(Permission.REDRESS_READ, audit=NO_AUDIT("references and articles; nobody is named")),
    sync_to_thread=True,
    operation_id="listLegalTasks",
)
def list_legal(
    session: OfficerSession, store: Store, ledger: Ledger, agreements: AgreementService
) -> tuple[LegalTask, ...]:
    """Return the refusals by an exclusion that no lawyer has looked at."""
    with store.transaction(session.scope) as tx:
        return tasks(tx, ledger, agreements.book(tx))


@post(
    "/api/safeguards/legal/{entry_id:uuid}",
    opt=guarded(Permission.REDRESS_MANAGE, audit=LeafKind.REVIEWED),
    sync_to_thread=True,
    status_code=204,
    operation_id="resolveLegalTask",
)
def resolve_legal(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    ledger: Ledger,
    agreements: AgreementService,
    entry_id: UUID,
    data: Finding,
) -> None:
    """Write what a lawyer found about a refusal."""
    with store.transaction(session.scope) as tx:
        resolve(tx, ledger, agreements.book(tx), session, entry_id, data.reason)


handlers = [get_retention, run_retention, list_legal, resolve_legal]
