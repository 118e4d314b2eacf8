"""What of the review queue expires, and how (see `cordillera.trust.safeguards`)."""

from cordillera.trust.safeguards.store import ChildTable, ErasableTable

ERASABLES: tuple[ErasableTable, ...] = (
    ErasableTable(
        "review_alert",
        children=(
            ChildTable("review_ground", "alert_id"),
            ChildTable("review_finding", "alert_id"),
            ChildTable("review_decision", "alert_id"),
        ),
    ),
    ErasableTable("review_cleared", key_column=""),
)
