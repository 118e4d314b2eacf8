"""How an agreement came to stand where it stands: what pages show of changes, proposals, confirmations."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from cordillera.trust.access.model import Permission
from cordillera.trust.agreements import store
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.core import NEEDS_TWO, steps_from
from cordillera.trust.agreements.ports import Officer
from cordillera.trust.agreements.reading import own_closing


class StepView(msgspec.Struct, frozen=True):
    """A step that may be taken now; `waiting`: another officer asked for it; `asked`: this one did."""

    step: str
    needs_two: bool
    waiting: bool
    asked: bool
    reasons: tuple[str, ...]


class AssumedTerm(msgspec.Struct, frozen=True):
    """An assumed article and how many officers gave their word for it; `mine`: this officer did."""

    article: str
    officers: int
    confirmed: bool
    mine: bool


class Standing(msgspec.Struct, frozen=True):
    """Status, the change that set it, the steps open to this officer, and the assumed terms."""

    status: str
    reason: str
    changed_at: datetime | None
    may_change: bool
    steps: tuple[StepView, ...]
    assumed: tuple[AssumedTerm, ...]


def standing_of(tx: sa.Connection, book: PolicyBook, agreement_id: str, officer: Officer) -> Standing:
    """Return where the agreement stands, for this officer; raise `UnknownAgreement`."""
    loaded, state = book.get(agreement_id), book.state(agreement_id)
    change = store.last_change(tx, agreement_id)
    words = store.confirmations(tx, loaded.agreement_hash)
    given: dict[str, set[str]] = {}
    for word in words:
        given.setdefault(word.article, set()).add(word.officer_id)
    assumed = tuple(
        AssumedTerm(
            article=clause.article,
            officers=len(given.get(clause.article, ())),
            confirmed=clause.article in state.confirmed,
            mine=officer.officer_id in given.get(clause.article, ()),
        )
        for clause in loaded.agreement.clauses
        if clause.assumed
    )
    return Standing(
        status=str(state.status),
        reason=change.reason if change else "",
        changed_at=change.changed_at if change else None,
        may_change=officer.may(Permission.AGREEMENT_CHANGE),
        steps=_steps(tx, book, agreement_id, officer),
        assumed=assumed,
    )


def _steps(tx: sa.Connection, book: PolicyBook, agreement_id: str, officer: Officer) -> tuple[StepView, ...]:
    change = store.last_change(tx, agreement_id)
    own = own_closing(change, book.get(agreement_id))
    proposals = store.open_proposals(tx, agreement_id)
    found = []
    for step in steps_from(own.status, notice_runs=own.ends_on is not None):
        same = [word for word in proposals if word.step == step and step in NEEDS_TWO]
        found.append(
            StepView(
                step=str(step),
                needs_two=step in NEEDS_TWO,
                waiting=any(word.officer_id != officer.officer_id for word in same),
                asked=any(word.officer_id == officer.officer_id for word in same),
                reasons=tuple(word.reason for word in same),
            )
        )
    return tuple(found)
