"""Comparing this node's log with a partner's: on demand, every hour, and when the partner does.

Both operators and both supervisors see what was found: each side compares for itself, and keeps its own
findings with a leaf. The log is what is compared, not the exchange's tables: a message that was handled
and left out of the log is found like one that was logged and never sent.
"""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.foundation import canonical
from cordillera.foundation.errors import BadInput, CordilleraError
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.ledger import reconcile_store as sql
from cordillera.trust.ledger.errors import ReconciliationFailed
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.ports import Messages, PartnerLine, Partners
from cordillera.trust.ledger.reconcile import Difference, Entry, compare, differing, digests, pending
from cordillera.trust.ledger.reconcile_entries import Entries, Period, TooMany
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.witness import Answer

PATH = "/exchange/v1/reconcile"
SCOPE = Scope.node("ledger.reconcile")
EVERY = timedelta(hours=1)
LOOK_SECONDS = 5.0
DAY = timedelta(days=1)
SETTLE = timedelta(minutes=5)
"""The last minutes are not compared: leaves wait for their place, and messages for their receipts."""
MOST = 3_000
MOST_ASKS = 512
"""Requests for one comparison: a partner that always answers `more` keeps nobody else from being compared."""
LONGEST = timedelta(days=62)
"""A partner's comparison reaches no further, so that it cannot make this node read its whole log."""

log = structlog.get_logger(__name__)


Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one side sends: the period, and the digest of each block of its log."""

    since: Moment
    until: Moment
    digests: dict[str, str]


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the other side answers: its entries of the blocks that differ, and how many it has in all.

    `same`: the blocks that both sides have alike; `more`: there are too many, ask for a shorter period.
    """

    entries: tuple[Entry, ...]
    count: int
    same: tuple[str, ...]
    more: bool = False


class Report(msgspec.Struct, frozen=True):
    """What a comparison found."""

    peer: str
    since: datetime
    until: datetime
    ours: int
    theirs: int
    pending: int
    findings: tuple[Difference, ...]


class Around(msgspec.Struct, frozen=True):
    """What surrounds the log: partners, their messages, the way to them, and this node's id."""

    partners: Partners
    messages: Messages
    line: PartnerLine
    own: str


