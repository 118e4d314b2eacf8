"""What the review queue asks of others."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.review.model import AlertRow, Finding, Restraint


class Officer(Protocol):
    """The named person acting, as their session says it."""

    @property
    def officer_id(self) -> str:
        """The stable id of the officer."""
        ...

    @property
    def name(self) -> str:
        """The name shown beside what they did."""
        ...

    @property
    def agency(self) -> str:
        """The agency they act for."""
        ...

    @property
    def purpose(self) -> str:
        """The purpose they declared."""
        ...


class ClearedMemory(Protocol):
    """Remembers who was found not to be whom, longer and more exactly than the queue does."""

    def cleared(
        self,
        tx: sa.Connection,
        officer: Officer,
        alert: AlertRow,
        findings: Sequence[Finding],
        decision: tuple[UUID, str],
    ) -> None:
        """An officer concluded "not the same person" about an alert; `decision` is its id and reason."""
        ...

    def restored(self, tx: sa.Connection, decision_id: UUID) -> None:
        """That decision was taken back."""
        ...


class Nameless(Protocol):
    """Tells which alerts must not name their subject any more (PNR Directive 2016/681, art. 12)."""

    def nameless(self, tx: sa.Connection, rows: Sequence[AlertRow]) -> set[UUID]:
        """Return the ids of those of some alerts whose subject is masked."""
        ...


class EverybodyNamed:
    """For a node whose desks mask nobody."""

    def nameless(self, _tx: sa.Connection, _rows: Sequence[AlertRow]) -> set[UUID]:
        """Mask no alert."""
        return set()


class Restraints(Protocol):
    """Knows what an alert rests on that may not be acted upon without its giver's consent (H3, PAP)."""

    def of(self, tx: sa.Connection, row: AlertRow) -> tuple[Restraint, ...]:
        """Return everything restrained, with where the consent for it stands."""
        ...

    def ask(self, tx: sa.Connection, officer: Officer, restraints: Sequence[Restraint], reason: str) -> None:
        """Ask the givers whether it may be acted upon."""
        ...

    def tell(
        self, tx: sa.Connection, officer: Officer, restraints: Sequence[Restraint], reason: str
    ) -> tuple[str, ...]:
        """Tell the givers that it was acted upon, and why it could not wait; return who could be told."""
        ...


class NothingRestrained:
    """For a node whose alerts rest on nothing that a partner gave."""

    def of(self, _tx: sa.Connection, _row: AlertRow) -> tuple[Restraint, ...]:
        """Restrain nothing."""
        return ()

    def ask(
        self, _tx: sa.Connection, _officer: Officer, _restraints: Sequence[Restraint], _reason: str
    ) -> None:
        """Ask nobody."""

    def tell(
        self, _tx: sa.Connection, _officer: Officer, _restraints: Sequence[Restraint], _reason: str
    ) -> tuple[str, ...]:
        """Tell nobody."""
        return ()
