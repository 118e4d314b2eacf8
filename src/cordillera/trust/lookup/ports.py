"""What private look-up asks of others; the composition root decides who answers."""

from collections.abc import Iterable
from typing import Protocol

import sqlalchemy as sa

from cordillera.trust.lookup.model import ExactKey


class ReferenceKeys(Protocol):
    """Knows the exact keys that partners may ask about."""

    def exact_keys(self, tx: sa.Connection) -> Iterable[ExactKey]:
        """Return the keys of everything that partners may ask about."""
        ...
