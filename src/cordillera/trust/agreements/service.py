"""Changing the standing of agreements: each change and its ledger leaf in the caller's transaction.

The conditions are those of `core.py`; they are checked after the lock on the standing is taken, so two
officers acting at once cannot both be first.
"""

from collections.abc import Iterable, Mapping

import msgspec
import sqlalchemy as sa

from cordillera.foundation.canonical import dumps
from cordillera.foundation.clock import Clock
from cordillera.trust.access.model import Permission
from cordillera.trust.agreements import store
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.core import NEEDS_TWO, Step, next_status, stated_reason
from cordillera.trust.agreements.errors import (
    NotAnAgreementOfficer,
    NothingToConfirm,
    SecondOfficerMissing,
)
from cordillera.trust.agreements.loading import LoadedAgreement
from cordillera.trust.agreements.ports import Officer
from cordillera.trust.agreements.vocabulary import Status
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger


class StepOutcome(msgspec.Struct, frozen=True):
    """What became of a step: done, or waiting for a second officer; and the status now."""

    step: Step
    done: bool
    status: Status


class AgreementService:
    """The node's agreements and their standing."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def book(self, tx: sa.Connection) -> PolicyBook:
        """Return the agreements as they stand in this transaction; releases hold it until they commit."""
        return PolicyBook.from_store(tx)

    def suspend(self, tx: sa.Connection, officer: Officer, agreement_id: str, reason: str) -> StepOutcome:
        """Stop all releases under the agreement, at once, by one officer's word."""
        return self.take_step(tx, officer, agreement_id, Step.SUSPEND, reason)

    def resume(self, tx: sa.Connection, officer: Officer, agreement_id: str, reason: str) -> StepOutcome:
        """Ask that a suspended agreement be used again, or agree to another officer's asking."""
        return self.take_step(tx, officer, agreement_id, Step.RESUME, reason)

    def terminate(self, tx: sa.Connection, officer: Officer, agreement_id: str, reason: str) -> StepOutcome:
        """Ask that the agreement end for good, or agree to another officer's asking."""
        return self.take_step(tx, officer, agreement_id, Step.TERMINATE, reason)

    def take_step(
        self, tx: sa.Connection, officer: Officer, agreement_id: str, step: Step, reason: str
    ) -> StepOutcome:
        """Take or propose a step (conditions 1 to 4 of `core.py`); raise the typed refusal."""
        _require_agreement_officer(officer)
        stated = stated_reason(reason)
        store.lock_standing(tx)
        book = self.book(tx)
        loaded, now = book.get(agreement_id), book.state(agreement_id).status
        target = next_status(step, now, loaded.agreement.status)
        second = self._other_officer(tx, officer, agreement_id, target) if step in NEEDS_TWO else ""
        done = step not in NEEDS_TWO or second != ""
        if done:
            change = store.StatusChange(
                agreement_id, target, officer.officer_id, second, stated, self._clock.now()
            )
            store.set_status(tx, change)
        else:
            word = store.StatusProposal(agreement_id, target, officer.officer_id, stated, self._clock.now())
            store.add_proposal(tx, word)
        facts = {"step": str(step), "state": "done" if done else "proposed", "reason": stated}
        self._record(tx, officer, loaded, facts)
        return StepOutcome(step, done, target if done else now)

    def confirm_terms(
        self, tx: sa.Connection, officer: Officer, agreement_id: str, articles: Iterable[str]
    ) -> frozenset[str]:
        """Give one officer's word for assumed articles; return those that two officers have now confirmed.

        Raises `NothingToConfirm` for an article that is not assumed, `SecondOfficerMissing` when the
        same officer gives the word again.
        """
        _require_agreement_officer(officer)
        store.lock_standing(tx)
        loaded = self.book(tx).get(agreement_id)
        chosen = sorted(set(articles))
        if not chosen:
            raise NothingToConfirm(article="")
        for article in chosen:
            self._confirm(tx, officer, loaded, article)
        self._record(tx, officer, loaded, {"step": "confirm", "articles": " ".join(chosen)})
        return self.book(tx).state(agreement_id).confirmed

    def _confirm(self, tx: sa.Connection, officer: Officer, loaded: LoadedAgreement, article: str) -> None:
        clause = loaded.agreement.clause(article)
        if clause is None or not clause.assumed:
            raise NothingToConfirm(article=article[:64])
        word = store.Confirmation(article, officer.officer_id, self._clock.now())
        if not store.add_confirmation(tx, loaded.agreement_hash, loaded.agreement.id, word):
            raise SecondOfficerMissing(article=article)

    def _other_officer(self, tx: sa.Connection, officer: Officer, agreement_id: str, target: Status) -> str:
        """Return who proposed the same step before, other than this officer; "" when nobody did."""
        same_step = [word for word in store.open_proposals(tx, agreement_id) if word.status == target]
        others = [word.officer_id for word in same_step if word.officer_id != officer.officer_id]
        if same_step and not others:
            raise SecondOfficerMissing(status=str(target))
        return others[0] if others else ""

    def _record(
        self, tx: sa.Connection, officer: Officer, loaded: LoadedAgreement, facts: Mapping[str, str]
    ) -> None:
        event = Event(
            kind=LeafKind.AGREEMENT_CHANGED,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            agreement_id=loaded.agreement.id,
            agreement_hash=loaded.agreement_hash,
            payload=dumps({"agreement": loaded.agreement.id, "by": officer.officer_id, **facts}),
            detail=dict(facts),
        )
        self._ledger.record(tx, event)


def _require_agreement_officer(officer: Officer) -> None:
    if not officer.may(Permission.AGREEMENT_CHANGE):
        raise NotAnAgreementOfficer(officer_id=officer.officer_id)
