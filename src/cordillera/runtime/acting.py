"""What an alert may not be acted upon for want of its giver's consent, and how that consent is asked for.

Fills the queue's `Restraints` with the markings of records and of lists (ADR 0082).
"""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.people import store as lists
from cordillera.runtime.watch import KIND
from cordillera.trust.exchange.errors import PartnerRevoked, UnknownPartner
from cordillera.trust.handling.display import stamp_of
from cordillera.trust.handling.model import CLOSED, OPEN, Caveats, join
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.handling.wire import caveats_of
from cordillera.trust.records.consenting import ACT, ACTED, ASKED
from cordillera.trust.records.errors import NoSuchRecord, TooManyConsents
from cordillera.trust.review.model import AlertRow, Restraint
from cordillera.trust.review.ports import Officer


class ConsentToAct:
    """Asks the givers of notices and lists, and reads what they answered."""

    def __init__(self, handling: Callable[[], HandlingService]) -> None:
        self._handling = handling

    def of(self, tx: sa.Connection, row: AlertRow) -> tuple[Restraint, ...]:
        """Return what the alert rests on and may not be acted upon. It is so when one of these holds.

        1. the record of the notice behind it says so, with everything added here;
        2. a list in use that it names came with such a marking, or with a record that says so.

        Our own and published lists restrain nothing, nor does a list that is not in use any more.
        """
        found = [self._of_record(tx, UUID(row.subject_ref))] if row.subject_kind == KIND else []  # 1
        return (*(one for one in found if one is not None), *self._of_lists(tx, row))

    def ask(self, tx: sa.Connection, officer: Officer, restraints: Sequence[Restraint], reason: str) -> None:
        """Ask for consent; raise what `Consenting.ask` raises."""
        for one in restraints:
            if one.record_id is not None:
                self._ask(tx, officer, one.record_id, ACT, reason)

    def tell(
        self, tx: sa.Connection, officer: Officer, restraints: Sequence[Restraint], reason: str
    ) -> tuple[str, ...]:
        """Tell the givers, as a request for consent after the fact; return those who could be told.

        Nobody is held up at a border because a giver cannot be reached: the leaf names who was not told.
        """
        return tuple(
            one.giver
            for one in restraints
            if one.record_id is not None and self._told(tx, officer, one.record_id, reason)
        )

    def _told(self, tx: sa.Connection, officer: Officer, record_id: UUID, reason: str) -> bool:
        try:
            self._ask(tx, officer, record_id, ACTED, reason)
        except (UnknownPartner, PartnerRevoked, TooManyConsents):
            return False
        return True

    def _ask(self, tx: sa.Connection, officer: Officer, record_id: UUID, purpose: str, reason: str) -> None:
        records = self._handling().records
        records.ask_consent(tx, officer, record_id, records.own, purpose, reason)

    def _of_lists(self, tx: sa.Connection, row: AlertRow) -> Iterator[Restraint]:
        names = {one.list_name for one in row.lists}
        for stored in lists.active_versions(tx) if names else ():  # 2
            version = stored.version
            if version.list_name in names and version.handling:
                caveats = caveats_of(version.handling)
                one = self._of_record(tx, version.record_id, caveats) if version.record_id else None
                if one is None and not caveats.may_act:
                    one = Restraint(
                        source=version.list_name, record_id=None, giver="", stamp=stamp_of(caveats)
                    )
                if one is not None:
                    yield one

    def _of_record(self, tx: sa.Connection, record_id: UUID, more: Caveats = OPEN) -> Restraint | None:
        handling = self._handling()
        try:
            record = handling.records.get(tx, record_id)
        except NoSuchRecord:
            return Restraint(source=str(record_id), record_id=None, giver="", stamp=stamp_of(CLOSED))
        caveats = join(more, handling.caveats(tx, [record_id])[record_id])
        own = handling.records.own
        if caveats.may_act or record.origin == own:
            return None
        asked = [
            one
            for one in handling.records.consents(tx, record_id)
            if (one.side, one.recipient) == (ASKED, own) and one.purpose in {ACT, ACTED}
        ]
        said = next((one for one in asked if one.state == "granted"), asked[-1] if asked else None)
        return Restraint(
            source=str(record_id),
            record_id=record_id,
            giver=record.origin,
            stamp=stamp_of(caveats),
            consent=said.state if said else "",
            leaf=said.leaf if said else "",
        )
