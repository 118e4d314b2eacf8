"""The SQL of screening again: one line of progress per list, and travellers of recent and coming arrivals."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from cordillera.desks.travellers.model import AskedFacts, TravellerFacts
from cordillera.desks.travellers.raising import Announced, occasion
from cordillera.desks.travellers.rescreening_model import Progress
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import FieldSealer, Place

_NAMES = Progress.__struct_fields__
_COLUMNS = ", ".join(_NAMES)
_TRAVELLER = (
    "t.id, t.agency, t.message_id, t.flight_id, t.key_id, t.facts,"
    " f.number, f.origin, f.destination, f.arrives_at"
)


class Waiting(msgspec.Struct, frozen=True, gc=False):
    """A traveller to be asked about: what is compared, and the facts as opened, for the few who are found."""

    id: UUID
    asked: AskedFacts
    opened: bytes
    row: sa.Row[tuple[object, ...]]

    def announced(self) -> Announced:
        """Return the traveller with all that is stored of them."""
        return _announced(self.row, self.opened)


class Window(msgspec.Struct, frozen=True):
    """Who is asked: kept at `now`, announced after `announced` (earlier ones name nobody any more).

    They arrive after `arrives`; where the arrival is unknown, they were announced after it.
    """

    now: datetime
    announced: datetime
    arrives: datetime


# A page of travellers first, then what belongs to them: each batch costs the same however many there are.
_PAGE: Final = sa.text(
    "SELECT t.id, t.agency, t.message_id, t.flight_id, t.key_id, f.number, f.origin, f.destination,"
    " f.arrives_at, CASE WHEN m.received_at > :announced"
    " AND coalesce(f.arrives_at, m.received_at) > :arrives THEN t.facts END AS facts"
    " FROM (SELECT id, agency, message_id, flight_id, key_id, facts FROM traveller"
    " WHERE id > :last AND erase_after > :now AND gone = '' ORDER BY id LIMIT :limit) t"
    " JOIN traveller_message m ON m.id = t.message_id JOIN traveller_flight f ON f.id = t.flight_id"
    " ORDER BY t.id"
)
_ASKED: Final = shapes.reader(AskedFacts)


def lock_plan(tx: sa.Connection) -> None:
    """Let those who plan follow each other; held until the transaction ends."""
    tx.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended('screen again', 23))"))


def every(tx: sa.Connection) -> tuple[Progress, ...]:
    """Return the progress of every list, in the order of their names."""
    return _read(tx, f"SELECT {_COLUMNS} FROM traveller_rescreening ORDER BY list_name", {})  # noqa: S608 - constants


def locked(tx: sa.Connection, list_name: str) -> Progress | None:
    """Return the progress of a list, locked: whoever works on it works alone until the transaction ends."""
    found = _read(
        tx,
        f"SELECT {_COLUMNS} FROM traveller_rescreening WHERE list_name = :name FOR UPDATE",  # noqa: S608 - constants
        {"name": list_name},
    )
    return found[0] if found else None


def begin(tx: sa.Connection, progress: Progress) -> None:
    """Put a line in place of the list's own; transactions that are older may still store travellers."""
    tx.execute(
        sa.text(
            f"INSERT INTO traveller_rescreening ({_COLUMNS}, after_transaction)"  # noqa: S608 - constants only
            f" VALUES ({', '.join(f':{name}' for name in _NAMES)}, pg_current_xact_id())"
            " ON CONFLICT (list_name) DO UPDATE SET after_transaction = excluded.after_transaction,"
            f" {', '.join(f'{name} = excluded.{name}' for name in _NAMES if name != 'list_name')}"
        ).bindparams(sa.bindparam("from_versions", type_=ARRAY(PG_UUID(as_uuid=True)))),
        _values(progress),
    )


def move(tx: sa.Connection, progress: Progress) -> None:
    """Keep how far it has come."""
    moving = ("phase", "reached", "travellers", "alerts", "offered", "entries", "seconds", "finished_at")
    tx.execute(
        sa.text(
            f"UPDATE traveller_rescreening SET {', '.join(f'{name} = :{name}' for name in moving)}"  # noqa: S608 - constants
            " WHERE list_name = :list_name"
        ),
        {name: value for name, value in _values(progress).items() if name in {*moving, "list_name"}},
    )


def forget(tx: sa.Connection, list_name: str) -> None:
    """Forget a list that ended."""
    tx.execute(sa.text("DELETE FROM traveller_rescreening WHERE list_name = :name"), {"name": list_name})


def settled(tx: sa.Connection, list_name: str) -> bool:
    """Tell whether every transaction that may have asked the version before has ended."""
    found = tx.execute(
        sa.text(
            "SELECT pg_snapshot_xmin(pg_current_snapshot()) > after_transaction"
            " FROM traveller_rescreening WHERE list_name = :name"
        ),
        {"name": list_name},
    )
    return bool(found.scalar_one())


def travellers(
    tx: sa.Connection, sealer: FieldSealer, last: UUID, window: Window, limit: int
) -> tuple[tuple[Waiting, ...], UUID | None]:
    """Return who is asked of the next `limit` travellers after `last`, and the id reached, None at the end.

    Those whose key is destroyed are passed over.
    """
    rows = tx.execute(_PAGE, {"last": last, "limit": limit, **msgspec.structs.asdict(window)}).all()
    asked = [row for row in rows if row.facts is not None]
    waiting = tuple(Waiting(row.id, _ASKED.decode(raw), raw, row) for row, raw in _opened(tx, sealer, asked))
    return waiting, rows[-1].id if rows else None


def traveller(tx: sa.Connection, sealer: FieldSealer, traveller_id: UUID, window: Window) -> Announced | None:
    """Return one traveller, None when erased, or naming nobody any more."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_TRAVELLER} FROM traveller t"  # noqa: S608 - constants only
            " JOIN traveller_message m ON m.id = t.message_id JOIN traveller_flight f ON f.id = t.flight_id"
            " WHERE t.id = :id AND t.erase_after > :now AND m.received_at > :announced"
        ),
        {"id": traveller_id, "now": window.now, "announced": window.announced},
    ).all()
    return next((_announced(row, raw) for row, raw in _opened(tx, sealer, rows)), None)


def _opened(
    tx: sa.Connection, sealer: FieldSealer, rows: Sequence[sa.Row[tuple[object, ...]]]
) -> Iterator[tuple[sa.Row[tuple[object, ...]], bytes]]:
    """Yield the rows whose key still is, with the facts that it opens."""
    keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
    for row in rows:
        if row.key_id in keys:
            yield row, sealer.open(keys[row.key_id], Place("traveller", "facts", str(row.id)), row.facts)


def _announced(row: sa.Row[tuple[object, ...]], opened: bytes) -> Announced:
    return Announced(
        id=row.id,
        agency=row.agency,
        message_id=row.message_id,
        flight_id=row.flight_id,
        facts=shapes.decode(opened, TravellerFacts),
        occasion=occasion(row.number, row.origin, row.destination),
        arrives_at=row.arrives_at,
    )


def _read(tx: sa.Connection, query: str, values: dict[str, object]) -> tuple[Progress, ...]:
    rows = tx.execute(sa.text(query), values)
    return tuple(shapes.convert(dict(row._mapping), Progress) for row in rows)  # noqa: SLF001 - SQLAlchemy's documented name


def _values(progress: Progress) -> dict[str, object]:
    return {**msgspec.structs.asdict(progress), "from_versions": list(progress.from_versions)}
