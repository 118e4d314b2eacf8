"""Pages of agreements: list, one agreement in tabs, simulation, comparison, adoption of signed texts."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import BadInput, Conflict, CordilleraError
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.agreements.adoption import AdoptionOutcome
from cordillera.trust.agreements.api import SIMULATED, TERMS, AgreementName, TextName
from cordillera.trust.agreements.core import Step
from cordillera.trust.agreements.errors import ReasonMissing, SecondOfficerMissing
from cordillera.trust.agreements.page_views import (
    DetailView,
    SimulationView,
    Tab,
    adoption_view,
    detail_view,
    diff_view,
    list_view,
)
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.agreements.signatures import MAX_FILE
from cordillera.trust.agreements.simulate import simulation_of
from cordillera.trust.agreements.simulation_form import SimulationForm, example_form, request_from
from cordillera.trust.agreements.views import view_of
from cordillera.trust.ledger.model import LeafKind

TabName = Annotated[Tab, Parameter(query="tab")]
_REFUSED = (ReasonMissing, SecondOfficerMissing, Conflict)


class StepForm(msgspec.Struct, frozen=True):
    """What the form of a change sends."""

    step: Annotated[str, msgspec.Meta(max_length=20)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class ConfirmForm(msgspec.Struct, frozen=True):
    """What the button beside an assumed article sends."""

    article: Annotated[str, msgspec.Meta(max_length=64)] = ""


class OfferForm(msgspec.Struct, frozen=True):
    """A signed file with the reason to adopt it."""

    file: UploadFile
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class AdoptForm(msgspec.Struct, frozen=True):
    """What the buttons beside a proposal send: adopt it, or put it aside."""

    agreement_hash: Annotated[str, msgspec.Meta(max_length=64)] = ""
    choice: Annotated[str, msgspec.Meta(max_length=20)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


@get(
    "/agreements",
    opt=guarded(Permission.AGREEMENT_READ, audit=TERMS),
    sync_to_thread=True,
    include_in_schema=False,
)
def agreements_page(session: OfficerSession, store: Store, agreements: AgreementService) -> Page:
    """List the agreements."""
    with store.transaction(session.scope) as tx:
        view = list_view(tx, agreements.book(tx))
    return Page("agreements/list.html", view)


@get(
    "/agreements/adoption",
    opt=guarded(Permission.AGREEMENT_READ, audit=TERMS),
    sync_to_thread=True,
    include_in_schema=False,
)
def adoption_page(
    session: OfficerSession, store: Store, agreements: AgreementService, done: TextName = ""
) -> Page:
    """Show the signed texts that wait for a second officer."""
    return _adoption(session, store, agreements, done=done)


@post(
    "/agreements/adoption",
    opt=guarded(Permission.AGREEMENT_CHANGE, audit=LeafKind.AGREEMENT_CHANGED),
    sync_to_thread=True,
    include_in_schema=False,
    request_max_body_size=2 * MAX_FILE,
)
def offer(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    data: Annotated[OfferForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Page | Redirect:
    """Propose a signed file, or adopt it when another officer proposed it."""
    try:
        with store.transaction(session.scope) as tx:
            raw = data.file.file.read(MAX_FILE + 1)
            outcome = agreements.adoption.offer(tx, session, raw, data.reason)
    except (*_REFUSED, BadInput) as error:
        return _adoption(session, store, agreements, error)
    return Redirect(_after(outcome), status_code=303)


@post(
    "/agreements/adoption/choice",
    opt=guarded(Permission.AGREEMENT_CHANGE, audit=LeafKind.AGREEMENT_CHANGED),
    sync_to_thread=True,
    include_in_schema=False,
)
def choose(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    data: Annotated[AdoptForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Adopt what another officer proposed, or put a proposal aside."""
    try:
        with store.transaction(session.scope) as tx:
            if data.choice == "withdraw":
                agreements.adoption.withdraw(tx, session, data.agreement_hash, data.reason)
                return Redirect("/agreements/adoption", status_code=303)
            outcome = agreements.adoption.adopt(tx, session, data.agreement_hash, data.reason)
    except (*_REFUSED, BadInput) as error:
        return _adoption(session, store, agreements, error)
    return Redirect(_after(outcome), status_code=303)


@get(
    "/agreements/{agreement_id:str}/diff",
    opt=guarded(Permission.AGREEMENT_READ, audit=TERMS),
    sync_to_thread=True,
    include_in_schema=False,
)
def diff_page(  # noqa: PLR0913 - handlers take what they need by name
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    agreement_id: AgreementName,
    old: TextName = "",
    new: TextName = "",
) -> Page:
    """Compare two versions, or a version with a proposed text, by meaning."""
    with store.transaction(session.scope) as tx:
        view = diff_view(tx, agreements.book(tx), agreement_id, old, new)
    return Page("agreements/diff.html", view)


