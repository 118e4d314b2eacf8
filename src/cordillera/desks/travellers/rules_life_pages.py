"""Pages on which rules are looked after: the list; one rule with its law, tests, report and versions."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Final, Literal, Protocol
from uuid import UUID

import msgspec
import sqlalchemy as sa
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.desks.travellers.rules_errors import ReviewDateWrong
from cordillera.desks.travellers.rules_model import RuleState, RuleVersion, Seen
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.desks.travellers.rules_steps import STEPS, Asks, Given, RuleStep
from cordillera.desks.travellers.rules_views import (
    RuleRow,
    RulesView,
    RuleView,
    Tab,
    half_a_year,
    language_of,
    rule_view,
)
from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import BadInput, Conflict, CordilleraError, NotPermitted, Unavailable
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

_RULE = "travellers/rule.html"
_LIST = guarded(Permission.RULE_READ, audit=NO_AUDIT("titles, states and counts of rules; nobody is named"))
_READ = guarded(Permission.RULE_READ, audit=LeafKind.CONSULTATION)
_WRITE = guarded(Permission.RULE_WRITE, audit=LeafKind.RULE_CHANGED)
_MEASURED = frozenset({RuleState.ACTIVE, RuleState.SUSPENDED})
_ALIVE = tuple(state for state in RuleState if state is not RuleState.RETIRED)
_Reason = Annotated[str, msgspec.Meta(max_length=1000)]
_Short = Annotated[str, msgspec.Meta(max_length=12)]
_Done = Annotated[str, Parameter(max_length=20)]
_Refused = (BadInput, Conflict, NotPermitted, Unavailable)


class StepForm(Protocol):
    """What the rule's page sends with a step."""

    @property
    def reason(self) -> str:
        """Why the step is taken."""
        ...

    def given(self) -> Given:
        """Return it as the step takes it."""
        ...


class ReasonForm(msgspec.Struct, frozen=True):
    """Why a step is taken."""

    reason: _Reason = ""

    def given(self) -> Given:
        """Return what the officer gives."""
        return Given(self.reason)


class DaysForm(msgspec.Struct, frozen=True):
    """How many days of history a pre-test covers."""

    days: _Short = "30"


class ReviewForm(msgspec.Struct, frozen=True):
    """Until when an officer keeps a rule in force, and why."""

    review_on: _Short = ""
    reason: _Reason = ""

    def given(self) -> Given:
        """Return what the officer gives; raise `ReviewDateWrong` for what is no day."""
        return Given(self.reason, review_on=_day(self.review_on))


class ActivateForm(msgspec.Struct, frozen=True):
    """What the second officer looked at, and why the rule is put in force."""

    digest: Annotated[str, msgspec.Meta(max_length=64)]
    pretest: UUID
    reason: _Reason = ""

    def given(self) -> Given:
        """Return what the officer gives."""
        return Given(self.reason, seen=Seen(self.digest, self.pretest))


_SENT: Final = Body(media_type=RequestEncodingType.URL_ENCODED)
_FORMS: Final[Mapping[Asks, object]] = {
    Asks.REASON: Annotated[ReasonForm, _SENT],
    Asks.SEEN: Annotated[ActivateForm, _SENT],
    Asks.DAY: Annotated[ReviewForm, _SENT],
}


class Workplace(msgspec.Struct, frozen=True):
    """Who works on a rule, and with what."""

    session: OfficerSession
    store: Store
    rules: RuleService
    clock: Clock


@get("/rules", opt=_LIST, sync_to_thread=True, include_in_schema=False)
def listed(
    session: OfficerSession,
    store: Store,
    rules: RuleService,
    clock: Clock,
    wanted: Annotated[RuleState | None, Parameter(query="state")] = None,
) -> Page:
    """Show every rule with its state, the day of its review, its hits and its precision."""
    with store.transaction(session.scope) as tx:
        lines = rules.lines(tx)
        states = (wanted,) if wanted else _ALIVE
        rows = tuple(
            RuleRow(line, rules.report(tx, line.version.id) if line.version.state in _MEASURED else None)
            for line in lines
            if line.version.state in states
        )
    counts = {one.value: sum(line.version.state is one for line in lines) for one in RuleState}
    return Page("travellers/rules.html", RulesView(rows, counts, wanted, clock.now()))


