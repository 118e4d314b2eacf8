"""Pages of handling: take a record out under its marking, restrict it further, ask for legal assistance."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.foundation import shapes
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.handling.assistance import Head, heads
from cordillera.trust.handling.choice import HandlingChoice
from cordillera.trust.handling.display import Badge, badge_of
from cordillera.trust.handling.errors import EvidenceNeedsAssistance, ExportRefused, NothingAdded
from cordillera.trust.handling.exports import Cleared, Export, Use
from cordillera.trust.handling.service import HandlingService, Taken
from cordillera.trust.ledger.model import LeafKind

CLEARED = guarded(Permission.RECORD_READ, audit=LeafKind.EXPORTED)
FORM = guarded(Permission.RECORD_READ, audit=LeafKind.CONSULTATION)
RESTRICTED = guarded(Permission.RECORD_CHANGE, audit=LeafKind.RECORD_CHANGED)
Case = Annotated[str, Parameter(max_length=64, description="The case it is taken out for.")]
Asked = Annotated[
    Literal["copy", "dissemination", "evidence", "print"], Parameter(description="What it is for.")
]
Format = Annotated[Literal["json", "csv"], Parameter(description="How it is written.")]
_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


class RefusedPage(msgspec.Struct, frozen=True):
    """An export that the marking forbids: of which record, for what, and why."""

    record_id: UUID
    use: str
    reasons: tuple[str, ...]
    badge: Badge


class AssistancePage(msgspec.Struct, frozen=True):
    """The request for legal assistance, with what is known filled in."""

    record_id: UUID
    agreement_es: str
    agreement_en: str
    badge: Badge
    heads: tuple[Head, ...]


class RestrictForm(msgspec.Struct, frozen=True):
    """What is added to the marking, and where to go back to."""

    tlp: Literal["", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"] = ""
    codes: Literal["", "H1", "H2", "H1,H2", "H1,H2,H3"] = ""
    conditions: Annotated[str, msgspec.Meta(max_length=180)] = ""
    back: Literal["notices", "followup", "records"] = "notices"
    thread: UUID | None = None

    @property
    def choice(self) -> HandlingChoice:
        """Return what was chosen."""
        codes = [code for code in self.codes.split(",") if code]
        chosen = {"tlp": self.tlp, "codes": codes, "conditions": self.conditions}
        return shapes.convert(chosen, HandlingChoice)


@get("/handling/{record_id:uuid}/export", opt=CLEARED, sync_to_thread=True, include_in_schema=False)
def export(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    handling: HandlingService,
    record_id: UUID,
    use: Asked = "copy",
    form: Annotated[Literal["json", "csv"], Parameter(query="format")] = "json",
    case_ref: Case = "",
) -> Page | Redirect | Response[bytes]:
    """Send a record as a stamped file, or say why it must not leave; evidence leads to the request form."""
    wish = Export(Use(use), case_ref)
    with store.transaction(session.scope) as tx:
        taken = handling.take_out(tx, session, record_id, wish, form)
        badge = badge_of(handling.caveats(tx, [record_id])[record_id])
    if isinstance(taken, EvidenceNeedsAssistance):
        return Redirect(f"/handling/{record_id}/assistance", status_code=303)
    if isinstance(taken, ExportRefused):
        reasons = tuple(str(taken.facts.get("reason", "")).split(", "))
        return Page("handling/refused.html", RefusedPage(record_id, use, reasons, badge), status=403)
    return file_of(taken, form)


@get("/handling/{record_id:uuid}/assistance", opt=FORM, sync_to_thread=True, include_in_schema=False)
def assistance(
    session: OfficerSession,
    store: Store,
    handling: HandlingService,
    settings: Settings,
    record_id: UUID,
) -> Page:
    """Show the request for legal assistance about a record (Palermo 18(15)), to be completed and signed."""
    with store.transaction(session.scope) as tx:
        matter = handling.matter(tx, session, record_id, settings.node.name)
        badge = badge_of(handling.caveats(tx, [record_id])[record_id])
    page = AssistancePage(
        record_id, matter.agreement_title_es, matter.agreement_title_en, badge, heads(matter)
    )
    return Page("handling/assistance.html", page)


@post("/handling/{record_id:uuid}/restrict", opt=RESTRICTED, sync_to_thread=True, include_in_schema=False)
def restrict(
    session: OfficerSession,
    store: Store,
    handling: HandlingService,
    record_id: UUID,
    data: Annotated[RestrictForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Restrict a record further; what adds nothing changes nothing."""
    try:
        with store.transaction(session.scope) as tx:
            handling.restrict(tx, session, record_id, data.choice)
    except NothingAdded:
        pass  # the officer sees the marking that applies, which is at least what they chose
    return Redirect(f"/{data.back}/{data.thread or record_id}", status_code=303)


def file_of(taken: Taken, form: str) -> Response[bytes]:
    """Return a stamped file as a download."""
    name = f"record-{taken.record_id}-{_plain(taken.cleared)}.{form}"
    return Response(
        taken.content,
        media_type=_TYPES[form],
        headers={"content-disposition": f'attachment; filename="{name}"', "x-handling": taken.cleared.stamp},
    )


def _plain(cleared: Cleared) -> str:
    return "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in cleared.stamp)[:60].lower()


handlers = [export, assistance, restrict]
