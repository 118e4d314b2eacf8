"""Many travellers as columns of whole numbers: what the bulk evaluators read.

A counted fact is a column of any whole-number type; its least value stands for unknown. A text fact is a
column of codes into a list of texts, -1 for unknown. A set has the place where each traveller's things start,
one more at the end, and whether the things are complete. Facts without a column are unknown of everybody.

>>> from cordillera.engines.rules.facts import read_facts
>>> batch = columns_of([read_facts('{"subject": "t1", "facts": {"traveller.age": 34}}')])
>>> batch.columns["traveller.age"].tolist(), batch.travellers
([34], 1)
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.rules.facts import Facts, Seen, Thing, Things
from cordillera.engines.rules.schema import FACTS, SETS
from cordillera.engines.rules.units import Kind

Numbers: TypeAlias = npt.NDArray[np.integer]
UNKNOWN_TEXT: Final = -1


class SetRows(msgspec.Struct, frozen=True):
    """Where the things of each traveller are: rows `starts[i]` up to `starts[i + 1]` of the set's columns."""

    starts: npt.NDArray[np.int64]
    complete: npt.NDArray[np.bool_]


class Columns(msgspec.Struct, frozen=True):
    """A batch of travellers. `texts` holds the list of texts of each text column."""

    travellers: int
    columns: Mapping[str, Numbers]
    texts: Mapping[str, Sequence[str]]
    sets: Mapping[str, SetRows]


def unknown_of(column: Numbers) -> int:
    """The number that stands for unknown in a column of counted facts."""
    return int(np.iinfo(column.dtype).min)


def columns_of(travellers: Sequence[Facts]) -> Columns:
    """Return travellers as columns, in their order."""
    columns: dict[str, Numbers] = {}
    texts: dict[str, Sequence[str]] = {}
    sets = {}
    _add([facts.facts for facts in travellers], columns, texts)
    for name in SETS:
        of_all = [facts.things(name) for facts in travellers]
        starts = np.cumsum([0, *(len(things.things) for things in of_all)], dtype=np.int64)
        sets[name] = SetRows(starts, np.array([things.complete for things in of_all], dtype=np.bool_))
        _add([thing for things in of_all for thing in things.things], columns, texts)
    return Columns(len(travellers), columns, texts, sets)


def _add(rows: Sequence[Thing], columns: dict[str, Numbers], texts: dict[str, Sequence[str]]) -> None:
    for name in {name for row in rows for name in row}:
        values = [row[name].value if name in row else None for row in rows]
        if FACTS[name].kind is Kind.TEXT:
            distinct = sorted({value for value in values if isinstance(value, str)})
            codes: dict[str | int | None, int] = {text: code for code, text in enumerate(distinct)}
            columns[name] = np.array([codes.get(value, UNKNOWN_TEXT) for value in values], dtype=np.int32)
            texts[name] = distinct
        else:
            unknown = np.iinfo(np.int64).min
            columns[name] = np.array([unknown if v is None else v for v in values], dtype=np.int64)


def facts_of_row(batch: Columns, row: int, subject: str = "") -> Facts:
    """Return one traveller of a batch as facts again, to explain a hit."""
    sets = {}
    for name, rows in batch.sets.items():
        things = range(int(rows.starts[row]), int(rows.starts[row + 1]))
        found = tuple(_thing(batch, name, thing) for thing in things)
        sets[name] = Things(found, complete=bool(rows.complete[row]))
    return Facts(subject or str(row), _thing(batch, "", row), sets)


def _thing(batch: Columns, inside: str, row: int) -> dict[str, Seen]:
    found = {}
    for name, column in batch.columns.items():
        if FACTS[name].set == inside:
            value = int(column[row])
            texts = batch.texts.get(name)
            if texts is not None and value != UNKNOWN_TEXT:
                found[name] = Seen(texts[value])
            elif texts is None and value != unknown_of(column):
                found[name] = Seen(value)
    return found