@get(
    "/agreements/{agreement_id:str}",
    opt=guarded(Permission.AGREEMENT_READ, audit=TERMS),
    sync_to_thread=True,
    include_in_schema=False,
)
def agreement_page(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    agreement_id: AgreementName,
    tab: TabName = "articles",
) -> Page:
    """Show one agreement."""
    return Page("agreements/detail.html", _detail(session, store, agreements, agreement_id, tab))


@post(
    "/agreements/{agreement_id:str}/steps",
    opt=guarded(Permission.AGREEMENT_CHANGE, audit=LeafKind.AGREEMENT_CHANGED),
    sync_to_thread=True,
    include_in_schema=False,
)
def step(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    agreement_id: AgreementName,
    data: Annotated[StepForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Take or propose a change of standing."""
    try:
        chosen = _step(data.step)
        with store.transaction(session.scope) as tx:
            agreements.take_step(tx, session, agreement_id, chosen, data.reason)
    except _REFUSED as error:
        with store.transaction(session.scope) as tx:
            view = detail_view(tx, agreements.book(tx), agreement_id, session, "standing")
        shown = msgspec.structs.replace(view, error=error.code, chosen=data.step, reason=data.reason)
        return Page("agreements/detail.html", shown, status=422)
    return Redirect(f"/agreements/{agreement_id}?tab=standing", status_code=303)


@post(
    "/agreements/{agreement_id:str}/confirmations",
    opt=guarded(Permission.AGREEMENT_CHANGE, audit=LeafKind.AGREEMENT_CHANGED),
    sync_to_thread=True,
    include_in_schema=False,
)
def confirm(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    agreement_id: AgreementName,
    data: Annotated[ConfirmForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Give the officer's word for one assumed article."""
    try:
        with store.transaction(session.scope) as tx:
            agreements.confirm_terms(tx, session, agreement_id, [data.article])
    except (SecondOfficerMissing, Conflict) as error:
        view = _detail(session, store, agreements, agreement_id, "standing")
        return Page("agreements/detail.html", msgspec.structs.replace(view, error=error.code), status=422)
    return Redirect(f"/agreements/{agreement_id}?tab=standing#assumed", status_code=303)


@get(
    "/agreements/{agreement_id:str}/simulation",
    opt=guarded(Permission.AGREEMENT_SIMULATE, audit=SIMULATED),
    sync_to_thread=True,
    include_in_schema=False,
)
def simulation_page(
    session: OfficerSession,
    store: Store,
    settings: Settings,
    agreements: AgreementService,
    agreement_id: AgreementName,
) -> Page:
    """Show the form, filled in with a request that fits the first service."""
    with store.transaction(session.scope) as tx:
        book = agreements.book(tx)
    loaded = book.get(agreement_id)
    form = example_form(loaded.agreement, settings.node.environment)
    view = view_of(loaded, book.state(agreement_id))
    return Page("agreements/simulation.html", SimulationView(view, form))


@post(
    "/agreements/{agreement_id:str}/simulation",
    opt=guarded(Permission.AGREEMENT_SIMULATE, audit=SIMULATED),
    sync_to_thread=True,
    include_in_schema=False,
    status_code=200,
)
def simulation(  # noqa: PLR0913 - handlers take what they need by name
    session: OfficerSession,
    store: Store,
    clock: Clock,
    agreements: AgreementService,
    agreement_id: AgreementName,
    data: Annotated[SimulationForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page:
    """Judge the request of the form and show why."""
    with store.transaction(session.scope) as tx:
        book = agreements.book(tx)
    view = view_of(book.get(agreement_id), book.state(agreement_id))
    decision = book.decide(request_from(data, agreement_id, clock.now()))
    return Page("agreements/simulation.html", SimulationView(view, data, simulation_of(decision)))


def _detail(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    agreement_id: str,
    tab: Tab,
) -> DetailView:
    with store.transaction(session.scope) as tx:
        return detail_view(tx, agreements.book(tx), agreement_id, session, tab)


def _adoption(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    error: CordilleraError | None = None,
    done: str = "",
) -> Page:
    with store.transaction(session.scope) as tx:
        view = adoption_view(tx, agreements.book(tx), session, error.code if error else "")
    told = msgspec.structs.replace(view, done=done)
    return Page("agreements/adoption.html", told, status=422 if error else 200)


def _after(outcome: AdoptionOutcome) -> str:
    if outcome.done:
        return f"/agreements/{outcome.agreement_id}?tab=versions"
    return f"/agreements/adoption?done={outcome.agreement_hash}"


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError:
        raise BadInput(field="step") from None


handlers = [
    agreements_page,
    adoption_page,
    offer,
    choose,
    agreement_page,
    diff_page,
    step,
    confirm,
    simulation_page,
    simulation,
]
