"""What redress asks of every package that holds something about people; runtime joins them."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.redress.model import Held, Shared, Sought


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

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles they hold."""
        ...


class PersonInventory(Protocol):
    """Finds what one part of the node holds about a person. Complete: it looks at everything it keeps."""

    @property
    def source(self) -> str:
        """The kind of thing it finds, such as "traveller"; each `Held` names it."""
        ...

    def find(self, tx: sa.Connection, about: Sought) -> tuple[Held, ...]:
        """Return what is held, certain or doubtful; a name with a contradicting birth date is doubtful."""
        ...


class LinkedInventory(Protocol):
    """Finds what hangs on things already found (alerts on travellers, records on messages)."""

    @property
    def source(self) -> str:
        """The kind of thing it finds."""
        ...

    def linked(self, tx: sa.Connection, found: Sequence[Held]) -> tuple[Held, ...]:
        """Return what is held because of `found`; certain where `found` is."""
        ...


class Freezer(Protocol):
    """Stops things from scoring while they are disputed, and lets them again; None: a partner's request."""

    def freeze(self, tx: sa.Connection, officer: Officer | None, refs: Sequence[str], cause: UUID) -> None:
        """Stop these things of its source."""
        ...

    def lift(self, tx: sa.Connection, officer: Officer | None, refs: Sequence[str], cause: UUID) -> None:
        """Let them count again."""
        ...


class Eraser(Protocol):
    """Erases things of one source now, and records that it did."""

    def erase(self, tx: sa.Connection, officer: Officer, ref: str, reason: str) -> bool:
        """Erase one thing with its key; return whether it was still there."""
        ...


class WrongMatch(Protocol):
    """Remembers that a subject is not whom a list or a partner names."""

    def remember(self, tx: sa.Connection, officer: Officer, ref: str, reason: str) -> bool:
        """Remember it for the thing `ref`, so that the same pair does not ask again."""
        ...


class Disputes(Protocol):
    """The records of the exchange: a dispute stops them scoring here and goes to whoever else holds them."""

    def dispute(self, tx: sa.Connection, officer: Officer, record: UUID, reason: str) -> bool:
        """Dispute a record; return whether it was there to be disputed."""
        ...

    def erase(self, tx: sa.Connection, officer: Officer, record: UUID, reason: str) -> bool:
        """Erase a record everywhere it was given to; return whether it was ours to erase."""
        ...

    def of_message(self, tx: sa.Connection, message: UUID, peer: str) -> tuple[UUID, ...]:
        """Return the records that a message from or to `peer` carried and that are still held."""
        ...

    def onward(self, tx: sa.Connection, record: UUID, origin: str) -> tuple[Shared, ...]:
        """Return to whom a record that came from `origin` was given on; nothing for any other record."""
        ...
