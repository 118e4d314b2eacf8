"""SQL of the agreements' standing: status, proposals of change, confirmations of assumed terms.

Whoever changes a standing takes the lock exclusively, whoever decides takes it shared; both until their
transaction ends.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.database import deferred
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.loading import LoadedAgreement
from cordillera.trust.agreements.vocabulary import Status

LOCK = 0x61677265
OFFICERS_NEEDED = 2
_SHARE_STANDING = deferred("SELECT pg_advisory_xact_lock_shared(:lock)")
_STANDING = sa.text(
    "SELECT true AS is_status, agreement_id AS subject, status AS word FROM agreement_status"
    " UNION ALL SELECT false, agreement_hash, article FROM agreement_confirmation"
    " GROUP BY agreement_hash, article HAVING count(DISTINCT officer_id) >= :needed"
)


class Confirmation(msgspec.Struct, frozen=True):
    """One officer's word that an assumed article is as written."""

    article: str
    officer_id: str
    confirmed_at: datetime


class StatusProposal(msgspec.Struct, frozen=True):
    """What one officer asks for and a second one must agree to."""

    agreement_id: str
    status: Status
    officer_id: str
    reason: str
    proposed_at: datetime


class StatusChange(msgspec.Struct, frozen=True):
    """The standing that was set last."""

    agreement_id: str
    status: Status
    changed_by: str
    second_officer: str
    reason: str
    changed_at: datetime


def lock_standing(tx: sa.Connection) -> None:
    """Wait for decisions under way, and keep new ones waiting until this transaction ends."""
    tx.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def read_states(tx: sa.Connection, agreements: Iterable[LoadedAgreement]) -> dict[str, AgreementState]:
    """Return each agreement's state now; a confirmation counts only for the text that was confirmed.

    The lock is a statement of its own, so that what is read afterwards is what holds once it is granted.
    """
    tx.execute(_SHARE_STANDING, {"lock": LOCK})
    rows = tx.execute(_STANDING, {"needed": OFFICERS_NEEDED})
    statuses: dict[str, Status] = {}
    confirmed: dict[str, set[str]] = {}
    for row in rows:
        if row.is_status:
            statuses[row.subject] = Status(row.word)
        else:
            confirmed.setdefault(row.subject, set()).add(row.word)
    return {
        loaded.agreement.id: AgreementState(
            statuses.get(loaded.agreement.id, loaded.agreement.status),
            frozenset(confirmed.get(loaded.agreement_hash, ())),
        )
        for loaded in agreements
    }


def last_change(tx: sa.Connection, agreement_id: str) -> StatusChange | None:
    """Return the change that set the present status, or None when the file's own status holds."""
    found = (
        tx.execute(
            sa.text(
                "SELECT agreement_id, status, changed_by, second_officer, reason, changed_at"
                " FROM agreement_status WHERE agreement_id = :id"
            ),
            {"id": agreement_id},
        )
        .mappings()
        .first()
    )
    return None if found is None else msgspec.convert(dict(found), StatusChange)


def set_status(tx: sa.Connection, change: StatusChange) -> None:
    """Set the status and forget open proposals: they were made for another standing."""
    tx.execute(
        sa.text(
            "INSERT INTO agreement_status"
            " (agreement_id, status, changed_by, second_officer, reason, changed_at)"
            " VALUES (:agreement_id, :status, :changed_by, :second_officer, :reason, :changed_at)"
            " ON CONFLICT (agreement_id) DO UPDATE SET status = excluded.status,"
            " changed_by = excluded.changed_by, second_officer = excluded.second_officer,"
            " reason = excluded.reason, changed_at = excluded.changed_at"
        ),
        msgspec.structs.asdict(change) | {"status": str(change.status)},
    )
    tx.execute(
        sa.text("DELETE FROM agreement_proposal WHERE agreement_id = :id"), {"id": change.agreement_id}
    )


def add_proposal(tx: sa.Connection, proposal: StatusProposal) -> None:
    """Keep a proposal; the same officer's later one for the same status replaces it."""
    tx.execute(
        sa.text(
            "INSERT INTO agreement_proposal (agreement_id, status, officer_id, reason, proposed_at)"
            " VALUES (:agreement_id, :status, :officer_id, :reason, :proposed_at)"
            " ON CONFLICT (agreement_id, status, officer_id)"
            " DO UPDATE SET reason = excluded.reason, proposed_at = excluded.proposed_at"
        ),
        msgspec.structs.asdict(proposal) | {"status": str(proposal.status)},
    )


def open_proposals(tx: sa.Connection, agreement_id: str) -> tuple[StatusProposal, ...]:
    """Return the proposals that wait for a second officer."""
    rows = tx.execute(
        sa.text(
            "SELECT agreement_id, status, officer_id, reason, proposed_at FROM agreement_proposal"
            " WHERE agreement_id = :id ORDER BY proposed_at, officer_id"
        ),
        {"id": agreement_id},
    )
    return tuple(msgspec.convert(dict(row), StatusProposal) for row in rows.mappings())


def add_confirmation(tx: sa.Connection, agreement_hash: str, agreement_id: str, word: Confirmation) -> bool:
    """Keep one officer's word; False when that officer had given it already."""
    inserted = tx.execute(
        sa.text(
            "INSERT INTO agreement_confirmation"
            " (agreement_hash, agreement_id, article, officer_id, confirmed_at)"
            " VALUES (:hash, :id, :article, :officer_id, :confirmed_at) ON CONFLICT DO NOTHING"
        ),
        msgspec.structs.asdict(word) | {"hash": agreement_hash, "id": agreement_id},
    )
    return inserted.rowcount == 1


def confirmations(tx: sa.Connection, agreement_hash: str) -> tuple[Confirmation, ...]:
    """Return every officer's word about the terms of that text."""
    rows = tx.execute(
        sa.text(
            "SELECT article, officer_id, confirmed_at FROM agreement_confirmation"
            " WHERE agreement_hash = :hash ORDER BY article, confirmed_at"
        ),
        {"hash": agreement_hash},
    )
    return tuple(msgspec.convert(dict(row), Confirmation) for row in rows.mappings())
