"""SQL of seats: which messages with passenger lists were sent about a flight."""

from typing import Final
from uuid import UUID

import sqlalchemy as sa

MOST_LISTS: Final = 2_000
"""Lists of a flight that are read for its seats, the newest: interactive ones come one a traveller."""
_LISTS: Final = sa.text(
    "SELECT m.id FROM traveller_message_flight l JOIN traveller_message m ON m.id = l.message_id"
    " WHERE l.flight_id = :flight AND m.status <> 'quarantined' AND (m.reservations = 0 OR EXISTS"
    " (SELECT FROM traveller t WHERE t.flight_id = :flight AND t.message_id = m.id AND t.source = 'list'))"
    " ORDER BY m.id DESC LIMIT :most"
)


def lists_of(tx: sa.Connection, flight_id: UUID) -> list[UUID]:
    """Return the messages about a flight that hold passenger lists, newest first, one more than are read."""
    return list(tx.execute(_LISTS, {"flight": flight_id, "most": MOST_LISTS + 1}).scalars())
