"""The people desk's persons put together, and what follows when a record of the exchange changes."""

from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people.budget_service import Budgets
from cordillera.desks.people.person_desk import PersonDesk
from cordillera.desks.people.person_lists import ListSource
from cordillera.desks.people.person_model import RECORD, Link
from cordillera.desks.people.person_service import PersonService
from cordillera.desks.people.register_service import Register
from cordillera.desks.people.same_service import NotTheSame
from cordillera.desks.people.screening import screened
from cordillera.desks.people.search_index import PersonIndex
from cordillera.desks.people.search_service import Parts, PersonSearch
from cordillera.desks.people.search_store import forget_keys, read_again
from cordillera.desks.people.service import WatchlistService
from cordillera.desks.people.threshold_core import Scored
from cordillera.desks.people.threshold_service import Crowd, Facts, Thresholds
from cordillera.desks.travellers.people_store import newest
from cordillera.desks.travellers.screening import subject_of
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.runtime.person_sources import RecordSource, TravellerSource
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.records import people_store
from cordillera.trust.records.model import ENDING
from cordillera.trust.review.model import Outcome
from cordillera.trust.review.service import ReviewService


class Base(msgspec.Struct, frozen=True):
    """What everything here seals, records and tells the time with."""

    sealer: FieldSealer
    ledger: Ledger
    clock: Clock


def person_desk(
    base: Base,
    people: WatchlistService,
    stored: tuple[TravellerSource, RecordSource],
    same: NotTheSame,
    facts: Facts,
) -> PersonDesk:
    """Return the people desk's parts about persons."""
    index = PersonIndex(base.sealer, stored)
    sources = (ListSource(people), *stored)
    search = PersonSearch(Parts(base.sealer, base.ledger, base.clock, people, index, sources))
    thresholds = Thresholds(base.ledger, base.clock, people, facts)
    return PersonDesk(
        search=search,
        persons=PersonService(search, Frozen()),
        register=Register(base.sealer, base.ledger, base.clock, same.between),
        same=same,
        index=index,
        thresholds=thresholds,
        budgets=Budgets(thresholds),
    )


class NodeFacts:
    """Fills the desk's `Facts` with this node's own travellers and decisions."""

    def __init__(self, sealer: FieldSealer, review: ReviewService) -> None:
        self._sealer = sealer
        self._review = review

    def crowd(self, tx: sa.Connection, limit: int) -> Crowd:
        """Return the newest travellers less confirmed ones, and over how many days all of them came.

        At least a day, or an hour where there are more travellers than were asked for.
        """
        found = newest(tx, self._sealer, limit)
        times = [one.received_at for one in found]
        days = (max(times) - min(times)).total_seconds() / 86_400 if times else 0.0
        decided = (one.row for one in self._review.every(tx))
        listed = {row.subject_ref for row in decided if row.outcome is Outcome.CONFIRMED}
        people = [one for one in found if str(one.row.id) not in listed]
        subjects = (subject_of(str(one.row.id), one.row.facts) for one in people)
        return Crowd(
            tuple(screened(one) for one in subjects), max(days, 1.0 if len(found) < limit else 1 / 24)
        )

    def labelled(self, tx: sa.Connection, list_name: str) -> tuple[Scored, ...]:
        """Return the bits of decided alerts on a list."""
        return tuple(
            Scored(score, outcome is Outcome.CONFIRMED)
            for score, outcome in self._review.labelled(tx, list_name)
        )


class RegisterFollows:
    """Fills records' `Derived`: the register follows what becomes of a partner's or our own record.

    An ended record leaves the register and the search with everything that hangs on it; after a correction,
    a dispute or a block, the merges it is part of wait for a person's look.
    """

    name = "person"

    def __init__(self, register: Callable[[], Register]) -> None:
        self._register = register

    def affected(self, tx: sa.Connection, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Return the merges that records are part of."""
        return tuple(str(merge.id) for merge in self._register().history(tx, _keys(record_ids)))

    def apply(self, tx: sa.Connection, change: str, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Let the register follow; return the merges concerned."""
        found = self.affected(tx, record_ids)
        refs = [str(one) for one in record_ids]
        if change in ENDING:
            self._register().forget(tx, _keys(record_ids))
            forget_keys(tx, RECORD, refs)
        elif change in {"correct", "dispute", "block"}:
            self._register().question(tx, _keys(record_ids), f"people.questioned.{change}")
        if change == "correct":
            read_again(tx, RECORD, refs)
        return found


class Frozen:
    """Fills the desk's `Redress` with what people's requests hold still."""

    def of(self, tx: sa.Connection, source: str, refs: Sequence[str]) -> tuple[Link, ...]:
        """Return the requests that froze items of a source."""
        return tuple(
            Link(kind="redress", ref=str(cause), text="", state="frozen", at=at)
            for cause, _, at in people_store.frozen(tx, source, list(refs))
        )


def _keys(record_ids: Sequence[UUID]) -> list[tuple[str, str]]:
    return [(RECORD, str(one)) for one in record_ids]
