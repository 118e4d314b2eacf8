"""Lists that a partner gave with a notice, under an article: taken in, and following that notice.

The desk of lists knows no records and records know no lists; both meet here.
"""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import lists_store
from cordillera.desks.people import store as versions
from cordillera.desks.people.importing import Target, changed
from cordillera.desks.people.lists_errors import PartnerListRefused
from cordillera.desks.people.lists_model import PartnerTerms
from cordillera.desks.people.lists_service import ListKeeper
from cordillera.desks.people.model import Actor, ImportReport, ListFormat, StoredVersion
from cordillera.engines.watchlists.formats import Delivery
from cordillera.engines.watchlists.source import ListFile
from cordillera.foundation.errors import NotFound
from cordillera.foundation.store.database import NODE
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.attachments.service import AttachmentService
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.records.model import ENDING, Record, RecordStatus
from cordillera.trust.records.service import Records

KIND: Final = "watchlist"
_HIDING: Final = frozenset({"block", "dispute"})


class PartnerFile(msgspec.Struct, frozen=True, kw_only=True):
    """Which attachment of which record becomes which list, under which article."""

    record_id: UUID
    attachment: str
    name: str
    format: ListFormat
    article: str
    mapping: str = ""


class ListsOfPartners:
    """Takes lists in that came with a record."""

    def __init__(
        self,
        keeper: ListKeeper,
        records: Records,
        attachments: AttachmentService,
        policies: Callable[[sa.Connection], PolicyBook],
    ) -> None:
        self._keeper = keeper
        self._records = records
        self._attachments = attachments
        self._policies = policies

    def take_in(
        self, tx: sa.Connection, officer: Officer, asked: PartnerFile, *, hold: bool = False
    ) -> ImportReport:
        """Make an attachment a list of its own. It must hold, else `PartnerListRefused` names the condition.

        1. The record came from a partner, and is active: neither sealed, blocked, disputed nor gone.
        2. The article is one of the agreement under which the record came.
        3. No list of this name came from elsewhere: a partner's list never replaces one of our own.

        Raises what opening an attachment raises, and what taking a list in raises. The version is erased no
        later than the record.
        """
        record = self._records.get(tx, asked.record_id)
        if not record.received_from or record.status is not RecordStatus.ACTIVE:
            raise PartnerListRefused(condition=1, status=record.status.value)
        self._check_article(tx, record, asked.article)
        active = versions.active_versions(tx, asked.name)
        if active and active[0].version.agreement_id != record.agreement_id:
            raise PartnerListRefused(condition=3, list=asked.name[:40])
        opened = self._attachments.open(tx, officer, asked.record_id, asked.attachment)
        terms = PartnerTerms(
            record.agreement_id, asked.article, record.handling, record.record_id, record.erase_after
        )
        target = Target(asked.name, asked.format, f"{record.received_from}: {opened.name}"[:200], terms)
        delivery = Delivery(ListFile.of(opened.content, opened.name), mapping=asked.mapping)
        by = Actor(officer.officer_id, officer.agency, officer.purpose)
        report = self._keeper.take_in(tx, delivery, target, by, hold=hold)
        self._records.derive(tx, record.record_id, KIND, str(report.version.version_id))
        return report

    def _check_article(self, tx: sa.Connection, record: Record, article: str) -> None:
        try:
            clause = self._policies(tx).get(record.agreement_id).agreement.clause(article)
        except NotFound:
            clause = None
        if clause is None:
            raise PartnerListRefused(condition=2, article=article[:40], agreement=record.agreement_id)


class PartnerLists:
    """Lists made from records. Fills records' `Derived`: what becomes of the record becomes of its list."""

    name = KIND

    def __init__(self, keeper: ListKeeper) -> None:
        self._keeper = keeper
        self._by = Actor(NODE, NODE, "records")

    def affected(self, tx: sa.Connection, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Return the versions that were made from these records."""
        return tuple(str(version) for version, _ in lists_store.versions_of_record(tx, record_ids))

    def apply(self, tx: sa.Connection, change: str, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Erase lists of records that end or change; take those of blocked or disputed ones out of use."""
        found = [
            stored
            for version, _ in lists_store.versions_of_record(tx, record_ids)
            if (stored := versions.version(tx, version)) is not None
        ]
        if change in ENDING or change == "correct":  # what was corrected comes again, as it reads then
            for stored in found:
                self._keeper.end(tx, stored, self._by, change)
            return _ids(found)
        if change in _HIDING:
            return self._note(tx, found, change, lists_store.hide(tx, record_ids))
        if change == "unblock":
            return self._note(tx, found, change, lists_store.show_again(tx, record_ids))
        return ()

    def _note(
        self, tx: sa.Connection, found: Sequence[StoredVersion], change: str, which: frozenset[UUID]
    ) -> tuple[str, ...]:
        touched = [stored for stored in found if stored.version.version_id in which]
        for stored in touched:
            leaf = changed(stored.version, self._by, {"effect": change})
            self._keeper.importer.ledger.record(tx, leaf)
        return _ids(touched)


def _ids(found: Sequence[StoredVersion]) -> tuple[str, ...]:
    return tuple(str(stored.version.version_id) for stored in found)
