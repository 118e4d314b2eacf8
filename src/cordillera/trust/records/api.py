"""Records for programs: everything the pages do, as JSON."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.foundation.store.database import Store
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.records.looking import (
    OpenView,
    RecordList,
    RecordView,
    open_view,
    record_list,
    record_view,
)
from cordillera.trust.records.model import Change, Consent, Kind, Record
from cordillera.trust.records.pages import ASKED, CHANGED, GIVEN, LISTED, OPENED
from cordillera.trust.records.passing import Shared
from cordillera.trust.records.service import Records
from cordillera.trust.records.store import Filter
from cordillera.trust.records.wishing import wish

Word = Annotated[str, Parameter(max_length=64, description="Only these; empty for all.")]
Before = Annotated[datetime | None, Parameter(description="Only records kept before this moment.")]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class ChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be done with a record, and why; `content` is JSON text, `until` a moment with its zone."""

    kind: Kind
    reason: Reason
    court_ref: Annotated[str, msgspec.Meta(max_length=200)] = ""
    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    content: Annotated[str, msgspec.Meta(max_length=200_000)] = ""


class ConsentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom a record is to be passed on, for what, and why."""

    recipient: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    purpose: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    reason: Reason


class VerdictBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the consent authority says; a withdrawal needs a reason."""

    verdict: Literal["grant", "refuse", "revoke"]
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class ShareBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom a record is given, and on what grounds."""

    partner: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    grounds: LegalGrounds


@get("/api/records", opt=LISTED, sync_to_thread=True, operation_id="listRecords")
def records_held(  # noqa: PLR0913 - one parameter for each filter of the address
    session: OfficerSession,
    store: Store,
    records: Records,
    origin: Word = "",
    agreement: Word = "",
    status: Word = "",
    before: Before = None,
) -> RecordList:
    """What is held, newest first, without contents."""
    with store.transaction(session.scope) as tx:
        return record_list(tx, records, Filter(origin, agreement, status), before)


@get("/api/records/changes", opt=LISTED, sync_to_thread=True, operation_id="listOpenChanges")
def changes_open(session: OfficerSession, store: Store, records: Records) -> OpenView:
    """The changes that are not carried out everywhere, and the consents that wait for us."""
    with store.transaction(session.scope) as tx:
        return open_view(tx, records)


@get("/api/records/{record_id:uuid}", opt=OPENED, sync_to_thread=True, operation_id="getRecord")
def record_one(session: OfficerSession, store: Store, records: Records, record_id: UUID) -> RecordView:
    """One record with its content, holders, changes, proofs and consents."""
    with store.transaction(session.scope) as tx:
        return record_view(tx, records, session, record_id)


@post("/api/records/{record_id:uuid}/changes", opt=CHANGED, sync_to_thread=True, operation_id="changeRecord")
def change_one(
    session: OfficerSession, store: Store, records: Records, record_id: UUID, data: ChangeBody
) -> Change:
    """Correct, block, unblock, erase, recall, dispute or extend; reaches every holder."""
    asked = wish(data.kind, data.reason, data.court_ref, data.until, data.content)
    with store.transaction(session.scope) as tx:
        return records.wish(tx, session, record_id, asked)


@post(
    "/api/records/changes/{change_id:uuid}/second",
    opt=CHANGED,
    sync_to_thread=True,
    status_code=200,
    operation_id="secondChange",
)
def second_one(session: OfficerSession, store: Store, records: Records, change_id: UUID) -> Change:
    """Agree, as another officer, to a change that waits for one."""
    with store.transaction(session.scope) as tx:
        return records.second(tx, session, change_id)


@post("/api/records/answers/{query_id:uuid}", opt=CHANGED, sync_to_thread=True, operation_id="adoptAnswer")
def adopt_one(session: OfficerSession, store: Store, records: Records, query_id: UUID) -> Record:
    """Make the record of an answer with candidates that this node gave, so that it can be taken back."""
    with store.transaction(session.scope) as tx:
        return records.adopt_answer(tx, query_id)


@post("/api/records/{record_id:uuid}/share", opt=CHANGED, sync_to_thread=True, operation_id="shareRecord")
def share_one(
    session: OfficerSession, store: Store, records: Records, record_id: UUID, data: ShareBody
) -> Shared:
    """Give a record to a partner; `message_id` is null when the agreement refuses, and says why."""
    with store.transaction(session.scope) as tx:
        return records.share(tx, session, record_id, data.partner, data.grounds)


@post("/api/records/{record_id:uuid}/consents", opt=ASKED, sync_to_thread=True, operation_id="askConsent")
def ask_one(
    session: OfficerSession, store: Store, records: Records, record_id: UUID, data: ConsentBody
) -> Consent:
    """Ask the originator whether a record may be passed on."""
    with store.transaction(session.scope) as tx:
        return records.ask_consent(tx, session, record_id, data.recipient, data.purpose, data.reason)


@post(
    "/api/records/consents/{consent_id:uuid}",
    opt=GIVEN,
    sync_to_thread=True,
    status_code=200,
    operation_id="sayConsent",
)
def say_one(
    session: OfficerSession, store: Store, records: Records, consent_id: UUID, data: VerdictBody
) -> Consent:
    """Give (two officers), refuse or withdraw consent."""
    with store.transaction(session.scope) as tx:
        return records.say(tx, session, consent_id, data.verdict, data.reason)


handlers = [
    records_held,
    changes_open,
    record_one,
    change_one,
    adopt_one,
    second_one,
    share_one,
    ask_one,
    say_one,
]
