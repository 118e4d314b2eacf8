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
from cordillera.trust.ledger.leaf import LeafText, read_leaf
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.ports import Messages, PartnerLine, Partners
from cordillera.trust.ledger.reconcile import Difference, Entry, compare, differing, digests, pending
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.tree import leaf_hash
from cordillera.trust.ledger.witness import Answer

PATH = "/exchange/v1/reconcile"
SCOPE = Scope.node("ledger.reconcile")
EVERY = timedelta(hours=1)
LOOK_SECONDS = 5.0
DAY = timedelta(days=1)
SETTLE = timedelta(minutes=5)
"""The last minutes are not compared: leaves wait for their place, and messages for their receipts."""
MARGIN = timedelta(hours=73)
SHORTEST = timedelta(seconds=1)
MOST = 3_000
MOST_LEAVES = 400_000
MOST_ASKS = 512
"""Requests for one comparison: a partner that always answers `more` keeps nobody else from being compared."""
LONGEST = timedelta(days=62)
"""A partner's comparison reaches no further, so that it cannot make this node read its whole log."""
_NOT_TAKEN = frozenset({LeafKind.FROZEN.value, LeafKind.MISDIRECTED.value})

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
        self._messages = around.messages
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

        Raises `ReconciliationFailed` when the partner does not answer it, or an `Unavailable`.
        """
        found, counts = self._compare(peer, since, until, _Budget(peer))
        report = Report(peer, since, until, *counts, tuple(found))
        with self._store.transaction(SCOPE) as tx:
            self._keep(tx, report)
        return report

    def answer(self, tx: sa.Connection, peer: str, body: bytes) -> Answer:
        """Answer a partner's comparison from this node's log, and note to compare for ourselves."""
        try:
            asked = canonical.to_struct(body, Ask)
        except BadInput as error:
            return Answer(400, "text/plain", f"{error.code}\n".encode())
        if not _EARLIEST <= asked.since <= asked.until <= _LATEST or asked.until - asked.since > LONGEST:
            return Answer(400, "text/plain", b"ledger.period\n")
        own = self.entries(tx, peer, asked.since, asked.until)
        held = digests(own)
        same = tuple(block for block, digest in held.items() if asked.digests.get(block) == digest)
        other = differing(own, asked.digests)
        count = sum(one.within for one in own)
        told = Told(tuple(other[:MOST]), count, same, len(other) > MOST)
        recent = self._ran.get(peer)
        if recent is None or self._ledger.clock.now() - recent >= SETTLE:
            sql.want(tx, peer, asked.since, asked.until)
        return Answer(200, "application/json", canonical.dumps(msgspec.to_builtins(told)))

    def entries(self, tx: sa.Connection, peer: str, since: datetime, until: datetime) -> list[Entry]:
        """The messages with a partner that this log holds, in the period and the margin around it."""
        leaves = sql.leaves_of_partner(tx, peer, since - MARGIN, until + MARGIN, MOST_LEAVES)
        found: dict[tuple[str, str], tuple[LeafText, bytes]] = {}
        settled: set[str] = set()
        for raw in leaves:
            text = read_leaf(raw)
            if text.peer != peer or text.seq is None or text.dir not in {"in", "out"}:
                continue
            if text.kind == LeafKind.RECEIPT_STORED:
                settled.add(text.msg_id)
            elif text.dir == "out" and text.kind == LeafKind.MESSAGE_REFUSED:
                found.pop((text.dir, text.msg_id), None)  # withdrawn: the next message has its place
            elif text.kind not in _NOT_TAKEN:
                known = found.get((text.dir, text.msg_id))
                if known is None or known[0].seq != text.seq:
                    found[text.dir, text.msg_id] = (text, raw)
        kept = self._messages.known(tx, peer, [message for _, message in found])
        entries = []
        for (direction, message), (text, raw) in found.items():
            more = kept.get(message)
            entries.append(
                Entry(
                    message_id=message,
                    agreement_id=text.agr,
                    sender=peer if direction == "in" else self._own,
                    seq=text.seq or 0,
                    leaf=leaf_hash(raw).hex(),
                    envelope=more.envelope_hash if more else "",
                    settled=direction == "in" or message in settled,
                    within=since <= text.t < until,
                    receipted=more.peer_leaf if more else "",
                )
            )
        return entries

    def _compare(
        self, peer: str, since: datetime, until: datetime, budget: "_Budget"
    ) -> tuple[list[Difference], tuple[int, int, int]]:
        budget.spend()
        with self._store.transaction(SCOPE) as tx:
            own = self.entries(tx, peer, since, until)
        told = self._ask(peer, Ask(since, until, digests(own)))
        if told.more and until - since > SHORTEST:
            return self._halves(peer, since, until, budget)
        same, theirs = frozenset(told.same), list(told.entries)
        found = list(compare(own, theirs, same))
        return found, (sum(one.within for one in own), told.count, pending(own, theirs, same))

    def _halves(
        self, peer: str, since: datetime, until: datetime, budget: "_Budget"
    ) -> tuple[list[Difference], tuple[int, int, int]]:
        middle = since + (until - since) / 2
        parts = [
            self._compare(peer, since, middle, budget),
            self._compare(peer, middle, until, budget),
        ]
        found = [one for part, _ in parts for one in part]
        ours, theirs, waiting = (sum(counts[at] for _, counts in parts) for at in range(3))
        return found, (ours, theirs, waiting)

    def _ask(self, peer: str, asked: Ask) -> Told:
        body = canonical.dumps(msgspec.to_builtins(asked))
        answer = self._line.send(peer, PATH, body)
        if answer.status != 200:
            raise ReconciliationFailed(peer=peer, status=answer.status)
        try:
            return canonical.to_struct(answer.body, Told)
        except BadInput as error:
            raise ReconciliationFailed(peer=peer, reason=error.code) from error

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


class _Budget:
    """Counts the requests of one comparison."""

    def __init__(self, peer: str) -> None:
        self._peer = peer
        self._left = MOST_ASKS

    def spend(self) -> None:
        """Raise `ReconciliationFailed` when a partner makes the comparison endless."""
        if not self._left:
            raise ReconciliationFailed(peer=self._peer, reason="endless")
        self._left -= 1


_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)
