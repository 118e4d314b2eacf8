"""What of the exchange expires, and how (see `cordillera.trust.safeguards`).

A query goes with its judgements and messages. A partner's query is sealed under the key of its day and
agreement, and all records of one such key fall due at the same midnight.
"""

from cordillera.trust.safeguards.store import ChildTable, ErasableTable

_WITH_QUERY = (
    ChildTable("exchange_verdict", "query_id"),
    ChildTable("exchange_proposal", "query_id"),
    ChildTable("exchange_outbox", "query_id"),
)

ERASABLES: tuple[ErasableTable, ...] = (
    ErasableTable("exchange_query", children=_WITH_QUERY),
    ErasableTable("exchange_incoming", key_column="record_key", children=_WITH_QUERY),
    ErasableTable("exchange_release"),
    ErasableTable("exchange_inbox", id_column="msg_id", key_column=""),
    ErasableTable("exchange_evidence", key_column=""),
    ErasableTable("flow_asked", key_column=""),
    ErasableTable("flow_alarm", key_column=""),
)
