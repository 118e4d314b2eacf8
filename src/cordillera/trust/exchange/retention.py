"""What of the exchange expires, and how (see `cordillera.trust.safeguards`).

A query goes with its judgements and messages. A partner's query is sealed under the key of its day and
agreement, and all records of one such key fall due at the same midnight. Counts of queries go by the day.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from cordillera.foundation.store.database import NODE
from cordillera.trust.exchange import quota_store as quotas
from cordillera.trust.safeguards.model import DueGroup, DueReview
from cordillera.trust.safeguards.ports import Erasable
from cordillera.trust.safeguards.store import ChildTable, ErasableTable

_WITH_QUERY = (
    ChildTable("exchange_verdict", "query_id"),
    ChildTable("exchange_proposal", "query_id"),
    ChildTable("exchange_outbox", "query_id"),
)


class QuotaDays:
    """How often partners and officers (by pseudonym) asked on a day: all counts of one day go together.

    They stay as long as the log by which a supervisor checks them (PCSC 15(3)); nothing in them is sealed.
    """

    name = "exchange_quota"
    tables: Sequence[str] = ("exchange_quota",)

    def due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueGroup, ...]:
        """Return the days that are due, the oldest first."""
        found = quotas.due_days(tx, now, limit)
        return tuple(DueGroup(self.name, day.isoformat(), NODE, erase_after) for day, erase_after in found)

    def erase(self, tx: sa.Connection, group: DueGroup) -> int:
        """Delete a day's counts; return how many went."""
        return quotas.delete_day(tx, str(group.ref))

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: counts are needed as long as the log, and then by nobody."""
        return ()

    def keys_of(self, tx: sa.Connection, group: DueGroup) -> tuple[UUID, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: no field here is sealed."""
        return ()


ERASABLES: tuple[Erasable, ...] = (
    ErasableTable("exchange_query", children=_WITH_QUERY),
    ErasableTable("exchange_incoming", key_column="record_key", children=_WITH_QUERY),
    ErasableTable("exchange_release"),
    ErasableTable("exchange_inbox", id_column="msg_id", key_column=""),
    ErasableTable("exchange_evidence", key_column=""),
    ErasableTable("flow_asked", key_column=""),
    ErasableTable("flow_alarm", key_column=""),
    QuotaDays(),
)
