"""What of the desk expires: a message with its travellers and reservations, a flight with its last one."""

from typing import Final

from cordillera.foundation.store.partitions import ByMonth
from cordillera.trust.safeguards.store import ChildTable, ErasableTable

BY_MONTH: Final = (
    ByMonth("traveller_message"),
    ByMonth("traveller_message_flight", "message_id"),
    ByMonth("traveller"),
    ByMonth("traveller_identity", "flight_id"),
    ByMonth("traveller_document"),
    ByMonth("traveller_pnrgov"),
    ByMonth("traveller_reservation"),
    ByMonth("traveller_booking", "flight_id"),
    ByMonth("traveller_rule_judged", "message_id"),
    ByMonth("traveller_rule_hit", "traveller_id"),
    ByMonth("traveller_trace"),
)
"""What grows with every message, in months of arrival; dropped when over and empty (ADR 0062)."""

ERASABLES: tuple[ErasableTable, ...] = (
    ErasableTable("traveller_archive"),
    ErasableTable(
        "traveller_message",
        children=(
            ChildTable("traveller_advice", "message_id"),
            ChildTable("traveller_advice_request", "message_id"),
            ChildTable("traveller_rule_hit", "message_id"),
            ChildTable("traveller_rule_judged", "message_id"),
            ChildTable("traveller_trace", "message_id"),
            ChildTable("traveller_part", "message_id"),
            ChildTable("traveller_contact", "message_id"),
            ChildTable("traveller_booking", "message_id"),
            ChildTable("traveller_reservation", "message_id"),
            ChildTable("traveller_pnrgov", "message_id"),
            ChildTable("traveller_document", "message_id"),
            ChildTable("traveller", "message_id"),
            ChildTable("traveller_identity", "message_id"),
            ChildTable("traveller_message_key", "message_id"),
            ChildTable("traveller_message_flight", "message_id"),
        ),
    ),
    ErasableTable("traveller_trace", key_column=""),
    ErasableTable("traveller_link", key_column=""),
    ErasableTable("traveller_parting"),
    ErasableTable("traveller_lost_document", key_column=""),
    ErasableTable("traveller_disposition"),
    ErasableTable("traveller_flight", key_column=""),
    ErasableTable("traveller_unmask", key_column=""),
    ErasableTable("traveller_bulk", children=(ChildTable("traveller_bulk_item", "bulk_id"),)),
    ErasableTable("traveller_as2_receipt", key_column=""),
    ErasableTable(
        "traveller_as2_partner", children=(ChildTable("traveller_as2_receipt", "partner_id"),), key_column=""
    ),
    ErasableTable(
        "traveller_rule",
        children=(
            ChildTable("traveller_rule_hit", "rule_id"),
            ChildTable("traveller_rule_pretest", "rule_id"),
            ChildTable("traveller_rule_step", "rule_id"),
        ),
    ),
)
