"""What the pages of agreements show, and their JSON twins."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

import msgspec
import sqlalchemy as sa

from cordillera.trust.access.model import Role
from cordillera.trust.access.officers import colleagues
from cordillera.trust.agreements import version_store
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.diff import Difference, compare
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.agreements.life import DraftView, Life, drafts_of, life_of
from cordillera.trust.agreements.lint import Smell, smells_of
from cordillera.trust.agreements.loading import load_agreement
from cordillera.trust.agreements.model import Agreement
from cordillera.trust.agreements.ports import Officer
from cordillera.trust.agreements.signatures import read_signed
from cordillera.trust.agreements.simulate import Simulation
from cordillera.trust.agreements.simulation_form import SimulationForm
from cordillera.trust.agreements.standing import Standing, standing_of
from cordillera.trust.agreements.views import AgreementSummary, AgreementView, summary_of, view_of
from cordillera.trust.agreements.vocabulary import Ground, SubjectCategory

ROLES = tuple(map(str, Role))
CATEGORIES = tuple(map(str, SubjectCategory))
GROUNDS = tuple(map(str, Ground))
Tab = Literal["articles", "services", "standing", "versions"]


class ListRow(msgspec.Struct, frozen=True):
    """One agreement in the list: its terms in short, and what of its life asks for attention."""

    summary: AgreementSummary
    signed: bool
    ends_on: date | None
    closed_by: tuple[str, ...]
    waiting: int


class ListView(msgspec.Struct, frozen=True):
    """All agreements of the node, and how many signed texts wait for adoption."""

    agreements: tuple[ListRow, ...]
    drafts: int


class DetailView(msgspec.Struct, frozen=True):
    """One agreement; `error` is a message id or empty, with the `chosen` step and the `reason` typed then.

    `names` are those of colleagues who acted, by id.
    """

    agreement: AgreementView
    standing: Standing
    life: Life
    smells: tuple[Smell, ...]
    tab: Tab
    error: str = ""
    chosen: str = ""
    reason: str = ""
    names: dict[str, str] = {}


class SimulationView(msgspec.Struct, frozen=True):
    """The form as it was filled in with what may be chosen, and the decision when one was asked for."""

    agreement: AgreementView
    form: SimulationForm
    decision: Simulation | None = None
    roles: tuple[str, ...] = ROLES
    categories: tuple[str, ...] = CATEGORIES
    grounds: tuple[str, ...] = GROUNDS


class OfferView(msgspec.Struct, frozen=True):
    """A signed text that waits, what it would change, and whether this officer proposed it."""

    draft: DraftView
    mine: bool
    difference: Difference | None


class AdoptionView(msgspec.Struct, frozen=True):
    """The texts that wait for a second officer; `error` is a message id or empty, `names` as in a detail."""

    offers: tuple[OfferView, ...]
    error: str = ""
    done: str = ""
    names: dict[str, str] = {}


class DiffView(msgspec.Struct, frozen=True):
    """Two texts of one agreement compared; `names` may be chosen: versions, and drafts by their hash."""

    agreement: AgreementView
    names: tuple[str, ...]
    old: str
    new: str
    difference: Difference


def list_view(tx: sa.Connection, book: PolicyBook) -> ListView:
    """Return the list."""
    rows = tuple(_row(tx, book, loaded.agreement.id) for loaded in book)
    return ListView(rows, len(drafts_of(tx)))


def _row(tx: sa.Connection, book: PolicyBook, agreement_id: str) -> ListRow:
    life = life_of(tx, book, agreement_id)
    closed = tuple(side.partner for side in life.partners if side.status in ("suspended", "terminated"))
    waiting = len(life.waiting) + len(life.drafts)
    summary = summary_of(book.get(agreement_id), book.state(agreement_id))
    return ListRow(summary, life.signed, life.ends_on, closed, waiting)


def detail_view(
    tx: sa.Connection, book: PolicyBook, agreement_id: str, officer: Officer, tab: Tab
) -> DetailView:
    """Return one agreement; raise `UnknownAgreement`."""
    loaded, life = book.get(agreement_id), life_of(tx, book, agreement_id)
    return DetailView(
        agreement=view_of(loaded, book.state(agreement_id)),
        standing=standing_of(tx, book, agreement_id, officer),
        life=life,
        smells=tuple(smell for smell in smells_of(loaded.agreement) if smell.code != "assumed_term"),
        tab=tab,
        names=colleagues(tx, officer.agency, _acted(life)),
    )


def _acted(life: Life) -> Iterator[str]:
    """Officers who took a step of an agreement's life here, or proposed one that waits."""
    for version in life.versions:
        yield from (version.proposed_by, version.adopted_by)
    for step in life.history:
        yield from () if step.partner else (step.officer_id, step.second_officer)
    yield from (proposal.officer_id for proposal in life.waiting)


def adoption_view(tx: sa.Connection, book: PolicyBook, officer: Officer, error: str = "") -> AdoptionView:
    """Return what waits for a second officer."""
    offers = tuple(_offer(tx, book, draft, officer) for draft in drafts_of(tx))
    proposed = (one for offer in offers for one in offer.draft.proposed_by)
    return AdoptionView(offers, error, names=colleagues(tx, officer.agency, proposed))


def _offer(tx: sa.Connection, book: PolicyBook, draft: DraftView, officer: Officer) -> OfferView:
    try:
        held = book.get(draft.agreement_id).agreement
    except UnknownAgreement:
        difference = None
    else:
        difference = compare(held, _text_of(tx, draft.agreement_hash))
    return OfferView(draft, officer.officer_id in draft.proposed_by, difference)


def diff_view(tx: sa.Connection, book: PolicyBook, agreement_id: str, old: str, new: str) -> DiffView:
    """Return two texts compared: `old` and `new` are version numbers or hashes of drafts, or "" for now.

    Raises `UnknownAgreement` also for a text that is not held.
    """
    versions = {str(one.number): one.loaded.agreement for one in book.versions(agreement_id)}
    drafts = [draft.agreement_hash for draft in drafts_of(tx) if draft.agreement_id == agreement_id]
    texts = versions | {name: _text_of(tx, name) for name in drafts}
    first = old or str(book.get(agreement_id).agreement.version)
    second = new or (drafts[-1] if drafts else list(versions)[-1])
    if first not in texts or second not in texts:
        raise UnknownAgreement(agreement_id=agreement_id[:64], text=f"{first[:64]} {second[:64]}")
    agreement = view_of(book.get(agreement_id), book.state(agreement_id))
    return DiffView(agreement, tuple(texts), first, second, compare(texts[first], texts[second]))


def _text_of(tx: sa.Connection, agreement_hash: str) -> Agreement:
    rows: Sequence[version_store.DraftRow] = version_store.drafts(tx, agreement_hash)
    return load_agreement(read_signed(rows[0].file).text).agreement
