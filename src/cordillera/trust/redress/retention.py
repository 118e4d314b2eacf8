"""What of redress expires: who applied after a year, the ticket after three, partners' searches after one."""

from cordillera.trust.safeguards.store import ChildTable, ErasableTable

_SENT = (ChildTable("redress_partner", "ticket_id"), ChildTable("exchange_outbox", "query_id"))

ERASABLES: tuple[ErasableTable, ...] = (
    ErasableTable("redress_applicant"),
    ErasableTable(
        "redress_ticket",
        children=(
            ChildTable("redress_item", "ticket_id"),
            ChildTable("redress_decision", "ticket_id"),
            *_SENT,
        ),
    ),
    ErasableTable("redress_errand", children=_SENT),
    ErasableTable("redress_frozen", key_column=""),
)
