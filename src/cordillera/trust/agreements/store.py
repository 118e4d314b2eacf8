"""SQL of the agreements' standing: status, proposals of change, confirmations of assumed terms.

Whoever changes a standing takes the lock exclusively, whoever decides takes it shared; both until their
transaction ends.
"""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.store.swift import Statement
from cordillera.trust.agreements.core import Closing, Step
from cordillera.trust.agreements.vocabulary import Status

LOCK = 0x61677265
OFFICERS_NEEDED = 2
_SHARE_STANDING = Statement("SELECT pg_advisory_xact_lock_shared(:lock)")
_STANDING = Statement(
    "SELECT 'own' AS what, agreement_id AS subject, status AS word, opened_hash AS other,"
    " NULL::date AS begins, ends_on AS ends, NULL::timestamptz AS at FROM agreement_status"
    " UNION ALL SELECT 'partner', agreement_id, status, partner, NULL, ends_on, changed_at"
    " FROM agreement_partner_standing"
    " UNION ALL SELECT CASE WHEN signed THEN 'signed' ELSE 'unsigned' END, agreement_id, agreement_hash, '',"
    " valid_from, valid_to, adopted_at FROM agreement_version"
    " UNION ALL SELECT 'confirmed', agreement_hash, article, '', NULL, NULL, NULL"
    " FROM agreement_confirmation GROUP BY agreement_hash, article"
    " HAVING count(DISTINCT officer_id) >= :needed"
)


class Confirmation(msgspec.Struct, frozen=True):
    """One officer's word that an assumed article is as written."""

    article: str
    officer_id: str
    confirmed_at: datetime


class StepProposal(msgspec.Struct, frozen=True):
    """What one officer asks for and a second one must agree to."""

    agreement_id: str
    step: Step
    officer_id: str
    reason: str
    proposed_at: datetime


class StatusChange(msgspec.Struct, frozen=True):
    """The standing that was set last; `opened_hash` is the text that was brought into force, if any was."""

    agreement_id: str
    status: Status
    changed_by: str
    second_officer: str
    reason: str
    changed_at: datetime
    opened_hash: str = ""
    ends_on: date | None = None

    @property
    def closing(self) -> Closing:
        """What it says of the agreement."""
        return Closing(self.status, self.ends_on)


class PastStep(msgspec.Struct, frozen=True):
    """One step of an agreement's life; `partner` is the node that told of it, or "" when it was ours."""

    agreement_id: str
    version: int
    step: str
    status: Status
    ends_on: date | None
    officer_id: str
    second_officer: str
    partner: str
    reason: str
    at: datetime


class PartnerStanding(msgspec.Struct, frozen=True):
    """Where an agreement stands at a partner, as that node announced it."""

    agreement_id: str
    partner: str
    country: str
    status: Status
    ends_on: date | None
    changed_at: datetime
    received_at: datetime

    @property
    def closing(self) -> Closing:
        """What it says of the agreement."""
        return Closing(self.status, self.ends_on)


class HeldVersion(msgspec.Struct, frozen=True):
    """A version in the store: its text's hash, its days, when it was adopted."""

    agreement_hash: str
    signed: bool
    begins: date
    ends: date | None
    adopted_at: datetime


Words = tuple[tuple[Any, ...], ...]
"""What the store says of the standing, word by word: the same words make the same standing."""


class Kept(msgspec.Struct, frozen=True):
    """Everything that decisions need to know of the standing of all agreements."""

    own: dict[str, StatusChange]
    partners: dict[str, dict[str, Closing]]
    versions: dict[str, list[HeldVersion]]
    confirmed: dict[str, set[str]]


def lock_standing(tx: sa.Connection) -> None:
    """Wait for decisions under way, and keep new ones waiting until this transaction ends."""
    tx.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def read_words(tx: sa.Connection) -> Words:
    """Return everything that is said of the standing now; a confirmation counts only for its text.

    The lock is a statement of its own, so that what is read afterwards is what holds once it is granted.
    """
    needed = {"needed": OFFICERS_NEEDED}
    if not _STANDING.went_ahead(tx, needed):
        _SHARE_STANDING.send(tx, {"lock": LOCK})
    return tuple(_STANDING.rows(tx, needed))


