"""What the exchange makes of records and must follow them: the answers kept beside queries."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.records import derived_store
from cordillera.trust.records.model import ENDING


class Answers:
    """Answers kept beside the queries they answer; an ended one is blank there too. Fills `Derived`."""

    name = "query"

    def affected(self, tx: sa.Connection, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Return the queries whose answers these records are."""
        return derived_store.linked(tx, record_ids, self.name)

    def apply(self, tx: sa.Connection, change: str, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Blank the answers of records that end."""
        found = self.affected(tx, record_ids)
        if change not in ENDING:
            return found
        return derived_store.forget_answers(tx, [UUID(one) for one in found], record_ids)
