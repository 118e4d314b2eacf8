"""Changing the standing of agreements: each change and its ledger leaf in the caller's transaction.

The conditions are those of `core.py`; they are checked after the lock on the standing is taken, so two
officers acting at once cannot both be first. What was changed is told to partners in the same transaction.
"""

from collections.abc import Iterable
from functools import cached_property

import msgspec
import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.trust.agreements import store
from cordillera.trust.agreements.adoption import Adoption
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.core import NEEDS_TWO, Step, end_of_notice, next_status, stated_reason
from cordillera.trust.agreements.errors import (
    NothingToConfirm,
    NotReadyForForce,
    SecondOfficerMissing,
    StatusForbidsChange,
)
from cordillera.trust.agreements.integrity import check_adopted
from cordillera.trust.agreements.leaves import changed
from cordillera.trust.agreements.loading import LoadedAgreement
from cordillera.trust.agreements.permission import require_agreement_officer
from cordillera.trust.agreements.ports import Links, Officer, Roots
from cordillera.trust.agreements.reading import opened_status, own_closing
from cordillera.trust.agreements.vocabulary import Status
from cordillera.trust.ledger.service import Ledger


class StepOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a step: done, or waiting for a second officer; the status now, and when it ends."""

    step: Step
    done: bool
    status: Status
    ends_on: str = ""


class AgreementService:
    """The node's agreements and their standing."""

    def __init__(self, ledger: Ledger, clock: Clock, links: Links | None = None) -> None:
        self._ledger = ledger
        self._clock = clock
        self._links = links or Links()

    @cached_property
    def adoption(self) -> Adoption:
        """Taking signed agreements in."""
        return Adoption(self._ledger, self._clock, self._links)

    def waiting(self, tx: sa.Connection) -> int:
        """Return how many changes of agreements wait for a second officer."""
        return store.waiting(tx)

    def book(self, tx: sa.Connection) -> PolicyBook:
        """Return the agreements as they stand in this transaction; releases hold it until they commit."""
        return PolicyBook.from_store(tx, self._clock.now())

    def known_roots(self, tx: sa.Connection) -> Roots:
        """Return the roots that speak for each country, as this node knows them."""
        return self._links.roots(tx)

    def check_adopted(self, tx: sa.Connection) -> int:
        """Return how many adopted versions hold; raise `AgreementTampered` when one was changed or undone."""
        return check_adopted(tx, self._ledger, self._links.roots(tx))

    def suspend(self, tx: sa.Connection, officer: Officer, agreement_id: str, reason: str) -> StepOutcome:
        """Stop all releases under the agreement, at once, by one officer's word."""
        return self.take_step(tx, officer, agreement_id, Step.SUSPEND, reason)

    def resume(self, tx: sa.Connection, officer: Officer, agreement_id: str, reason: str) -> StepOutcome:
        """Ask that a suspended agreement be used again, or agree to another officer's asking."""
        return self.take_step(tx, officer, agreement_id, Step.RESUME, reason)

    def terminate(self, tx: sa.Connection, officer: Officer, agreement_id: str, reason: str) -> StepOutcome:
        """Ask that notice be given, or agree to another officer's asking; it ends when notice has run."""
        return self.take_step(tx, officer, agreement_id, Step.TERMINATE, reason)

    def take_step(
        self, tx: sa.Connection, officer: Officer, agreement_id: str, step: Step, reason: str
    ) -> StepOutcome:
        """Take or propose a step (conditions 1 to 6 of `core.py`); raise the typed refusal."""
        require_agreement_officer(officer)
        stated = stated_reason(reason)
        store.lock_standing(tx)
        change = self._next(tx, agreement_id, step)
        loaded = self.book(tx).get(agreement_id)
        second = self._other_officer(tx, officer, agreement_id, step) if step in NEEDS_TWO else ""
        done = step not in NEEDS_TWO or second != ""
        now = self._clock.now()
        if done:
            change = msgspec.structs.replace(
                change, changed_by=officer.officer_id, second_officer=second, reason=stated, changed_at=now
            )
            store.set_status(tx, change)
            store.add_step(tx, _past(change, loaded, step))
        else:
            store.add_proposal(tx, store.StepProposal(agreement_id, step, officer.officer_id, stated, now))
        facts = {"step": str(step), "state": "done" if done else "proposed", "reason": stated}
        ends = {"ends_on": change.ends_on.isoformat()} if done and change.ends_on else {}
        self._ledger.record(tx, changed(officer, loaded, facts | ends))
        if done:
            self._links.announce(tx)
        return StepOutcome(step, done, self.book(tx).state(agreement_id).status, ends.get("ends_on", ""))

    def confirm_terms(
        self, tx: sa.Connection, officer: Officer, agreement_id: str, articles: Iterable[str]
    ) -> frozenset[str]:
        """Give one officer's word for assumed articles; return those that two officers have now confirmed.

        Raises `NothingToConfirm` for an article that is not assumed, `SecondOfficerMissing` when the
        same officer gives the word again.
        """
        require_agreement_officer(officer)
        store.lock_standing(tx)
        loaded = self.book(tx).get(agreement_id)
        chosen = sorted(set(articles))
        if not chosen:
            raise NothingToConfirm(article="")
        for article in chosen:
            self._confirm(tx, officer, loaded, article)
        facts = {"step": "confirm", "articles": " ".join(chosen)}
        self._ledger.record(tx, changed(officer, loaded, facts))
        return self.book(tx).state(agreement_id).confirmed

    def _next(self, tx: sa.Connection, agreement_id: str, step: Step) -> store.StatusChange:
        """Return what our own standing becomes (conditions 3, 5, 6); no partner's word enters here (7)."""
        book, today = self.book(tx), self._clock.now().date()
        loaded, held = book.get(agreement_id), store.last_change(tx, agreement_id)
        own = own_closing(held, loaded)
        opened = held.opened_hash if held else ""
        ends = held.ends_on if held else None
        ended = ends is not None and today >= ends
        if (step is Step.TERMINATE and ends is not None) or ended:
            raise StatusForbidsChange(step=str(step), status="notice_given")
        before = opened_status(loaded.agreement.status, opened, loaded.agreement_hash)
        target = next_status(step, own.status, before)
        if step is Step.BRING_INTO_FORCE:
            opened = self._ready(book, loaded)
        months = loaded.agreement.valid.notice_months
        if step is Step.TERMINATE and months:
            target, ends = own.status, end_of_notice(today, months)
        return store.StatusChange(
            agreement_id, target, "", "", "", self._clock.now(), opened_hash=opened, ends_on=ends
        )

    def _ready(self, book: PolicyBook, loaded: LoadedAgreement) -> str:
        """Return the text that may come into force (condition 5)."""
        state = book.state(loaded.agreement.id)
        still_open = loaded.agreement.assumed_open(state.confirmed)
        if not state.signed or still_open:
            raise NotReadyForForce(signed=state.signed, open=still_open)
        return loaded.agreement_hash

    def _confirm(self, tx: sa.Connection, officer: Officer, loaded: LoadedAgreement, article: str) -> None:
        clause = loaded.agreement.clause(article)
        if clause is None or not clause.assumed:
            raise NothingToConfirm(article=article[:64])
        word = store.Confirmation(article, officer.officer_id, self._clock.now())
        if not store.add_confirmation(tx, loaded.agreement_hash, loaded.agreement.id, word):
            raise SecondOfficerMissing(article=article)

    def _other_officer(self, tx: sa.Connection, officer: Officer, agreement_id: str, step: Step) -> str:
        """Return who proposed the same step before, other than this officer; "" when nobody did."""
        same_step = [word for word in store.open_proposals(tx, agreement_id) if word.step == step]
        others = [word.officer_id for word in same_step if word.officer_id != officer.officer_id]
        if same_step and not others:
            raise SecondOfficerMissing(step=str(step))
        return others[0] if others else ""


def _past(change: store.StatusChange, loaded: LoadedAgreement, step: Step) -> store.PastStep:
    return store.PastStep(
        agreement_id=change.agreement_id,
        version=loaded.agreement.version,
        step=str(step),
        status=change.status,
        ends_on=change.ends_on,
        officer_id=change.changed_by,
        second_officer=change.second_officer,
        partner="",
        reason=change.reason,
        at=change.changed_at,
    )
