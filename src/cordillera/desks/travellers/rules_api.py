"""The life of rules over JSON: the same use cases as the pages. No machine may call any of it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Protocol
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from cordillera.desks.travellers.rules_model import (
    Limits,
    Linted,
    Pretest,
    RuleDetail,
    RuleLine,
    RuleReport,
    RuleState,
    RuleVersion,
    Seen,
)
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.desks.travellers.rules_steps import STEPS, Asks, Given, RuleStep
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.ledger.model import LeafKind

_LIST = guarded(Permission.RULE_READ, audit=NO_AUDIT("names, states and counts of rules; nobody is named"))
_LINT = guarded(Permission.RULE_WRITE, audit=NO_AUDIT("a rule that is not saved, judged by itself"))
_READ = guarded(Permission.RULE_READ, audit=LeafKind.CONSULTATION)
_REPORT = guarded(Permission.RULE_READ, audit=NO_AUDIT("counts of hits and groups; nobody is named"))
_WRITE = guarded(Permission.RULE_WRITE, audit=LeafKind.RULE_CHANGED)
_Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
_Source = Annotated[str, msgspec.Meta(min_length=1, max_length=40_000)]


class RuleLines(msgspec.Struct, frozen=True):
    """Versions of rules, by name, the newest first."""

    rules: tuple[RuleLine, ...]


class RuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule as text (Spanish or English) or as JSON in a string."""

    source: _Source


class RuleDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule as text or as JSON in a string, with what keeps it in bounds."""

    source: _Source
    limits: Limits


class StepBody(Protocol):
    """What comes with a step."""

    def given(self) -> Given:
        """Return it as the step takes it."""
        ...


class RuleReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why, in words."""

    reason: _Reason

    def given(self) -> Given:
        """Return what the officer gives."""
        return Given(self.reason)


class PretestDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Over how many days of history."""

    days: Annotated[int, msgspec.Meta(ge=1, le=180)] = 30


class RuleActivation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the officer has looked at, and why the version may judge travellers."""

    seen: Seen
    reason: _Reason

    def given(self) -> Given:
        """Return what the officer gives."""
        return Given(self.reason, seen=self.seen)


class RuleReview(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Until when the version stays in force, and why."""

    review_on: date
    reason: _Reason

    def given(self) -> Given:
        """Return what the officer gives."""
        return Given(self.reason, review_on=self.review_on)


_BODIES: Final[Mapping[Asks, type[StepBody]]] = {
    Asks.REASON: RuleReason,
    Asks.SEEN: RuleActivation,
    Asks.DAY: RuleReview,
}


@get("/api/rules", opt=_LIST, sync_to_thread=True, operation_id="listRules")
def list_rules(
    session: OfficerSession,
    store: Store,
    rules: RuleService,
    status: RuleState | None = None,
    name: Annotated[str, Parameter(max_length=64)] = "",
) -> RuleLines:
    """Return the versions of rules, with state, review, hits of today and newest pre-test."""
    with store.transaction(session.scope) as tx:
        return RuleLines(rules.lines(tx, () if status is None else (status,), name))


@post("/api/rules/lint", opt=_LINT, sync_to_thread=True, status_code=200, operation_id="lintRule")
def lint_rule(rules: RuleService, data: RuleText) -> Linted:
    """Judge the form and the law of a rule; nothing is saved."""
    return rules.lint(data.source)


@post("/api/rules", opt=_WRITE, sync_to_thread=True, operation_id="saveRule")
def save_rule(session: OfficerSession, store: Store, rules: RuleService, data: RuleDraft) -> RuleVersion:
    """Save a rule as the next version of its name, a draft."""
    with store.transaction(session.scope) as tx:
        return rules.save_draft(tx, session, data.source, data.limits)


@get("/api/rules/{rule_id:uuid}", opt=_READ, sync_to_thread=True, operation_id="getRule")
def get_rule(session: OfficerSession, store: Store, rules: RuleService, rule_id: UUID) -> RuleDetail:
    """Return a version with its law, both texts, pre-tests, steps and other versions."""
    with store.transaction(session.scope) as tx:
        return rules.get(tx, session, rule_id)


@post(
    "/api/rules/{rule_id:uuid}/pretest",
    opt=_WRITE,
    sync_to_thread=True,
    status_code=200,
    operation_id="pretestRule",
)
def pretest_rule(
    session: OfficerSession, store: Store, rules: RuleService, rule_id: UUID, data: PretestDays
) -> Pretest:
    """Run a version over stored travellers: expected hits, hits a day, share, groups, examples by id."""
    return rules.pretest(store, session, rule_id, data.days)


def _operation(step: RuleStep) -> HTTPRouteHandler:
    """The operation of one step; its body is what the step asks for."""

    def take(
        session: OfficerSession, store: Store, rules: RuleService, rule_id: UUID, data: StepBody
    ) -> RuleVersion:
        with store.transaction(session.scope) as tx:
            return step.take(rules, tx, session, rule_id, data.given())

    take.__annotations__["data"] = _BODIES[step.asks]
    take.__doc__ = step.over_json
    take.__name__ = f"{step.name}_rule"
    return post(
        f"/api/rules/{{rule_id:uuid}}/{step.name}",
        opt=guarded(step.permission, audit=LeafKind.RULE_CHANGED),
        sync_to_thread=True,
        status_code=200,
        operation_id=f"{step.name}Rule",
    )(take)


@get("/api/rules/{rule_id:uuid}/report", opt=_REPORT, sync_to_thread=True, operation_id="reportRule")
def report_rule(
    session: OfficerSession,
    store: Store,
    rules: RuleService,
    rule_id: UUID,
    days: Annotated[int, Parameter(ge=1, le=180)] = 90,
) -> RuleReport:
    """Return what became of a version's hits: precision, false alerts, how groups fare."""
    with store.transaction(session.scope) as tx:
        return rules.report(tx, rule_id, days)


handlers = [
    list_rules,
    lint_rule,
    save_rule,
    get_rule,
    pretest_rule,
    *map(_operation, STEPS),
    report_rule,
]
"""What `api.py` adds to the desk's operations."""
