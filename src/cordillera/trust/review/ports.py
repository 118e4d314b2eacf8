"""What the review queue asks of others."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.review.model import AlertRow, Finding


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
