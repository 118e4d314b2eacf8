"""Taking a list in: read whole, checked against the active version, sealed, recorded; one transaction.

Nothing is written before the file was read and checked, so a refused file leaves no trace but its error.
"""

import time
from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.people import store
from cordillera.desks.people.codec import DOCUMENT, REFERENCE, content_mark, seal_entity
from cordillera.desks.people.core import check_name, check_successor
from cordillera.desks.people.model import (
    Actor,
    ImportReport,
    ListFormat,
    ListVersion,
    SourceFiles,
    StoredVersion,
)
from cordillera.engines.names.documents import document_key
from cordillera.engines.watchlists.model import EntityKind, ListedEntity, ParsedList
from cordillera.engines.watchlists.ofac_csv import parse_ofac
from cordillera.engines.watchlists.un_xml import parse_un
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

ERASE_AFTER: Final = timedelta(days=365)  # a list that nobody renews for a year is erased
REVIEW_AFTER: Final = timedelta(days=30)  # lists change weekly: an older one must be looked at
SUPERSEDED_KEPT: Final = timedelta(days=90)  # so that a decision on an old version can be replayed


class ListImporter:
    """Takes lists in."""

    def __init__(self, sealer: FieldSealer, ledger: Ledger, clock: Clock) -> None:
        self.sealer = sealer
        self.ledger = ledger
        self.clock = clock

    def take_in(
        self,
        tx: sa.Connection,
        source: SourceFiles,
        target: tuple[str, ListFormat],
        by: Actor,
        *,
        smaller: bool,
    ) -> ImportReport:
        """Import `source` as the new active version of the list `target`; conditions in `core.py`.

        Raises the errors of `core.py` and of the parsers; the active version then stays active.
        """
        began = time.perf_counter()
        name, form = target
        check_name(name)
        parsed = parse(source, form)
        store.lock_list(tx, name)
        active = next((known.version for known in store.active_versions(tx, name)), None)
        check_successor(active, parsed, form.value, smaller=smaller)
        stored, key = self._new_version(tx, source, target, (parsed, by))
        store.supersede(tx, name, self.clock.now(), self.clock.now() + SUPERSEDED_KEPT)
        store.add_version(tx, stored)
        self._add_entries(tx, stored.version, key, parsed)
        self.ledger.record(tx, _event(stored.version, active, by, smaller=smaller))
        return ImportReport(stored.version, round(time.perf_counter() - began, 3))

    def _new_version(
        self,
        tx: sa.Connection,
        source: SourceFiles,
        target: tuple[str, ListFormat],
        content: tuple[ParsedList, Actor],
    ) -> tuple[StoredVersion, DataKey]:
        parsed, by = content
        now = self.clock.now()
        version_id = uuid7()
        erase_after = now + ERASE_AFTER
        key = self.sealer.new_key(tx, f"watchlist-{version_id}", erase_after)
        version = ListVersion(
            version_id=version_id,
            list_name=target[0],
            format=target[1].value,
            list_date=parsed.list_date,
            source_hash=sha256(b"".join(sha256(part) for part in source.parts)).hex(),
            source_bytes=parsed.source_bytes,
            entries=len(parsed.entities),
            persons=sum(entity.kind is EntityKind.PERSON for entity in parsed.entities),
            names=parsed.names,
            refused_fields=parsed.refused_fields,
            unread_fields=parsed.unread_fields,
            imported_at=now,
            imported_by=by.actor,
            superseded_at=None,
            erase_after=erase_after,
            review_at=now + REVIEW_AFTER,
        )
        return StoredVersion(version, key.key_id), key

    def _add_entries(self, tx: sa.Connection, version: ListVersion, key: DataKey, parsed: ParsedList) -> None:
        entries, documents = [], []
        for ordinal, entity in enumerate(parsed.entities, 1):
            entries.append(self._entry_row(version, key, ordinal, entity))
            documents.extend(self._document_rows(version, ordinal, entity))
        store.add_entries(tx, entries)
        store.add_documents(tx, documents)

    def _entry_row(
        self, version: ListVersion, key: DataKey, ordinal: int, entity: ListedEntity
    ) -> store.EntryRow:
        return store.EntryRow(
            version_id=version.version_id,
            ordinal=ordinal,
            kind=entity.kind.value,
            reference_blind=self.sealer.blind(REFERENCE, entity.reference),
            sealed=seal_entity(self.sealer, key, (version.version_id, ordinal), entity),
            content_mark=content_mark(self.sealer, entity),
            erase_after=version.erase_after,
            review_at=version.review_at,
        )

    def _document_rows(
        self, version: ListVersion, ordinal: int, entity: ListedEntity
    ) -> list[store.DocumentRow]:
        keys = sorted({key for document in entity.documents if (key := document_key(document))})
        place: tuple[UUID, int] = version.version_id, ordinal
        due = version.erase_after, version.review_at
        return [store.DocumentRow(*place, self.sealer.blind(DOCUMENT, key), *due) for key in keys]


def parse(source: SourceFiles, form: ListFormat) -> ParsedList:
    """Read the files of a list in its format."""
    if form is ListFormat.UN_XML:
        return parse_un(source.main)
    return parse_ofac(source.main, source.alt, source.add, source.list_date)


def _event(version: ListVersion, active: ListVersion | None, by: Actor, *, smaller: bool) -> Event:
    return Event(
        kind=LeafKind.LIST_CHANGED,
        actor=by.actor,
        agency=by.agency,
        purpose=by.purpose,
        payload=bytes.fromhex(version.source_hash),
        subject_ref=f"list:{version.list_name}",
        detail={
            "list": version.list_name,
            "version": str(version.version_id),
            "replaces": str(active.version_id) if active else "",
            "source_hash": version.source_hash,
            "list_date": version.stated_date,
            "entries": str(version.entries),
            "refused_fields": str(version.refused_fields),
            "smaller_accepted": str(smaller).lower(),
        },
    )
