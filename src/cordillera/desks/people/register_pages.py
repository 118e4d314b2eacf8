"""Joining and parting persons, with a reason; what waits for a second officer."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.desks.people.compare_pages import Drawn, draw
from cordillera.desks.people.person_desk import PersonDesk
from cordillera.desks.people.person_errors import PersonNotFound
from cordillera.desks.people.person_model import Item
from cordillera.desks.people.person_pages import person_view
from cordillera.desks.people.person_views import readings_of
from cordillera.desks.people.register_service import Merge
from cordillera.foundation.errors import BadInput, Conflict, CordilleraError, NotPermitted
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

TEMPLATE = "people/merge.html"
_DECIDE = guarded(Permission.ALERT_DECIDE, audit=LeafKind.DECISION)
_SEE = guarded(Permission.ALERT_DECIDE, audit=LeafKind.CONSULTATION)
_WAITING = guarded(Permission.ALERT_DECIDE, audit=NO_AUDIT("ids and dates of proposals; nobody is named"))
_Key = Annotated[str, msgspec.Meta(max_length=200)]
_Reason = Annotated[str, msgspec.Meta(max_length=2000)]
_Refused = (BadInput, Conflict, NotPermitted)


class MergeForm(msgspec.Struct, frozen=True):
    """Two items, each as source and reference with a bar between, and why they are one person."""

    left: _Key
    right: _Key
    reason: _Reason = ""

    @property
    def keys(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The two items."""
        one, two = self.left.partition("|"), self.right.partition("|")
        return (one[0], one[2]), (two[0], two[2])


class VerdictForm(msgspec.Struct, frozen=True):
    """What an officer says of a merge."""

    verdict: Literal["agree", "refuse", "part"]
    reason: _Reason = ""


class MergePage(msgspec.Struct, frozen=True, kw_only=True):
    """One merge: both sides compared, why two officers are needed, every step. `drawn` needs both items."""

    merge: Merge
    drawn: Drawn | None
    person: UUID
    may_second: bool
    readings: dict[str, str] = {}
    reason: str = ""
    error: str = ""


class WaitingPage(msgspec.Struct, frozen=True):
    """Proposals that wait for a second officer."""

    merges: tuple[Merge, ...]


@post("/people/merges", opt=_DECIDE, sync_to_thread=True, include_in_schema=False)
def join(
    session: OfficerSession,
    store: Store,
    persons: PersonDesk,
    data: Annotated[MergeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Join two persons, or propose it; go to the merge. A refused one is told on the person's page."""
    left, right = data.keys
    try:
        with store.transaction(session.scope) as tx:
            sides = tuple(_side(tx, session, persons, key) for key in (left, right))
            merge = persons.register.merge(tx, session, (sides[0], sides[1]), data.reason)
    except _Refused as refused:
        return _person_again(store, session, persons, left, refused)
    return Redirect(f"/people/merges/{merge.id}", status_code=303)


@get("/people/merges", opt=_WAITING, sync_to_thread=True, include_in_schema=False)
def waiting(session: OfficerSession, store: Store, persons: PersonDesk) -> Page:
    """Show what waits for a second officer."""
    with store.transaction(session.scope) as tx:
        return Page("people/merges.html", WaitingPage(persons.register.waiting(tx)))


@get("/people/merges/{merge_id:uuid}", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def merge(session: OfficerSession, store: Store, persons: PersonDesk, merge_id: UUID) -> Page:
    """Show one merge with both sides, which opens them."""
    with store.transaction(session.scope) as tx:
        return Page(TEMPLATE, _merge_page(tx, session, persons, merge_id))


@post("/people/merges/{merge_id:uuid}", opt=_DECIDE, sync_to_thread=True, include_in_schema=False)
def decide(
    session: OfficerSession,
    store: Store,
    persons: PersonDesk,
    merge_id: UUID,
    data: Annotated[VerdictForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Agree to a proposal, refuse it, or take a merge back."""
    try:
        with store.transaction(session.scope) as tx:
            if data.verdict == "part":
                persons.register.part(tx, session, merge_id, data.reason)
            else:
                agree = data.verdict == "agree"
                persons.register.second(tx, session, merge_id, data.reason, agree=agree)
    except _Refused as refused:
        with store.transaction(session.scope) as tx:
            view = _merge_page(tx, session, persons, merge_id)
        told = msgspec.structs.replace(view, reason=data.reason, error=refused.code)
        return Page(TEMPLATE, told, status=_status(refused))
    return Redirect(f"/people/merges/{merge_id}", status_code=303)


def _side(
    tx: sa.Connection, session: OfficerSession, persons: PersonDesk, key: tuple[str, str]
) -> tuple[Item, ...]:
    """Return all items of the person that an item belongs to."""
    person = persons.register.find(tx, key)
    keys = (key,) if person is None else persons.register.keys(tx, person)
    return persons.persons.items(tx, session, keys)


def _merge_page(tx: sa.Connection, session: OfficerSession, persons: PersonDesk, merge_id: UUID) -> MergePage:
    found = persons.register.show(tx, merge_id)
    try:
        left, right = persons.persons.items(tx, session, persons.register.sides(tx, found))
        drawn: Drawn | None = draw(left, right)
        readings = readings_of((left, right))
    except (PersonNotFound, ValueError):
        drawn, readings = None, {}
    return MergePage(
        merge=found,
        drawn=drawn,
        person=persons.register.name(tx, found.left),
        may_second=found.state == "proposed" and found.steps[-1].officer_id != session.officer_id,
        readings=readings,
    )


def _person_again(
    store: Store,
    session: OfficerSession,
    persons: PersonDesk,
    key: tuple[str, str],
    refused: CordilleraError,
) -> Page:
    with store.transaction(session.scope) as tx:
        person = persons.register.find(tx, key)
        keys = (key,) if person is None else persons.register.keys(tx, person)
        view = person_view(tx, session, persons, (keys, person))
    told = msgspec.structs.replace(view, error=refused.code)
    return Page("people/person.html", told, status=_status(refused))


def _status(refused: CordilleraError) -> int:
    if isinstance(refused, BadInput):
        return 422
    return 403 if isinstance(refused, NotPermitted) else 409


handlers = [join, waiting, merge, decide]
