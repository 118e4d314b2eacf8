"""SQL of attachments: sealed parts, and to whom they were given."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa


class PartRow(msgspec.Struct, frozen=True):
    """One sealed part; its key is not here."""

    attachment: str
    number: int
    agency: str
    sealed: bytes
    kept_at: datetime
    erase_after: datetime
    review_at: datetime


class GrantRow(msgspec.Struct, frozen=True):
    """That a message gave an attachment to a partner, under an agreement."""

    attachment: str
    peer: str
    agreement_id: str
    message_id: str


def keep_parts(tx: sa.Connection, rows: Sequence[PartRow]) -> None:
    """Keep parts; what is here already stays."""
    if rows:
        tx.execute(
            sa.text(
                "INSERT INTO attachment_part (attachment, number, agency, sealed, kept_at, erase_after,"
                " review_at) VALUES (:attachment, :number, :agency, :sealed, :kept_at, :erase_after,"
                " :review_at) ON CONFLICT DO NOTHING"
            ),
            [msgspec.structs.asdict(row) for row in rows],
        )


def part(tx: sa.Connection, attachment: str, number: int) -> bytes | None:
    """Return one part."""
    found = tx.execute(
        sa.text("SELECT sealed FROM attachment_part WHERE attachment = :attachment AND number = :number"),
        {"attachment": attachment, "number": number},
    ).scalar_one_or_none()
    return None if found is None else bytes(found)


def parts(tx: sa.Connection, attachment: str) -> dict[int, bytes]:
    """Return every part that is here."""
    rows = tx.execute(
        sa.text("SELECT number, sealed FROM attachment_part WHERE attachment = :attachment"),
        {"attachment": attachment},
    )
    return {row.number: bytes(row.sealed) for row in rows}


def numbers(tx: sa.Connection, attachment: str) -> frozenset[int]:
    """Return which parts are here."""
    rows = tx.execute(
        sa.text("SELECT number FROM attachment_part WHERE attachment = :attachment"),
        {"attachment": attachment},
    ).scalars()
    return frozenset(rows)


def grant(tx: sa.Connection, rows: Sequence[GrantRow]) -> None:
    """Remember that messages gave attachments to partners."""
    if rows:
        tx.execute(
            sa.text(
                "INSERT INTO attachment_grant (attachment, peer, agreement_id, message_id)"
                " VALUES (:attachment, :peer, :agreement_id, :message_id) ON CONFLICT DO NOTHING"
            ),
            [msgspec.structs.asdict(row) for row in rows],
        )


def granted(tx: sa.Connection, attachment: str, peer: str) -> list[GrantRow]:
    """Return the messages that gave an attachment to a partner, as far as their records are open still."""
    rows = tx.execute(
        sa.text(
            "SELECT DISTINCT g.attachment, g.peer, g.agreement_id, g.message_id FROM attachment_grant AS g"
            " JOIN record_holder AS h ON h.message_id = CAST(g.message_id AS uuid) AND h.holder = g.peer"
            " JOIN record AS r ON r.id = h.record_id"
            " WHERE g.attachment = :attachment AND g.peer = :peer"
            " AND h.gone_at IS NULL AND r.gone = '' AND NOT r.blocked ORDER BY g.message_id"
        ),
        {"attachment": attachment, "peer": peer},
    )
    return [GrantRow(*row) for row in rows]


def discard(tx: sa.Connection, attachment: str) -> int:
    """Delete the parts of an attachment that was given to nobody; return how many there were."""
    done = tx.execute(
        sa.text(
            "DELETE FROM attachment_part WHERE attachment = :attachment"
            " AND NOT EXISTS (SELECT FROM attachment_grant WHERE attachment = :attachment)"
        ),
        {"attachment": attachment},
    )
    return done.rowcount


def keep_until(tx: sa.Connection, attachment: str, erase_after: datetime) -> None:
    """Keep parts as long as the message that names them."""
    tx.execute(
        sa.text(
            "UPDATE attachment_part SET erase_after = :until, review_at = :until"
            " WHERE attachment = :attachment AND erase_after < :until"
        ),
        {"attachment": attachment, "until": erase_after},
    )
