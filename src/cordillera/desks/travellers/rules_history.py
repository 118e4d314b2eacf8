"""A rule over history: whom it would have raised, of whom it could not tell, and how groups fare.

The rows of a batch are judged by a kernel of `foundation.compute`, on threads or on a cluster, with the same
answer. Months that are over are read from their files where these hold all that the rule reads, everything
else from bytes as they are kept. It tells ids and counts, never a name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

import msgspec
import numpy as np

from cordillera.desks.travellers import rules_core as core
from cordillera.desks.travellers.archive_core import Part
from cordillera.desks.travellers.archive_service import Filed, History
from cordillera.desks.travellers.rules_facts import FlightFacts, groups_of_facts
from cordillera.desks.travellers.rules_history_store import Span, flights
from cordillera.desks.travellers.rules_model import Beside, Pretest, RuleVersion
from cordillera.engines.rules import Facts
from cordillera.engines.rules.blocks import Block, Prepared
from cordillera.engines.rules.columns import Columns, columns_of, facts_of_row
from cordillera.engines.rules.kernel import Words, set_rows
from cordillera.engines.rules.legality import LawfulRule, bare_parts
from cordillera.engines.rules.plain import FALSE
from cordillera.foundation.compute.model import Compute, Kernel
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.review.ports import Officer

EXAMPLES: Final = 20
_BLOCK: Final = 65_536
Told: TypeAlias = tuple[list[int], int, int]
"""The rows that are raised, the number of those of whom it is unknown, and of those exonerated."""


class Outcome:
    """What a rule did so far."""

    def __init__(self) -> None:
        self.travellers = 0
        self.unknown = 0
        self.exonerated = 0
        self.hits = 0
        self.beside: Counter[tuple[int, bool]] = Counter()
        self.examples: list[UUID] = []
        self.judged: dict[str, Counter[str]] = {}
        self.raised: dict[str, Counter[str]] = {}

    def add(self, people: Sequence[tuple[UUID, Facts]], told: Told) -> None:
        """Count one batch."""
        self.examples += [people[row][0] for row in told[0][: self.room]]
        self._count([groups_of_facts(facts) for _, facts in people], told)

    def add_filed(self, columns: Columns, told: Told, examples: Sequence[UUID]) -> None:
        """Count one file; `examples` are whom its first hits are."""
        self.examples += examples[: self.room]
        names = ("traveller.nationality", "traveller.age")
        slim = {name: columns.columns[name] for name in names if name in columns.columns}
        grouped = Columns(columns.travellers, slim, columns.texts, {})
        people = range(columns.travellers)
        self._count([groups_of_facts(facts_of_row(grouped, row)) for row in people], told)

    @property
    def room(self) -> int:
        """How many more examples are wanted."""
        return EXAMPLES - len(self.examples)

    def _count(self, groups: Sequence[dict[str, str]], told: Told) -> None:
        rows, unknown, exonerated = told
        self.travellers += len(groups)
        self.unknown += unknown
        self.exonerated += exonerated
        self.hits += len(rows)
        for told_groups in groups:
            for kind, name in told_groups.items():
                self.judged.setdefault(kind, Counter())[name] += 1
        for row in rows:
            for kind, name in groups[row].items():
                self.raised.setdefault(kind, Counter())[name] += 1


class Source(msgspec.Struct, frozen=True):
    """Where history is read, for whom."""

    store: Store
    scope: Scope
    sealer: FieldSealer
    files: History


def over_span(rule: LawfulRule, source: Source, span: Span, compute: Compute) -> Outcome:
    """Judge the travellers of a span of days by one rule, from files where they can answer."""
    outcome, used = Outcome(), []
    for filed in source.files.filed(source.store, source.scope, span, rule):
        told = _judged(rule, filed.columns, compute, outcome)
        outcome.add_filed(filed.columns, told, _examples(source, filed, told[0][: outcome.room]))
        used.append(filed.part)
    rest = history(source.store, source.scope, source.sealer, span, used)
    return over_history(rule, rest, compute, outcome)


def _examples(source: Source, filed: Filed, rows: list[int]) -> list[UUID]:
    if not rows:
        return []
    with source.store.transaction(source.scope) as tx:
        return source.files.who(tx, filed, rows)


def over_history(
    rule: LawfulRule,
    batches: Iterable[Sequence[tuple[UUID, Facts]]],
    compute: Compute,
    outcome: Outcome | None = None,
) -> Outcome:
    """Judge the travellers of all batches by one rule, and count them with those of `outcome`."""
    outcome = outcome or Outcome()
    for people in batches:
        if people:
            columns = columns_of([facts for _, facts in people])
            outcome.add(people, _judged(rule, columns, compute, outcome))
    return outcome


def history(
    store: Store, scope: Scope, sealer: FieldSealer, span: Span, without: Sequence[Part] = ()
) -> Iterator[list[tuple[UUID, Facts]]]:
    """Yield the travellers of a span of days with their facts, some flights in each transaction.

    Flights of the files in `without` are left out.
    """
    ranges = [(part.first_flight, part.last_flight) for part in without]
    reader, last = FlightFacts(sealer), UUID(int=0)
    while True:
        with store.transaction(scope) as tx:
            found = flights(tx, span, last, ranges)
            people = [one for flight in found for one in reader.on_flight(tx, flight).items()]
        if not found:
            return
        last = found[-1]
        yield people


def pretest_of(
    version: RuleVersion, officer: Officer, outcome: Outcome, when: tuple[int, datetime, datetime, float]
) -> Pretest:
    """Return what a run over history tells; `when`: days asked for, first message, now, seconds it took."""
    days, first, now, seconds = when
    covered = max(1.0, (now - first) / timedelta(days=1))
    groups = tuple(
        one
        for kind, names in sorted(outcome.judged.items())
        for one in core.groups_of(kind, names, outcome.raised.get(kind, {}))
    )
    return Pretest(
        id=uuid7(),
        rule_id=version.id,
        digest=version.digest,
        made_at=now,
        made_by=officer.officer_id,
        made_name=officer.name,
        days=days,
        covered=round(covered, 3),
        travellers=outcome.travellers,
        hits=outcome.hits,
        unknown=outcome.unknown,
        per_day=outcome.hits / covered,
        share=outcome.hits / outcome.travellers if outcome.travellers else 0.0,
        disparity=core.disparity(groups),
        groups=groups,
        examples=tuple(outcome.examples),
        seconds=round(seconds, 3),
        exonerated=outcome.exonerated,
        beside=tuple(
            Beside(outcome.beside[part, False], outcome.beside[part, True])
            for part in sorted({part for part, _ in outcome.beside})
        ),
        fresh_until=now + core.FRESH,
    )


def _judged(rule: LawfulRule, columns: Columns, compute: Compute, outcome: Outcome) -> Told:
    """Judge rows; count as well whom each country or route raises alone, and with its grounds."""
    for part, ways in enumerate(bare_parts(rule)):
        for with_grounds, when in enumerate(ways):
            hits, *_ = _judge(LawfulRule(rule.rule, when, FALSE), columns, compute)
            outcome.beside[part, bool(with_grounds)] += len(hits)
    return _judge(rule, columns, compute)


def _judge(rule: LawfulRule, columns: Columns, compute: Compute) -> Told:
    spans = [
        range(first, min(first + _BLOCK, columns.travellers))
        for first in range(0, columns.travellers, _BLOCK)
    ]
    found = compute.map(HISTORY, (rule, columns), spans)
    rows = [row for raised, *_ in found for row in raised]
    return rows, sum(unknown for _, unknown, _ in found), sum(exonerated for *_, exonerated in found)


def _prepare(shared: tuple[LawfulRule, Columns]) -> Prepared:
    rule, columns = shared
    return Prepared.of([rule], columns)


def _run(prepared: Prepared, span: range) -> Told:
    """Raised: for is true, against is not. Unknown: for might be true, against is not.

    Exonerated: both are true.
    """
    block, (when, unless) = Block(prepared, span.start, len(span)), prepared.rules[0]
    free = ~block.true(unless)
    raised = _rows(block.true(when) & free, span)
    exonerated = len(_rows(block.true(when) & ~free, span))
    return raised, len(_rows(block.possible(when) & ~block.true(when) & free, span)), exonerated


def _rows(words: Words, span: range) -> list[int]:
    space = np.empty(len(span), dtype=np.int32)
    found = set_rows(words, span.start, len(span), space)
    return [int(row) for row in space[:found]]


HISTORY: Final[Kernel[tuple[LawfulRule, Columns], range, Told]] = Kernel("rules.history", _prepare, _run)
"""One rule over rows, as a kernel of `foundation.compute`."""
