"""Travellers and rules for `cordillera bench rules`: invented, the same for the same seed.

Travellers come as columns with bags, documents, payments, companions and segments; some facts are unknown and
some sets incomplete, as when a carrier sends passenger lists only. Rules are analyst's text of two to six
conditions with exonerating ones, and go through parser, check and lint as any rule does.
"""

import random
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from cordillera.engines.rules.columns import Columns, Numbers, SetRows
from cordillera.engines.rules.errors import UnlawfulRule
from cordillera.engines.rules.legality import LawfulRule, compile_rule
from cordillera.engines.rules.parser import read_rule
from cordillera.engines.rules.units import UNITS, Kind

_PORTS: Final = (
    *("UIO", "GYE", "LIM", "SCL", "BOG", "MIA", "MAD", "AMS"),
    *("BRU", "PTY", "GRU", "EZE", "JFK", "CUN", "MEX", "LPB"),
)
_CARRIERS: Final = tuple(f"{one}{other}" for one in "QXYZ" for other in "0123456789")
_STATES: Final = ("ECU", "PER", "CHL", "COL", "USA", "ESP", "NLD", "BEL", "PAN", "BRA", "ARG", "MEX")
_AGENCIES: Final = tuple(f"{number:06}" for number in range(2_000))
_METHODS: Final = ("CASH", "CARD", "TRANSFER", "VOUCHER", "MILES", "OTHER")
_KG: Final = UNITS[Kind.MASS]["kg"]
_NOON: Final = 20_780 * 1440 + 720


def made_columns(count: int, seed: int) -> Columns:
    """Return `count` travellers as columns."""
    rng = np.random.default_rng(seed)
    making = _Making(rng, count)
    making.traveller()
    making.things()
    return Columns(count, making.columns, making.texts, making.sets)


class _Making:
    def __init__(self, rng: np.random.Generator, count: int) -> None:
        self.rng = rng
        self.count = count
        self.columns: dict[str, Numbers] = {}
        self.texts: dict[str, Sequence[str]] = {}
        self.sets: dict[str, SetRows] = {}

    def traveller(self) -> None:
        """Facts of travellers themselves; one in twenty is unknown."""
        rng, n = self.rng, self.count
        self._number("traveller.age", rng.integers(0, 90, n), np.int8)
        self._number("traveller.journeys", rng.geometric(0.3, n) - 1, np.int16)
        self._number("itinerary.booked_before", rng.exponential(20_000, n), np.int32)
        self._number("itinerary.checked_in_before", rng.exponential(600, n), np.int32)
        self._number("itinerary.stay", rng.exponential(10_000, n), np.int32)
        self._number("itinerary.changes", rng.poisson(0.4, n), np.int8)
        self._number("itinerary.segments", 1 + rng.poisson(0.9, n), np.int8)
        self._number("itinerary.travellers", 1 + rng.poisson(0.8, n), np.int8)
        self._number("itinerary.fare", rng.exponential(60_000, n), np.int32)
        self._number("flight.departure_utc", _NOON + rng.integers(0, 43_200, n), np.int32)
        self._number("flight.arrival_time", rng.integers(0, 1440, n), np.int16)
        self._number("agency.bookings_week", rng.exponential(60, n), np.int16)
        for name in ("traveller.visa", "itinerary.one_way", "traveller.frequent_flyer", "itinerary.split"):
            self._number(name, rng.random(n) < 0.3, np.int8)
        self._text("flight.origin", _PORTS, n)
        self._text("flight.destination", _PORTS, n)
        self._text("flight.carrier", _CARRIERS, n)
        self._text("agency.code", _AGENCIES, n)
        self._text("traveller.nationality", _STATES, n)

    def things(self) -> None:
        """Sets of things; of one traveller in ten a set is incomplete."""
        rng = self.rng
        n = self._rows("bag", rng.poisson(1.2, self.count))
        self._number("bag.weight", rng.integers(1, 45, n) * _KG, np.int64)
        self._number("bag.pooled", rng.random(n) < 0.2, np.int8)
        self._number("bag.tagged_before", rng.exponential(300, n), np.int32)
        n = self._rows("document", 1 + (rng.random(self.count) < 0.1))
        self._number("document.days_left", rng.integers(-30, 3_650, n) * 1440, np.int32)
        self._number("document.reported_lost", rng.random(n) < 0.01, np.int8)
        self._text("document.issuer", _STATES, n)
        n = self._rows("payment", 1 + (rng.random(self.count) < 0.1))
        self._text("payment.method", _METHODS, n)
        self._number("payment.amount", rng.exponential(60_000, n), np.int32)
        self._number("payment.card_uses", rng.geometric(0.5, n), np.int16)
        n = self._rows("companion", rng.poisson(0.8, self.count))
        self._number("companion.same_booking", rng.random(n) < 0.7, np.int8)
        self._number("companion.journeys_shared", rng.geometric(0.4, n) - 1, np.int16)
        n = self._rows("segment", 1 + rng.poisson(0.9, self.count))
        self._number("segment.wait", rng.exponential(400, n), np.int32)
        self._text("segment.origin", _PORTS, n)

    def _rows(self, name: str, counts: npt.NDArray[np.integer]) -> int:
        starts = np.zeros(self.count + 1, dtype=np.int64)
        np.cumsum(counts, out=starts[1:])
        self.sets[name] = SetRows(starts, self.rng.random(self.count) > 0.1)
        return int(starts[-1])

    def _number(self, name: str, values: npt.NDArray[np.generic], kind: type[np.signedinteger]) -> None:
        limits = np.iinfo(kind)
        column = np.minimum(values.astype(np.int64), limits.max).astype(kind)
        column[self.rng.random(len(column)) < 0.05] = limits.min
        self.columns[name] = column

    def _text(self, name: str, texts: Sequence[str], count: int) -> None:
        codes = np.minimum(self.rng.exponential(len(texts) / 3, count), len(texts) - 1).astype(np.int16)
        codes[self.rng.random(count) < 0.05] = -1
        self.columns[name] = codes
        self.texts[name] = texts


