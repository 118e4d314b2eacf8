"""Rules as SQL for DuckDB: back-tests on history that lies in tables or Parquet files.

One filtered scan a rule (borders.md 3: eight times faster than one wide projection). SQL has three-valued
logic of its own; only sets of things need care, because an incomplete set leaves "at least n" open. Names
come from the schema and values are bound, so that no word of a rule becomes SQL. Times and units are whole
numbers as everywhere, so no database's own "hours between" is asked.

The tables: `traveller` with `row`, one column for each fact of a traveller, `complete.<set>` for each set;
and for each set a table with the `row` of the traveller and one column for each fact.

>>> from cordillera.engines.rules.plain import InRange
>>> where(InRange("traveller.age", 0, 17))
('t."traveller.age" BETWEEN ? AND ?', [0, 17])
"""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import duckdb
import numpy as np

from cordillera.engines.rules.columns import Columns, unknown_of
from cordillera.engines.rules.legality import LawfulRule
from cordillera.engines.rules.model import Part
from cordillera.engines.rules.plain import (
    All,
    AtLeast,
    HasPart,
    InRange,
    InTexts,
    IsUnknown,
    Not,
    Pair,
    Plain,
    Some,
)
from cordillera.engines.rules.schema import FACTS, SETS
from cordillera.engines.rules.units import Kind

Sql: TypeAlias = tuple[str, list[int | str]]
_PLACES: Final = {Part.START: "starts_with", Part.END: "suffix", Part.ANYWHERE: "contains"}


def rule_sql(rule: LawfulRule) -> Sql:
    """Return the query for the rows that a rule raises, and the values to bind."""
    when, bound = where(rule.when)
    unless, more = where(rule.unless)
    return (
        f'SELECT t."row" FROM traveller AS t WHERE ({when}) AND NOT coalesce({unless}, FALSE) ORDER BY 1',  # noqa: S608 - names of the schema only, values bound
        bound + more,
    )


def where(node: Plain, inside: str = "") -> Sql:  # noqa: PLR0911 - one line for each kind of node
    """Return a plain condition as an expression, and the values to bind, in the order of their signs."""
    match node:
        case Not(of):
            text, bound = where(of, inside)
            return f"NOT ({text})", bound
        case All(of) | Some(of):
            return _joined([where(part, inside) for part in of], every=isinstance(node, All))
        case AtLeast(count, name, body):
            return _at_least(count, name, where(body, name))
        case InRange(name, low, high):
            return f"{_place(name)} BETWEEN ? AND ?", [low, high]
        case InTexts(name, texts):
            return f"{_place(name)} IN ({', '.join('?' * len(texts))})", list(texts)
        case HasPart(name, part, text):
            return f"{_PLACES[part]}({_place(name)}, ?)", [text]
        case IsUnknown(name):
            return f"{_place(name)} IS NULL", []
        case Pair(name, relation, other):
            return f"{_place(name)} {relation.value} {_place(other)}", []


def _place(name: str) -> str:
    return f'{"s" if FACTS[name].set else "t"}."{FACTS[name].name}"'


def _joined(parts: Sequence[Sql], *, every: bool) -> Sql:
    if not parts:
        return ("TRUE" if every else "FALSE"), []
    text = (" AND " if every else " OR ").join(f"({part})" for part, _ in parts)
    return text, [value for _, bound in parts for value in bound]


def _at_least(count: int, name: str, body: Sql) -> Sql:
    text, bound = body
    asked = (  # names of the schema only, values bound
        f"SELECT CASE WHEN count(*) FILTER (WHERE {text}) >= ? THEN 1"  # noqa: S608
        f" WHEN count(*) FILTER (WHERE coalesce({text}, TRUE)) >= ? THEN 0 ELSE -1 END"
        f' FROM "{SETS[name].name}" AS s WHERE s."row" = t."row"'
    )
    left = f'CASE WHEN t."complete.{SETS[name].name}" THEN FALSE END'
    return f"CASE ({asked}) WHEN 1 THEN TRUE WHEN 0 THEN NULL ELSE {left} END", [*bound, count, *bound, count]


def query_hits(rules: Sequence[LawfulRule], history: duckdb.DuckDBPyConnection) -> list[list[int]]:
    """Return for each rule the rows that it raises in the tables of a connection, ascending."""
    return [[row for (row,) in history.execute(*rule_sql(rule)).fetchall()] for rule in rules]


def load(batch: Columns) -> duckdb.DuckDBPyConnection:
    """Return a database in memory with the tables of a batch; it can reach neither files nor the network."""
    history = duckdb.connect(":memory:", config={"enable_external_access": False, "threads": 1})
    fill(history, batch)
    return history


def fill(history: duckdb.DuckDBPyConnection, batch: Columns) -> None:
    """Make the tables of a batch in a database."""
    rows = np.arange(batch.travellers, dtype=np.int64)
    _table(history, batch, "", rows)
    for name in SETS:
        starts = batch.sets[name].starts if name in batch.sets else np.zeros(batch.travellers + 1, np.int64)
        _table(history, batch, name, np.repeat(rows, np.diff(starts)))


def _table(
    history: duckdb.DuckDBPyConnection,
    batch: Columns,
    name: str,
    rows: "np.ndarray[tuple[int], np.dtype[np.int64]]",
) -> None:
    given: dict[str, object] = {"row": rows}
    facts = [fact for fact in FACTS.values() if fact.set == name]
    for fact in facts:
        column = batch.columns.get(fact.name)
        if column is not None and fact.kind is Kind.TEXT:
            given[fact.name] = np.array([*batch.texts[fact.name], None], dtype=object)[column]
        elif column is not None:
            given[fact.name] = column
    if not name:
        for other in SETS:
            complete = batch.sets[other].complete if other in batch.sets else np.zeros(len(rows), np.bool_)
            given[f"complete.{other}"] = complete
    history.register("given", given)
    history.execute(_create(name or "traveller", batch, given, (fact.name for fact in facts)))
    history.unregister("given")


def _create(table: str, batch: Columns, given: dict[str, object], facts: Iterable[str]) -> str:
    places = ['"row"', *(f'"{name}"' for name in given if name.startswith("complete."))]
    for name in facts:
        if name not in given:
            kind = "VARCHAR" if FACTS[name].kind is Kind.TEXT else "BIGINT"
            places.append(f'NULL::{kind} AS "{name}"')
        elif name in batch.texts:
            places.append(f'"{name}"::VARCHAR AS "{name}"')
        else:
            places.append(f'nullif("{name}"::BIGINT, {unknown_of(batch.columns[name])}) AS "{name}"')
    return f'CREATE TABLE "{table}" AS SELECT {", ".join(places)} FROM given'  # noqa: S608 - names of the schema only
