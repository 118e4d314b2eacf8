"""One block of travellers: the bitsets of every part of every rule, each worked out when first asked for."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.rules.columns import Columns, Numbers, SetRows, unknown_of
from cordillera.engines.rules.kernel import Words, at_least_bits, flag_bits, range_bits, table_bits
from cordillera.engines.rules.legality import LawfulRule
from cordillera.engines.rules.model import Part, Relation
from cordillera.engines.rules.plain import HasPart, InRange, InTexts, IsUnknown, Pair, Test
from cordillera.engines.rules.program import AtLeastStep, JoinStep, NotStep, Program, TestStep
from cordillera.engines.rules.schema import FACTS

_ALL: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_PLACES: Final = {Part.START: str.startswith, Part.END: str.endswith, Part.ANYWHERE: str.__contains__}
N = TypeVar("N", bound=np.generic)
Table: TypeAlias = npt.NDArray[np.uint8]


class Prepared(msgspec.Struct, frozen=True):
    """Rules made ready for one batch: shared steps, and for each text test which codes satisfy it."""

    program: Program
    rules: tuple[tuple[int, int], ...]
    batch: Columns
    tables: dict[Test, Table]

    @classmethod
    def of(cls, rules: Sequence[LawfulRule], batch: Columns) -> "Prepared":
        """Share the parts of the rules, and look every text test up in the batch's lists of texts."""
        program = Program()
        ends = tuple((program.add(rule.when), program.add(rule.unless)) for rule in rules)
        tests = [step.test for step in program.steps if isinstance(step, TestStep)]
        tables = {test: _table(test, batch.texts[test.fact]) for test in tests if _is_text(test, batch)}
        return cls(program, ends, batch, tables)


def _is_text(test: Test, batch: Columns) -> bool:
    return isinstance(test, InTexts | HasPart) and test.fact in batch.texts


def _table(test: Test, texts: Sequence[str]) -> Table:
    """1 at code + 1 for each text that satisfies the test; the place of the unknown is 0."""
    table = np.zeros(len(texts) + 1, dtype=np.uint8)
    if isinstance(test, InTexts):
        wanted = set(test.texts)
        table[1:] = [text in wanted for text in texts]
    elif isinstance(test, HasPart):
        table[1:] = [_PLACES[test.part](text, test.text) for text in texts]
    return table


