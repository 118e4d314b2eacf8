"""Tickets in PostgreSQL: clear columns for terms and states, sealed ones for everything about a person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cordillera.foundation import shapes
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.trust.redress.errors import ItemNotFound, TicketNotFound
from cordillera.trust.redress.model import (
    Decision,
    Found,
    Held,
    Item,
    Kind,
    Outcome,
    PartnerAnswer,
    Sought,
    Standing,
    Status,
    Ticket,
    TicketRow,
)

_COLUMNS = (
    "id, number, agency, kind, status, outcome, agreement_id, language, tell_partners, opened_by, opened_at,"
    " deadline_at, searched_at, answered_at, escalated, key_id, subject, letters, erase_after, review_at,"
    " search_wanted_at, search_error"
)


class Searcher(msgspec.Struct, frozen=True):
    """The officer who wants a search, as the worker acts for them."""

    officer_id: str
    name: str
    agency: str
    purpose: str
    roles: tuple[str, ...]

    @property
    def scope(self) -> Scope:
        """What the search may see: what the officer may."""
        return Scope(agency=self.agency, purpose=self.purpose, actor=self.officer_id)


class StoredTicket(msgspec.Struct, frozen=True):
    """A ticket's line with its key and its sealed parts."""

    row: TicketRow
    agency: str
    key: DataKey
    subject: bytes
    letters: bytes | None
    review_at: datetime


def insert_row(
    tx: sa.Connection, table: str, values: Mapping[str, object], unless: Sequence[str] = ()
) -> bool:
    """Insert one row; with `unless`, only where no row has the same values there."""
    into = insert(sa.table(table, *(sa.column(name) for name in values))).values(dict(values))
    if unless:
        into = into.on_conflict_do_nothing(index_elements=list(unless))
    return tx.execute(into, execution_options={"preserve_rowcount": True}).rowcount > 0


def update_row(tx: sa.Connection, table: str, row_id: UUID, **values: object) -> None:
    """Change columns of one row by its id."""
    target = sa.table(table, sa.column("id"), *(sa.column(name) for name in values))
    tx.execute(target.update().where(target.c.id == row_id).values(values))


