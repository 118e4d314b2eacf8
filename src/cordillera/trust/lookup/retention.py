"""What of private look-up expires: tables with their epoch, look-ups with the agreement's term."""

from cordillera.trust.safeguards.store import ChildTable, ErasableTable

ERASABLES: tuple[ErasableTable, ...] = (
    ErasableTable("lookup_asked", children=(ChildTable("exchange_outbox", "query_id"),)),
    ErasableTable("lookup_table", key_column=""),
)
