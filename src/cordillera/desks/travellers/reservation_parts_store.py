"""Parts of messages about reservations in PostgreSQL, sealed, until the others have come (`pnr_parts`)."""

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.travellers.flights_store import lock_all
from cordillera.desks.travellers.reservation_store import packed, term_of, unpacked
from cordillera.desks.travellers.store import StoredMessage
from cordillera.engines.edifact.pnr_parts import Part
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.foundation.store.swift import Bulk

_WAIT: Final = Bulk(
    "INSERT INTO traveller_part (id, agency, message_id, access, part, arrived_at, key_id, erase_after,"
    " review_at) SELECT id, :agency, message_id, access, part, :now, key_id, erase_after, review_at"
    " FROM {rows}",
    {
        "id": "uuid",
        "message_id": "uuid",
        "access": "bytea",
        "part": "bytea",
        "key_id": "uuid",
        "erase_after": "timestamptz",
        "review_at": "timestamptz",
    },
)


class PartStore:
    """Keeps parts, and gives them out again."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer

    def wait(self, tx: sa.Connection, message: StoredMessage, part: Part, now: datetime) -> None:
        """Keep a part of a message until the others have come."""
        ref, access = uuid7(), self._access(part.sender, part.message.access_reference)
        row = (ref, message.id, access, self._sealed(message, ref, part))
        shared = {"agency": message.agency, "now": now}
        _WAIT.send(tx, [(*row, message.key.key_id, *term_of(message))], shared)

    def waiting(self, tx: sa.Connection, agency: str, sender: str, reference: str) -> tuple[Part, ...]:
        """Return and take away the parts that wait under an access reference, in the order of arrival."""
        access = self._access(sender, reference)
        lock_all(tx, [f"parts {agency} {access.hex()}"])
        return self._parts(tx, "agency = :agency AND access = :access", {"agency": agency, "access": access})

    def overdue(self, tx: sa.Connection, before: datetime) -> tuple[tuple[str, tuple[Part, ...]], ...]:
        """Return and take away, by agency, the parts of messages whose first part came before a moment."""
        rows = tx.execute(
            sa.text(
                "SELECT DISTINCT agency, access FROM traveller_part WHERE arrived_at <= :before"
                " ORDER BY agency, access"
            ),
            {"before": before},
        ).all()
        found = []
        for row in rows:
            lock_all(tx, [f"parts {row.agency} {bytes(row.access).hex()}"])
            where = {"agency": row.agency, "access": row.access}
            parts = self._parts(tx, "agency = :agency AND access = :access", where)
            found += [(row.agency, parts)] if parts else []
        return tuple(found)

    def _access(self, sender: str, reference: str) -> bytes:
        return self._sealer.blind("traveller_part.access", f"{sender}|{reference}")

    def _parts(self, tx: sa.Connection, condition: str, where: Mapping[str, object]) -> tuple[Part, ...]:
        rows = tx.execute(
            sa.text(f"DELETE FROM traveller_part WHERE {condition} RETURNING id, key_id, part"),  # noqa: S608 - constants
            where,
        ).all()
        keys = self._sealer.living_keys(tx, sorted({row.key_id for row in rows}))
        living = sorted((row for row in rows if row.key_id in keys), key=attrgetter("id"))
        return tuple(self._open(keys[row.key_id], row.id, row.part) for row in living)

    def _sealed(self, message: StoredMessage, ref: UUID, part: Part) -> bytes:
        return self._sealer.seal(message.key, _place(ref), packed(part))

    def _open(self, key: DataKey, ref: UUID, sealed: bytes) -> Part:
        return unpacked(self._sealer.open(key, _place(ref), sealed), Part)


def _place(ref: UUID) -> Place:
    return Place("traveller_part", "part", str(ref))
