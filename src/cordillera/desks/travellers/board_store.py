"""Reading back: the board of arrivals, the list of messages, one flight, one message's bytes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.errors import FlightNotFound, MessageNotFound
from cordillera.desks.travellers.file_names import open_name
from cordillera.desks.travellers.masking import structure_of
from cordillera.desks.travellers.model import (
    Channel,
    FlightFilter,
    FlightRow,
    MessageRow,
    MessageStatus,
    Note,
    TravellerFacts,
    TravellerRow,
)
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.trust.review.model import Retention

_FLIGHTS = (
    "SELECT f.id, f.number, f.origin, f.destination, f.departs_local, f.arrives_local, f.arrives_zone,"
    " f.zone_assumed, f.arrives_at, f.closed, f.vessel,"
    " people.travellers, people.crew, sent.messages, sent.findings, sent.worst FROM traveller_flight f"
    " CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE role NOT IN ('crew', 'transit_crew')) AS travellers,"
    " count(*) FILTER (WHERE role IN ('crew', 'transit_crew')) AS crew"
    " FROM traveller t WHERE t.flight_id = f.id AND t.gone = '') people"
    " CROSS JOIN LATERAL (SELECT count(*) AS messages, coalesce(sum(m.findings), 0)::integer AS findings,"
    " coalesce((array_agg(m.worst ORDER BY array_position("
    "ARRAY['error', 'warning', 'info', ''], m.worst)))[1], '') AS worst"
    " FROM traveller_message_flight l JOIN traveller_message m ON m.id = l.message_id"
    " WHERE l.flight_id = f.id) sent"
)
_MESSAGES = (
    "SELECT id, sender, reference, received_at, channel, name, named, size, status, reason, travellers, crew,"
    " known, alerts, cleared, findings, worst, reservations, key_id, erase_after, review_at"
    " FROM traveller_message"
)


class MessageCounts(msgspec.Struct, frozen=True):
    """The quality of what came in: all messages, partial ones, quarantined ones."""

    total: int
    partial: int
    quarantined: int


class Board:
    """Opens what the desk has stored, for one scope at a time."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer

    def flights(self, tx: sa.Connection, wanted: FlightFilter) -> tuple[FlightRow, ...]:
        """Return arrivals in time order; flights whose time is unknown come last."""
        rows = tx.execute(
            sa.text(
                f"{_FLIGHTS} WHERE CASE WHEN f.arrives_at IS NULL THEN :unknown"
                " ELSE f.arrives_at >= coalesce(:since, '-infinity'::timestamptz)"
                " AND f.arrives_at < coalesce(:until, 'infinity'::timestamptz) END"
                " ORDER BY f.arrives_at NULLS LAST, f.number, f.id LIMIT :limit OFFSET :offset"
            ),
            {
                "since": wanted.since,
                "until": wanted.until,
                "unknown": wanted.unknown,
                "limit": max(1, min(wanted.limit, 500)),
                "offset": max(0, wanted.offset),
            },
        )
        return tuple(_flight(row) for row in rows)

    def nearest_arrival(self, tx: sa.Connection, now: datetime) -> datetime | None:
        """Return the arrival nearest to `now`, so that an empty day can point to one that is not."""
        found: datetime | None = tx.execute(
            sa.text(
                "SELECT arrives_at FROM traveller_flight WHERE arrives_at IS NOT NULL"
                " ORDER BY abs(extract(epoch FROM arrives_at - :now)) LIMIT 1"
            ),
            {"now": now},
        ).scalar_one_or_none()
        return found

    def flight(self, tx: sa.Connection, flight_id: UUID) -> FlightRow:
        """Return one flight; raise `FlightNotFound`."""
        row = tx.execute(sa.text(f"{_FLIGHTS} WHERE f.id = :id"), {"id": flight_id}).one_or_none()
        if row is None:
            raise FlightNotFound(flight=str(flight_id))
        return _flight(row)

    def flights_of_message(self, tx: sa.Connection, message_id: UUID) -> tuple[FlightRow, ...]:
        """Return the flights a message speaks of."""
        linked = "SELECT flight_id FROM traveller_message_flight WHERE message_id = :id"
        rows = tx.execute(
            sa.text(f"{_FLIGHTS} WHERE f.id IN ({linked}) ORDER BY f.arrives_at NULLS LAST"),
            {"id": message_id},
        )
        return tuple(_flight(row) for row in rows)

    def travellers_of(self, tx: sa.Connection, flight_id: UUID) -> tuple[TravellerRow, ...]:
        """Return who is on a flight, in the order of their messages; whose booking was cancelled is not."""
        rows = tx.execute(
            sa.text(
                "SELECT id, message_id, flight_id, key_id, facts, erase_after, review_at FROM traveller"
                " WHERE flight_id = :flight AND gone = '' ORDER BY id"
            ),
            {"flight": flight_id},
        ).all()
        return self._opened(tx, rows)

    def messages(
        self, tx: sa.Connection, status: MessageStatus | None, limit: int, offset: int
    ) -> tuple[MessageRow, ...]:
        """Return messages, the newest first; `status` narrows."""
        found = tx.execute(
            sa.text(
                f"{_MESSAGES} WHERE (CAST(:status AS text) IS NULL OR status = :status)"
                " ORDER BY received_at DESC, id DESC LIMIT :limit OFFSET :offset"
            ),
            {
                "status": None if status is None else status.value,
                "limit": max(1, min(limit, 500)),
                "offset": max(0, offset),
            },
        )
        rows = found.all()
        keys = self._sealer.living_keys(tx, sorted({row.key_id for row in rows if row.named}))
        return tuple(self._message(row, keys.get(row.key_id)) for row in rows)

    def count_messages(self, tx: sa.Connection) -> MessageCounts:
        """Return how many messages came, and how many were partial or quarantined."""
        row = tx.execute(
            sa.text(
                "SELECT count(*) AS total, count(*) FILTER (WHERE status = 'partial') AS partial,"
                " count(*) FILTER (WHERE status = 'quarantined') AS quarantined FROM traveller_message"
            )
        ).one()
        return MessageCounts(row.total, row.partial, row.quarantined)

    def message(self, tx: sa.Connection, message_id: UUID) -> tuple[MessageRow, tuple[Note, ...], Retention]:
        """Return a message's line, its findings, its dates; raise `MessageNotFound`."""
        row = self._message_row(tx, message_id)
        key = self._sealer.load_key(tx, row.key_id)
        notes = tx.execute(
            sa.text("SELECT notes FROM traveller_message WHERE id = :id"), {"id": message_id}
        ).scalar_one()
        opened = self._sealer.open(key, Place("traveller_message", "notes", str(message_id)), notes)
        told = shapes.decode(opened, tuple[Note, ...])
        return self._message(row, key), told, Retention(row.erase_after, row.review_at)

    def message_bytes(self, tx: sa.Connection, message_id: UUID) -> bytes:
        """Return a message's bytes as they may be shown; raise `MessageNotFound`.

        What may not be kept is blanked; of a quarantined message, which nobody could read, only structure is
        shown: its bytes are kept for a mended parser, not for people (ADR 0079).
        """
        row = self._message_row(tx, message_id)
        key = self._sealer.load_key(tx, row.key_id)
        raw = tx.execute(
            sa.text("SELECT raw FROM traveller_message WHERE id = :id"), {"id": message_id}
        ).scalar_one()
        opened = self._sealer.open(key, Place("traveller_message", "raw", str(message_id)), raw)
        return structure_of(opened) if row.status == MessageStatus.QUARANTINED else opened

    def _message_row(self, tx: sa.Connection, message_id: UUID) -> sa.Row[tuple[object, ...]]:
        row = tx.execute(sa.text(f"{_MESSAGES} WHERE id = :id"), {"id": message_id}).one_or_none()
        if row is None:
            raise MessageNotFound(message=str(message_id))
        return row

    def _message(self, row: sa.Row[tuple[object, ...]], key: DataKey | None) -> MessageRow:
        clear = row._mapping  # noqa: SLF001 - the public name of a row's columns in SQLAlchemy
        names = set(MessageRow.__struct_fields__) - {"channel", "status", "name"}
        return MessageRow(
            **{name: clear[name] for name in names},
            name=open_name(self._sealer, key, ("traveller_message", row.id), (row.name, row.named)),
            channel=Channel(row.channel),
            status=MessageStatus(row.status),
        )

    def _opened(
        self, tx: sa.Connection, rows: Sequence[sa.Row[tuple[object, ...]]]
    ) -> tuple[TravellerRow, ...]:
        keys = self._sealer.load_keys(tx, list({row.key_id for row in rows}))
        return tuple(
            TravellerRow(
                id=row.id,
                message_id=row.message_id,
                flight_id=row.flight_id,
                facts=shapes.decode(
                    self._sealer.open(keys[row.key_id], Place("traveller", "facts", str(row.id)), row.facts),
                    TravellerFacts,
                ),
                keep=Retention(row.erase_after, row.review_at),
            )
            for row in rows
        )


def _flight(row: sa.Row[tuple[object, ...]]) -> FlightRow:
    return FlightRow(**dict(row._mapping))  # noqa: SLF001 - the public name of a row's columns in SQLAlchemy


def landing_status(arrives_at: datetime | None, now: datetime) -> str:
    """Return scheduled, landing (within the hour), landed or unknown."""
    if arrives_at is None:
        return "unknown"
    if arrives_at <= now:
        return "landed"
    return "landing" if (arrives_at - now).total_seconds() <= 3600 else "scheduled"
