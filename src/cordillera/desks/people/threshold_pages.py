"""The threshold of each list: what it costs and misses, measured; moved by two officers."""

from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

import msgspec
import sqlalchemy as sa
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.desks.people.budget_core import DEFAULT, MOST, Budget, Per
from cordillera.desks.people.budget_service import Accepted, Suggestion
from cordillera.desks.people.compare_engine import SCALE, default_threshold, grid_of
from cordillera.desks.people.person_desk import PersonDesk
from cordillera.desks.people.person_errors import (
    BudgetMoved,
    BudgetUnmeasured,
    DeskReasonTooShort,
    MissesUnsaid,
    OtherOfficerNeeded,
    ThresholdMoved,
    ThresholdOutOfRange,
)
from cordillera.desks.people.threshold_core import Chart, Point, Scored, chart, curve
from cordillera.desks.people.threshold_service import shipped
from cordillera.desks.people.threshold_store import MeasureRow, ThresholdRow
from cordillera.foundation.errors import CordilleraError, NotPermitted
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

TEMPLATE = "people/threshold.html"
_READ = guarded(Permission.LIST_READ, audit=NO_AUDIT("counts and thresholds of lists; nobody is named"))
_MOVE = guarded(Permission.ALERT_DECIDE, audit=LeafKind.RULE_CHANGED)
_Name = Annotated[str, Parameter(max_length=80)]
_Reason = Annotated[str, msgspec.Meta(max_length=500)]
_Most = Annotated[float, Parameter(gt=0, le=MOST)]
_Moved = DeskReasonTooShort, OtherOfficerNeeded, ThresholdMoved, ThresholdOutOfRange
_Refused = (*_Moved, BudgetUnmeasured, BudgetMoved, MissesUnsaid)


class ProposeForm(msgspec.Struct, frozen=True):
    """What is proposed: measuring again, another threshold with its reason, or the one a budget gives.

    `most` and `per` are the budget, `missing` the confirmed alerts missed that the officer knows of.
    """

    act: Literal["measure", "propose", "accept"]
    value: Annotated[str, msgspec.Meta(max_length=12)] = ""
    reason: _Reason = ""
    most: Annotated[float, msgspec.Meta(gt=0, le=MOST)] = DEFAULT.most
    per: Per = DEFAULT.per
    missing: Annotated[str, msgspec.Meta(pattern="^[0-9]{0,9}$")] = ""

    @property
    def accepted(self) -> Accepted:
        """The form as the service takes it."""
        missing = int(self.missing) if self.missing else None
        return Accepted(Budget(self.most, self.per), _number(self.value), self.reason, missing)


class VerdictForm(msgspec.Struct, frozen=True):
    """Whether the second officer agrees."""

    verdict: Literal["agree", "refuse"]


class Line(msgspec.Struct, frozen=True):
    """A list with its threshold in force; `own` is False for the shipped one."""

    list_name: str
    value: float
    own: bool


class ThresholdsPage(msgspec.Struct, frozen=True):
    """All lists in use with their thresholds."""

    scale: str
    lines: tuple[Line, ...]


class ThresholdPage(msgspec.Struct, frozen=True, kw_only=True):
    """One list: the threshold, what each would do, by whom it was moved.

    `own` counts decisions of this agency, `shipped` pairs of the shipped evaluation; `points` are of the one
    that `from_own` tells. `measure` is None until the node measured its own travellers. `suggestion` is what
    the budget asked about gives.
    """

    list_name: str
    scale: str
    value: float
    default: float
    points: tuple[Point, ...]
    quality: Chart
    budget: Chart | None
    from_own: bool
    own: int
    shipped: int
    source: str
    measure: MeasureRow | None
    per_day: float
    history: tuple[ThresholdRow, ...]
    waiting: ThresholdRow | None
    may_second: bool
    suggestion: Suggestion
    form: ProposeForm | None = None
    error: str = ""


@get("/people/thresholds", opt=_READ, sync_to_thread=True, include_in_schema=False)
def thresholds(session: OfficerSession, store: Store, persons: PersonDesk) -> Page:
    """Show the threshold of each list."""
    with store.transaction(session.scope) as tx:
        lines = tuple(Line(*line) for line in persons.thresholds.lines(tx))
    return Page("people/thresholds.html", ThresholdsPage(SCALE, lines))