class TicketStore:
    """Tickets with what hangs on them, sealed under one data key per ticket."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer

    def place(self, table: str, column: str, row_id: UUID) -> Place:
        """Where a sealed field lives."""
        return Place(table, column, str(row_id))

    def get(self, tx: sa.Connection, ticket_id: UUID, *, lock: bool = False) -> StoredTicket:
        """Return a ticket; raise `TicketNotFound`, also for one of another agency."""
        found = tx.execute(
            sa.text(
                f"SELECT {_COLUMNS} FROM redress_ticket WHERE id = :id"  # noqa: S608 - constant columns
                + (" FOR UPDATE" if lock else "")
            ),
            {"id": ticket_id},
        ).one_or_none()
        if found is None:
            raise TicketNotFound
        key = self._sealer.load_key(tx, found.key_id)
        return StoredTicket(row_of(found), found.agency, key, found.subject, found.letters, found.review_at)

    def open(self, tx: sa.Connection, stored: StoredTicket) -> Ticket:
        """Open everything of a ticket but who applied."""
        letters = {}
        if stored.letters is not None:
            raw = self._sealer.open(
                stored.key, self.place("redress_ticket", "letters", stored.row.id), stored.letters
            )
            letters = shapes.decode(raw, dict[str, str])
        return Ticket(
            stored.row,
            self.about(stored),
            self.items(tx, stored),
            self.partners(tx, stored),
            self.decisions(tx, stored),
            letters,
        )

    def want(self, tx: sa.Connection, ticket_id: UUID, who: Searcher, now: datetime) -> None:
        """Write down that a search is wanted, and by whom, sealed; raise `TicketNotFound`."""
        stored = self.get(tx, ticket_id, lock=True)
        place = self.place("redress_ticket", "search_wanted_by", ticket_id)
        sealed = self._sealer.seal(stored.key, place, msgspec.json.encode(who))
        update_row(
            tx, "redress_ticket", ticket_id, search_wanted_at=now, search_wanted_by=sealed, search_error=""
        )

    def searcher(self, tx: sa.Connection, ticket_id: UUID) -> Searcher:
        """Return who wants a ticket searched; raise `TicketNotFound`."""
        stored = self.get(tx, ticket_id)
        sealed = tx.execute(
            sa.text("SELECT search_wanted_by FROM redress_ticket WHERE id = :id"), {"id": ticket_id}
        ).scalar_one()
        place = self.place("redress_ticket", "search_wanted_by", ticket_id)
        return shapes.decode(self._sealer.open(stored.key, place, sealed), Searcher)

    def about(self, stored: StoredTicket) -> Sought:
        """Open whom a ticket is about."""
        place = self.place("redress_ticket", "subject", stored.row.id)
        return shapes.decode(self._sealer.open(stored.key, place, stored.subject), Sought)

    def add_item(self, tx: sa.Connection, stored: StoredTicket, held: Held, standing: Standing) -> bool:
        """Put a thing into the inventory unless it is there; say whether it was new."""
        item_id = uuid7()
        sealed = self._sealer.seal(
            stored.key, self.place("redress_item", "sealed", item_id), msgspec.json.encode(held)
        )
        values = {
            "id": item_id,
            "ticket_id": stored.row.id,
            "agency": stored.agency,
            "source": held.source,
            "ref": held.ref,
            "standing": standing.value,
            "key_id": stored.key.key_id,
            "sealed": sealed,
            "erase_after": stored.row.erase_after,
            "review_at": stored.review_at,
        }
        return insert_row(tx, "redress_item", values, unless=("ticket_id", "source", "ref"))

    def items(self, tx: sa.Connection, stored: StoredTicket) -> tuple[Item, ...]:
        """Return the inventory of a ticket."""
        rows = tx.execute(
            sa.text(
                "SELECT id, standing, judged_by, frozen_at, sealed FROM redress_item"
                " WHERE ticket_id = :ticket ORDER BY source, id"
            ),
            {"ticket": stored.row.id},
        )
        return tuple(self._item(stored.key, row) for row in rows)

    def item(self, tx: sa.Connection, stored: StoredTicket, item_id: UUID) -> Item:
        """Return one thing of the inventory; raise `ItemNotFound`."""
        found = [item for item in self.items(tx, stored) if item.id == item_id]
        if not found:
            raise ItemNotFound
        return found[0]

    def partners(self, tx: sa.Connection, stored: StoredTicket) -> tuple[PartnerAnswer, ...]:
        """Return the partners asked, and their answers."""
        rows = tx.execute(
            sa.text(
                "SELECT id, peer, agreement_id, state, asked_at, answered_at, found FROM redress_partner"
                " WHERE ticket_id = :ticket ORDER BY asked_at, peer"
            ),
            {"ticket": stored.row.id},
        )
        return tuple(self._partner(stored.key, row) for row in rows)

    def decisions(self, tx: sa.Connection, stored: StoredTicket) -> tuple[Decision, ...]:
        """Return what officers decided or proposed, the oldest first."""
        rows = tx.execute(
            sa.text(
                "SELECT id, outcome, article, officer_id, officer_name, decided_at, reason"
                " FROM redress_decision WHERE ticket_id = :ticket ORDER BY decided_at, id"
            ),
            {"ticket": stored.row.id},
        )
        return tuple(
            Decision(
                Outcome(row.outcome),
                row.article,
                row.officer_id,
                row.officer_name,
                row.decided_at,
                self._sealer.open(
                    stored.key, self.place("redress_decision", "reason", row.id), row.reason
                ).decode(),
            )
            for row in rows
        )

    def _item(self, key: DataKey, row: Any) -> Item:
        raw = self._sealer.open(key, self.place("redress_item", "sealed", row.id), row.sealed)
        held = shapes.decode(raw, Held)
        return Item(row.id, Standing(row.standing), row.judged_by, row.frozen_at, held)

    def _partner(self, key: DataKey, row: Any) -> PartnerAnswer:
        found = None
        if row.found is not None:
            raw = self._sealer.open(key, self.place("redress_partner", "found", row.id), row.found)
            found = shapes.decode(raw, Found)
        return PartnerAnswer(row.peer, row.agreement_id, row.state, row.asked_at, row.answered_at, found)


def queue(tx: sa.Connection, limit: int) -> tuple[TicketRow, ...]:
    """Return tickets: those still to be answered first, by deadline, then the newest answered ones."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_COLUMNS} FROM redress_ticket"  # noqa: S608 - constant columns
            " ORDER BY (status = 'answered'), CASE WHEN status = 'answered' THEN NULL ELSE deadline_at END,"
            " answered_at DESC, id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return tuple(row_of(row) for row in rows)


def to_answer(tx: sa.Connection, now: datetime) -> tuple[int, int]:
    """Return how many tickets are not answered, and how many of them past their deadline."""
    row = tx.execute(
        sa.text(
            "SELECT count(*), count(*) FILTER (WHERE deadline_at < :now) FROM redress_ticket"
            " WHERE status <> 'answered'"
        ),
        {"now": now},
    ).one()
    return int(row[0]), int(row[1])


