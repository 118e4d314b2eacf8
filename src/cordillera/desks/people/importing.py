"""Taking a list in: read as a stream, sealed, compared with the active version, recorded; one transaction.

Entries are written while the file is read, so that a million of them need little memory. A file that turns
out cut or malformed raises, and the caller's transaction takes back all of it: a refused file leaves no
trace but its error (ADR 0012, ADR 0040).
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import lists_store, store
from cordillera.desks.people.codec import DOCUMENT, REFERENCE, content_mark, seal_entity
from cordillera.desks.people.core import check_name, check_successor
from cordillera.desks.people.lists_core import fresh_until, lost_identity
from cordillera.desks.people.lists_diff import ListDifferences
from cordillera.desks.people.lists_errors import ListChangedWhileRead
from cordillera.desks.people.lists_model import PartnerTerms, Policy, Proof, UpdateCounts
from cordillera.desks.people.model import Actor, ListFormat, ListVersion, SourceFiles, StoredVersion
from cordillera.engines.names.documents import document_key
from cordillera.engines.watchlists.formats import Delivery, read
from cordillera.engines.watchlists.model import EntityKind, ListedEntity
from cordillera.engines.watchlists.reading import Reading
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

ERASE_AFTER: Final = timedelta(days=365)  # a list that nobody renews for a year is erased
WAITING_KEPT: Final = timedelta(days=30)  # a version that nobody agrees to
SUPERSEDED_KEPT: Final = timedelta(days=90)  # so that a decision on an old version can be replayed
MOST_OPENED: Final = 20_000  # changed entries that are opened and compared before a version takes effect
_BATCH: Final = 2_000


class Target(msgspec.Struct, frozen=True):
    """Which list a file becomes a version of, and where it came from; `terms` when a partner gave it.

    `proof` is what the file was checked by before.
    """

    name: str
    format: ListFormat
    place: str = ""
    terms: PartnerTerms | None = None
    proof: Proof = ""


class Staged(msgspec.Struct, frozen=True):
    """A version that was written and is not active, beside the one that is."""

    version: ListVersion
    active: ListVersion | None
    counts: UpdateCounts
    seconds: float


class ListImporter:
    """Takes lists in."""

    def __init__(self, sealer: FieldSealer, ledger: Ledger, clock: Clock) -> None:
        self.sealer = sealer
        self.ledger = ledger
        self.clock = clock

    def stage(self, tx: sa.Connection, source: SourceFiles | Delivery, target: Target, by: Actor) -> Staged:
        """Write `source` as a version that waits, and compare it with the active one.

        Raises `ListNameInvalid`, `ListFormatChanged`, `ListChangedWhileRead` and the errors of the readers;
        the caller's transaction must not be kept then.
        """
        began = time.perf_counter()
        check_name(target.name)
        delivery = source.delivery if isinstance(source, SourceFiles) else source
        store.lock_list(tx, target.name)
        active = next((known.version for known in store.active_versions(tx, target.name)), None)
        check_successor(active, target.format.value)
        version = self._write(tx, delivery, target, by)
        counts = self.counts(tx, active, version, target.proof)
        return Staged(version, active, counts, round(time.perf_counter() - began, 3))

    def counts(
        self, tx: sa.Connection, active: ListVersion | None, new: ListVersion, proof: Proof
    ) -> UpdateCounts:
        """Return the numbers of an update; up to `MOST_OPENED` changed entries are opened and compared."""
        old = None if active is None else active.version_id
        added, removed, altered = lists_store.difference_counts(tx, old, new.version_id)
        brought = None if old is None else lists_store.update_of(tx, old)
        return UpdateCounts(
            entries=new.entries,
            entries_before=active.entries if active else 0,
            bytes=new.source_bytes,
            bytes_before=active.source_bytes if active else 0,
            added=added,
            removed=removed,
            changed=altered,
            emptied=self._emptied(tx, (old, new.version_id), (removed, altered)) if altered else 0,
            proof=proof,
            proof_before=brought.counts.proof if brought else "",
        )

    def _emptied(self, tx: sa.Connection, versions: tuple[UUID | None, UUID], counts: tuple[int, int]) -> int:
        """Count changed entries that lost their identity; `counts` are those gone and those changed."""
        pairs = ListDifferences(self.sealer, self.ledger).differing(tx, *versions, skip=counts[0])
        opened = islice(pairs, min(counts[1], MOST_OPENED))
        return sum(lost_identity(was, now) for was, now in opened if was and now)

    def activate(
        self, tx: sa.Connection, version: ListVersion, by: Actor, policy: Policy, why: dict[str, str]
    ) -> ListVersion:
        """Make a version the active one: the old one is superseded, and a leaf says who let it."""
        now = self.clock.now()
        active = next((known.version for known in store.active_versions(tx, version.list_name)), None)
        store.supersede(tx, version.list_name, now, now + SUPERSEDED_KEPT)
        review_at = fresh_until(version.list_date, now, policy)
        lists_store.activate(tx, version.version_id, now, review_at)
        found = store.version(tx, version.version_id)
        made = version if found is None else found.version
        self.ledger.record(
            tx, changed(made, by, {"replaces": str(active.version_id) if active else "", **why})
        )
        return made

    def _write(self, tx: sa.Connection, delivery: Delivery, target: Target, by: Actor) -> ListVersion:
        digests = [file.digest() for file in delivery.files]
        stored, key = self._new_version(tx, sha256(b"".join(digests)).hex(), target, by)
        store.add_version(tx, stored)
        reading = read(delivery, target.format.value)
        version = self._add_entries(tx, stored.version, key, reading)
        version = msgspec.structs.replace(
            version, source_bytes=sum(file.unpacked for file in delivery.files if file.unpacked)
        )
        if digests != [file.digest() for file in delivery.files]:
            raise ListChangedWhileRead(list=target.name)
        lists_store.note_counts(tx, version)
        return version

    def _new_version(
        self, tx: sa.Connection, source_hash: str, target: Target, by: Actor
    ) -> tuple[StoredVersion, DataKey]:
        """Return a version that waits, with its key. Its counts are known when it has been read."""
        now, terms = self.clock.now(), target.terms
        version_id = uuid7()
        last = min(now + ERASE_AFTER, terms.erase_after) if terms else now + ERASE_AFTER
        key = self.sealer.new_key(tx, f"watchlist-{version_id}", last)
        version = ListVersion(
            version_id=version_id,
            list_name=target.name,
            format=target.format.value,
            list_date=None,
            source_hash=source_hash,
            source_bytes=0,
            entries=1,
            persons=0,
            names=0,
            refused_fields=0,
            unread_fields=0,
            imported_at=now,
            imported_by=by.actor,
            superseded_at=None,
            erase_after=min(last, now + WAITING_KEPT),
            review_at=min(last, now + WAITING_KEPT),
            waiting=True,
            agreement_id=terms.agreement_id if terms else "",
            article=terms.article if terms else "",
            handling=terms.handling if terms else {},
            record_id=terms.record_id if terms else None,
        )
        return StoredVersion(version, key.key_id), key

    def _add_entries(
        self, tx: sa.Connection, version: ListVersion, key: DataKey, reading: Reading
    ) -> ListVersion:
        """Seal and write entries as they are read; return the version with its counts."""
        ordinal = persons = names = 0
        entities = iter(reading)
        while batch := list(islice(entities, _BATCH)):
            entries, documents = [], []
            for entity in batch:
                ordinal += 1
                entries.append(self._entry(version.version_id, key, ordinal, entity))
                documents += [(ordinal, number) for number in self._numbers(entity)]
                persons += entity.kind is EntityKind.PERSON
                names += len(entity.names)
            lists_store.add_entries(tx, version, entries, documents)
        tally = reading.tally
        return msgspec.structs.replace(
            version,
            list_date=reading.list_date,
            entries=ordinal,
            persons=persons,
            names=names,
            refused_fields=tally.refused,
            unread_fields=tally.unread,
            capped_values=tally.capped,
            skipped_entries=tally.skipped,
            left_values=tally.left,
            encoding=reading.encoding,
        )

    def _entry(
        self, version_id: UUID, key: DataKey, ordinal: int, entity: ListedEntity
    ) -> lists_store.EntryTuple:
        return (
            ordinal,
            entity.kind.value,
            self.sealer.blind(REFERENCE, entity.reference),
            seal_entity(self.sealer, key, (version_id, ordinal), entity),
            content_mark(self.sealer, entity),
        )

    def _numbers(self, entity: ListedEntity) -> Iterator[bytes]:
        if entity.documents:
            keys = {key for document in entity.documents if (key := document_key(document))}
            yield from (self.sealer.blind(DOCUMENT, key) for key in sorted(keys))


def changed(version: ListVersion, by: Actor, why: dict[str, str]) -> Event:
    """Return the leaf of what happened to a version: its hash, its counts, and who let it."""
    return Event(
        kind=LeafKind.LIST_CHANGED,
        actor=by.actor,
        agency=by.agency,
        purpose=by.purpose,
        agreement_id=version.agreement_id,
        payload=bytes.fromhex(version.source_hash),
        subject_ref=f"list:{version.list_name}",
        detail={
            "list": version.list_name,
            "version": str(version.version_id),
            "source_hash": version.source_hash,
            "list_date": version.stated_date,
            "entries": str(version.entries),
            "refused_fields": str(version.refused_fields),
            **why,
        },
    )
