"""Handling for programs: what applies to a record, a further restriction, a stamped copy."""

from uuid import UUID

from litestar import Response, get, post

from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.handling.assistance import Head, heads
from cordillera.trust.handling.choice import HandlingChoice
from cordillera.trust.handling.display import Badge, badge_of
from cordillera.trust.handling.errors import ExportRefused
from cordillera.trust.handling.exports import Export, Use
from cordillera.trust.handling.pages import CLEARED, FORM, RESTRICTED, Asked, Case, Format, file_of
from cordillera.trust.handling.service import HandlingService


@get(
    "/api/handling/{record_id:uuid}",
    opt=guarded(Permission.RECORD_READ, audit=NO_AUDIT("markings; nothing of the content")),
    sync_to_thread=True,
    operation_id="getHandling",
)
def applies(session: OfficerSession, store: Store, handling: HandlingService, record_id: UUID) -> Badge:
    """What applies to a record: the marking it came with, and everything added."""
    with store.transaction(session.scope) as tx:
        return badge_of(handling.caveats(tx, [record_id])[record_id])


@post(
    "/api/handling/{record_id:uuid}/restrict",
    opt=RESTRICTED,
    status_code=200,
    sync_to_thread=True,
    operation_id="restrictRecord",
)
def restrict(
    session: OfficerSession, store: Store, handling: HandlingService, record_id: UUID, data: HandlingChoice
) -> Badge:
    """Restrict a record further; what adds nothing is refused."""
    with store.transaction(session.scope) as tx:
        return badge_of(handling.restrict(tx, session, record_id, data))


@get(
    "/api/handling/{record_id:uuid}/export",
    opt=CLEARED,
    sync_to_thread=True,
    operation_id="exportRecord",
)
def export(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    handling: HandlingService,
    record_id: UUID,
    use: Asked = "copy",
    form: Format = "json",
    case_ref: Case = "",
) -> Response[bytes]:
    """A record as a stamped file; 403 where its marking forbids this use."""
    with store.transaction(session.scope) as tx:
        taken = handling.take_out(tx, session, record_id, Export(Use(use), case_ref), form)
    if isinstance(taken, ExportRefused):
        raise taken
    return file_of(taken, form)


@get(
    "/api/handling/{record_id:uuid}/assistance",
    opt=FORM,
    sync_to_thread=True,
    operation_id="getAssistanceForm",
)
def assistance(
    session: OfficerSession, store: Store, handling: HandlingService, settings: Settings, record_id: UUID
) -> tuple[Head, ...]:
    """The request for legal assistance about a record, with what is known filled in."""
    with store.transaction(session.scope) as tx:
        return heads(handling.matter(tx, session, record_id, settings.node.name))


handlers = [applies, restrict, export, assistance]
