"""What applies to a record at this node: the marking it came with, and everything added on top.

Nothing here takes away: restrictions are rows that are added, and what applies is their join.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.handling import restriction_store as sql
from cordillera.trust.handling.added import added
from cordillera.trust.handling.assistance import Matter
from cordillera.trust.handling.choice import HandlingChoice
from cordillera.trust.handling.display import stamp_of
from cordillera.trust.handling.errors import ExportRefused, NothingAdded
from cordillera.trust.handling.exports import Cleared, Export, Item, as_csv, as_json, clear
from cordillera.trust.handling.model import Caveats, join, restrict
from cordillera.trust.handling.wire import caveats_of, handling_of
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.records.model import Record
from cordillera.trust.records.service import Records

DOWNLOAD: Final = "download"
"""Where an export lies that was carried away by a browser."""


class Taken(msgspec.Struct, frozen=True):
    """A file that may leave: what was cleared, and its bytes."""

    record_id: UUID
    cleared: Cleared
    content: bytes


class HandlingService:
    """Caveats of records, and the one way out for their content."""

    def __init__(self, parts: ExchangeParts, records: Records) -> None:
        self.parts = parts
        self.records = records

    def caveats(self, tx: sa.Connection, record_ids: Sequence[UUID]) -> dict[UUID, Caveats]:
        """Return what applies to each record; raise `NoSuchRecord`."""
        return {
            record_id: restrict(caveats_of(self.records.get(tx, record_id).handling), [more])
            for record_id, more in added(tx, record_ids).items()
        }

    def restrict(
        self, tx: sa.Connection, officer: Officer, record_id: UUID, choice: HandlingChoice
    ) -> Caveats:
        """Restrict a record further; raise `NoSuchRecord`, and `NothingAdded` when nothing is stricter."""
        record = self.records.get(tx, record_id)
        before = self.caveats(tx, [record_id])[record_id]
        after = join(before, choice.caveats)
        if after == before:
            raise NothingAdded
        sql.insert(
            tx,
            sql.RestrictionRow(
                id=uuid7(),
                record_id=record_id,
                agency=officer.agency,
                handling=handling_of(choice.caveats),
                officer=officer.officer_id,
                added_at=self.parts.clock.now(),
                erase_after=record.erase_after,
                review_at=record.review_at,
            ),
        )
        told = {"act": "restrict", "record": str(record_id)}
        self._note(tx, officer, LeafKind.RECORD_CHANGED, record, told)
        return after

    def release(
        self, tx: sa.Connection, officer: Officer, record_ids: Sequence[UUID], export: Export
    ) -> Cleared | ExportRefused:
        """Clear records for an export, or say why not; either is a leaf, so the caller commits both.

        Raises `NoSuchRecord`.
        """
        records = [self.records.get(tx, record_id) for record_id in record_ids]
        caveats = self.caveats(tx, record_ids)
        told = {"use": export.use.value, "case": export.case_ref}
        try:
            cleared = clear([Item(str(one), caveats[one]) for one in record_ids], export)
        except ExportRefused as refused:
            why = {"code": refused.code, "reason": str(refused.facts.get("reason", ""))}
            for record in records:
                self._note(tx, officer, LeafKind.REFUSAL, record, told | why)
            return refused
        for record in records:
            self._note(tx, officer, LeafKind.EXPORTED, record, told | {"handling": cleared.stamp})
        return cleared

    def take_out(
        self, tx: sa.Connection, officer: Officer, record_id: UUID, export: Export, form: str
    ) -> "Taken | ExportRefused":
        """Write a record's content as a stamped file, or return why not; either is a leaf.

        Raises `NoSuchRecord`, `RecordSealed`, `RecordBlocked`, `RecordErased`.
        """
        raw = self.records.body(tx, record_id)
        cleared = self.release(tx, officer, [record_id], export)
        if isinstance(cleared, ExportRefused):
            return cleared
        content = msgspec.json.decode(raw)
        if form == "csv":
            rows = [(name, _told(value)) for name, value in content.items() if value]
            written = as_csv(cleared, ("field", "value"), rows).encode()
        else:
            written = as_json(cleared, content)
        self.records.exports.register(tx, officer, [self.records.get(tx, record_id)], DOWNLOAD, written)
        return Taken(record_id, cleared, written)

    def matter(self, tx: sa.Connection, officer: Officer, record_id: UUID, authority: str) -> Matter:
        """Return what is known for a request for legal assistance; that it was drawn up is a leaf."""
        record = self.records.get(tx, record_id)
        agreement = self.parts.policies(tx).get(record.agreement_id).agreement
        own = self.parts.identity.country
        theirs = next((party.authority for party in agreement.parties if party.code != own), "")
        told = {"act": "assistance form"}
        self._note(tx, officer, LeafKind.CONSULTATION, record, told)
        return Matter(
            requesting_authority=authority,
            requested_authority=theirs,
            agreement_id=record.agreement_id,
            agreement_title_es=agreement.title.es,
            agreement_title_en=agreement.title.en,
            record_id=str(record_id),
            origin=record.origin,
            officer=officer.agency,
            purpose=officer.purpose,
            handling=stamp_of(self.caveats(tx, [record_id])[record_id]),
        )

    def _note(
        self, tx: sa.Connection, officer: Officer, kind: LeafKind, record: Record, told: dict[str, str]
    ) -> None:
        event = Event(
            kind=kind,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            agreement_id=record.agreement_id,
            peer=record.received_from,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=str(record.record_id),
        )
        self.parts.ledger.record(tx, event)


def _told(value: object) -> str:
    """Return a value of a record's content in one cell."""
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part)
    return "; ".join(_told(part) for part in value) if isinstance(value, list) else str(value)
