"""The use cases of the one queue all desks share (DESIGN 2, 4.2 and 4.3).

The caller opens the transaction; each effect and its ledger leaf stand or fall together. Looking at an
alert writes a consultation leaf, concluding or undoing writes a decision leaf.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review import core
from cordillera.trust.review import store as sql
from cordillera.trust.review.decision_store import DecisionStore, cleared, mark_undone
from cordillera.trust.review.errors import AlreadyDecided, NobodyToAsk, NoNamedOfficer
from cordillera.trust.review.grounds import GroundKeeper
from cordillera.trust.review.model import (
    Alert,
    AlertRow,
    AlertStatus,
    Decision,
    Ending,
    Finding,
    FoundAlert,
    GroupCount,
    NewAlert,
    Outcome,
    QueueFilter,
    QueuePage,
    Raised,
    Restraint,
    ReviewPolicy,
    Ruling,
)
from cordillera.trust.review.ports import (
    ClearedMemory,
    EverybodyNamed,
    Nameless,
    NothingRestrained,
    Officer,
    Restraints,
)
from cordillera.trust.review.store import AlertStore, StoredAlert


class ReviewService:
    """Findings become alerts; named officers decide them."""

    def __init__(  # noqa: PLR0913 - what it works with, and the three ports others may fill
        self,
        ledger: Ledger,
        sealer: FieldSealer,
        clock: Clock,
        policy: ReviewPolicy | None = None,
        memory: ClearedMemory | None = None,
        nameless: Nameless | None = None,
        restraints: Restraints | None = None,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._alerts = AlertStore(sealer, clock)
        self._decisions = DecisionStore(sealer, clock)
        self.policy = policy or ReviewPolicy()
        self._memory = memory
        self._nameless = nameless or EverybodyNamed()
        self._restraints = restraints or NothingRestrained()
        self.grounds = GroundKeeper(ledger, sealer, clock)

    def raise_alert(self, tx: sa.Connection, new: NewAlert) -> Raised:
        """Put findings about a subject into the queue: a new alert, or appended to the one that stands.

        Findings that an officer has cleared for the same subject do not ask again; they are counted.
        Raises `ScoreUnexplained`.
        """
        for finding in new.findings:
            core.check_finding(finding)
        fresh = self._not_cleared(tx, new)
        suppressed = len(new.findings) - len(fresh)
        if not fresh:
            return Raised(None, new=False, cleared=suppressed)
        standing = self._alerts.find(tx, new)
        alert = standing or self._alerts.insert(tx, new)
        added = [f for f in fresh if self._alerts.add_finding(tx, alert, f, core.finding_identity(f))]
        if added:
            if not alert.row.in_redress:  # a disputed alert keeps the finding, but its score stands still
                self._rescore(tx, alert)
            self._raised(tx, alert, added)
        return Raised(alert.row.id, new=standing is None, cleared=suppressed, added=len(added))

    def queue(self, tx: sa.Connection, wanted: QueueFilter) -> QueuePage:
        """Return one page of the queue as the scope of `tx` may see it."""
        return QueuePage(self._shown(tx, self._alerts.page(tx, wanted)), sql.count(tx, wanted))

    def consult(self, tx: sa.Connection, officer: Officer, wanted: QueueFilter) -> QueuePage:
        """Return one page of the queue to an officer, and write down that they looked at it."""
        self._looked(tx, officer, LeafKind.CONSULTATION, wanted.desk)
        return self.queue(tx, wanted)

    def export(self, tx: sa.Connection, officer: Officer, wanted: QueueFilter) -> QueuePage:
        """Return a page of the queue that the officer takes away as a file, and write that down."""
        self._looked(tx, officer, LeafKind.EXPORTED, wanted.desk)
        return self.queue(tx, wanted)

    def count(self, tx: sa.Connection, wanted: QueueFilter) -> int:
        """Return how many alerts a filter lets through."""
        return sql.count(tx, wanted)

    def list_names(self, tx: sa.Connection, desk: str) -> tuple[str, ...]:
        """Return the lists that a desk's alerts point to, for filters."""
        return sql.list_names(tx, desk)

    def counts_by_group(self, tx: sa.Connection, desk: str, groups: Sequence[str]) -> dict[str, GroupCount]:
        """Return alerts and pending alerts of each occasion."""
        return sql.counts_by_group(tx, desk, groups)

    def line(self, tx: sa.Connection, alert_id: UUID) -> AlertRow:
        """Return an alert's line without opening it; raise `AlertNotFound`."""
        return self._line(tx, alert_id)

    def get(self, tx: sa.Connection, officer: Officer, alert_id: UUID) -> Alert:
        """Open an alert for an officer, and write down that they saw it; raise `AlertNotFound`."""
        stored = self._alerts.get(tx, alert_id)
        self._record(tx, officer, LeafKind.CONSULTATION, stored, {"status": stored.row.status.value})
        whole = self._whole(tx, stored, self._restraints.of(tx, stored.row))
        return core.unnamed_alert(whole) if self._nameless.nameless(tx, [stored.row]) else whole

    def assign(self, tx: sa.Connection, officer: Officer, alert_id: UUID) -> AlertRow:
        """Take an alert: its line shows the officer from now on; raise `AlreadyDecided`."""
        _named(officer)
        stored = self._alerts.get(tx, alert_id, lock=True)
        if stored.row.status is AlertStatus.DECIDED:
            raise AlreadyDecided
        status = (
            AlertStatus.COUNTERSIGN if stored.row.status is AlertStatus.COUNTERSIGN else AlertStatus.ASSIGNED
        )
        self._alerts.move(tx, alert_id, status, assigned_to=officer.officer_id, assigned_name=officer.name)
        self._record(tx, officer, LeafKind.ASSIGNED, stored, {"to": officer.name})
        return self._line(tx, alert_id)

    def decide(self, tx: sa.Connection, officer: Officer, alert_id: UUID, ruling: Ruling) -> Decision:
        """Conclude on an alert. The conditions and their errors are those of `core.check_ruling`."""
        stored = self._alerts.get(tx, alert_id, lock=True)
        restraints = self._restraints.of(tx, stored.row) if ruling.outcome is Outcome.CONFIRMED else ()
        bound = [one for one in restraints if not one.lifted]
        standing = self._standing(tx, stored, restrained=bool(bound))
        status = core.check_ruling(standing, officer, ruling, self.policy)
        decision_id = self._decisions.insert(tx, stored, officer, ruling)
        final = status is AlertStatus.DECIDED
        self._alerts.move(
            tx,
            alert_id,
            status,
            outcome=ruling.outcome.value if final else None,
            decision_id=decision_id if final else None,
        )
        if ruling.outcome is Outcome.NOT_SAME_PERSON:
            self._remember(tx, stored, decision_id)
            self._clear(tx, officer, stored, (decision_id, ruling.reason))
        told = {"act": "decide", "outcome": ruling.outcome.value, "leads_to": status.value}
        if restraints:
            told["consent"] = " ".join(one.leaf for one in restraints if one.lifted)
        if bound:
            told["without_consent"] = " ".join(one.giver or one.source for one in bound)
            told["told"] = " ".join(self._restraints.tell(tx, officer, bound, ruling.urgent) if final else ())
        self._record(tx, officer, LeafKind.DECISION, stored, told, ruling)
        return self._decision(tx, stored, decision_id)

    def ask_consent(
        self, tx: sa.Connection, officer: Officer, alert_id: UUID, reason: str
    ) -> tuple[Restraint, ...]:
        """Ask whoever gave what an alert rests on whether it may be acted upon; return how it stands now.

        Raises `AlertNotFound`, `NobodyToAsk` when nothing is left to ask for, and what asking raises.
        """
        _named(officer)
        row = self._alerts.get(tx, alert_id, lock=True).row
        silent = [one for one in self._restraints.of(tx, row) if one.may_be_asked]
        if not silent:
            raise NobodyToAsk
        self._restraints.ask(tx, officer, silent, reason)
        return self._restraints.of(tx, row)

    def every(self, tx: sa.Connection) -> Iterator[FoundAlert]:
        """Go through all alerts, for a person's request; the caller writes what it shows of them."""
        for stored in self._alerts.every(tx):
            yield FoundAlert(stored.row, stored.face.identity, stored.keep)

    def endings(self, tx: sa.Connection, alert_ids: Sequence[UUID]) -> dict[UUID, Ending]:
        """Return how some alerts ended, for counts: nobody is named."""
        found = sql.endings(tx, alert_ids)
        return {one: Ending(Outcome(said) if said else None, listed) for one, (said, listed) in found.items()}

    def labelled(self, tx: sa.Connection, list_name: str) -> Iterator[tuple[float, Outcome]]:
        """Yield a list's most bits in each decided alert, and what was concluded; nobody is named."""
        for stored in self._alerts.every(tx):
            outcome = stored.row.outcome
            if outcome in {None, Outcome.NO_GROUND} or list_name not in {
                listed.list_name for listed in stored.row.lists
            }:
                continue
            findings = self._alerts.findings(tx, stored)
            of_list = [f for f in findings if f.listed and f.listed.list_name == list_name]
            bits = [finding.measures.bits for finding in of_list if finding.measures]
            if bits:
                yield max(bits), outcome

    def dispute(self, tx: sa.Connection, officer: Officer, alert_ids: Sequence[UUID], *, on: bool) -> None:
        """Let the scores of alerts stand still while the person disputes them, or move again."""
        _named(officer)
        self._alerts.flag(tx, alert_ids, in_redress=on)
        for alert_id in alert_ids:
            stored = self._alerts.get(tx, alert_id)
            if not on:
                self._rescore(tx, stored, reopen=False)  # what came meanwhile counts; what was decided stays
            self._record(tx, officer, LeafKind.REDRESS, stored, {"act": "dispute" if on else "lift"})

    def overturn(self, tx: sa.Connection, officer: Officer, alert_id: UUID, reason: str) -> Decision:
        """Conclude after a person's request that an alert was a wrong match, whatever was decided before.

        Raises `NoNamedOfficer`, `ReasonTooShort`. The pair is remembered and does not ask again.
        """
        stored = self._alerts.get(tx, alert_id, lock=True)
        ruling = Ruling(Outcome.NOT_SAME_PERSON, reason)
        core.check_ruling(core.Standing(AlertStatus.OPEN, stored.row.version), officer, ruling, self.policy)
        decision_id = self._decisions.insert(tx, stored, officer, ruling)
        self._alerts.move(
            tx, alert_id, AlertStatus.DECIDED, outcome=ruling.outcome.value, decision_id=decision_id
        )
        self._remember(tx, stored, decision_id)
        self._clear(tx, officer, stored, (decision_id, reason))
        told = {"act": "overturn", "outcome": ruling.outcome.value, "was": stored.row.status.value}
        self._record(tx, officer, LeafKind.DECISION, stored, told, ruling)
        return self._decision(tx, stored, decision_id)

    def undo(self, tx: sa.Connection, officer: Officer, alert_id: UUID) -> AlertRow:
        """Take one's own recent decision back; raise `NothingToUndo` or `UndoTooLate`."""
        stored = self._alerts.get(tx, alert_id, lock=True)
        decisions = self._decisions.of_alert(tx, stored)
        last = core.check_undo(decisions[-1] if decisions else None, officer, self._clock.now(), self.policy)
        self._alerts.move(
            tx,
            alert_id,
            AlertStatus.ASSIGNED,
            outcome=None,
            decision_id=None,
            assigned_to=officer.officer_id,
            assigned_name=officer.name,
        )
        mark_undone(tx, last.id, self._clock.now())
        if self._memory is not None:
            self._memory.restored(tx, last.id)
        self._record(tx, officer, LeafKind.DECISION, stored, {"act": "undo", "outcome": last.outcome.value})
        return self._line(tx, alert_id)

    def last_decision(self, tx: sa.Connection, alert_id: UUID) -> Decision | None:
        """Return the newest standing decision on an alert, with until when it can be undone, or nothing."""
        decisions = self._decisions.of_alert(tx, self._alerts.get(tx, alert_id))
        standing = [decision for decision in decisions if decision.undone_at is None]
        return self._with_undo(standing[-1]) if standing else None

    def _line(self, tx: sa.Connection, alert_id: UUID) -> AlertRow:
        return self._shown(tx, (self._alerts.get(tx, alert_id).row,))[0]

    def _shown(self, tx: sa.Connection, rows: tuple[AlertRow, ...]) -> tuple[AlertRow, ...]:
        """Lines as they may be shown: those of whom a desk names nobody any more without their subject."""
        masked = self._nameless.nameless(tx, rows)
        return tuple(core.unnamed(row) if row.id in masked else row for row in rows)

    def _rescore(self, tx: sa.Connection, alert: StoredAlert, *, reopen: bool = True) -> None:
        findings = self._alerts.findings(tx, alert)
        combined = core.combine(findings)
        strongest = sorted(findings, key=lambda finding: -finding.score)
        face = sql.Face(
            label=alert.face.label,
            occasion=alert.face.occasion,
            identity=alert.face.identity,
            reasons=core.top_reasons(findings),
            lists=tuple(finding.listed for finding in strongest if finding.listed),
        )
        self._alerts.rescore(tx, alert, combined.score, face)
        status = core.after_new_finding(alert.row.status)
        if reopen and status is not alert.row.status:
            self._alerts.move(tx, alert.row.id, status, outcome=None, decision_id=None)

    def _raised(self, tx: sa.Connection, alert: StoredAlert, added: Sequence[Finding]) -> None:
        told = {"alert": str(alert.row.id), "desk": alert.row.desk, "findings": str(len(added))}
        committed = {**told, "kinds": [finding.kind for finding in added]}
        event = Event(
            kind=LeafKind.ALERT_RAISED,
            actor=core.NODE,
            agency=alert.row.agency,
            payload=canonical.dumps(committed),
            detail=told,
            subject_ref=str(alert.row.id),
        )
        self._ledger.record(tx, event)

    def _not_cleared(self, tx: sa.Connection, new: NewAlert) -> list[Finding]:
        if not new.subject.identity:
            return list(new.findings)
        pairs = [self._decisions.pair(new.subject.identity, core.finding_identity(f)) for f in new.findings]
        known = cleared(tx, new.desk, new.agency, pairs)
        return [finding for finding, pair in zip(new.findings, pairs, strict=True) if pair not in known]

    def _remember(self, tx: sa.Connection, stored: StoredAlert, decision_id: UUID) -> None:
        if stored.face.identity:
            findings = self._alerts.findings(tx, stored)
            pairs = [self._decisions.pair(stored.face.identity, core.finding_identity(f)) for f in findings]
            self._decisions.remember(tx, stored, decision_id, pairs)

    def _clear(
        self, tx: sa.Connection, officer: Officer, stored: StoredAlert, decision: tuple[UUID, str]
    ) -> None:
        if self._memory is not None:
            findings = self._alerts.findings(tx, stored)
            self._memory.cleared(tx, officer, stored.row, findings, decision)

    def _standing(self, tx: sa.Connection, stored: StoredAlert, *, restrained: bool = False) -> core.Standing:
        proposer = ""
        if stored.row.status is AlertStatus.COUNTERSIGN:
            standing = [d for d in self._decisions.of_alert(tx, stored) if d.undone_at is None]
            proposer = standing[-1].officer_id
        offered = self.grounds.of(tx, stored.row.id).offered
        row = stored.row
        return core.Standing(row.status, row.version, proposer, row.in_redress, offered, restrained)

    def _whole(self, tx: sa.Connection, stored: StoredAlert, restraints: tuple[Restraint, ...] = ()) -> Alert:
        findings = self._alerts.findings(tx, stored)
        return Alert(
            row=stored.row,
            findings=findings,
            terms=core.combine(findings).terms,
            decisions=tuple(self._with_undo(d) for d in self._decisions.of_alert(tx, stored)),
            keep=stored.keep,
            restraints=restraints,
        )

    def _decision(self, tx: sa.Connection, stored: StoredAlert, decision_id: UUID) -> Decision:
        found = next(d for d in self._decisions.of_alert(tx, stored) if d.id == decision_id)
        return self._with_undo(found)

    def _with_undo(self, decision: Decision) -> Decision:
        until: datetime | None = core.undo_until(decision.decided_at, self.policy)
        if decision.undone_at is not None or (until is not None and until < self._clock.now()):
            until = None
        return msgspec.structs.replace(decision, can_undo_until=until)

    def _looked(self, tx: sa.Connection, officer: Officer, kind: LeafKind, desk: str) -> None:
        told = {"what": "queue", "desk": desk, "officer": officer.name}
        event = Event(
            kind=kind,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=f"queue/{desk}",
        )
        self._ledger.record(tx, event)

    def _record(  # noqa: PLR0913 - an audit entry names who, what, about which alert, and the words
        self,
        tx: sa.Connection,
        officer: Officer,
        kind: LeafKind,
        stored: StoredAlert,
        told: dict[str, str],
        ruling: Ruling | None = None,
    ) -> None:
        """Write the leaf: the reason is committed to with a salt, never shown in the log."""
        committed: dict[str, object] = {"alert": str(stored.row.id), **told}
        if ruling is not None:
            committed["reason"] = ruling.reason
            if ruling.urgent:
                committed["urgent"] = ruling.urgent
        self._ledger.record(
            tx,
            Event(
                kind=kind,
                actor=officer.officer_id,
                agency=officer.agency,
                purpose=officer.purpose,
                payload=canonical.dumps(committed),
                detail={"alert": str(stored.row.id), "officer": officer.name, **told},
                subject_ref=str(stored.row.id),
            ),
        )


def _named(officer: Officer) -> None:
    if not officer.officer_id or officer.officer_id == core.NODE:
        raise NoNamedOfficer