class Reconciler:
    """Compares logs with partners."""

    def __init__(self, store: Store, ledger: Ledger, around: Around) -> None:
        self._store = store
        self._ledger = ledger
        self._partners = around.partners
        self._entries = Entries(around.messages, around.own)
        self._line = around.line
        self._own = around.own
        self._ran: dict[str, datetime] = {}

    def run(self, stop: threading.Event) -> None:
        """Compare the last day with every partner each hour, and what partners ask for, until `stop`."""
        while not stop.wait(LOOK_SECONDS):
            try:
                self.run_due()
            except (CordilleraError, sa.exc.SQLAlchemyError) as error:
                log.warning("ledger.reconcile_waits", error=type(error).__name__)

    def run_due(self) -> int:
        """Compare what is due; return with how many partners."""
        now = self._ledger.clock.now()
        with self._store.transaction(SCOPE) as tx:
            due = {peer: (since, until) for peer, since, until in sql.wanted(tx)}
            for peer in self._partners.log_keys(tx):
                if now - self._ran.get(peer, now - EVERY) >= EVERY:
                    due.setdefault(peer, (now - DAY, now - SETTLE))
        for peer, (since, until) in due.items():
            self._ran[peer] = now
            try:
                self.reconcile(peer, since, until)
            except CordilleraError as error:
                log.warning("ledger.reconcile_failed", partner=peer, error=error.code)
        return len(due)

    def reconcile(self, peer: str, since: datetime, until: datetime) -> Report:
        """Compare a period with a partner and keep what was found.

        A period with more messages than are compared at a time is compared in parts, one after the other,
        until it is complete. Raises `ReconciliationFailed` when the partner does not answer, or makes it
        endless: then what was compared is kept, and `compared_until` says where it ends; or an `Unavailable`.
        """
        report = Report(peer, since, since, 0, 0, 0, ())
        parts = [Period(peer, since, until)]
        for _ in range(MOST_ASKS):
            if not parts:
                break
            part = parts.pop()
            compared = self._compare(part)
            if compared is None:
                parts += reversed(part.halves)
            else:
                report = _joined(report, compared)
        if not parts or report.until > since:
            with self._store.transaction(SCOPE) as tx:
                self._keep(tx, report)
        if parts:
            reached = report.until.isoformat()
            raise ReconciliationFailed(peer=peer, reason="endless", compared_until=reached)
        return report

    def answer(self, tx: sa.Connection, peer: str, body: bytes) -> Answer:
        """Answer a partner's comparison from this node's log, and note to compare for ourselves.

        Unless it was done lately, by whichever process of this node: else two nodes would ask each other
        without end, each because the other had asked.
        """
        try:
            asked = canonical.to_struct(body, Ask)
        except BadInput as error:
            return Answer(400, "text/plain", f"{error.code}\n".encode())
        if not _EARLIEST <= asked.since <= asked.until <= _LATEST or asked.until - asked.since > LONGEST:
            return Answer(400, "text/plain", b"ledger.period\n")
        period = Period(peer, asked.since, asked.until)
        if not sql.compared(tx, peer, self._ledger.clock.now() - SETTLE):
            sql.want(tx, peer, asked.since, asked.until)
        try:
            told = self._told(tx, period, asked)
        except TooMany:
            told = Told((), 0, (), more=True)
        return Answer(200, "application/json", canonical.dumps(msgspec.to_builtins(told)))

    def _told(self, tx: sa.Connection, period: Period, asked: Ask) -> Told:
        own = self._entries.of(tx, period, asked.digests)
        held = digests(own)
        same = tuple(block for block, digest in held.items() if asked.digests.get(block) == digest)
        other = differing(own, asked.digests)
        count = sum(one.within for one in own)
        return Told(tuple(other[:MOST]), count, same, len(other) > MOST)

    def _compare(self, period: Period) -> Report | None:
        """Compare one part; None when it holds more than is compared at a time. Raises what `_ask` does.

        Messages that the other side logged in the period and this one around it are looked for in a second
        reading, by the blocks the other side told of.
        """
        try:
            with self._store.transaction(SCOPE) as tx:
                own = self._entries.of(tx, period)
            told = self._ask(period, digests(own))
            strange = {one.block for one in told.entries} - {one.block for one in own}
            if strange:
                with self._store.transaction(SCOPE) as tx:
                    own = self._entries.of(tx, period, strange)
        except TooMany:
            if period.parts:
                return None
            raise ReconciliationFailed(peer=period.peer, reason="too many at once") from None
        same, theirs = frozenset(told.same), list(told.entries)
        return Report(
            period.peer,
            period.since,
            period.until,
            sum(one.within for one in own),
            told.count,
            pending(own, theirs, same),
            tuple(compare(own, theirs, same)),
        )

    def _ask(self, period: Period, blocks: dict[str, str]) -> Told:
        """Ask the other side; raise `ReconciliationFailed`, and `TooMany` when it has too much to tell."""
        peer, asked = period.peer, Ask(period.since, period.until, blocks)
        body = canonical.dumps(msgspec.to_builtins(asked))
        answer = self._line.send(peer, PATH, body)
        if answer.status != 200:
            raise ReconciliationFailed(peer=peer, status=answer.status)
        try:
            told = canonical.to_struct(answer.body, Told)
        except BadInput as error:
            raise ReconciliationFailed(peer=peer, reason=error.code) from error
        if told.more:
            raise TooMany
        return told

    def _keep(self, tx: sa.Connection, report: Report) -> None:
        now = self._ledger.clock.now()
        run = sql.Reconciliation(
            id=uuid7(),
            peer=report.peer,
            since=report.since,
            until=report.until,
            ours=report.ours,
            theirs=report.theirs,
            pending=report.pending,
            findings=len(report.findings),
            ran_at=now,
        )
        new = sql.keep(tx, run, [self._row(run, one) for one in report.findings])
        self._ledger.record(tx, _event(report, new))
        if new:
            log.error("ledger.reconcile_found", partner=report.peer, findings=new)

    def _row(self, run: sql.Reconciliation, one: Difference) -> sql.Finding:
        return sql.Finding(
            id=uuid7(),
            reconciliation=run.id,
            peer=run.peer,
            agreement_id=one.agreement_id,
            direction="out" if one.sender == self._own else "in",
            seq=one.seq,
            message_id=one.message_id,
            reason=one.reason,
            ours=one.ours,
            theirs=one.theirs,
            seen_at=run.ran_at,
        )


def _event(report: Report, new: int) -> Event:
    findings: Sequence[Difference] = report.findings
    return Event(
        kind=LeafKind.RECONCILED,
        actor="node",
        agency="node",
        peer=report.peer,
        payload=canonical.dumps(msgspec.to_builtins(report)),
        detail={
            "since": report.since.isoformat(),
            "until": report.until.isoformat(),
            "ours": str(report.ours),
            "theirs": str(report.theirs),
            "findings": str(len(findings)),
            "new": str(new),
        },
    )


def _joined(before: Report, part: Report) -> Report:
    """Return the report of a period and of the part after it."""
    return Report(
        before.peer,
        before.since,
        part.until,
        before.ours + part.ours,
        before.theirs + part.theirs,
        before.pending + part.pending,
        (*before.findings, *part.findings),
    )


_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)
