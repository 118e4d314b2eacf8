"""The page on which a record is given to a partner: whom, why, and by which judge's order."""

from typing import Annotated
from uuid import UUID

import msgspec
import sqlalchemy as sa
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.foundation import canonical, shapes
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.agreements.checklist import checklist, require_attended
from cordillera.trust.agreements.errors import DutiesOpen
from cordillera.trust.agreements.request import ArticleUse
from cordillera.trust.agreements.vocabulary import Action
from cordillera.trust.exchange.choices import Offered, WhyForm, WrongForm, offered, read_why
from cordillera.trust.exchange.kinds import NOTICE
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.releases import boxes_of
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.records.errors import ConsentMissing
from cordillera.trust.records.model import Record
from cordillera.trust.records.passing import Shared
from cordillera.trust.records.service import Records

_READ = guarded(Permission.RECORD_READ, audit=LeafKind.CONSULTATION)
_GIVEN = guarded(Permission.RECORD_CHANGE, audit=LeafKind.NOTICE_SENT)


class SharePage(msgspec.Struct, frozen=True):
    """The form, filled in with what another officer asked for; what forbade the last attempt."""

    record: Record
    form: WhyForm
    offered: Offered
    waits: bool = False
    error: str = ""
    withheld: tuple[str, ...] = ()
    articles: tuple[ArticleUse, ...] = ()


@get("/records/{record_id:uuid}/share", opt=_READ, sync_to_thread=True, include_in_schema=False)
def form(
    session: OfficerSession, store: Store, records: Records, exchange: ExchangeService, record_id: UUID
) -> Page:
    """Show the form; it has in it what waits for a second officer."""
    with store.transaction(session.scope) as tx:
        records.read(tx, session, record_id)
        boxes = _asked_before(tx, session, records, record_id)
        return Page("records/share.html", _page(tx, records, exchange, record_id, boxes))


@post("/records/{record_id:uuid}/share", opt=_GIVEN, sync_to_thread=True, include_in_schema=False)
def share(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    records: Records,
    exchange: ExchangeService,
    record_id: UUID,
    data: Annotated[WhyForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Give the record, or say what is missing; a refusal is a leaf."""
    try:
        with store.transaction(session.scope) as tx:
            partner, grounds = read_why(data)
            duties = checklist(
                exchange.parts.policies(tx), grounds.agreement_id, NOTICE, (Action.SEND_NOTICE,)
            )
            require_attended(duties, grounds.duties, grounds.duties_reason)
            told = records.share(tx, session, record_id, partner, grounds)
    except (WrongForm, DutiesOpen, ConsentMissing) as refused:
        wrong = f"exchange.form.wrong.{refused.facts.get('box')}" if isinstance(refused, WrongForm) else ""
        with store.transaction(session.scope) as tx:
            view = _page(tx, records, exchange, record_id, data)
        return Page(
            "records/share.html", msgspec.structs.replace(view, error=wrong or refused.code), status=422
        )
    if told.message_id is not None:
        return Redirect(f"/records/{record_id}#holders", status_code=303)
    with store.transaction(session.scope) as tx:
        view = _told(_page(tx, records, exchange, record_id, data), told)
    return Page("records/share.html", view, status=202 if told.waits else 403)


def _told(view: SharePage, told: Shared) -> SharePage:
    articles = () if told.waits or told.withheld else told.decision.articles
    return msgspec.structs.replace(view, waits=told.waits, withheld=told.withheld, articles=articles)


def _page(
    tx: sa.Connection, records: Records, exchange: ExchangeService, record_id: UUID, boxes: WhyForm
) -> SharePage:
    return SharePage(records.get(tx, record_id), boxes, offered(tx, exchange, NOTICE, Action.SEND_NOTICE))


def _asked_before(tx: sa.Connection, session: OfficerSession, records: Records, record_id: UUID) -> WhyForm:
    """Return what a colleague asked for and waits, so that agreeing is one look and one key."""
    for one in records.releases(tx, record_id):
        said = canonical.loads(one.about.encode())
        if one.officer != session.officer_id and isinstance(said, dict):
            boxes = boxes_of(one.reference, shapes.convert(said["grounds"], LegalGrounds, strict=False))
            return WhyForm(**boxes)
    return WhyForm(purpose=session.purpose, ground="case")


handlers = [form, share]
