"""Names of files as they are kept: sealed, since some carriers write people into them."""

from uuid import UUID

from cordillera.desks.travellers.reading import storable
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place

Row = tuple[str, UUID]
"""Where a name stands: the table, and the id."""


def seal_name(sealer: FieldSealer, key: DataKey, row: Row, name: str) -> bytes:
    """Return a name sealed for a row; of none nothing."""
    text = storable(name)
    return sealer.seal(key, _place(row), text.encode()) if text else b""


def open_name(sealer: FieldSealer, key: DataKey | None, row: Row, kept: tuple[str, bytes]) -> str:
    """Return a row's name, kept plain (before names were sealed) or sealed; none once its key is gone."""
    plain, sealed = kept
    if not sealed:
        return plain
    return "" if key is None else sealer.open(key, _place(row), sealed).decode()


def _place(row: Row) -> Place:
    table, ref = row
    return Place(table, "named", str(ref))
