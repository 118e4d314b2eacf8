"""Pages of records: what is held, one record and who has it, and what is not carried out yet."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.records import share_pages
from cordillera.trust.records.errors import (
    ConsentMissing,
    NotOriginator,
    ReasonNeeded,
    ReasonTooLong,
    SecondOfficerMissing,
    WrongState,
)
from cordillera.trust.records.looking import open_view, record_list, record_view
from cordillera.trust.records.model import Kind
from cordillera.trust.records.service import Records
from cordillera.trust.records.store import Filter
from cordillera.trust.records.wishing import ContentNeeded, wish

LISTED = guarded(Permission.RECORD_READ, audit=NO_AUDIT("origins, terms and states; contents stay sealed"))
OPENED = guarded(Permission.RECORD_READ, audit=LeafKind.CONSULTATION)
CHANGED = guarded(Permission.RECORD_CHANGE, audit=LeafKind.RECORD_CHANGED)
ASKED = guarded(Permission.RECORD_CHANGE, audit=LeafKind.CONSENT)
GIVEN = guarded(Permission.CONSENT_GIVE, audit=LeafKind.CONSENT)
_TO_SAY = (
    ReasonNeeded, ReasonTooLong, ContentNeeded, NotOriginator, SecondOfficerMissing, WrongState,
    ConsentMissing,
)  # fmt: skip

Word = Annotated[str, Parameter(max_length=64)]
Reason = Annotated[str, msgspec.Meta(max_length=2000)]
Box = Annotated[str, msgspec.Meta(max_length=200)]


class ChangeForm(msgspec.Struct, frozen=True):
    """What is to be done with a record; `content` is that of a correction, `until` that of an extension."""

    kind: Kind
    reason: Reason = ""
    court_ref: Box = ""
    until: Annotated[str, msgspec.Meta(max_length=10)] = ""
    content: Annotated[str, msgspec.Meta(max_length=200_000)] = ""


class AskForm(msgspec.Struct, frozen=True):
    """To whom a record is to be passed on, for what, and why."""

    recipient: Annotated[str, msgspec.Meta(max_length=64)] = ""
    purpose: Annotated[str, msgspec.Meta(max_length=64)] = ""
    reason: Reason = ""


class ConsentForm(msgspec.Struct, frozen=True):
    """What the consent authority says."""

    verdict: Literal["grant", "refuse", "revoke"]
    reason: Reason = ""


@get("/records", opt=LISTED, sync_to_thread=True, include_in_schema=False)
def held(  # noqa: PLR0913 - one parameter for each filter of the address
    session: OfficerSession,
    store: Store,
    records: Records,
    origin: Word = "",
    agreement: Word = "",
    status: Word = "",
    before: datetime | None = None,
) -> Page:
    """List what is held, by origin, agreement and status."""
    with store.transaction(session.scope) as tx:
        view = record_list(tx, records, Filter(origin, agreement, status), before)
    return Page("records/list.html", view)


@get("/records/changes", opt=LISTED, sync_to_thread=True, include_in_schema=False)
def unfinished(session: OfficerSession, store: Store, records: Records) -> Page:
    """List the changes that are not carried out everywhere, with who is late, and consents that wait."""
    with store.transaction(session.scope) as tx:
        return Page("records/open.html", open_view(tx, records))


@get("/records/{record_id:uuid}", opt=OPENED, sync_to_thread=True, include_in_schema=False)
def record(session: OfficerSession, store: Store, records: Records, record_id: UUID) -> Page:
    """Show one record: where it is from, what may be done with it, who has it, what became of it."""
    with store.transaction(session.scope) as tx:
        return Page("records/record.html", record_view(tx, records, session, record_id))


@post("/records/{record_id:uuid}/changes", opt=CHANGED, sync_to_thread=True, include_in_schema=False)
def change(
    session: OfficerSession,
    store: Store,
    records: Records,
    record_id: UUID,
    data: Annotated[ChangeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Order a change; a refusal is shown on the record's page."""
    try:
        with store.transaction(session.scope) as tx:
            asked = wish(data.kind, data.reason, data.court_ref, _day(data.until), data.content)
            records.wish(tx, session, record_id, asked)
    except _TO_SAY as refusal:
        typed = {name: getattr(data, name) for name in ("reason", "court_ref", "until", "content")}
        return _refused(session, store, records, record_id, refusal, typed)
    return Redirect(f"/records/{record_id}#changes", status_code=303)


