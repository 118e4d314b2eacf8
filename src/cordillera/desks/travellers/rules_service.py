"""The life of rules: saved, pre-tested, proposed, activated by another officer, reviewed, suspended, retired.

The caller opens the transaction; each step and its ledger leaf stand or fall together. Rules are the
agency's own: who looks at one is written down, and nothing of them leaves the node.
"""

import time
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.desks.travellers import rules_core as core
from cordillera.desks.travellers import rules_hits_store as sql
from cordillera.desks.travellers.archive_service import History, NoFiles
from cordillera.desks.travellers.rules_errors import RuleAltered, RuleNotFound
from cordillera.desks.travellers.rules_history import Source, over_span, pretest_of
from cordillera.desks.travellers.rules_history_store import Span, first_message
from cordillera.desks.travellers.rules_model import (
    Act,
    Limits,
    Linted,
    Pretest,
    RuleDetail,
    RuleLine,
    RuleReport,
    RuleState,
    RuleVersion,
    Seen,
    Step,
    Tally,
)
from cordillera.desks.travellers.rules_store import RuleStore
from cordillera.desks.travellers.rules_tally import tally_of
from cordillera.engines.rules import compile_rule, rule_to_json, write_rule
from cordillera.engines.rules import lint as lint_rule
from cordillera.engines.rules.errors import RuleFault, UnlawfulRule
from cordillera.engines.rules.legality import LawfulRule
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.compute.model import Compute
from cordillera.foundation.compute.threads import InProcess
from cordillera.foundation.crypto.errors import SealBroken
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import NODE, Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.model import Retention
from cordillera.trust.review.ports import Officer
from cordillera.trust.review.service import ReviewService

KEEP: Final = timedelta(days=5 * 365)
_WATCH: Final = Scope.node("rules.watch")
_UNFINISHED: Final = frozenset({RuleState.DRAFT, RuleState.TESTED})

log = structlog.get_logger()


