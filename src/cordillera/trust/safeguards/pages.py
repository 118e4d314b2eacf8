"""Retention as the supervisor sees it: what is kept, what goes next, what a person should look at."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.safeguards.legal import LegalTask, resolve, tasks
from cordillera.trust.safeguards.model import DueReview, KindState
from cordillera.trust.safeguards.retention import RetentionRunner

_COUNTS = NO_AUDIT("references and dates; nobody is named")


class RetentionView(msgspec.Struct, frozen=True):
    """How records stand, which are due for a look, and how many groups a run has just erased."""

    kinds: tuple[KindState, ...]
    to_review: tuple[DueReview, ...]
    erased: int | None = None


@get(
    "/retention",
    opt=guarded(Permission.RETENTION_READ, audit=_COUNTS),
    sync_to_thread=True,
    include_in_schema=False,
)
def retention(
    session: OfficerSession, store: Store, safeguards: RetentionRunner, erased: int | None = None
) -> Page:
    """Show what is kept and for how long."""
    with store.transaction(session.scope) as tx:
        view = RetentionView(safeguards.states(tx), safeguards.review_due(tx), erased)
    return Page("safeguards/retention.html", view)


@post(
    "/retention/run",
    opt=guarded(Permission.RETENTION_RUN, audit=LeafKind.ERASED),
    sync_to_thread=True,
    include_in_schema=False,
)
def run_now(session: OfficerSession, store: Store, safeguards: RetentionRunner) -> Redirect:
    """Erase now what is due; each group leaves its tombstone with the officer's id."""
    report = safeguards.run_once(store, session.officer_id)
    return Redirect(f"/retention?erased={report.groups}", status_code=303)


class LegalView(msgspec.Struct, frozen=True):
    """The refusals that wait for a lawyer."""

    tasks: tuple[LegalTask, ...]


class LegalForm(msgspec.Struct, frozen=True):
    """What the lawyer found."""

    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


@get(
    "/safeguards/legal",
    opt=guarded(Permission.REDRESS_READ, audit=NO_AUDIT("references and articles; nobody is named")),
    sync_to_thread=True,
    include_in_schema=False,
)
def legal(session: OfficerSession, store: Store, ledger: Ledger, agreements: AgreementService) -> Page:
    """Show what an exclusion refused and a lawyer has not looked at."""
    with store.transaction(session.scope) as tx:
        return Page("safeguards/legal.html", LegalView(tasks(tx, ledger, agreements.book(tx))))


@post(
    "/safeguards/legal/{entry_id:uuid}",
    opt=guarded(Permission.REDRESS_MANAGE, audit=LeafKind.REVIEWED),
    sync_to_thread=True,
    include_in_schema=False,
)
def looked(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    ledger: Ledger,
    agreements: AgreementService,
    entry_id: UUID,
    data: Annotated[LegalForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Write what a lawyer found about a refusal."""
    with store.transaction(session.scope) as tx:
        resolve(tx, ledger, agreements.book(tx), session, entry_id, data.reason)
    return Redirect("/safeguards/legal", status_code=303)


handlers = [retention, run_now, legal, looked]
