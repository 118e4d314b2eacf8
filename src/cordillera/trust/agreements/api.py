"""Agreements over JSON: read, simulate, suspend, resume, terminate, confirm. No personal data is in them."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.foundation.clock import Clock
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.agreements.core import MAX_REASON, Step
from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.service import AgreementService, StepOutcome
from cordillera.trust.agreements.simulate import Simulation, moment_of, simulation_of
from cordillera.trust.agreements.views import AgreementSummary, AgreementView, summary_of, view_of
from cordillera.trust.ledger.model import LeafKind

TERMS = NO_AUDIT("the terms of an agreement, no personal data")
SIMULATED = NO_AUDIT("a simulation: nothing is disclosed, no personal data")

AgreementName = Annotated[str, Parameter(max_length=63)]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Words = Annotated[tuple[Word, ...], msgspec.Meta(max_length=50)]
Number = Annotated[int, msgspec.Meta(ge=-1, le=2**53 - 1)]


class SimulationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A disclosure request to be judged under the agreement of the address; see docs/agreements.md.

    `at` is an RFC 3339 moment, or empty for now; one that cannot be read is denied by name.
    """

    service: Word
    action: Word
    sender_country: Word
    recipient_country: Word
    at: Word = ""
    purpose: Word = ""
    offence: Word = ""
    max_penalty_months: Number = -1
    case_ref: Word = ""
    officer_id: Word = ""
    officer_roles: Words = ()
    ordered_by: Word = ""
    subject_category: Word = ""
    fields: Words = ()
    individual_case: bool = False
    environment: Word = ""
    queries_today: Number = -1
    officer_queries_today: Number = -1
    grounds: Words = ()
    judicial_ref: Word = ""
    onward_to: Word = ""
    consent_ref: Word = ""


class StepRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change of standing, with its reason."""

    step: Step
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_REASON)]


class ConfirmationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Assumed articles that the officer has checked, such as "art5.1"."""

    articles: Annotated[tuple[Word, ...], msgspec.Meta(min_length=1, max_length=500)]


class Confirmed(msgspec.Struct, frozen=True):
    """The assumed articles that two officers have confirmed."""

    articles: tuple[str, ...]


@get(
    "/api/agreements",
    opt=guarded(Permission.AGREEMENT_READ, audit=TERMS),
    sync_to_thread=True,
    operation_id="list_agreements",
)
def list_agreements(
    session: OfficerSession, store: Store, agreements: AgreementService
) -> list[AgreementSummary]:
    """List the agreements of this node, as they stand."""
    with store.transaction(session.scope) as tx:
        book = agreements.book(tx)
    return [summary_of(loaded, book.state(loaded.agreement.id)) for loaded in book]


@get(
    "/api/agreements/{agreement_id:str}",
    opt=guarded(Permission.AGREEMENT_READ, audit=TERMS),
    sync_to_thread=True,
    operation_id="show_agreement",
)
def show_agreement(
    session: OfficerSession, store: Store, agreements: AgreementService, agreement_id: AgreementName
) -> AgreementView:
    """Show one agreement: articles beside their policies, services, coverage, assumed terms."""
    with store.transaction(session.scope) as tx:
        book = agreements.book(tx)
    return view_of(book.get(agreement_id), book.state(agreement_id))


@post(
    "/api/agreements/{agreement_id:str}/simulation",
    opt=guarded(Permission.AGREEMENT_SIMULATE, audit=SIMULATED),
    sync_to_thread=True,
    operation_id="simulate_disclosure",
    status_code=200,
)
def simulate(  # noqa: PLR0913 - handlers take what they need by name
    session: OfficerSession,
    store: Store,
    clock: Clock,
    agreements: AgreementService,
    agreement_id: AgreementName,
    data: SimulationRequest,
) -> Simulation:
    """Judge a request and name every article that allows or forbids it; nothing leaves."""
    values = msgspec.structs.asdict(data) | {"at": moment_of(data.at) if data.at else clock.now()}
    request = DisclosureRequest(agreement_id=agreement_id, **values)
    with store.transaction(session.scope) as tx:
        book = agreements.book(tx)
    book.get(agreement_id)
    return simulation_of(book.decide(request))


@post(
    "/api/agreements/{agreement_id:str}/steps",
    opt=guarded(Permission.AGREEMENT_CHANGE, audit=LeafKind.AGREEMENT_CHANGED),
    sync_to_thread=True,
    operation_id="change_agreement_standing",
    status_code=200,
)
def take_step(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    agreement_id: AgreementName,
    data: StepRequest,
) -> StepOutcome:
    """Suspend at once; resume or terminate when two officers agree."""
    with store.transaction(session.scope) as tx:
        return agreements.take_step(tx, session, agreement_id, data.step, data.reason)


@post(
    "/api/agreements/{agreement_id:str}/confirmations",
    opt=guarded(Permission.AGREEMENT_CHANGE, audit=LeafKind.AGREEMENT_CHANGED),
    sync_to_thread=True,
    operation_id="confirm_assumed_terms",
    status_code=200,
)
def confirm(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    agreement_id: AgreementName,
    data: ConfirmationRequest,
) -> Confirmed:
    """Give one officer's word for assumed articles; two words confirm."""
    with store.transaction(session.scope) as tx:
        confirmed = agreements.confirm_terms(tx, session, agreement_id, data.articles)
    return Confirmed(tuple(sorted(confirmed)))


handlers = [list_agreements, show_agreement, simulate, take_step, confirm]