def waiting(tx: sa.Connection) -> tuple[tuple[TicketRow, str], ...]:
    """Return the tickets not answered yet with their agencies, for the timers."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_COLUMNS} FROM redress_ticket WHERE status <> 'answered'"  # noqa: S608 - constant columns
            " ORDER BY deadline_at FOR UPDATE SKIP LOCKED"
        )
    )
    return tuple((row_of(row), row.agency) for row in rows)


def searches_wanted(tx: sa.Connection, limit: int) -> tuple[UUID, ...]:
    """Return the tickets that wait for a search, the longest waiting first."""
    found = tx.execute(
        sa.text(
            "SELECT id FROM redress_ticket WHERE search_wanted_at IS NOT NULL"
            " ORDER BY search_wanted_at, id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return tuple(found.scalars())


def search_ended(tx: sa.Connection, ticket_id: UUID, error: str = "") -> None:
    """Write that the search of a ticket is over; `error` says what refused it."""
    update_row(
        tx, "redress_ticket", ticket_id, search_wanted_at=None, search_wanted_by=None, search_error=error
    )


def opened_since(tx: sa.Connection, officer_id: str, since: datetime) -> int:
    """Return how many tickets a clerk opened since a moment."""
    found = tx.execute(
        sa.text("SELECT count(*) FROM redress_ticket WHERE opened_by = :by AND opened_at >= :since"),
        {"by": officer_id, "since": since},
    )
    return int(found.scalar_one())


def next_number(tx: sa.Connection, agency: str, year: int) -> str:
    """Return the next number of an agency's tickets in a year, such as "R-2026-0007"."""
    tx.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended('redress ' || :agency, 17))"),
        {"agency": agency},
    )
    last = tx.execute(
        sa.text(
            "SELECT max(CAST(substring(number FROM 8) AS integer)) FROM redress_ticket"
            " WHERE agency = :agency AND number LIKE :year"
        ),
        {"agency": agency, "year": f"R-{year}-%"},
    ).scalar_one()
    return f"R-{year}-{(last or 0) + 1:04d}"


def by_number(tx: sa.Connection, number: str) -> UUID:
    """Return the id of a ticket by its number; raise `TicketNotFound`."""
    found = tx.execute(
        sa.text("SELECT id FROM redress_ticket WHERE number = :number"), {"number": number}
    ).scalar_one_or_none()
    if found is None:
        raise TicketNotFound
    return UUID(str(found))


def mark_frozen(tx: sa.Connection, item_ids: Sequence[UUID], now: datetime | None) -> None:
    """Write when things of an inventory were frozen; None when they are free again."""
    tx.execute(
        sa.text("UPDATE redress_item SET frozen_at = :now WHERE id = ANY(:ids)"),
        {"now": now, "ids": list(item_ids)},
    )


class Waiting(msgspec.Struct, frozen=True):
    """A search at a partner that waits for answers: how many came, and the last one, sealed."""

    row_id: UUID
    key_id: UUID
    answers: int
    found: bytes | None


def partner_of(tx: sa.Connection, ticket_id: UUID, peer: str, agreement_id: str) -> Waiting | None:
    """Return the search at a partner who was asked; one may answer again, whole. None when not asked."""
    row = tx.execute(
        sa.text(
            "SELECT id, key_id, answers, found FROM redress_partner WHERE ticket_id = :ticket"
            " AND peer = :peer AND agreement_id = :agreement FOR UPDATE"
        ),
        {"ticket": ticket_id, "peer": peer, "agreement": agreement_id},
    ).one_or_none()
    return None if row is None else Waiting(*row)


def close_partner(tx: sa.Connection, msg_id: UUID, state: str) -> bool:
    """Write that a search of ours ended without an answer; say whether anybody waited for it."""
    result = tx.execute(
        sa.text("UPDATE redress_partner SET state = :state WHERE msg_id = :msg AND state = 'asked'"),
        {"msg": msg_id, "state": state},
    )
    return result.rowcount == 1


def record_ids(tx: sa.Connection) -> tuple[UUID, ...]:
    """Return the ids of all records of the exchange that are held and not erased."""
    return tuple(tx.execute(sa.text("SELECT id FROM record WHERE gone = '' ORDER BY id")).scalars())


def row_of(row: Any) -> TicketRow:
    """Return the clear part of a ticket."""
    names = set(TicketRow.__struct_fields__) - {"kind", "status", "outcome"}
    return TicketRow(
        **{name: getattr(row, name) for name in names},
        kind=Kind(row.kind),
        status=Status(row.status),
        outcome=None if row.outcome is None else Outcome(row.outcome),
    )