class Block:
    """The bitsets of one block. `true` and `possible` are asked of steps of the program."""

    def __init__(self, prepared: Prepared, first: int, rows: int) -> None:
        self._prepared = prepared
        self._first = first
        self._rows = rows
        self._true: dict[int, Words] = {}
        self._possible: dict[int, Words] = {}
        self._unknown: dict[str, Words | None] = {}

    def true(self, at: int) -> Words:
        """Where a step is true; bits behind the last row mean nothing."""
        found = self._true.get(at)
        if found is None:
            found = self._true[at] = self._work_out(at, possible=False)
        return found

    def possible(self, at: int) -> Words:
        """Where a step is true or unknown."""
        found = self._possible.get(at)
        if found is None:
            found = self._possible[at] = self._work_out(at, possible=True)
        return found

    def _work_out(self, at: int, *, possible: bool) -> Words:
        ask: Callable[[int], Words] = self.possible if possible else self.true
        match self._prepared.program.steps[at]:
            case NotStep(of):
                return ~(self.true(of) if possible else self.possible(of))
            case JoinStep(of, every, inside):
                return self._joined([ask(part) for part in of], inside, every=every)
            case AtLeastStep(count, name, of):
                return self._at_least(name, count, ask(of), possible=possible)
            case TestStep(test):
                return self._test(at, test, possible=possible)
        raise AssertionError

    def _joined(self, parts: Sequence[Words], inside: str, *, every: bool) -> Words:
        out = np.full(self._words(inside), _ALL if every else np.uint64(0))
        for part in parts:
            if every:
                out &= part
            else:
                out |= part
        return out

    def _set(self, name: str) -> SetRows | None:
        return self._prepared.batch.sets.get(name)

    def _span(self, inside: str) -> tuple[int, int]:
        """The first row and the row behind the last one of this block, in the table of a set."""
        if not inside:
            return self._first, self._first + self._rows
        rows = self._set(inside)
        if rows is None:
            return 0, 0
        return int(rows.starts[self._first]), int(rows.starts[self._first + self._rows])

    def _words(self, inside: str) -> int:
        start, end = self._span(inside)
        return (end - start + 63) // 64

    def _at_least(self, name: str, count: int, things: Words, *, possible: bool) -> Words:
        rows = self._set(name)
        out = np.zeros(self._words(""), dtype=np.uint64)
        if rows is None:
            return ~out if possible else out
        span = slice(self._first, self._first + self._rows)
        at_least_bits(things, rows.starts[self._first : self._first + self._rows + 1], count, out)
        if possible and not rows.complete[span].all():
            incomplete = np.empty_like(out)
            flag_bits(~rows.complete[span], incomplete)
            out |= incomplete
        return out

    def _column(self, name: str) -> Numbers | None:
        column = self._prepared.batch.columns.get(name)
        if column is None:
            return None
        start, end = self._span(FACTS[name].set)
        return column[start:end]

    def _test(self, at: int, test: Test, *, possible: bool) -> Words:
        if isinstance(test, IsUnknown):
            unknown = self._unknown_bits(test.fact)
            return (
                np.zeros(self._words(FACTS[test.fact].set), dtype=np.uint64) if unknown is None else unknown
            )
        if not possible:
            return self._pair(test) if isinstance(test, Pair) else self._one(test)
        out = self.true(at)
        for name in (test.fact, test.other) if isinstance(test, Pair) else (test.fact,):
            unknown = self._unknown_beside(name, test.fact)
            out = out if unknown is None else out | unknown
        return out

    def _one(self, test: InRange | InTexts | HasPart) -> Words:
        column = self._column(test.fact)
        out = np.zeros(self._words(FACTS[test.fact].set), dtype=np.uint64)
        if column is None:
            return out
        if isinstance(test, InRange):
            range_bits(column, max(test.low, unknown_of(column) + 1), test.high, out)
        else:
            table_bits(column, self._prepared.tables[test], out)
        return out

    def _unknown_bits(self, name: str) -> Words | None:
        """Where a fact is unknown; None for nowhere in this block."""
        if name not in self._unknown:
            self._unknown[name] = self._find_unknown(name)
        return self._unknown[name]

    def _find_unknown(self, name: str) -> Words | None:
        column = self._column(name)
        out = np.full(self._words(FACTS[name].set), _ALL)
        if column is not None:
            unknown = -1 if name in self._prepared.batch.texts else unknown_of(column)
            range_bits(column, unknown, unknown, out)
        return out if out.any() else None

    def _unknown_beside(self, name: str, fact: str) -> Words | None:
        """Where a fact is unknown, in the rows of another: of a traveller's fact beside those of a set."""
        inside = FACTS[fact].set
        column = self._column(name)
        if FACTS[name].set == inside or column is None:
            return (
                self._unknown_bits(name) if FACTS[name].set == inside else np.full(self._words(inside), _ALL)
            )
        unknown = -1 if name in self._prepared.batch.texts else unknown_of(column)
        out = np.zeros(self._words(inside), dtype=np.uint64)
        flag_bits(self._spread(column == unknown, inside), out)
        return out

    def _spread(self, values: npt.NDArray[N], inside: str) -> npt.NDArray[N]:
        """A traveller's values, once for each of the things in a set."""
        rows = self._set(inside)
        starts = np.zeros(self._rows + 1, dtype=np.int64) if rows is None else rows.starts
        return np.repeat(values, np.diff(starts[self._first : self._first + self._rows + 1]))

    def _pair(self, pair: Pair) -> Words:
        inside = FACTS[pair.fact].set
        out = np.zeros(self._words(inside), dtype=np.uint64)
        one, other = self._column(pair.fact), self._column(pair.other)
        if one is None or other is None:
            return out
        texts = self._prepared.batch.texts
        known_one = one != (-1 if pair.fact in texts else unknown_of(one))
        known_other = other != (-1 if pair.other in texts else unknown_of(other))
        if pair.fact in texts:
            other = _recoded(other, texts[pair.other], texts[pair.fact])
        if FACTS[pair.other].set != inside:
            other, known_other = self._spread(other, inside), self._spread(known_other, inside)
        flag_bits(_RELATED[pair.relation](one, other) & known_one & known_other, out)
        return out


def _recoded(codes: Numbers, texts: Sequence[str], other: Sequence[str]) -> Numbers:
    """Codes into one list of texts as codes into another; -2 for texts that are not in it."""
    places = {text: code for code, text in enumerate(other)}
    return np.array([*(places.get(text, -2) for text in texts), -1], dtype=np.int32)[codes]


_RELATED: Final = {Relation.EQ: np.equal, Relation.LT: np.less, Relation.LE: np.less_equal}
