"""What of notices expires: the row with its messages; the content is a record and expires as one."""

from cordillera.trust.safeguards.store import ChildTable, ErasableTable

ERASABLES: tuple[ErasableTable, ...] = (
    ErasableTable("flow_notice", children=(ChildTable("exchange_outbox", "query_id"),)),
    ErasableTable("flow_restriction", key_column=""),
)
