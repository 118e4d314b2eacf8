"""Questions of carriers about travellers of interactive lists, and what officers answered."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.advice_core import Standing
from cordillera.desks.travellers.store import StoredMessage
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.foundation.store.swift import Bulk, Statement

_ADD: Final = Bulk(
    "INSERT INTO traveller_advice (id, agency, message_id, traveller_id, place, drawn, shown_from, advice,"
    " officer_id, officer_name, answered_at, key_id, reason, erase_after, review_at)"
    " SELECT id, :agency, :message_id, traveller_id, place, drawn, shown_from, '', '', '', NULL, :key_id,"
    " reason, :erase_after, :review_at FROM {rows}",
    {
        "id": "uuid",
        "traveller_id": "uuid",
        "place": "bigint",
        "drawn": "boolean",
        "shown_from": "timestamptz",
        "reason": "bytea",
    },
)
_ASK: Final = Statement(
    "INSERT INTO traveller_advice_request (message_id, agency, machine, asked_at, erase_after, review_at)"
    " VALUES (:message_id, :agency, :machine, :asked_at, :erase_after, :review_at)"
)
_ASKED: Final = Statement(
    "SELECT machine FROM traveller_advice_request WHERE message_id = :id AND asked_at >= :since"
)
_STANDING: Final = Statement(
    "SELECT a.place, a.drawn, a.shown_from, coalesce((SELECT o.advice FROM traveller_advice o"
    " WHERE o.traveller_id = a.traveller_id AND o.advice <> '' ORDER BY o.answered_at DESC LIMIT 1), '')"
    " FROM traveller_advice a WHERE a.message_id = :id ORDER BY a.place"
)


class Asking(msgspec.Struct, frozen=True):
    """A traveller to ask about: by id, place in the file from 0, and the draw."""

    traveller_id: UUID
    place: int
    drawn: bool
    shown_from: datetime


class AdviceRow(msgspec.Struct, frozen=True):
    """One traveller as the page of questions shows them; `advice` is "" until an officer has answered.

    `alert_id` is the traveller's alert, if there is one; `reason` is the officer's, "" where it was erased.
    """

    id: UUID
    traveller_id: UUID
    message_id: UUID
    asked_at: datetime
    machine: str
    drawn: bool
    advice: str
    officer_name: str
    answered_at: datetime | None
    reason: str


class Question(msgspec.Struct, frozen=True):
    """A carrier's question: which machine asked, when, about whom."""

    machine: str
    at: datetime
    about: tuple[Asking, ...]


def ask(tx: sa.Connection, sealer: FieldSealer, message: StoredMessage, question: Question) -> None:
    """Keep a question and whom it is about, with no answer yet."""
    keep = {"erase_after": message.keep.erase_after, "review_at": message.keep.review_at}
    shared = {"agency": message.agency, "message_id": message.id, **keep}
    _ASK.send(tx, {**shared, "machine": question.machine, "asked_at": question.at})
    rows = []
    for one in question.about:
        ref = uuid7()
        unsaid = reason_sealed(sealer, message.key, ref, "")
        rows.append((ref, one.traveller_id, one.place, one.drawn, one.shown_from, unsaid))
    _ADD.send(tx, rows, {**shared, "key_id": message.key.key_id})


def asked_by(tx: sa.Connection, message_id: UUID, since: datetime) -> str | None:
    """Return which machine asked with a message since then; None when it was no question."""
    found = _ASKED.row(tx, {"id": message_id, "since": since})
    return None if found is None else str(found[0])


def standing(tx: sa.Connection, message_id: UUID) -> tuple[Standing, ...]:
    """Return what is known about everybody of a message, by place."""
    return tuple(Standing(*row) for row in _STANDING.rows(tx, {"id": message_id}))


def open_rows(
    tx: sa.Connection, sealer: FieldSealer, alerted: Collection[UUID] | None, limit: int
) -> tuple[AdviceRow, ...]:
    """Return whom officers may answer about, who waits first, then the newest.

    Everybody drawn, everybody answered about and, of the others, those in `alerted`.
    """
    rows = tx.execute(
        sa.text(
            "SELECT a.id, a.traveller_id, a.message_id, r.asked_at, r.machine, a.drawn, a.advice,"
            " a.officer_name, a.answered_at, a.key_id, a.reason FROM traveller_advice a"
            " JOIN traveller_advice_request r ON r.message_id = a.message_id"
            " WHERE a.drawn OR a.advice <> '' OR a.traveller_id = ANY(:alerted)"
            " ORDER BY a.advice <> '', r.asked_at DESC, a.place LIMIT :limit"
        ),
        {"alerted": list(alerted or ()), "limit": limit},
    ).all()
    keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
    return tuple(_row(sealer, row, keys) for row in rows)


def asked_since(tx: sa.Connection, since: datetime, limit: int) -> list[UUID]:
    """Return the travellers that carriers asked about since then."""
    rows = tx.execute(
        sa.text(
            "SELECT DISTINCT a.traveller_id FROM traveller_advice a JOIN traveller_advice_request r"
            " ON r.message_id = a.message_id WHERE r.asked_at >= :since LIMIT :limit"
        ),
        {"since": since, "limit": limit},
    )
    return list(rows.scalars())


def lock(tx: sa.Connection, advice_id: UUID) -> tuple[UUID, UUID, UUID] | None:
    """Return traveller, message and key of a row, held until the transaction ends; None for no such row."""
    row = tx.execute(
        sa.text("SELECT traveller_id, message_id, key_id FROM traveller_advice WHERE id = :id FOR UPDATE"),
        {"id": advice_id},
    ).one_or_none()
    return None if row is None else (row.traveller_id, row.message_id, row.key_id)


def reason_sealed(sealer: FieldSealer, key: DataKey, advice_id: UUID, reason: str) -> bytes:
    """Return an officer's reason as it is stored."""
    return sealer.seal(key, _place(advice_id), reason.encode())


def answer(tx: sa.Connection, advice_id: UUID, values: dict[str, object]) -> None:
    """Write what an officer answered."""
    tx.execute(
        sa.text(
            "UPDATE traveller_advice SET advice = :advice, officer_id = :officer_id,"
            " officer_name = :officer_name, answered_at = :answered_at, reason = :reason WHERE id = :id"
        ),
        {**values, "id": advice_id},
    )


def _row(sealer: FieldSealer, row: sa.Row[tuple[object, ...]], keys: dict[UUID, DataKey]) -> AdviceRow:
    key = keys.get(row.key_id)
    told = "" if key is None else sealer.open(key, _place(row.id), row.reason).decode()
    return AdviceRow(
        id=row.id,
        traveller_id=row.traveller_id,
        message_id=row.message_id,
        asked_at=row.asked_at,
        machine=row.machine,
        drawn=row.drawn,
        advice=row.advice,
        officer_name=row.officer_name,
        answered_at=row.answered_at,
        reason=told,
    )


def _place(advice_id: UUID) -> Place:
    return Place("traveller_advice", "reason", str(advice_id))
