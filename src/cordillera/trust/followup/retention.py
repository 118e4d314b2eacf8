"""What of follow-up expires; what was given is a record and expires as one."""

from cordillera.trust.safeguards.store import ChildTable, ErasableTable

ERASABLES: tuple[ErasableTable, ...] = (
    ErasableTable("flow_followup", children=(ChildTable("exchange_outbox", "query_id"),)),
    ErasableTable("flow_deadline", key_column=""),
)