def words_ahead(tx: sa.Connection) -> None:
    """Have `read_words` answered with the next answer of one that gathers; the lock is asked first."""
    _SHARE_STANDING.send(tx, {"lock": LOCK})
    _STANDING.ahead(tx, {"needed": OFFICERS_NEEDED})


def kept_of(words: Words) -> Kept:
    """Return the standing that these words make."""
    kept = Kept({}, {}, {}, {})
    for row in words:
        _place(kept, _Word(*row))
    return kept


class _Word(NamedTuple):
    what: str
    subject: str
    word: str
    other: str
    begins: Any
    ends: Any
    at: Any


def _place(kept: Kept, row: _Word) -> None:
    if row.what == "own":
        kept.own[row.subject] = StatusChange(
            row.subject, Status(row.word), "", "", "", _NEVER, row.other, row.ends
        )
    elif row.what == "partner":
        kept.partners.setdefault(row.subject, {})[row.other] = Closing(Status(row.word), row.ends)
    elif row.what == "confirmed":
        kept.confirmed.setdefault(row.subject, set()).add(row.word)
    else:
        held = HeldVersion(row.word, row.what == "signed", row.begins, row.ends, row.at)
        kept.versions.setdefault(row.subject, []).append(held)


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def last_change(tx: sa.Connection, agreement_id: str) -> StatusChange | None:
    """Return the change that set the present status, or None when the file's own status holds."""
    found = (
        tx.execute(
            sa.text(
                "SELECT agreement_id, status, changed_by, second_officer, reason, changed_at, opened_hash,"
                " ends_on FROM agreement_status WHERE agreement_id = :id"
            ),
            {"id": agreement_id},
        )
        .mappings()
        .first()
    )
    return None if found is None else shapes.convert(dict(found), StatusChange)


def changes(tx: sa.Connection) -> tuple[StatusChange, ...]:
    """Return the standing of every agreement that was ever changed here."""
    rows = tx.execute(
        sa.text(
            "SELECT agreement_id, status, changed_by, second_officer, reason, changed_at, opened_hash,"
            " ends_on FROM agreement_status ORDER BY agreement_id"
        )
    )
    return tuple(shapes.convert(dict(row), StatusChange) for row in rows.mappings())


def set_status(tx: sa.Connection, change: StatusChange) -> None:
    """Set the status and forget open proposals: they were made for another standing."""
    tx.execute(
        sa.text(
            "INSERT INTO agreement_status (agreement_id, status, changed_by, second_officer, reason,"
            " changed_at, opened_hash, ends_on)"
            " VALUES (:agreement_id, :status, :changed_by, :second_officer, :reason, :changed_at,"
            " :opened_hash, :ends_on)"
            " ON CONFLICT (agreement_id) DO UPDATE SET status = excluded.status,"
            " changed_by = excluded.changed_by, second_officer = excluded.second_officer,"
            " reason = excluded.reason, changed_at = excluded.changed_at,"
            " opened_hash = excluded.opened_hash, ends_on = excluded.ends_on"
        ),
        msgspec.structs.asdict(change) | {"status": str(change.status)},
    )
    tx.execute(
        sa.text("DELETE FROM agreement_proposal WHERE agreement_id = :id"), {"id": change.agreement_id}
    )


def add_step(tx: sa.Connection, step: PastStep) -> None:
    """Keep a step in the agreement's history."""
    tx.execute(
        sa.text(
            "INSERT INTO agreement_step (agreement_id, version, step, status, ends_on, officer_id,"
            " second_officer, partner, reason, at)"
            " VALUES (:agreement_id, :version, :step, :status, :ends_on, :officer_id,"
            " :second_officer, :partner, :reason, :at)"
        ),
        msgspec.structs.asdict(step) | {"status": str(step.status)},
    )


def history(tx: sa.Connection, agreement_id: str) -> tuple[PastStep, ...]:
    """Return the steps of an agreement's life, the newest first."""
    rows = tx.execute(
        sa.text(
            "SELECT agreement_id, version, step, status, ends_on, officer_id, second_officer, partner,"
            " reason, at FROM agreement_step WHERE agreement_id = :id ORDER BY step_id DESC LIMIT 500"
        ),
        {"id": agreement_id},
    )
    return tuple(shapes.convert(dict(row), PastStep) for row in rows.mappings())


