"""Agreements over JSON: read, compare, simulate, propose and adopt, change standing, confirm terms.

No personal data is in them.
"""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.foundation.clock import Clock
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.agreements.adoption import AdoptionOutcome
from cordillera.trust.agreements.core import MAX_REASON, Step
from cordillera.trust.agreements.diff import Difference
from cordillera.trust.agreements.life import DraftView, Life, drafts_of, life_of
from cordillera.trust.agreements.lint import Smell, smells_of
from cordillera.trust.agreements.page_views import diff_view
from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.service import AgreementService, StepOutcome
from cordillera.trust.agreements.signatures import MAX_FILE
from cordillera.trust.agreements.simulate import Simulation, moment_of, simulation_of
from cordillera.trust.agreements.views import AgreementSummary, AgreementView, summary_of, view_of
from cordillera.trust.ledger.model import LeafKind

TERMS = NO_AUDIT("the terms of an agreement, no personal data")
SIMULATED = NO_AUDIT("a simulation: nothing is disclosed, no personal data")

AgreementName = Annotated[str, Parameter(max_length=63)]
TextName = Annotated[str, Parameter(max_length=64)]
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


class ReasonRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a text is adopted or put aside."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_REASON)]


class OfferRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signed agreement, as `cordillera agreement sign` wrote it, and why it should be adopted."""

    file: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_FILE)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_REASON)]


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


@get(
    "/api/agreements/{agreement_id:str}/life",
    opt=guarded(Permission.AGREEMENT_READ, audit=TERMS),
    sync_to_thread=True,
    operation_id="show_agreement_life",
)
def show_life(
    session: OfficerSession, store: Store, agreements: AgreementService, agreement_id: AgreementName
) -> Life:
    """Show where an agreement stands: versions, signatures, what partners say, what waits, its history."""
    with store.transaction(session.scope) as tx:
        return life_of(tx, agreements.book(tx), agreement_id)


@get(
    "/api/agreements/{agreement_id:str}/diff",
    opt=guarded(Permission.AGREEMENT_READ, audit=TERMS),
    sync_to_thread=True,
    operation_id="compare_agreement_texts",
)
def compare_texts(  # noqa: PLR0913 - handlers take what they need by name
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    agreement_id: AgreementName,
    old: TextName = "",
    new: TextName = "",
) -> Difference:
    """Compare two versions by number, or a version with a proposed text by its hash."""
    with store.transaction(session.scope) as tx:
        return diff_view(tx, agreements.book(tx), agreement_id, old, new).difference


@get(
    "/api/agreements/{agreement_id:str}/lint",
    opt=guarded(Permission.AGREEMENT_READ, audit=TERMS),
    sync_to_thread=True,
    operation_id="lint_agreement",
)
def lint(
    session: OfficerSession, store: Store, agreements: AgreementService, agreement_id: AgreementName
) -> list[Smell]:
    """Name what a lawyer should look at twice."""
    with store.transaction(session.scope) as tx:
        agreement = agreements.book(tx).get(agreement_id).agreement
    return list(smells_of(agreement))


@get(
    "/api/agreement-drafts",
    opt=guarded(Permission.AGREEMENT_READ, audit=TERMS),
    sync_to_thread=True,
    operation_id="list_agreement_drafts",
)
def list_drafts(session: OfficerSession, store: Store) -> list[DraftView]:
    """List the signed texts that wait for a second officer."""
    with store.transaction(session.scope) as tx:
        return list(drafts_of(tx))


@post(
    "/api/agreement-drafts",
    opt=guarded(Permission.AGREEMENT_CHANGE, audit=LeafKind.AGREEMENT_CHANGED),
    sync_to_thread=True,
    operation_id="propose_agreement",
    status_code=200,
    request_max_body_size=2 * MAX_FILE,
)
def propose(
    session: OfficerSession, store: Store, agreements: AgreementService, data: OfferRequest
) -> AdoptionOutcome:
    """Propose a signed agreement, or adopt it when another officer proposed the same text."""
    with store.transaction(session.scope) as tx:
        return agreements.adoption.offer(tx, session, data.file.encode("utf-8"), data.reason)


@post(
    "/api/agreement-drafts/{agreement_hash:str}/adoption",
    opt=guarded(Permission.AGREEMENT_CHANGE, audit=LeafKind.AGREEMENT_CHANGED),
    sync_to_thread=True,
    operation_id="adopt_agreement",
    status_code=200,
)
def adopt(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    agreement_hash: TextName,
    data: ReasonRequest,
) -> AdoptionOutcome:
    """Adopt a text that another officer proposed; it is in effect at once."""
    with store.transaction(session.scope) as tx:
        return agreements.adoption.adopt(tx, session, agreement_hash, data.reason)


@post(
    "/api/agreement-drafts/{agreement_hash:str}/withdrawal",
    opt=guarded(Permission.AGREEMENT_CHANGE, audit=LeafKind.AGREEMENT_CHANGED),
    sync_to_thread=True,
    operation_id="withdraw_agreement_draft",
    status_code=204,
)
def withdraw(
    session: OfficerSession,
    store: Store,
    agreements: AgreementService,
    agreement_hash: TextName,
    data: ReasonRequest,
) -> None:
    """Put a proposed text aside."""
    with store.transaction(session.scope) as tx:
        agreements.adoption.withdraw(tx, session, agreement_hash, data.reason)


handlers = [
    list_agreements,
    show_agreement,
    simulate,
    take_step,
    confirm,
    show_life,
    compare_texts,
    lint,
    list_drafts,
    propose,
    adopt,
    withdraw,
]
