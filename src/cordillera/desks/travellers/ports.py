"""What the traveller desk asks of others: somebody who compares people with named lists."""

from collections.abc import Sequence
from typing import Protocol

import msgspec
import sqlalchemy as sa

from cordillera.foundation.explain import Term


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


class ListHit(msgspec.Struct, frozen=True):
    """A candidate: a list entry that resembles the subject, with the terms that sum to `score` (0..1).

    `list_date` is an ISO date; `fields` are what the entry says, as label and value.
    """

    list_name: str
    list_date: str
    entry_id: str
    listed_name: str
    score: float
    terms: tuple[Term, ...]
    fields: tuple[tuple[str, str], ...] = ()


class Screener(Protocol):
    """Compares many people with every list in force at once."""

    def screen(
        self, tx: sa.Connection, subjects: Sequence[ScreeningSubject]
    ) -> tuple[tuple[ListHit, ...], ...]:
        """Return the candidates of each subject, in the order of `subjects`, the best first."""
        ...
