"""Pages of agreements: the list, one agreement (articles, services, standing), and the simulation."""

from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import BadInput, Conflict, CordilleraError
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission, Role
from cordillera.trust.access.page import Page
from cordillera.trust.agreements.api import SIMULATED, TERMS, AgreementName
from cordillera.trust.agreements.core import Step
from cordillera.trust.agreements.errors import ReasonMissing, SecondOfficerMissing
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.agreements.simulate import Simulation, simulation_of
from cordillera.trust.agreements.simulation_form import SimulationForm, example_form, request_from
from cordillera.trust.agreements.standing import Standing, standing_of
from cordillera.trust.agreements.views import AgreementSummary, AgreementView, summary_of, view_of
from cordillera.trust.agreements.vocabulary import Ground, SubjectCategory
from cordillera.trust.ledger.model import LeafKind

ROLES = tuple(map(str, Role))
CATEGORIES = tuple(map(str, SubjectCategory))
GROUNDS = tuple(map(str, Ground))
Tab = Literal["articles", "services", "standing"]
TabName = Annotated[Tab, Parameter(query="tab")]


class StepForm(msgspec.Struct, frozen=True):
    """What the form of a change sends."""

    step: Annotated[str, msgspec.Meta(max_length=20)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class ConfirmForm(msgspec.Struct, frozen=True):
    """What the button beside an assumed article sends."""

    article: Annotated[str, msgspec.Meta(max_length=64)] = ""


class ListView(msgspec.Struct, frozen=True):
    """All agreements of the node."""

    agreements: tuple[AgreementSummary, ...]


class DetailView(msgspec.Struct, frozen=True):
    """One agreement; `error` is a message id or empty."""

    agreement: AgreementView
    standing: Standing
    tab: Tab
    error: str = ""


class SimulationView(msgspec.Struct, frozen=True):
    """The form as it was filled in with what may be chosen, and the decision when one was asked for."""

    agreement: AgreementView
    form: SimulationForm
    decision: Simulation | None = None
    roles: tuple[str, ...] = ROLES
    categories: tuple[str, ...] = CATEGORIES
    grounds: tuple[str, ...] = GROUNDS


@get(
    "/agreements",
    opt=guarded(Permission.AGREEMENT_READ, audit=TERMS),
    sync_to_thread=True,
    include_in_schema=False,
)
def agreements_page(session: OfficerSession, store: Store, agreements: AgreementService) -> Page:
    """List the agreements."""
    with store.transaction(session.scope) as tx:
        book = agreements.book(tx)
    rows = tuple(summary_of(loaded, book.state(loaded.agreement.id)) for loaded in book)
    return Page("agreements/list.html", ListView(rows))


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
    return _detail(session, store, agreements, agreement_id, tab)


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
    except (ReasonMissing, SecondOfficerMissing, Conflict) as error:
        return _again(session, store, agreements, agreement_id, error)
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
        return _again(session, store, agreements, agreement_id, error)
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
    session: OfficerSession, store: Store, agreements: AgreementService, agreement_id: str, tab: Tab
) -> Page:
    with store.transaction(session.scope) as tx:
        book = agreements.book(tx)
        standing = standing_of(tx, book, agreement_id, session)
    view = view_of(book.get(agreement_id), book.state(agreement_id))
    return Page("agreements/detail.html", DetailView(view, standing, tab))


def _again(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    agreement_id: str,
    error: CordilleraError,
) -> Page:
    page = _detail(session, store, agreements, agreement_id, "standing")
    return Page(page.template, msgspec.structs.replace(page.view, error=error.code), status=422)


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError:
        raise BadInput(field="step") from None


handlers = [agreements_page, agreement_page, step, confirm, simulation_page, simulation]
