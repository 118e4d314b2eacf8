"""What the exchange makes of records and must follow them: the answers kept beside queries."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.records import derived_store
from cordillera.trust.records import store as sql
from cordillera.trust.records.model import ENDING


class Answers:
    """Answers kept beside the queries they answer; an ended one is blank there too. Fills `Derived`."""

    name = "query"

    def affected(self, tx: sa.Connection, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Return the queries whose answers these records are."""
        return derived_store.answers_of(tx, _keys(tx, record_ids))

    def apply(self, tx: sa.Connection, change: str, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Blank the answers of records that end."""
        if change not in ENDING:
            return self.affected(tx, record_ids)
        return derived_store.forget_answers(tx, _keys(tx, record_ids), record_ids)


def _keys(tx: sa.Connection, record_ids: Sequence[UUID]) -> list[UUID]:
    rows = sql.get(tx, record_ids).values()
    return [row.key_id for row in rows if row.key_id is not None]