class RuleService:
    """The rules of the agencies of a node."""

    def __init__(  # noqa: PLR0913 - what rules are judged on, and where
        self,
        ledger: Ledger,
        sealer: FieldSealer,
        clock: Clock,
        review: ReviewService,
        compute: Callable[[], Compute] = InProcess,
        files: History | None = None,
    ) -> None:
        self._ledger = ledger
        self._sealer = sealer
        self._clock = clock
        self._review = review
        self._compute = compute
        self.history = files or NoFiles()
        self._rules = RuleStore(sealer)

    def lint(self, source: str | bytes) -> Linted:
        """Judge a rule without saving it; raise a `RuleFault` for its form, `OneRuleExpected`."""
        rule = core.one_rule(source)
        return Linted(rule, lint_rule(rule), write_rule(rule, "en"), write_rule(rule, "es"))

    def save_draft(
        self, tx: sa.Connection, officer: Officer, source: str | bytes, limits: Limits
    ) -> RuleVersion:
        """Save a rule, as text or JSON, as the next version of its name; unfinished ones before it retire.

        An unlawful rule may be saved, to be worked on; it cannot be tested. Raises a `RuleFault`,
        `OneRuleExpected`, `ReviewDateWrong`, `RuleLimitsWrong`.
        """
        rule, now = core.one_rule(source), self._clock.now()
        core.check_limits(limits, now.date())
        number = self._rules.next_number(tx, officer.agency, rule.name)
        for before in self._rules.all(tx, _UNFINISHED, rule.name):
            if before.agency == officer.agency:
                self._move(tx, officer, before, (RuleState.RETIRED, Act.SUPERSEDED, ""))
        version = RuleVersion(
            id=uuid7(),
            agency=officer.agency,
            name=rule.name,
            version=number,
            state=RuleState.DRAFT,
            rule=rule,
            digest=core.digest_of(rule),
            limits=limits,
            author=officer.officer_id,
            author_name=officer.name,
            created_at=now,
            since=now,
            keep=Retention(now + KEEP, _midnight(limits.review_on)),
        )
        self._rules.add(tx, version)
        self._told(tx, officer, version, Act.SAVED, "")
        return version

    def drafts(self, tx: sa.Connection) -> tuple[RuleLine, ...]:
        """Return the versions that are being worked on or wait for a second officer."""
        return self.lines(tx, (RuleState.DRAFT, RuleState.TESTED, RuleState.PROPOSED))

    def lines(
        self, tx: sa.Connection, states: Collection[RuleState] = (), name: str = ""
    ) -> tuple[RuleLine, ...]:
        """Return versions as a list shows them, by name, the newest first; all states when none is named."""
        found = self._rules.all(tx, states, name)
        today = sql.hits_since(tx, [one.id for one in found], self._midnight())
        return tuple(self._line(tx, one, today.get(one.id, 0)) for one in found)

    def get(self, tx: sa.Connection, officer: Officer, rule_id: UUID) -> RuleDetail:
        """Open a version for an officer, and write down that they looked; raise `RuleNotFound`."""
        version = self._rules.get(tx, rule_id)
        self._leaf(tx, officer, version, LeafKind.CONSULTATION, {"what": "rule"})
        return RuleDetail(
            version=version,
            refusals=lint_rule(version.rule),
            english=write_rule(version.rule, "en"),
            spanish=write_rule(version.rule, "es"),
            json=rule_to_json(version.rule).decode(),
            pretests=self._rules.pretests(tx, rule_id),
            steps=self._rules.steps(tx, rule_id),
            versions=self.lines(tx, name=version.name),
        )

    def pretest(self, store: Store, officer: Officer, rule_id: UUID, days: int = 30) -> Pretest:
        """Run a version over the travellers of the last days, and keep what it would have raised.

        Opens transactions of its own, since it takes long. Raises `RuleNotFound`, `RuleStateForbids`,
        `UnlawfulRule`, `PretestDaysWrong`.
        """
        core.check_days(days)
        began, now = time.perf_counter(), self._clock.now()
        scope = Scope(officer.agency, officer.purpose, officer.officer_id)
        with store.transaction(scope) as tx:
            version = self._rules.get(tx, rule_id)
            rule = core.testable(version)
            span = Span(version.agency, now - timedelta(days=days), now)
            first = first_message(tx, span) or now
        source = Source(store, scope, self._sealer, self.history)
        outcome = over_span(rule, source, span, self._compute())
        found = pretest_of(version, officer, outcome, (days, first, now, time.perf_counter() - began))
        with store.transaction(scope) as tx:
            version = self._rules.get(tx, rule_id, lock=True)
            core.testable(version)
            self._rules.add_pretest(tx, version, found)
            to = version.state if version.state is RuleState.SUSPENDED else RuleState.TESTED
            told = f"days={days} travellers={found.travellers} hits={found.hits}"
            self._move(tx, officer, version, (to, Act.PRETESTED, told))
        return found

    def propose(self, tx: sa.Connection, officer: Officer, rule_id: UUID, reason: str) -> RuleVersion:
        """Ask for a version to be put in force; the conditions are those of `core.check_proposal`."""
        version, why = self._rules.get(tx, rule_id, lock=True), core.check_reason(reason)
        now = self._clock.now()
        core.check_proposal(version, self._newest(tx, version), now)
        by = {"proposed_by": officer.officer_id, "proposed_name": officer.name, "proposed_at": now}
        version = msgspec.structs.replace(version, **by)
        return self._move(tx, officer, version, (RuleState.PROPOSED, Act.PROPOSED, why))

    def activate(
        self, tx: sa.Connection, officer: Officer, rule_id: UUID, seen: Seen, reason: str
    ) -> RuleVersion:
        """Put a proposed version in force at once; the one in force before is retired.

        The conditions are those of `core.check_activation`.
        """
        version, why = self._rules.get(tx, rule_id, lock=True), core.check_reason(reason)
        now = self._clock.now()
        core.check_activation(version, self._newest(tx, version), officer.officer_id, seen, now)
        self._rules.alone(tx, version.agency, version.name)
        for before in self._rules.all(tx, (RuleState.ACTIVE, RuleState.SUSPENDED), version.name):
            if before.agency == version.agency:
                self._move(tx, officer, before, (RuleState.RETIRED, Act.SUPERSEDED, ""))
        by = {"activated_by": officer.officer_id, "activated_name": officer.name, "activated_at": now}
        version = msgspec.structs.replace(version, **by)
        return self._move(tx, officer, version, (RuleState.ACTIVE, Act.ACTIVATED, why))

    def reject(self, tx: sa.Connection, officer: Officer, rule_id: UUID, reason: str) -> RuleVersion:
        """Turn a proposal down for good, with a reason; its author saves another version."""
        version, why = self._rules.get(tx, rule_id, lock=True), core.check_reason(reason)
        core.check_rejection(version)
        return self._move(tx, officer, version, (RuleState.RETIRED, Act.REJECTED, why))

    def suspend(self, tx: sa.Connection, officer: Officer, rule_id: UUID, reason: str) -> RuleVersion:
        """Stop an active version at once, with a reason."""
        version, why = self._rules.get(tx, rule_id, lock=True), core.check_reason(reason)
        core.check_suspension(version)
        return self._move(tx, officer, version, (RuleState.SUSPENDED, Act.SUSPENDED, why))

    def review(
        self, tx: sa.Connection, officer: Officer, rule_id: UUID, review_on: date, reason: str
    ) -> RuleVersion:
        """Keep an active version in force until its next review; see `core.check_renewal`."""
        version, why = self._rules.get(tx, rule_id, lock=True), core.check_reason(reason)
        core.check_renewal(version, officer.officer_id, review_on, self._clock.now())
        limits = msgspec.structs.replace(version.limits, review_on=review_on)
        keep = Retention(version.keep.erase_after, _midnight(review_on))
        version = msgspec.structs.replace(version, limits=limits, keep=keep)
        return self._move(tx, officer, version, (version.state, Act.REVIEWED, why))

    def retire(self, tx: sa.Connection, officer: Officer, rule_id: UUID, reason: str) -> RuleVersion:
        """End a version for good, with a reason, whatever its state; it stays readable until erased."""
        version, why = self._rules.get(tx, rule_id, lock=True), core.check_reason(reason)
        return self._move(tx, officer, version, (RuleState.RETIRED, Act.RETIRED, why))

    def waiting(self, tx: sa.Connection) -> tuple[int, int]:
        """Return how many versions are suspended, and how many wait for a second officer."""
        counts = self._rules.counts(tx)
        return counts.get(RuleState.SUSPENDED, 0), counts.get(RuleState.PROPOSED, 0)

    def report(self, tx: sa.Connection, rule_id: UUID, days: int = 90) -> RuleReport:
        """Return what became of a version's hits in the last days: precision, false alerts, disparity."""
        core.check_days(days)
        version, since = self._rules.get(tx, rule_id), self._clock.now() - timedelta(days=days)
        tally, judged = self._tally(tx, version, since), sql.groups_judged(tx, rule_id, version.agency, since)
        raised = sql.groups_raised(tx, rule_id, since)
        groups = tuple(
            one for kind, names in judged.items() for one in core.groups_of(kind, names, raised.get(kind, {}))
        )
        low, high = core.interval(tally.confirmed, tally.decided)
        return RuleReport(
            rule_id=rule_id,
            name=version.name,
            version=version.version,
            state=version.state,
            days=days,
            travellers=sql.travellers_judged(tx, rule_id, version.agency, since),
            **msgspec.structs.asdict(tally),
            decided=tally.decided,
            per_day=tally.hits / days,
            precision=tally.confirmed / tally.decided if tally.decided else None,
            low=low,
            high=high,
            disparity=core.disparity(groups),
            groups=groups,
            limits=version.limits,
        )

    def watch(self, store: Store, _clock: Clock | None = None) -> tuple[tuple[UUID, Act], ...]:
        """Suspend what is overdue, imprecise or raises too many (a job of the node); see `core.ended`."""
        with store.transaction(_WATCH) as tx:
            active = self._rules.active(tx)
        stopped = []
        for rule_id in active:
            with store.transaction(_WATCH) as tx:
                act = self._ends(tx, rule_id)
                if act is not None and self.stop(tx, rule_id, act):
                    stopped.append((rule_id, act))
        return tuple(stopped)

    def stop(self, tx: sa.Connection, rule_id: UUID, act: Act) -> bool:
        """Suspend an active version by the machine, with a leaf; tell whether it was active.

        It is not opened, so that one that cannot be read is suspended as well.
        """
        now = self._clock.now()
        row = self._rules.halt(tx, rule_id, f"rules.act.{act.value}", now)
        if row is None:
            return False
        told = {"act": f"rule.{act.value}", "state": RuleState.SUSPENDED.value, "digest": row.digest}
        about = {"rule": str(row.id), "name": row.name, "version": str(row.version), **told}
        event = Event(
            kind=LeafKind.RULE_CHANGED,
            actor=NODE,
            agency=row.agency,
            purpose=_WATCH.purpose,
            payload=canonical.dumps(about),
            detail=about,
            subject_ref=f"rule:{row.id}",
        )
        self._ledger.record(tx, event)
        step = Step(uuid7(), rule_id, act, RuleState.SUSPENDED, NODE, NODE, "", now)
        self._rules.add_step(tx, (rule_id, row.agency), step)
        log.warning("rule_suspended", rule=str(rule_id), why=act.value)
        return True

    def compiled(
        self, tx: sa.Connection, rule_ids: Collection[UUID]
    ) -> tuple[tuple[RuleVersion, LawfulRule], ...]:
        """Return active versions ready to judge; one that cannot be read or compiled is suspended."""
        found = []
        for rule_id in rule_ids:
            act = Act.ALTERED
            try:
                version = self._rules.get(tx, rule_id)
                act = Act.UNLAWFUL
                found.append((version, compile_rule(version.rule)))
            except (RuleAltered, RuleNotFound, SealBroken, RuleFault, UnlawfulRule, msgspec.DecodeError):
                self.stop(tx, rule_id, act)
        return tuple(found)

    def _ends(self, tx: sa.Connection, rule_id: UUID) -> Act | None:
        """What suspends an active version now; decisions count from its activation on."""
        try:
            version = self._rules.get(tx, rule_id)
        except (RuleAltered, RuleNotFound, SealBroken, msgspec.DecodeError):
            return Act.ALTERED
        now = self._clock.now()
        since = max(now - core.MEASURED, version.activated_at or now)
        return core.ended(version, self._tally(tx, version, since), now)

    def _tally(self, tx: sa.Connection, version: RuleVersion, since: datetime) -> Tally:
        return tally_of(tx, self._review, version.id, (since, self._midnight()))

    def _midnight(self) -> datetime:
        return _midnight(self._clock.now().astimezone(UTC).date())

    def _line(self, tx: sa.Connection, version: RuleVersion, hits_today: int) -> RuleLine:
        return RuleLine(
            version=version,
            lawful=not lint_rule(version.rule),
            overdue=self._clock.now().date() >= version.limits.review_on,
            hits_today=hits_today,
            pretest=self._newest(tx, version),
        )

    def _newest(self, tx: sa.Connection, version: RuleVersion) -> Pretest | None:
        found = self._rules.pretests(tx, version.id, 1)
        return found[0] if found else None

    def _move(
        self,
        tx: sa.Connection,
        officer: Officer,
        version: RuleVersion,
        step: tuple[RuleState, Act, str],
    ) -> RuleVersion:
        """Bring a version into a state, keep the step, write the leaf."""
        state, act, reason = step
        core.moved(version, state)
        if state is not version.state:
            why = f"rules.act.{act.value}"
            version = msgspec.structs.replace(version, state=state, since=self._clock.now(), why=why)
        self._rules.move(tx, version)
        self._told(tx, officer, version, act, reason)
        return version

    def _told(self, tx: sa.Connection, officer: Officer, version: RuleVersion, act: Act, reason: str) -> None:
        now = self._clock.now()
        who = (officer.officer_id, officer.name)
        step = Step(uuid7(), version.id, act, version.state, *who, reason, now)
        self._rules.add_step(tx, (version.id, version.agency), step)
        told = {"act": f"rule.{act.value}", "state": version.state.value, "digest": version.digest}
        self._leaf(tx, officer, version, LeafKind.RULE_CHANGED, told, reason)

    def _leaf(  # noqa: PLR0913 - an audit entry names who, what, about which version, and the words
        self,
        tx: sa.Connection,
        officer: Officer,
        version: RuleVersion,
        kind: LeafKind,
        told: dict[str, str],
        reason: str = "",
    ) -> None:
        about = {"rule": str(version.id), "name": version.name, "version": str(version.version)}
        self._ledger.record(
            tx,
            Event(
                kind=kind,
                actor=officer.officer_id,
                agency=officer.agency,
                purpose=officer.purpose,
                payload=canonical.dumps({**about, **told, "reason": reason}),
                detail={**about, **told, "officer": officer.name},
                subject_ref=f"rule:{version.id}",
            ),
        )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