def _of(texts: Sequence[str], rng: random.Random) -> str:
    return ", ".join(f'"{text}"' for text in rng.sample(texts, 3))


_CONDITIONS: Final[tuple[Callable[[random.Random], str], ...]] = (
    lambda rng: f"itinerary.booked_before < {rng.randrange(2, 97)} h",
    lambda rng: f"itinerary.checked_in_before < {rng.randrange(35, 180)} min",
    lambda rng: f"itinerary.stay < {rng.randrange(6, 150)} h",
    lambda rng: f"itinerary.changes >= {rng.choice((1, 2, 3))}",
    lambda rng: f"itinerary.fare > {rng.randrange(700, 2600)} USD",
    lambda rng: f"traveller.age between {rng.randrange(18, 30)} years and {rng.randrange(30, 60)} years",
    lambda rng: f"flight.origin one of ({_of(_PORTS, rng)})",
    lambda rng: f'flight.origin = "{rng.choice(_PORTS)}"',
    lambda rng: f'flight.destination = "{rng.choice(_PORTS)}"',
    lambda rng: f"flight.carrier one of ({_of(_CARRIERS, rng)})",
    lambda rng: f'agency.code starts with "{rng.randrange(20):05}"',
    lambda rng: f"agency.bookings_week < {rng.randrange(1, 25)}",
    lambda rng: (
        f"flight.arrival_time between {rng.choice(('22:00', '23:00'))} and {rng.choice(('04:30', '05:30'))}"
    ),
    lambda rng: f"flight.departure_utc >= 2026-11-{rng.randrange(23, 30)}T00:00Z",
    lambda rng: rng.choice(("itinerary.one_way = yes", "itinerary.split = yes", "traveller.visa = no")),
    lambda rng: f"any bag (weight > {rng.randrange(20, 43)} kg and pooled = {rng.choice(('yes', 'no'))})",
    lambda rng: f"every bag (weight < {rng.choice((5, 8, 10))} kg)",
    lambda rng: f"at least {rng.choice((2, 3, 4))} bags (weight > {rng.randrange(15, 30)} kg)",
    lambda rng: f"without bag (weight > {rng.choice((0, 2))} kg)",
    lambda rng: f"any bag (tagged_before < {rng.randrange(20, 90)} min)",
    lambda rng: f'any payment (method = "CASH" and amount > {rng.randrange(1, 20)}00 USD)',
    lambda rng: f"any payment (card_uses > {rng.choice((3, 4, 6))})",
    lambda rng: f"any document (days_left < {rng.randrange(5, 200)} days or reported_lost = yes)",
    lambda rng: f"at least 2 companions (same_booking = no and journeys_shared >= {rng.choice((1, 2))})",
    lambda rng: f'any segment (origin = "{rng.choice(_PORTS)}" and wait > {rng.randrange(4, 20)} h)',
)
_EXONERATING: Final = (
    "traveller.frequent_flyer = yes and traveller.journeys >= 6",
    "traveller.journeys >= 8",
    "any companion (journeys_shared >= 5)",
    "traveller.age < 12 years",
    "itinerary.booked_before > 30 days",
)


def made_rules(count: int, seed: int) -> list[LawfulRule]:
    """Return `count` rules of two to six conditions; one in four has an alternative inside."""
    rng = random.Random(seed)  # noqa: S311 - test data, the same for the same seed
    rules: list[LawfulRule] = []
    while len(rules) < count:
        try:
            rules.append(compile_rule(read_rule(_rule(rng, len(rules)))))
        except UnlawfulRule:  # two origins at once: it could never fire
            continue
    return rules


def _rule(rng: random.Random, number: int) -> str:
    told = [make(rng) for make in rng.sample(_CONDITIONS, rng.choice((2, 3, 3, 4, 4, 5, 6)))]
    if rng.random() < 0.25:
        told[:2] = [f"({told[0]} or {told[1]})", rng.choice(_CONDITIONS)(rng)]
    return (
        f'rule made-{number} "Made for measuring {number}" for drug_trafficking'
        f" when {' and '.join(told)} unless {rng.choice(_EXONERATING)}"
    )
