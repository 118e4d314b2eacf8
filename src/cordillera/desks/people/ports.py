"""Shapes in which others ask for screening; the desk knows their form, not their packages.

The traveller desk's `Screener` and the exchange's `PersonMatcher` are answered structurally: what comes in
has these members, and what goes out is read by its members.
"""

from collections.abc import Sequence
from typing import Protocol


class DocumentLike(Protocol):
    """A document as a message or query states it."""

    @property
    def type(self) -> str:
        """The code or words for its kind."""
        ...

    @property
    def number(self) -> str:
        """The number as written."""
        ...

    @property
    def issuer(self) -> str:
        """The issuing state, or ""."""
        ...


class Query(Protocol):
    """A person asked about."""

    @property
    def full_name(self) -> str:
        """The whole name."""
        ...

    @property
    def given_names(self) -> str:
        """The given names, or ""."""
        ...

    @property
    def family_names(self) -> str:
        """The surnames, or ""."""
        ...

    @property
    def date_of_birth(self) -> str:
        """The date of birth, or ""."""
        ...

    @property
    def documents(self) -> Sequence[DocumentLike]:
        """The documents."""
        ...


class ScreenedSubject(Query, Protocol):
    """A person to screen, with the asker's own reference."""

    @property
    def birthplace(self) -> str:
        """The place of birth, or ""."""
        ...

    @property
    def ref(self) -> str:
        """How the asker knows the person."""
        ...