def add_proposal(tx: sa.Connection, proposal: StepProposal) -> None:
    """Keep a proposal; the same officer's later one for the same step replaces it."""
    tx.execute(
        sa.text(
            "INSERT INTO agreement_proposal (agreement_id, step, officer_id, reason, proposed_at)"
            " VALUES (:agreement_id, :step, :officer_id, :reason, :proposed_at)"
            " ON CONFLICT (agreement_id, step, officer_id)"
            " DO UPDATE SET reason = excluded.reason, proposed_at = excluded.proposed_at"
        ),
        msgspec.structs.asdict(proposal) | {"step": str(proposal.step)},
    )


def open_proposals(tx: sa.Connection, agreement_id: str) -> tuple[StepProposal, ...]:
    """Return the proposals that wait for a second officer."""
    rows = tx.execute(
        sa.text(
            "SELECT agreement_id, step, officer_id, reason, proposed_at FROM agreement_proposal"
            " WHERE agreement_id = :id ORDER BY proposed_at, officer_id"
        ),
        {"id": agreement_id},
    )
    return tuple(shapes.convert(dict(row), StepProposal) for row in rows.mappings())


def waiting(tx: sa.Connection) -> int:
    """Return how many steps and signed texts wait for a second officer."""
    steps = sa.text(
        "SELECT (SELECT count(DISTINCT (agreement_id, step)) FROM agreement_proposal)"
        " + (SELECT count(DISTINCT agreement_hash) FROM agreement_draft)"
    )
    return int(tx.execute(steps).scalar_one())


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
    return tuple(shapes.convert(dict(row), Confirmation) for row in rows.mappings())


def partner_standings(tx: sa.Connection, agreement_id: str) -> tuple[PartnerStanding, ...]:
    """Return where the agreement stands at each partner that announced it."""
    rows = tx.execute(
        sa.text(
            "SELECT agreement_id, partner, country, status, ends_on, changed_at, received_at"
            " FROM agreement_partner_standing WHERE agreement_id = :id ORDER BY partner"
        ),
        {"id": agreement_id},
    )
    return tuple(shapes.convert(dict(row), PartnerStanding) for row in rows.mappings())


def set_partner_standing(tx: sa.Connection, told: PartnerStanding) -> bool:
    """Keep what a partner announced; False when what is held is as new or newer."""
    done = tx.execute(
        sa.text(
            "INSERT INTO agreement_partner_standing AS held"
            " (agreement_id, partner, country, status, ends_on, changed_at, received_at)"
            " VALUES (:agreement_id, :partner, :country, :status, :ends_on, :changed_at, :received_at)"
            " ON CONFLICT (agreement_id, partner) DO UPDATE SET country = excluded.country,"
            " status = excluded.status, ends_on = excluded.ends_on, changed_at = excluded.changed_at,"
            " received_at = excluded.received_at WHERE held.changed_at < excluded.changed_at"
        ),
        msgspec.structs.asdict(told) | {"status": str(told.status)},
    )
    return done.rowcount == 1


def announced(tx: sa.Connection) -> dict[tuple[str, str], datetime]:
    """Return how new the word is that each partner was told of each agreement."""
    rows = tx.execute(sa.text("SELECT agreement_id, partner, changed_at FROM agreement_announced"))
    return {(row.agreement_id, row.partner): row.changed_at for row in rows}


def set_announced(tx: sa.Connection, agreement_id: str, partner: str, at: datetime, msg_id: UUID) -> None:
    """Remember what a partner was told, and in which message."""
    tx.execute(
        sa.text(
            "INSERT INTO agreement_announced (agreement_id, partner, changed_at, msg_id)"
            " VALUES (:id, :partner, :at, :msg_id) ON CONFLICT (agreement_id, partner)"
            " DO UPDATE SET changed_at = excluded.changed_at, msg_id = excluded.msg_id"
        ),
        {"id": agreement_id, "partner": partner, "at": at, "msg_id": msg_id},
    )


def forget_announced(tx: sa.Connection, msg_id: UUID) -> bool:
    """Let a word be told again whose message came too late; whether there was one."""
    done = tx.execute(
        sa.text("UPDATE agreement_announced SET changed_at = 'epoch' WHERE msg_id = :id"), {"id": msg_id}
    )
    return done.rowcount == 1
