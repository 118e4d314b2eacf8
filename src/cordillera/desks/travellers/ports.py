"""What the traveller desk asks of others: somebody who compares people with named lists."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.explain import Term
from cordillera.trust.handling.display import Badge
from cordillera.trust.review.model import AlertRow, Measures


class ScreenedDocument(msgspec.Struct, frozen=True):
    """A travel document as compared: type as sent, number, issuing state."""

    type: str
    number: str
    issuer: str


class ScreeningSubject(msgspec.Struct, frozen=True):
    """A person to compare with lists. Neither nationality nor sex is among the fields (DESIGN 4.4)."""

    ref: str
    full_name: str
    given_names: str = ""
    family_names: str = ""
    date_of_birth: str = ""
    documents: tuple[ScreenedDocument, ...] = ()
    birthplace: str = ""


class ListHit(msgspec.Struct, frozen=True):
    """A candidate: a list entry that resembles the subject, with the terms that sum to `score` (0..1).

    `list_date` is an ISO date; `fields` are what the entry says, as label and value. `measures` are the
    comparison's own numbers, from which the score was made.
    """

    list_name: str
    list_date: str
    entry_id: str
    listed_name: str
    score: float
    terms: tuple[Term, ...]
    fields: tuple[tuple[str, str], ...] = ()
    measures: Measures | None = None


@runtime_checkable
class Markings(Protocol):
    """Knows under which marking the sources of alerts were given."""

    def stamps(self, tx: sa.Connection, rows: Sequence[AlertRow]) -> tuple[str | None, ...]:
        """Return each alert's marking for a copy in a file, "" for none; None where it may not be copied."""
        ...

    def badge(self, tx: sa.Connection, row: AlertRow) -> Badge:
        """Return what the head of an alert says of its marking; the line (`stamp`) is "" for none."""
        ...


class Screener(Protocol):
    """Compares many people with every list in force at once."""

    def screen(
        self, tx: sa.Connection, subjects: Sequence[ScreeningSubject]
    ) -> tuple[tuple[ListHit, ...], ...]:
        """Return the candidates of each subject, in the order of `subjects`, the best first."""
        ...


class Silenced(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate about a traveller that was not asked, because an officer concluded on exactly that pair."""

    id: UUID
    number: str
    list_name: str
    listed_name: str
    officer_name: str
    decided_at: datetime
    reason: str


class Silencer(Protocol):
    """Remembers who was found not to be the listed person."""

    def asks(
        self,
        tx: sa.Connection,
        agency: str,
        subjects: Sequence[ScreeningSubject],
        found: Sequence[tuple[ListHit, ...]],
    ) -> list[tuple[ListHit, ...]]:
        """Return the candidates of each subject that still ask an officer."""
        ...

    def silenced(self, tx: sa.Connection, subject_ref: str) -> tuple[Silenced, ...]:
        """Return what was not asked about a traveller, and why."""
        ...


class NobodySilenced:
    """A desk without such a memory: every candidate asks."""

    def asks(
        self,
        tx: sa.Connection,  # noqa: ARG002 - the port's shape
        agency: str,  # noqa: ARG002 - the port's shape
        subjects: Sequence[ScreeningSubject],  # noqa: ARG002 - the port's shape
        found: Sequence[tuple[ListHit, ...]],
    ) -> list[tuple[ListHit, ...]]:
        """Return every candidate."""
        return list(found)

    def silenced(self, tx: sa.Connection, subject_ref: str) -> tuple[Silenced, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing."""
        return ()
