"""Facts of travellers as Parquet (zstd), for rules over long history: written and read by DuckDB in memory.

One file holds a batch: a row for each traveller with the facts chosen, each set of things as a list of
structures, and columns of the caller's own. Neither way touches a disk: the bytes go through a file of the
kernel's memory, so the caller can seal them. DuckDB may open that file and nothing else.

>>> from cordillera.engines.rules.columns import columns_of
>>> from cordillera.engines.rules.facts import read_facts
>>> batch = columns_of([read_facts('{"subject": "t1", "facts": {"traveller.age": 34}}')])
>>> raw = written(batch, ["traveller.age"], {"ref": ["00"]})
>>> found, own = read(raw)
>>> raw[:4], found.columns["traveller.age"].tolist(), own["ref"].tolist()
(b'PAR1', [34], ['00'])
"""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import duckdb
import numpy as np

from cordillera.engines.rules.columns import UNKNOWN_TEXT, Columns, Numbers, SetRows
from cordillera.engines.rules.duckdb_store import fill
from cordillera.engines.rules.schema import FACTS, SETS, Fact, Ground
from cordillera.engines.rules.units import Kind

_UNKNOWN: Final = int(np.iinfo(np.int64).min)


def written(batch: Columns, facts: Collection[str], own: Mapping[str, Sequence[str]]) -> bytes:
    """Return a batch as Parquet with these facts of it and the caller's columns of texts, in its order."""
    with _database() as (database, file, path):
        fill(database, batch)
        given: dict[str, object] = {"row": np.arange(batch.travellers)}
        given |= {f"own.{name}": np.array(told, dtype=object) for name, told in own.items()}
        database.register("own", given)
        database.execute(
            f"COPY ({_nested(facts, own)}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
        )
        return os.pread(file, os.fstat(file).st_size, 0)


def read(raw: bytes) -> tuple[Columns, dict[str, "np.ndarray[Any, Any]"]]:
    """Return a batch as it was written, and the caller's columns."""
    with opened(raw) as database:
        columns: dict[str, Numbers] = {}
        texts: dict[str, Sequence[str]] = {}
        sets = {}
        people = database.execute("SELECT * FROM traveller ORDER BY row").fetchnumpy()
        count = len(people["row"])
        _add(people, columns, texts)
        for name in SETS:
            things = database.execute(f'SELECT * FROM "{name}" ORDER BY row').fetchnumpy()  # noqa: S608 - schema
            counts = np.bincount(np.asarray(things["row"], dtype=np.int64), minlength=count)
            starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
            sets[name] = SetRows(starts, np.asarray(people[f"complete.{name}"], dtype=np.bool_))
            _add(things, columns, texts)
        own = {name.removeprefix("own."): told for name, told in people.items() if name.startswith("own.")}
        return Columns(count, columns, texts, sets), own


