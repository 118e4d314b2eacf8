"""What the exchange asks of others; the composition root decides who answers."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import msgspec
import sqlalchemy as sa

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange.envelope import Payload
from cordillera.trust.exchange.model import PersonCandidate, PersonQuery


class PersonMatcher(Protocol):
    """Looks a person up in the reference data that partners may ask about."""

    def match_all(
        self, tx: sa.Connection, queries: Sequence[PersonQuery], limit: int
    ) -> Sequence[tuple[PersonCandidate, ...]]:
        """Return at most `limit` candidates of each query, best first, in the order of the queries."""
        ...


class Named(Protocol):
    """Whoever acts, as a leaf names them."""

    @property
    def officer_id(self) -> str:
        """The stable id of the officer."""
        ...

    @property
    def agency(self) -> str:
        """The agency they act for."""
        ...

    @property
    def purpose(self) -> str:
        """The purpose they declared."""
        ...


class Officer(Named, Protocol):
    """The named person acting, as their session says it."""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles they hold."""
        ...


class OfficerRegister(Protocol):
    """Knows which officers may still act."""

    def ahead(self, tx: sa.Connection, officer_ids: Iterable[str]) -> None:
        """Have `active` answered with the next answer of a transaction that gathers."""
        ...

    def active(self, tx: sa.Connection, officer_ids: Iterable[str]) -> frozenset[str]:
        """Return those of `officer_ids` whose account is active now."""
        ...


class Asked(msgspec.Struct, frozen=True):
    """A message that asks and will leave: who asks, and of each person or thing its document numbers."""

    officer: Officer
    payload: Payload
    numbers: tuple[tuple[str, ...], ...]


class AskWatcher(Protocol):
    """Sees every question that will leave, in its transaction; it may remember, not refuse."""

    def asked(self, tx: sa.Connection, questions: Sequence[Asked]) -> None:
        """Take note of questions."""
        ...


class OnwardRule(Protocol):
    """Knows what a question about one of our subjects would tell a partner of what another one gave."""

    def ensure(self, tx: sa.Connection, subject_ref: str, partner_id: str, purpose: str) -> None:
        """Raise `OnwardUnconsented` where asking this partner needs a consent that is not there."""
        ...


class SentFollower(Protocol):
    """Sees every message that was put into the outbox, in its transaction; it may remember, not refuse."""

    def sent(self, tx: sa.Connection, payload: Payload) -> None:
        """Take note of a message."""
        ...


PolicySource = Callable[[sa.Connection], PolicyBook]
"""Reads the agreements as they stand in a transaction, so a suspension takes effect at once."""
