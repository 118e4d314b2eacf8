"""Records as the rest of the node uses them; each use case takes the caller's transaction first.

```
records.keep(tx, new)                                  # what came, or what was made
records.recall(tx, officer, record_id, "wrong person") # reaches every holder, and what was made from it
records.changes(tx, record_id)                         # who has proved it, who is missing
```
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.exchange.approving import Waiting
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.ports import Named, Officer
from cordillera.trust.records import change_store, consent_store, derived_store
from cordillera.trust.records import store as sql
from cordillera.trust.records.answers import adopt
from cordillera.trust.records.applying import Applying
from cordillera.trust.records.changing import Changing, Wish
from cordillera.trust.records.consenting import Consenting, TakeInConsents
from cordillera.trust.records.derived import Answers
from cordillera.trust.records.duties import Duties
from cordillera.trust.records.exports import Exports
from cordillera.trust.records.holding import Holding
from cordillera.trust.records.model import Change, Consent, ConsentUse, Record
from cordillera.trust.records.passing import Passing, Shared
from cordillera.trust.records.ports import Derived
from cordillera.trust.records.taking import TakeInChanges, TakeInDone
from cordillera.trust.records.views import change_view, consent_view

if TYPE_CHECKING:
    from cordillera.trust.exchange.effects import Effect


class Records(Holding):
    """The records of this node: kept, given on, changed, and followed wherever they went."""

    def __init__(self, parts: ExchangeParts, derived: Sequence[Derived] = ()) -> None:
        super().__init__(parts)
        self.exports = Exports(parts.clock)
        self.derived: tuple[Derived, ...] = (Answers(), self.exports, *derived)
        self._applying = Applying(self, self.derived)
        self._changing = Changing(self, self._applying)
        self._consenting = Consenting(self, self._changing)
        self._passing = Passing(self)

    @property
    def duties(self) -> Duties:
        """The worker of records."""
        return Duties(self.parts, self._changing, self._applying)

    def effects(self) -> "dict[str, Effect]":
        """Return what `record.*` and `consent.*` messages do; they come after those that bring content."""
        changes, consents = TakeInChanges(self, self._changing), TakeInConsents(self, self._consenting)
        kinds = ("correct", "block", "unblock", "dispute", "extend", "recall", "erase")
        words = ("request", "grant", "refuse", "revoke")
        return {
            **{f"consent.{word}": consents for word in words},
            **{f"record.{kind}": changes for kind in kinds},
            "record.done": TakeInDone(self, self._changing),
        }

    def correct(
        self, tx: sa.Connection, officer: Officer, record_id: UUID, reason: str, body: bytes
    ) -> Change:
        """Put a corrected content in place, here and at every holder."""
        return self._order(tx, officer, record_id, Wish(kind="correct", reason=reason, body=body))

    def block(
        self, tx: sa.Connection, officer: Officer, record_id: UUID, reason: str, court_ref: str = ""
    ) -> Change:
        """Close a record to everyone, here and at every holder."""
        return self._order(tx, officer, record_id, Wish(kind="block", reason=reason, court_ref=court_ref))

    def unblock(
        self, tx: sa.Connection, officer: Officer, record_id: UUID, reason: str, court_ref: str = ""
    ) -> Change:
        """Open a blocked record again, and end a dispute about it."""
        return self._order(tx, officer, record_id, Wish(kind="unblock", reason=reason, court_ref=court_ref))

    def erase(
        self, tx: sa.Connection, officer: Officer, record_id: UUID, reason: str, court_ref: str = ""
    ) -> Change:
        """Destroy a record's content, here and at every holder."""
        return self._order(tx, officer, record_id, Wish(kind="erase", reason=reason, court_ref=court_ref))

    def recall(
        self, tx: sa.Connection, officer: Officer, record_id: UUID, reason: str, court_ref: str = ""
    ) -> Change:
        """Take a record back: it should not have been given, or is not true."""
        return self._order(tx, officer, record_id, Wish(kind="recall", reason=reason, court_ref=court_ref))

    def dispute(self, tx: sa.Connection, officer: Officer, record_id: UUID, reason: str) -> Change:
        """Flag a record as disputed, here, at its originator and at every holder: it scores no more."""
        return self._order(tx, officer, record_id, Wish(kind="dispute", reason=reason))

    def extend(
        self, tx: sa.Connection, officer: Officer, record_id: UUID, reason: str, until: datetime
    ) -> Change:
        """Keep a record longer; a second officer must agree before anything happens."""
        return self._order(tx, officer, record_id, Wish(kind="extend", reason=reason, until=until))

    def wish(self, tx: sa.Connection, officer: Officer, record_id: UUID, wish: Wish) -> Change:
        """Order whatever is wished of a record; see `core.check_own_order` for what must hold."""
        return self._order(tx, officer, record_id, wish)

    def say(
        self, tx: sa.Connection, officer: Officer, consent_id: UUID, verdict: str, reason: str
    ) -> Consent:
        """Grant, refuse or revoke a consent, as the word says."""
        if verdict == "grant":
            return self.grant_consent(tx, officer, consent_id)
        if verdict == "refuse":
            return self.refuse_consent(tx, officer, consent_id)
        self.revoke_consent(tx, officer, consent_id, reason)
        return self.consent(tx, consent_id)

    def second(self, tx: sa.Connection, officer: Officer, change_id: UUID) -> Change:
        """Agree, as another officer, to a change that waits for one."""
        self._changing.second(tx, officer, change_id)
        return self.change(tx, change_id)

    def ask_consent(  # noqa: PLR0913 - which record, to whom, for what and why
        self, tx: sa.Connection, officer: Named, record_id: UUID, recipient: str, purpose: str, reason: str
    ) -> Consent:
        """Ask the originator whether a record may go to `recipient` for `purpose`."""
        return self.consent(tx, self._consenting.ask(tx, officer, record_id, recipient, purpose, reason))

    def grant_consent(self, tx: sa.Connection, officer: Officer, consent_id: UUID) -> Consent:
        """Agree to a request, as the first or the second officer."""
        self._consenting.grant(tx, officer, consent_id)
        return self.consent(tx, consent_id)

    def refuse_consent(self, tx: sa.Connection, officer: Officer, consent_id: UUID) -> Consent:
        """Refuse a request."""
        self._consenting.refuse(tx, officer, consent_id)
        return self.consent(tx, consent_id)

    def revoke_consent(
        self, tx: sa.Connection, officer: Officer, consent_id: UUID, reason: str
    ) -> Change | None:
        """Withdraw a consent; what its recipient has is erased, with proof. None: it was one to act."""
        change_id = self._consenting.revoke(tx, officer, consent_id, reason)
        return None if change_id is None else self.change(tx, change_id)

    def share(
        self, tx: sa.Connection, officer: Officer, record_id: UUID, partner_id: str, grounds: LegalGrounds
    ) -> Shared:
        """Give a record to a partner; see `Passing.share` for what must hold."""
        return self._passing.share(tx, officer, record_id, partner_id, grounds)

    def releases(self, tx: sa.Connection, record_id: UUID) -> tuple[Waiting, ...]:
        """Return what one officer wants given of a record, and waits for another to agree."""
        return self._passing.waiting(tx, record_id)

    def adopt_answer(self, tx: sa.Connection, query_id: UUID) -> Record:
        """Make the record of an answer that this node gave to a partner, so that it can be recalled."""
        return adopt(tx, self, query_id)

    def export(self, tx: sa.Connection, officer: Officer, record_ids: Sequence[UUID], file: Path) -> UUID:
        """Write records to a file that follows what becomes of them."""
        return self.exports.write(tx, self, officer, record_ids, file)

    def derive(self, tx: sa.Connection, record_id: UUID, kind: str, ref: str) -> None:
        """Remember that a thing of that kind (a `Derived.name`) was made from a record."""
        row = self.row(tx, record_id)
        derived_store.link(tx, row.agency, record_id, kind, ref, self.parts.clock.now())

    def made_from(self, tx: sa.Connection, record_id: UUID) -> tuple[tuple[str, str, str], ...]:
        """Return what was made from a record: kind, id, and what a change did to it."""
        return tuple(derived_store.links(tx, record_id))

    def change(self, tx: sa.Connection, change_id: UUID) -> Change:
        """Return a change with each holder's part in it; raise `NoSuchChange`."""
        return self._changes(tx, [self._changing.find(tx, change_id)])[0]

    def changes(self, tx: sa.Connection, record_id: UUID) -> tuple[Change, ...]:
        """Return the changes of a record, oldest first."""
        return self._changes(tx, change_store.of_record(tx, record_id))

    def open_changes(self, tx: sa.Connection, limit: int = 200) -> tuple[Change, ...]:
        """Return the changes that are not carried out everywhere, the most urgent first."""
        return self._changes(tx, change_store.unfinished(tx, limit))

    def overdue(self, tx: sa.Connection) -> int:
        """Return how many holders have let their time pass."""
        return change_store.overdue_count(tx, self.parts.clock.now())

    def consent(self, tx: sa.Connection, consent_id: UUID) -> Consent:
        """Return a consent; raise `NoSuchConsent`."""
        row = self._consenting.find(tx, consent_id)
        return consent_view(row, self._consenting.reason(tx, row))

    def consents(self, tx: sa.Connection, record_id: UUID) -> tuple[Consent, ...]:
        """Return the consents asked for a record, oldest first."""
        rows = consent_store.of_record(tx, record_id)
        return tuple(consent_view(row, self._consenting.reason(tx, row)) for row in rows)

    def consents_waiting(self, tx: sa.Connection, limit: int = 200) -> tuple[Consent, ...]:
        """Return the requests that wait for our consent authority."""
        rows = consent_store.waiting(tx, limit)
        return tuple(consent_view(row, self._consenting.reason(tx, row)) for row in rows)

    def consents_left(self, tx: sa.Connection) -> tuple[ConsentUse, ...]:
        """Return how many requests for consent were made today, by partner and agreement, and the quota."""
        return self._consenting.used_today(tx)

    def newest(
        self,
        tx: sa.Connection,
        wanted: sql.Filter | None = None,
        limit: int = 100,
        before: datetime | None = None,
    ) -> tuple[Record, ...]:
        """Return the newest records, without their contents."""
        rows = sql.newest(tx, wanted or sql.Filter(), limit, before)
        return tuple(row.seen(self.own) for row in rows)

    def expired(self, tx: sa.Connection, row: sql.RecordRow) -> None:
        """Tell those holders whose own term is later that a record of ours is over (fills `Expiry`)."""
        self._changing.expire(tx, row)

    def _order(self, tx: sa.Connection, officer: Officer, record_id: UUID, wish: Wish) -> Change:
        return self.change(tx, self._changing.order(tx, officer, record_id, wish))

    def _changes(self, tx: sa.Connection, rows: Sequence[change_store.ChangeRow]) -> tuple[Change, ...]:
        tasks = change_store.tasks(tx, [row.id for row in rows])
        now = self.parts.clock.now()
        return tuple(
            change_view(
                row,
                self._changing.detail(tx, row),
                [task for task in tasks if task.change_id == row.id],
                now,
            )
            for row in rows
        )
