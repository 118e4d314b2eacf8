"""The use cases of lists: take one in, show them, search them, find what a reference stands for.

Permission is checked by the caller's declaration, scope by `tx`; effect and ledger leaf share `tx`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.people import store
from cordillera.desks.people.asking_limits import AskingLimits
from cordillera.desks.people.codec import DOCUMENT, REFERENCE, open_entity
from cordillera.desks.people.core import entry_view
from cordillera.desks.people.errors import EntryNotFound, SearchEmpty
from cordillera.desks.people.files import read_source
from cordillera.desks.people.importing import ListImporter, Target
from cordillera.desks.people.lists_service import ListKeeper
from cordillera.desks.people.model import (
    Actor,
    EntryView,
    ImportReport,
    ListFormat,
    ListVersion,
    PersonHit,
    SourceFiles,
)
from cordillera.desks.people.screening import ListScreener
from cordillera.engines.names.documents import document_key
from cordillera.engines.names.model import Document, DocumentKind, Subject
from cordillera.engines.watchlists.formats import Delivery
from cordillera.trust.ledger.model import Event, LeafKind

SEARCH_THRESHOLD = -2.0  # bits; a person who searches wants to see what lies below the alert line, too
SEARCH_LIMIT = 50
SHOWN_VERSIONS = 200


class WatchlistService:
    """Lists of one node."""

    def __init__(self, importer: ListImporter, screener: ListScreener, limits: AskingLimits) -> None:
        self.lists = screener.lists
        self.limits = limits
        self._importer = importer
        self._sealer = importer.sealer
        self._ledger = importer.ledger
        self.keeper = ListKeeper(importer)

    def now(self) -> datetime:
        """Return the present moment of the node's clock."""
        return self._importer.clock.now()

    def import_file(
        self,
        tx: sa.Connection,
        path: Path,
        target: tuple[str, ListFormat],
        by: Actor,
        *,
        smaller: bool = False,
    ) -> ImportReport:
        """Import a list file as the new version of `target` (name, format); errors as in `import_source`."""
        return self.import_source(tx, read_source(path, target[1]), target, by, smaller=smaller)

    def import_source(
        self,
        tx: sa.Connection,
        source: SourceFiles | Delivery,
        target: tuple[str, ListFormat],
        by: Actor,
        *,
        smaller: bool = False,
    ) -> ImportReport:
        """Import the bytes of a list; a refused list raises and leaves the active version active."""
        return self.keeper.take_in(tx, source, Target(*target), by, smaller=smaller)

    def active(self, tx: sa.Connection) -> tuple[ListVersion, ...]:
        """Return the active version of every list."""
        return tuple(stored.version for stored in store.active_versions(tx))

    def versions(self, tx: sa.Connection) -> tuple[ListVersion, ...]:
        """Return all versions that are kept, the newest of each list first."""
        return store.all_versions(tx, SHOWN_VERSIONS)

    def search(
        self, tx: sa.Connection, subject: Subject, by: Actor, *, others: Sequence[Subject] = ()
    ) -> tuple[PersonHit, ...]:
        """Return candidates for one subject, the best first, and record that they were looked up.

        `others`: the same words asked as something else, an organisation or a vessel; each entry counts once.
        Raises `SearchEmpty` or an error of the limits.
        """
        if not (subject.full_name.strip() or subject.family_names.strip() or subject.documents):
            raise SearchEmpty
        self.limits.heed(by)
        asked = self.lists.hits(tx, [subject, *others], threshold=SEARCH_THRESHOLD)
        found = _each_once(hit for hits in asked for hit in hits)[:SEARCH_LIMIT]
        self.limits.count(tx, by, 1, ((hit.list_name, hit.entry_id) for hit in found))
        self._consulted(tx, by, "people.search", {"candidates": str(len(found))})
        return found

    def record_screening(
        self, tx: sa.Connection, lists: Sequence[str], counts: tuple[int, int], by: Actor
    ) -> None:
        """Record that a table of people was screened: `counts` are its rows and alerts."""
        detail = {"list": ", ".join(lists), "rows": str(counts[0]), "alerts": str(counts[1])}
        self._consulted(tx, by, "people.screen", detail)

    def entry(self, tx: sa.Connection, version_id: UUID, entry_id: str, by: Actor) -> EntryView:
        """Return one entry of a version and record that it was seen; raise `EntryNotFound` or a limit."""
        self.limits.heed(by)
        row = store.entry_of_list(tx, version_id, self._sealer.blind(REFERENCE, entry_id))
        return self._shown(tx, row, by, limited=True)

    def entry_of_reference(self, tx: sa.Connection, reference: str, by: Actor) -> EntryView:
        """Return the entry that a reference given to a partner stands for; raise `EntryNotFound`."""
        return self._shown(tx, store.entry_of_reference(tx, reference), by)

    def holds_document(self, tx: sa.Connection, kind: DocumentKind, number: str) -> bool:
        """Tell, without opening any entry, whether an active list holds this document."""
        key = document_key(Document(kind, number))
        return bool(key) and bool(store.entries_of_document(tx, [self._sealer.blind(DOCUMENT, key)]))

    def _shown(
        self, tx: sa.Connection, row: tuple[UUID, int, bytes] | None, by: Actor, *, limited: bool = False
    ) -> EntryView:
        stored = None if row is None else store.version(tx, row[0])
        if row is None or stored is None:
            raise EntryNotFound
        key = self._sealer.load_key(tx, stored.key_id)
        entity = open_entity(self._sealer, key, (row[0], row[1]), row[2])
        if limited:
            self.limits.count(tx, by, 1, [(stored.version.list_name, entity.reference)])
        self._consulted(tx, by, f"list:{stored.version.list_name}/{entity.reference}", {})
        return entry_view(stored.version, entity)

    def _consulted(self, tx: sa.Connection, by: Actor, subject_ref: str, detail: dict[str, str]) -> None:
        event = Event(
            kind=LeafKind.CONSULTATION,
            actor=by.actor,
            agency=by.agency,
            purpose=by.purpose,
            detail=detail,
            subject_ref=subject_ref,
        )
        self._ledger.record(tx, event)


def _each_once(hits: Iterable[PersonHit]) -> tuple[PersonHit, ...]:
    best: dict[tuple[str, str], PersonHit] = {}
    for hit in sorted(hits, key=lambda hit: -hit.score):
        best.setdefault((hit.list_name, hit.entry_id), hit)
    return tuple(best.values())
