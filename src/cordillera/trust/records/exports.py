"""The register of exports: every file with records in it is known, and follows what becomes of them.

A file that still lies where it was written is overwritten and removed when one of its records ends; one
that was carried away stands on the register, marked, until a person has dealt with it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.ids import uuid7
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.handling.added import added
from cordillera.trust.handling.exports import Export, Item, Use, clear
from cordillera.trust.handling.model import join
from cordillera.trust.handling.wire import caveats_of
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.records import derived_store as sql
from cordillera.trust.records.holding import Holding
from cordillera.trust.records.model import ENDING, Record

_MARKS: Final = {"erase", "recall", "correct", "block", "dispute"}


class Exports:
    """Makes exports and registers them. Fills `Derived` for them."""

    name = "export"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def write(
        self, tx: sa.Connection, holding: Holding, officer: Officer, record_ids: Sequence[UUID], file: Path
    ) -> UUID:
        """Write records to `file` and register it; each reading is a leaf.

        Their markings are asked first, together (`handling.exports.clear`). Raises `ExportRefused`, and as
        `Holding.read` does.
        """
        held = [holding.get(tx, one) for one in record_ids]
        more = added(tx, record_ids)
        items = [
            Item(str(one.record_id), join(caveats_of(one.handling), more[one.record_id])) for one in held
        ]
        stamp = clear(items, Export(Use.COPY)).stamp
        told = [
            {
                "record_id": str(one.record_id),
                "origin": one.origin,
                "handling": one.handling,
                "stamp": stamp,
                "erase_after": one.erase_after.isoformat(),
                "content": canonical.loads(holding.read(tx, officer, one.record_id)),
            }
            for one in held
        ]
        content = canonical.dumps(told)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_bytes(content)
        file.chmod(0o600)
        export_id = self.register(tx, officer, held, str(file), content)
        holding.parts.ledger.record(tx, _event(officer, export_id, record_ids))
        return export_id

    def register(
        self, tx: sa.Connection, officer: Officer, held: Sequence[Record], place: str, content: bytes
    ) -> UUID:
        """Note a file that was carried away, so that what becomes of its records reaches it."""
        row = sql.ExportRow(
            id=uuid7(),
            agency=officer.agency,
            officer=officer.officer_id,
            record_ids=[one.record_id for one in held],
            place=place,
            digest=sha256(content).hex(),
            made_at=self._clock.now(),
            erase_after=max(one.erase_after for one in held),
            review_at=min(one.review_at for one in held),
        )
        sql.add_export(tx, row)
        return row.id

    def affected(self, tx: sa.Connection, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Return the exports that hold any of these records."""
        return tuple(str(row.id) for row in sql.exports(tx, record_ids))

    def apply(self, tx: sa.Connection, change: str, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Mark the exports; remove the files that are still there when a record in them ends."""
        if change not in _MARKS:
            return ()
        rows = sql.exports(tx, record_ids)
        if change in ENDING:
            for row in rows:
                _remove(Path(row.place))
        sql.mark_exports(tx, [row.id for row in rows], change, self._clock.now())
        return tuple(str(row.id) for row in rows)


def _remove(file: Path) -> None:
    if not file.is_file():
        return
    with file.open("r+b") as opened:
        opened.write(token_bytes(file.stat().st_size or 1))
        opened.flush()
    file.unlink()


def _event(officer: Officer, export_id: UUID, record_ids: Sequence[UUID]) -> Event:
    return Event(
        kind=LeafKind.EXPORTED,
        actor=officer.officer_id,
        agency=officer.agency,
        purpose=officer.purpose,
        message_id=str(export_id),
        payload=msgspec.json.encode([str(one) for one in record_ids]),
        detail={"records": str(len(record_ids))},
        subject_ref=str(export_id),
    )
