"""What the people desk asks of whoever holds something about people; runtime joins them.

A source answers under the scope of the transaction and the officer's permissions: what they may not see
is not there, and not told apart from what is not held.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from cordillera.desks.people.person_model import Item, Link
from cordillera.trust.access.model import OfficerSession


class PersonSource(Protocol):
    """One kind of thing that names people."""

    @property
    def name(self) -> str:
        """The kind, such as "traveller"."""
        ...

    def may(self, officer: OfficerSession) -> bool:
        """Tell whether the officer's roles let them see this kind at all."""
        ...

    def open(self, tx: sa.Connection, officer: OfficerSession, refs: Sequence[str]) -> tuple[Item, ...]:
        """Return those of the items that the scope of `tx` shows; what is closed or gone is left out."""
        ...

    def links(self, tx: sa.Connection, ref: str) -> tuple[Link, ...]:
        """Return what hangs on an item."""
        ...


class Indexed(Protocol):
    """A source whose items are found by blind keys, filled as they come."""

    @property
    def name(self) -> str:
        """The kind of the source."""
        ...

    def newer(self, tx: sa.Connection, last: str, limit: int) -> tuple[tuple["Owned", ...], str]:
        """Return the items kept after `last`, oldest first, and where to go on; the scope is the node's."""
        ...

    def again(self, tx: sa.Connection, refs: Sequence[str]) -> tuple["Owned", ...]:
        """Return items as they read now; the scope is the node's."""
        ...


class Owned(Protocol):
    """An item with whose it is."""

    @property
    def agency(self) -> str:
        """The agency whose rows it belongs to."""
        ...

    @property
    def item(self) -> Item:
        """What is held."""
        ...

    @property
    def until(self) -> datetime:
        """Until when it may be found by name."""
        ...


class Redress(Protocol):
    """Tells what of a person's request concerns an item."""

    def of(self, tx: sa.Connection, source: str, refs: Sequence[str]) -> tuple[Link, ...]:
        """Return the requests that froze or dispute the items."""
        ...
