"""What the standing of agreements asks of others: a named person with permissions, roots, announcements."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec
import sqlalchemy as sa

from cordillera.foundation.crypto.root import RootPublic
from cordillera.trust.access.model import Permission


class Officer(Protocol):
    """The person acting, as their session says it."""

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

    def may(self, permission: Permission) -> bool:
        """Tell whether they hold the permission."""
        ...


Roots = Mapping[str, Sequence[RootPublic]]
"""Country -> the roots that speak for it: the node's own and those of its partners."""


def _no_roots(tx: sa.Connection) -> Roots:
    del tx
    return {}


def _no_announcement(tx: sa.Connection) -> None:
    del tx


class Links(msgspec.Struct, frozen=True):
    """What the composition root gives: this node's country, whose roots are known, who tells partners."""

    country: str = ""
    roots: Callable[[sa.Connection], Roots] = _no_roots
    announce: Callable[[sa.Connection], None] = _no_announcement