@contextmanager
def opened(raw: bytes) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open what was written as the tables that rules as SQL are asked of (`duckdb_store.query_hits`)."""
    with _database() as (database, file, path):
        os.pwrite(file, raw, 0)
        database.execute(f"CREATE TABLE held AS SELECT * FROM read_parquet('{path}')")  # noqa: S608 - our own path
        held = _names(database, path)
        for name in ("", *SETS):
            database.execute(_flat(name, held))
        database.execute("DROP TABLE held")
        yield database


def facts_in(raw: bytes) -> frozenset[str]:
    """Return the facts that a file has a place for: one written before a fact was made has none for it."""
    with _database() as (database, file, path):
        os.pwrite(file, raw, 0)
        return _names(database, path) & FACTS.keys()


def _names(database: duckdb.DuckDBPyConnection, path: str) -> frozenset[str]:
    """The columns of a file, and the fields of structures in them."""
    found = database.execute(f"SELECT name FROM parquet_schema('{path}')").fetchall()  # noqa: S608 - our own path
    return frozenset(str(name) for (name,) in found)


@contextmanager
def _database() -> Iterator[tuple[duckdb.DuckDBPyConnection, int, str]]:
    """A database in memory that can open one file, which is in memory too."""
    file = os.memfd_create("facts", os.MFD_CLOEXEC)
    path = f"/proc/self/fd/{file}"
    try:
        with duckdb.connect(":memory:", config={"threads": 1}) as database:
            database.execute(f"SET allowed_paths = ['{path}']")
            database.execute("SET enable_external_access = false")
            database.execute("SET lock_configuration = true")
            yield database, file, path
    finally:
        os.close(file)


def _nested(facts: Collection[str], own: Collection[str]) -> str:
    """Return the query that puts the things of each traveller beside them; what is not chosen is null."""
    places = ['t."row"', *(f'o."own.{name}"' for name in own)]
    places += [_place(fact, f't."{fact.name}"' if fact.name in facts else "") for fact in _filed("")]
    joins = ['JOIN own AS o ON o."row" = t."row"']
    for name in SETS:
        chosen = any(fact.name in facts for fact in _filed(name))
        places.append(f't."complete.{name}"' if chosen else f'FALSE AS "complete.{name}"')
        told = ", ".join(
            _thing(fact, f'"{fact.name}"' if fact.name in facts else "") for fact in _filed(name)
        )
        kept = "" if chosen else " WHERE FALSE"
        joins.append(
            f'LEFT JOIN (SELECT "row", list(struct_pack({told})) AS things FROM "{name}"{kept}'  # noqa: S608 - schema
            f' GROUP BY "row") AS "of.{name}" ON "of.{name}"."row" = t."row"'
        )
        places.append(f'"of.{name}".things AS "{name}"')
    return f'SELECT {", ".join(places)} FROM traveller AS t {" ".join(joins)} ORDER BY t."row"'  # noqa: S608 - schema


def _flat(name: str, held: Collection[str]) -> str:
    """Return what makes a table of rules as SQL from the file; facts that no file has are unknown."""
    facts = [fact for fact in FACTS.values() if fact.set == name]
    filed = {fact.name for fact in _filed(name) if fact.name in held}
    if not name:
        own = [f'"{one}"' for one in sorted(held) if one == "row" or one.startswith(("own.", "complete."))]
        told = [_place(fact, f'"{fact.name}"' if fact.name in filed else "") for fact in facts]
        return f'CREATE TABLE traveller AS SELECT {", ".join([*own, *told])} FROM held ORDER BY "row"'  # noqa: S608
    told = [_place(fact, f"thing['{fact.name}']" if fact.name in filed else "") for fact in facts]
    return (
        f'CREATE TABLE "{name}" AS SELECT {", ".join(["row", *told])}'  # noqa: S608 - names of the schema
        f' FROM (SELECT "row", unnest("{name}") AS thing FROM held) ORDER BY "row"'
    )


def _filed(name: str) -> list[Fact]:
    """The facts of a set, or of travellers themselves, that a file may hold: those a rule may ask about."""
    lawful = (Ground.FREE, Ground.COUNTRY)
    return [fact for fact in FACTS.values() if fact.set == name and fact.ground in lawful]


def _place(fact: Fact, told: str) -> str:
    return f'{told or _null(fact)} AS "{fact.name}"'


def _thing(fact: Fact, told: str) -> str:
    return f'"{fact.name}" := {told or _null(fact)}'


def _null(fact: Fact) -> str:
    return f"NULL::{'VARCHAR' if fact.kind is Kind.TEXT else 'BIGINT'}"


def _add(
    table: Mapping[str, "np.ndarray[Any, Any]"], columns: dict[str, Numbers], texts: dict[str, Sequence[str]]
) -> None:
    """Take over the columns of facts that are known of anybody."""
    for name, told in table.items():
        if name not in FACTS or np.ma.count(told) == 0:
            continue
        if FACTS[name].kind is not Kind.TEXT:
            columns[name] = np.ma.filled(np.ma.asarray(told).astype(np.int64), _UNKNOWN)
            continue
        values = [value if isinstance(value, str) else None for value in np.ma.asarray(told).tolist()]
        distinct = sorted({value for value in values if value is not None})
        codes: dict[str | None, int] = {text: code for code, text in enumerate(distinct)}
        columns[name] = np.array([codes.get(value, UNKNOWN_TEXT) for value in values], dtype=np.int32)
        texts[name] = distinct
