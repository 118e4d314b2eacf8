"""The life of one agreement as people see it: versions, signatures, what each side says, what waits.

>>> Life.__struct_fields__[:3]
('agreement_id', 'version', 'status')
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
import sqlalchemy as sa

from cordillera.trust.agreements import store, version_store
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.reading import own_closing
from cordillera.trust.agreements.versions import Version
from cordillera.trust.agreements.vocabulary import Status


class VersionView(msgspec.Struct, frozen=True):
    """One version: its days, who signed, who adopted it; `now`: it is the one that decides."""

    version: int
    agreement_hash: str
    begins: date
    ends: date | None
    signed: bool
    now: bool
    parties: tuple[str, ...]
    proposed_by: str
    adopted_by: str
    adopted_at: datetime | None


class SideView(msgspec.Struct, frozen=True):
    """What one partner's node said of the agreement, and when."""

    partner: str
    country: str
    status: str
    ends_on: date | None
    changed_at: datetime
    received_at: datetime


class DraftView(msgspec.Struct, frozen=True):
    """A signed text that waits for a second officer."""

    agreement_id: str
    version: int
    agreement_hash: str
    proposed_by: tuple[str, ...]
    reasons: tuple[str, ...]
    proposed_at: datetime


class Life(msgspec.Struct, frozen=True):
    """Where an agreement stands and how it came there; `own` is our own word without the partners'."""

    agreement_id: str
    version: int
    status: str
    own: str
    signed: bool
    production: bool
    ends_on: date | None
    open_assumptions: int
    versions: tuple[VersionView, ...]
    partners: tuple[SideView, ...]
    waiting: tuple[store.StepProposal, ...]
    drafts: tuple[DraftView, ...]
    history: tuple[store.PastStep, ...]


def life_of(tx: sa.Connection, book: PolicyBook, agreement_id: str) -> Life:
    """Return the life of an agreement; raise `UnknownAgreement`."""
    loaded, state = book.get(agreement_id), book.state(agreement_id)
    own = own_closing(store.last_change(tx, agreement_id), loaded)
    partners = store.partner_standings(tx, agreement_id)
    ends = [one for one in (own.ends_on, *(side.ends_on for side in partners)) if one is not None]
    still_open = loaded.agreement.assumed_open(state.confirmed)
    return Life(
        agreement_id=agreement_id,
        version=loaded.agreement.version,
        status=str(state.status),
        own=str(own.status),
        signed=state.signed,
        production=state.signed and state.status is Status.IN_FORCE and still_open == 0,
        ends_on=min(ends, default=None),
        open_assumptions=still_open,
        versions=_versions(tx, book, agreement_id),
        partners=tuple(
            SideView(p.partner, p.country, str(p.status), p.ends_on, p.changed_at, p.received_at)
            for p in partners
        ),
        waiting=store.open_proposals(tx, agreement_id),
        drafts=tuple(draft for draft in drafts_of(tx) if draft.agreement_id == agreement_id),
        history=store.history(tx, agreement_id),
    )


def drafts_of(tx: sa.Connection) -> tuple[DraftView, ...]:
    """Return the signed texts that wait for a second officer."""
    grouped: dict[str, list[version_store.DraftRow]] = {}
    for row in version_store.drafts(tx):
        grouped.setdefault(row.agreement_hash, []).append(row)
    return tuple(_draft(rows) for rows in grouped.values())


def _draft(rows: Sequence[version_store.DraftRow]) -> DraftView:
    first = rows[0]
    return DraftView(
        agreement_id=first.agreement_id,
        version=first.version,
        agreement_hash=first.agreement_hash,
        proposed_by=tuple(row.officer_id for row in rows),
        reasons=tuple(row.reason for row in rows),
        proposed_at=first.proposed_at,
    )


def _versions(tx: sa.Connection, book: PolicyBook, agreement_id: str) -> tuple[VersionView, ...]:
    rows = {row.agreement_hash: row for row in version_store.versions(tx)}
    now = book.get(agreement_id).agreement_hash
    return tuple(
        _version(one, rows.get(one.loaded.agreement_hash), now) for one in book.versions(agreement_id)
    )


def _version(version: Version, row: version_store.VersionRow | None, now: str) -> VersionView:
    agreement_hash = version.loaded.agreement_hash
    adopted = row if row is not None and row.signed else None
    return VersionView(
        version=version.number,
        agreement_hash=agreement_hash,
        begins=version.begins,
        ends=version.ends,
        signed=version.signed,
        now=agreement_hash == now,
        parties=tuple(sorted(version.loaded.agreement.countries)) if version.signed else (),
        proposed_by=adopted.proposed_by if adopted else "",
        adopted_by=adopted.adopted_by if adopted else "",
        adopted_at=adopted.adopted_at if adopted else None,
    )