@get("/people/thresholds/{name:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
def threshold(  # noqa: PLR0913 - one parameter for each service and part of the address
    session: OfficerSession,
    store: Store,
    persons: PersonDesk,
    name: _Name,
    most: _Most = DEFAULT.most,
    per: Per = DEFAULT.per,
) -> Page:
    """Show one list's threshold with what each other one would do, and the one that a budget gives."""
    with store.transaction(session.scope) as tx:
        return Page(TEMPLATE, _page(tx, session, persons, (name, Budget(most, per))))


@post("/people/thresholds/{name:str}", opt=_MOVE, sync_to_thread=True, include_in_schema=False)
def propose(
    session: OfficerSession,
    store: Store,
    persons: PersonDesk,
    name: _Name,
    data: Annotated[ProposeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Measure this node's travellers, or propose a threshold: one's own, or the one that a budget gives."""
    try:
        with store.transaction(session.scope) as tx:
            if data.act == "measure":
                persons.thresholds.measure(tx, session, name)
            elif data.act == "accept":
                persons.budgets.accept(tx, session, name, data.accepted)
            else:
                persons.thresholds.propose(tx, session, name, (_number(data.value), {}), data.reason)
    except _Refused as refused:
        return _again(store, session, persons, (name, data), refused)
    return Redirect(f"/people/thresholds/{quote(name)}", status_code=303)


@post("/people/threshold/{threshold_id:uuid}", opt=_MOVE, sync_to_thread=True, include_in_schema=False)
def decide(
    session: OfficerSession,
    store: Store,
    persons: PersonDesk,
    threshold_id: UUID,
    data: Annotated[VerdictForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Put a proposal in force, or refuse it, as another officer."""
    with store.transaction(session.scope) as tx:
        row = persons.thresholds.decide(tx, session, threshold_id, agree=data.verdict == "agree")
    return Redirect(f"/people/thresholds/{quote(row.list_name)}", status_code=303)


def _page(
    tx: sa.Connection, session: OfficerSession, persons: PersonDesk, asked: tuple[str, Budget]
) -> ThresholdPage:
    desk, (name, budget) = persons.thresholds, asked
    value, own, measure = desk.line(tx, name), desk.labelled(tx, name), desk.measured(tx, name)
    told, history = shipped(), desk.history(tx, name)
    waiting = next((row for row in history if row.state == "proposed" and row.scale == SCALE), None)
    from_own = both_said(own)
    pairs = own if from_own or told is None else told.scored()
    per_day = measure.travellers / measure.days if measure and measure.days else 0.0
    seen = [floor for floor, number in measure.counts for _ in range(number)] if measure else []
    points = curve(grid_of(), pairs, seen, measure.travellers if measure else 0, per_day)
    most = max((point.alerts.high for point in points), default=0.0) if measure else 0.0
    return ThresholdPage(
        list_name=name,
        scale=SCALE,
        value=value,
        default=default_threshold(),
        points=points,
        quality=chart(points, ("precision", "recall"), value),
        budget=chart(points, ("alerts",), value, most) if measure and measure.travellers else None,
        from_own=from_own,
        own=len(own),
        shipped=told.pairs if told else 0,
        source=told.source if told else "",
        measure=measure,
        per_day=per_day,
        history=history,
        waiting=waiting,
        may_second=waiting is not None and waiting.proposed_by != session.officer_id,
        suggestion=persons.budgets.suggest(tx, name, budget),
    )


def both_said(pairs: tuple[Scored, ...], enough: int = 30) -> bool:
    """Tell whether decisions are enough to draw from: some of each kind, and 30 in all."""
    return len(pairs) >= enough and len({pair.same for pair in pairs}) > 1


def _number(text: str) -> float:
    try:
        value = float(text.replace(",", ".").strip())
    except ValueError as error:
        raise ThresholdOutOfRange(lowest=grid_of()[0], highest=grid_of()[-1]) from error
    if value != value:  # noqa: PLR0124 - not a number is no threshold
        raise ThresholdOutOfRange(lowest=grid_of()[0], highest=grid_of()[-1])
    return value


def _again(
    store: Store,
    session: OfficerSession,
    persons: PersonDesk,
    asked: tuple[str, ProposeForm],
    refused: CordilleraError,
) -> Page:
    with store.transaction(session.scope) as tx:
        view = _page(tx, session, persons, (asked[0], Budget(asked[1].most, asked[1].per)))
    told = msgspec.structs.replace(view, form=asked[1], error=refused.code)
    return Page(TEMPLATE, told, status=403 if isinstance(refused, NotPermitted) else 422)


handlers = [thresholds, threshold, propose, decide]
