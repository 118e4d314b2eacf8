"""What the pages and commands of lists are built on: keeping, comparing, updating, and one view over all."""

from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import lists_store, store
from cordillera.desks.people.lists_diff import ListDifferences
from cordillera.desks.people.lists_errors import VersionNotFound
from cordillera.desks.people.lists_model import KnownSource, Outcome, Update
from cordillera.desks.people.lists_service import ListKeeper
from cordillera.desks.people.lists_updating import ListUpdater
from cordillera.desks.people.model import ListVersion

_SHOWN = 500


class ListLine(msgspec.Struct, frozen=True):
    """One list as the page of lists shows it: its active version, its source, its last update, what waits."""

    name: str
    version: ListVersion | None
    source: KnownSource | None
    last: Update | None
    waiting: Update | None
    stale: bool
    failing: bool


class Troubles(msgspec.Struct, frozen=True):
    """How many lists ask for attention: versions that wait, sources that fail, lists that are stale."""

    waiting: int
    failing: int
    stale: int


class ListDesk:
    """Lists as officers see them."""

    def __init__(self, keeper: ListKeeper, agency: str) -> None:
        self.keeper = keeper
        self.differences = ListDifferences(keeper.importer.sealer, keeper.importer.ledger)
        self.updater = ListUpdater(keeper, agency)
        self._clock = keeper.importer.clock

    def lines(self, tx: sa.Connection) -> tuple[ListLine, ...]:
        """Return every list that has an active version, a source, or a version that waits."""
        active = {stored.version.list_name: stored.version for stored in store.active_versions(tx)}
        sources = {known.source.list_name: known for known in lists_store.sources(tx)}
        waiting = {update.list_name: update for update in self.keeper.waiting(tx)}
        last, now = self.keeper.last_updates(tx), self._clock.now()
        return tuple(
            ListLine(
                name,
                active.get(name),
                sources.get(name),
                last.get(name),
                waiting.get(name),
                name in active and active[name].review_at <= now,
                name in sources and sources[name].state.outcome == Outcome.FAILED,
            )
            for name in sorted({*active, *sources, *waiting})
        )

    def line(self, tx: sa.Connection, name: str) -> ListLine | None:
        """Return one list, None when nothing is known of it."""
        return next((line for line in self.lines(tx) if line.name == name), None)

    def versions(self, tx: sa.Connection, name: str) -> tuple[ListVersion, ...]:
        """Return the versions of a list that are kept, the newest first."""
        return tuple(one for one in store.all_versions(tx, _SHOWN) if one.list_name == name)

    def troubles(self, tx: sa.Connection) -> Troubles:
        """Count what asks for attention."""
        lines = self.lines(tx)
        return Troubles(
            sum(line.waiting is not None for line in lines),
            sum(line.failing for line in lines),
            sum(line.stale for line in lines),
        )

    def compared(
        self, tx: sa.Connection, version_id: UUID, against: UUID | None
    ) -> tuple[ListVersion | None, ListVersion]:
        """Return the version that another is compared with (the active one by default), and that one."""
        found = store.version(tx, version_id)
        if found is None:
            raise VersionNotFound
        new = found.version
        if against is not None:
            old = store.version(tx, against)
            if old is None or old.version.list_name != new.list_name:
                raise VersionNotFound
            return old.version, new
        active = store.active_versions(tx, new.list_name)
        return (active[0].version if active else None), new
