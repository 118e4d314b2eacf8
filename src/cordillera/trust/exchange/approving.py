"""Two officers for one release, where the service of an agreement takes two (PCSC 5(4), Pruem 39(2)).

The first officer's act only asks: what would leave is kept as a digest, and what it is about sealed. It
leaves when another officer does the same act about exactly the same. A record, recipient, marking or ground
that has changed is another release, and begins anew; so does what waited too long.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import Place
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.exchange import release_store as sql
from cordillera.trust.exchange.model import SERVICE, LegalGrounds
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.ports import Officer

WAITS: Final = timedelta(days=14)
ANOTHER: Final = "another officer, who has not agreed yet"
"""In whose name a release that waits is judged, so that the first officer sees at once what forbids it."""


class Wanted(msgspec.Struct, frozen=True):
    """A release: of which thing, to whom or as what, and the canonical bytes of all that it says."""

    thing: UUID
    reference: str
    about: bytes


class Waiting(msgspec.Struct, frozen=True):
    """A release that waits for another officer: `about` is canonical JSON of what would leave, and why."""

    reference: str
    officer: str
    asked_at: datetime
    until: datetime
    about: str


class Pending(msgspec.Struct, frozen=True):
    """A release that waits; the thing is a record, a thread, or what was asked by keyed hash."""

    id: UUID
    thing: UUID
    waiting: Waiting


class Approving:
    """Keeps what one officer asked to have released until another agrees."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts

    def agreed(self, tx: sa.Connection, officer: Officer, wanted: Wanted) -> str:
        """Return who asked for this release before, or "" after keeping it as asked for by `officer`.

        For it to be agreed it must hold:

        1. Another officer of the agency asked for it, and not longer ago than `WAITS`.
        2. They asked for exactly this: every byte of what it says is the same.
        3. They may still act.

        What was asked for and is agreed, or is another's and differs, is forgotten: each release takes two.
        """
        row = sql.get(tx, wanted.thing, wanted.reference)
        digest = self._parts.sealer.blind_bytes("exchange_release.digest", wanted.about)
        now = self._parts.clock.now()
        if row is not None:
            sql.delete(tx, [row.id])
            self._parts.sealer.destroy_key(tx, row.key_id)
            other = row.officer != officer.officer_id and now < row.erase_after  # 1
            same = row.digest == digest  # 2
            if other and same and row.officer in self._parts.officers.active(tx, {row.officer}):  # 3
                return row.officer
        self._keep(tx, officer, wanted, digest, now)
        return ""

    def waiting(self, tx: sa.Connection, thing: UUID) -> tuple[Waiting, ...]:
        """Return what waits about a thing, for the officer who may agree."""
        return tuple(one.waiting for one in self._opened(tx, sql.of(tx, thing)))

    def open(self, tx: sa.Connection) -> tuple[Pending, ...]:
        """Return everything that waits in the scope of `tx`, what ends first first."""
        return self._opened(tx, sql.open_at(tx, self._parts.clock.now()))

    def forget(self, tx: sa.Connection, thing: UUID) -> None:
        """Forget everything that waits about a thing that is gone, or is no longer what it was."""
        rows = sql.of(tx, thing)
        sql.delete(tx, [row.id for row in rows])
        self._parts.sealer.destroy_keys(tx, [row.key_id for row in rows])

    def _opened(self, tx: sa.Connection, rows: Sequence[sql.ReleaseRow]) -> tuple[Pending, ...]:
        keys = self._parts.sealer.living_keys(tx, [row.key_id for row in rows])
        return tuple(
            Pending(
                row.id,
                row.thing,
                Waiting(
                    row.reference,
                    row.officer,
                    row.asked_at,
                    row.erase_after,
                    self._parts.sealer.open(keys[row.key_id], _place(row.id), row.about).decode(),
                ),
            )
            for row in rows
            if row.key_id in keys
        )

    def _keep(
        self, tx: sa.Connection, officer: Officer, wanted: Wanted, digest: bytes, now: datetime
    ) -> None:
        key, row_id = self._parts.sealer.new_split_key(tx, "exchange.release", now + WAITS), uuid7()
        row = sql.ReleaseRow(
            id=row_id,
            agency=officer.agency,
            thing=wanted.thing,
            reference=wanted.reference,
            officer=officer.officer_id,
            digest=digest,
            asked_at=now,
            key_id=key.key_id,
            about=self._parts.sealer.seal(key, _place(row_id), wanted.about),
            erase_after=now + WAITS,
            review_at=now + WAITS,
        )
        sql.insert(tx, row)


def takes_two(book: PolicyBook, agreement_id: str, service: str = SERVICE) -> bool:
    """Whether the service of an agreement takes two officers; False for an agreement that is not held."""
    try:
        found = book.get(agreement_id).agreement.service(service)
    except UnknownAgreement:
        return False
    return found is not None and found.preconditions.four_eyes


def same_grounds(grounds: LegalGrounds) -> LegalGrounds:
    """Return grounds as two officers must give them alike: without who orders, and each one's check-list."""
    return msgspec.structs.replace(grounds, ordered_by="", duties=(), duties_reason="")


def _place(row_id: UUID) -> Place:
    return Place("exchange_release", "about", str(row_id))