@post("/records/answers/{query_id:uuid}", opt=CHANGED, sync_to_thread=True, include_in_schema=False)
def adopt(session: OfficerSession, store: Store, records: Records, query_id: UUID) -> Redirect:
    """Make the record of an answer that this node gave, and show it: there it is corrected or recalled."""
    with store.transaction(session.scope) as tx:
        record_id = records.adopt_answer(tx, query_id).record_id
    return Redirect(f"/records/{record_id}", status_code=303)


@post("/records/changes/{change_id:uuid}/second", opt=CHANGED, sync_to_thread=True, include_in_schema=False)
def second(session: OfficerSession, store: Store, records: Records, change_id: UUID) -> Page | Redirect:
    """Agree, as another officer, to a change that waits for one."""
    with store.transaction(session.scope) as tx:
        record_id = records.change(tx, change_id).record_id
    try:
        with store.transaction(session.scope) as tx:
            records.second(tx, session, change_id)
    except _TO_SAY as refusal:
        return _refused(session, store, records, record_id, refusal)
    return Redirect(f"/records/{record_id}#changes", status_code=303)


@post("/records/{record_id:uuid}/consents", opt=ASKED, sync_to_thread=True, include_in_schema=False)
def ask(
    session: OfficerSession,
    store: Store,
    records: Records,
    record_id: UUID,
    data: Annotated[AskForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Ask the originator whether a record may be passed on."""
    try:
        with store.transaction(session.scope) as tx:
            purpose = data.purpose or session.purpose
            records.ask_consent(tx, session, record_id, data.recipient.strip(), purpose, data.reason)
    except _TO_SAY as refusal:
        typed = {"recipient": data.recipient, "consent_reason": data.reason}
        return _refused(session, store, records, record_id, refusal, typed)
    return Redirect(f"/records/{record_id}#consents", status_code=303)


@post("/records/consents/{consent_id:uuid}", opt=GIVEN, sync_to_thread=True, include_in_schema=False)
def consent(
    session: OfficerSession,
    store: Store,
    records: Records,
    consent_id: UUID,
    data: Annotated[ConsentForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Give, refuse or withdraw consent."""
    with store.transaction(session.scope) as tx:
        record_id = records.consent(tx, consent_id).record_id
    try:
        with store.transaction(session.scope) as tx:
            records.say(tx, session, consent_id, data.verdict, data.reason)
    except _TO_SAY as refusal:
        return _refused(session, store, records, record_id, refusal)
    return Redirect(f"/records/{record_id}#consents", status_code=303)


def _refused(  # noqa: PLR0913 - who asks of what, and what the form of a change had in it
    session: OfficerSession,
    store: Store,
    records: Records,
    record_id: UUID,
    refusal: CordilleraError,
    typed: dict[str, str] | None = None,
) -> Page:
    with store.transaction(session.scope) as tx:
        view = record_view(tx, records, session, record_id, refusal.code)
    return Page("records/record.html", msgspec.structs.replace(view, typed=typed or {}), status=422)


def _day(text: str) -> datetime | None:
    """Return the end of a day named as in a form; anything else is none."""
    try:
        return datetime.combine(date.fromisoformat(text), time(0, 0), UTC) if text else None
    except ValueError:
        return None


handlers = [held, unfinished, record, change, adopt, second, ask, consent, *share_pages.handlers]
