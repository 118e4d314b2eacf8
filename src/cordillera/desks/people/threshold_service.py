"""Alert thresholds per list: measured, proposed by one officer, put in force by another, each with a leaf.

What must hold; tests and errors carry the same numbers:
1. the list is in use (`ListNotFound`);
2. the value lies where alerts can be (`ThresholdOutOfRange`);
3. an officer gives a reason (`DeskReasonTooShort`);
4. no other proposal waits (`ThresholdMoved`);
5. a proposal waits when it is decided (`ThresholdMoved`);
6. by another officer (`OtherOfficerNeeded`).
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import Final, Protocol
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import threshold_store as sql
from cordillera.desks.people.compare_engine import SCALE, default_threshold, grid_of
from cordillera.desks.people.errors import ListNotFound
from cordillera.desks.people.person_errors import OtherOfficerNeeded, ThresholdMoved, ThresholdOutOfRange
from cordillera.desks.people.register_core import check_reason
from cordillera.desks.people.service import WatchlistService
from cordillera.desks.people.threshold_core import Scored
from cordillera.engines.names.conclude import held_back
from cordillera.engines.names.model import Subject
from cordillera.foundation import canonical, shapes
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

SAMPLE: Final = 2_000
_HISTORY: Final = 40


class Crowd(msgspec.Struct, frozen=True):
    """Travellers of this node: a sample, and the days over which so many came."""

    subjects: tuple[Subject, ...]
    days: float


class Facts(Protocol):
    """What the node knows of its own travellers and decisions; runtime fills it."""

    def crowd(self, tx: sa.Connection, limit: int) -> Crowd:
        """Return the newest travellers, at most `limit`, and over how many days they came.

        Those whom an officer confirmed to be on a list are left out: the rest are taken for innocent.
        """
        ...

    def labelled(self, tx: sa.Connection, list_name: str) -> tuple[Scored, ...]:
        """Return the scores of decided alerts on a list, with what officers concluded."""
        ...


class ShippedCrowd(msgspec.Struct, frozen=True):
    """How many of so many invented travellers reach each score by name alone on lists of so many persons."""

    source: str
    travellers: int
    listed: int
    counts: tuple[tuple[float, int], ...]


class Shipped(msgspec.Struct, frozen=True):
    """The evaluation shipped with the product: counts of labelled pairs per score, never a name."""

    scale: str
    source: str
    pairs: int
    counts: tuple[tuple[float, int, int], ...]
    crowd: ShippedCrowd | None = None

    def scored(self) -> tuple[Scored, ...]:
        """Return the pairs at the floor of their bin."""
        return tuple(
            Scored(floor, same)
            for floor, alike, other in self.counts
            for same, number in ((True, alike), (False, other))
            for _ in range(number)
        )


class Thresholds:
    """Thresholds of one node."""

    def __init__(self, ledger: Ledger, clock: Clock, people: WatchlistService, facts: Facts) -> None:
        self._ledger = ledger
        self._clock = clock
        self._people = people
        self._facts = facts

    def lines(self, tx: sa.Connection) -> tuple[tuple[str, float, bool], ...]:
        """Return each list in use with its threshold, and whether it is its own."""
        own = sql.active(tx, SCALE)
        names = [version.list_name for version in self._people.active(tx)]
        return tuple((name, own.get(name, default_threshold()), name in own) for name in names)

    def line(self, tx: sa.Connection, list_name: str) -> float:
        """Return the threshold of a list; raise `ListNotFound`."""
        found = {name: value for name, value, _ in self.lines(tx)}
        if list_name not in found:  # 1
            raise ListNotFound(list=list_name)
        return found[list_name]

    def persons(self, tx: sa.Connection, list_name: str) -> int:
        """Return how many persons stand on the active version of a list."""
        return sum(one.persons for one in self._people.active(tx) if one.list_name == list_name)

    def propose(
        self,
        tx: sa.Connection,
        officer: OfficerSession,
        list_name: str,
        asked: tuple[float, dict[str, str]],
        reason: str,
    ) -> UUID:
        """Propose a threshold (conditions 1 to 4); `asked` is the value and what the leaf tells of it."""
        value, why = asked
        self.line(tx, list_name)
        grid = grid_of()
        if not grid[0] <= value <= grid[-1]:  # 2
            raise ThresholdOutOfRange(lowest=grid[0], highest=grid[-1])
        text = check_reason(reason)  # 3
        if sql.waits(tx, list_name, SCALE):  # 4
            raise ThresholdMoved
        row_id, now = uuid7(), self._clock.now()
        proposed = (officer.officer_id, officer.name, now)
        sql.propose(tx, sql.ThresholdRow(row_id, list_name, SCALE, value, "proposed", text, *proposed))
        self._leaf(tx, officer, list_name, {"act": "threshold.proposed", "value": str(value), **why}, text)
        return row_id

    def decide(
        self, tx: sa.Connection, officer: OfficerSession, threshold_id: UUID, *, agree: bool
    ) -> sql.ThresholdRow:
        """Put a proposal in force or refuse it (conditions 5 and 6)."""
        row = sql.get(tx, threshold_id)
        if row is None or row.state != "proposed":  # 5
            raise ThresholdMoved
        if row.proposed_by == officer.officer_id:  # 6
            raise OtherOfficerNeeded
        state = "active" if agree else "refused"
        sql.decide(tx, row, state, (officer.officer_id, officer.name, self._clock.now()))
        told = {"act": f"threshold.{state}", "value": str(row.value), "proposal": str(row.id)}
        self._leaf(tx, officer, row.list_name, told, row.reason)
        return row

    def measure(self, tx: sa.Connection, officer: OfficerSession, list_name: str) -> sql.MeasureRow:
        """Screen a sample of this node's own travellers at the lowest threshold, and keep the counts."""
        self.line(tx, list_name)
        crowd, grid = self._facts.crowd(tx, SAMPLE), grid_of()
        found = self._people.lists.hits(tx, crowd.subjects, list_name=list_name, threshold=grid[0])
        free = [[hit.score for hit in hits if not held_back(hit.terms)] for hits in found]
        best = [max(scores) for scores in free if scores]
        version = next(one for one in self._people.active(tx) if one.list_name == list_name)
        row = sql.MeasureRow(
            id=uuid7(),
            list_name=list_name,
            scale=SCALE,
            measured_at=self._clock.now(),
            measured_by=officer.officer_id,
            list_date=version.stated_date,
            travellers=len(crowd.subjects),
            days=crowd.days,
            counts=_binned(best, grid),
        )
        sql.keep_measure(tx, row)
        told = {"act": "threshold.measured", "travellers": str(row.travellers)}
        self._leaf(tx, officer, list_name, told, "")
        return row

    def measured(self, tx: sa.Connection, list_name: str) -> sql.MeasureRow | None:
        """Return the newest measurement of a list."""
        return sql.newest_measure(tx, list_name, SCALE)

    def labelled(self, tx: sa.Connection, list_name: str) -> tuple[Scored, ...]:
        """Return what officers of this agency decided on a list, with the scores."""
        return self._facts.labelled(tx, list_name)

    def history(self, tx: sa.Connection, list_name: str) -> tuple[sql.ThresholdRow, ...]:
        """Return every threshold of a list, the newest first."""
        return sql.history(tx, list_name, _HISTORY)

    def _leaf(
        self, tx: sa.Connection, officer: OfficerSession, list_name: str, told: dict[str, str], reason: str
    ) -> None:
        event = Event(
            kind=LeafKind.RULE_CHANGED,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps({**told, "list": list_name, "scale": SCALE, "reason": reason}),
            detail={**told, "list": list_name, "scale": SCALE, "officer": officer.name},
            subject_ref=f"list:{list_name}",
        )
        self._ledger.record(tx, event)


def shipped() -> Shipped | None:
    """Return the evaluation shipped for the engine's scale, or None when it was measured on another."""
    raw = (files(__package__) / "threshold_evaluation.json").read_bytes()
    found = shapes.decode(raw, Shipped)
    return found if found.scale == SCALE else None


def _binned(scores: Sequence[float], grid: Sequence[float]) -> tuple[tuple[float, int], ...]:
    floors = [max(floor for floor in grid if floor <= score) for score in scores if score >= grid[0]]
    return tuple((floor, floors.count(floor)) for floor in grid if floor in floors)