@get("/rules/{rule_id:uuid}", opt=_READ, sync_to_thread=True, include_in_schema=False)
def rule(  # noqa: PLR0913 - the services, and each part of the address
    session: OfficerSession,
    store: Store,
    rules: RuleService,
    clock: Clock,
    rule_id: UUID,
    tab: Literal["overview", "report", "versions"] = "overview",
    against: UUID | None = None,
    done: _Done = "",
) -> Page:
    """Show one version of a rule: what it says, its law, its pre-tests, what became of its hits."""
    view = _view(Workplace(session, store, rules, clock), rule_id, tab, against)
    return Page(_RULE, msgspec.structs.replace(view, done=done))


@post("/rules/{rule_id:uuid}/pretest", opt=_WRITE, sync_to_thread=True, include_in_schema=False)
def pretest(  # noqa: PLR0913 - the services, the rule, the form
    session: OfficerSession,
    store: Store,
    rules: RuleService,
    clock: Clock,
    rule_id: UUID,
    data: Annotated[DaysForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Run the rule over the travellers of the last days."""
    work = Workplace(session, store, rules, clock)
    days = int(data.days) if data.days.strip().isdecimal() else 0
    try:
        rules.pretest(store, session, rule_id, days)
    except _Refused as refused:
        return _again(work, rule_id, refused)
    return _shown(rule_id, "pretested")


def _page_of(step: RuleStep) -> HTTPRouteHandler:
    """The address to which the rule's page sends one step; its form is what the step asks for."""

    def take(  # noqa: PLR0913 - the services, the rule, the form
        session: OfficerSession,
        store: Store,
        rules: RuleService,
        clock: Clock,
        rule_id: UUID,
        data: StepForm,
    ) -> Page | Redirect:
        work = Workplace(session, store, rules, clock)
        return _step(
            work, rule_id, data.reason, lambda tx: step.take(rules, tx, session, rule_id, data.given())
        )

    take.__annotations__["data"] = _FORMS[step.asks]
    take.__doc__ = step.page
    take.__name__ = step.name
    return post(
        f"/rules/{{rule_id:uuid}}/{step.name}",
        opt=guarded(step.permission, audit=LeafKind.RULE_CHANGED),
        sync_to_thread=True,
        include_in_schema=False,
    )(take)


def _step(
    work: Workplace, rule_id: UUID, reason: str, act: Callable[[sa.Connection], RuleVersion]
) -> Page | Redirect:
    """Take a step in the rule's life, and show the rule again: as it is now, or with why it was refused."""
    try:
        with work.store.transaction(work.session.scope) as tx:
            version = act(tx)
    except _Refused as refused:
        return _again(work, rule_id, refused, reason)
    return _shown(rule_id, version.why.rpartition(".")[2])


def _shown(rule_id: UUID, done: str) -> Redirect:
    return Redirect(f"/rules/{rule_id}?done={done}", status_code=303)


def _again(work: Workplace, rule_id: UUID, refused: CordilleraError, reason: str = "") -> Page:
    view = _view(work, rule_id, "overview", None)
    values = {name: str(value) for name, value in refused.facts.items()}
    shown = msgspec.structs.replace(view, problem=refused.code, values=values, reason=reason)
    status = 409 if isinstance(refused, Conflict) else 403 if isinstance(refused, NotPermitted) else 422
    return Page(_RULE, shown, status=503 if isinstance(refused, Unavailable) else status)


def _view(work: Workplace, rule_id: UUID, tab: Tab, against: UUID | None) -> RuleView:
    with work.store.transaction(work.session.scope) as tx:
        detail = work.rules.get(tx, work.session, rule_id)
        report = work.rules.report(tx, rule_id) if tab == "report" else None
    now = work.clock.now()
    view = rule_view(detail, language_of(work.session.language), tab, against)
    return msgspec.structs.replace(
        view, report=report, now=now, officer_id=work.session.officer_id, review_on=half_a_year(now.date())
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ReviewDateWrong(latest="") from None


handlers = [listed, rule, pretest, *map(_page_of, STEPS)]
