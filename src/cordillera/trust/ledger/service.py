"""Recording what happens, and reading it back.

`record` writes the leaf in the caller's transaction: effect and leaf stay or go together. It takes no
lock, so recording never makes one business transaction wait for another; the sequencer gives leaves
their place afterwards (ADR 0006). `ensure_writable` is the fail-closed rule: while leaves wait too long
for their place, nothing may be released.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.errors import KeyUnavailable, SealBroken
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import DataKey, FieldSealer, KeyDestroyed, Place
from cordillera.trust.ledger import store, witness_store
from cordillera.trust.ledger.checkpoint import Checkpoint, VerifiedCheckpoint, sign_checkpoint
from cordillera.trust.ledger.errors import LedgerStalled, NoSuchLeaf, NotYetSigned
from cordillera.trust.ledger.freshness import Watch
from cordillera.trust.ledger.leaf import (
    Detail,
    LeafText,
    audit_row,
    build_leaf,
    marks_of,
    moment,
    read_detail,
    read_leaf,
    seal_text,
    to_milliseconds,
)
from cordillera.trust.ledger.model import AuditRow, Event, LeafKind, LeafRow, RecordedLeaf
from cordillera.trust.ledger.note import NoteKey
from cordillera.trust.ledger.own_keys import LogKeys
from cordillera.trust.ledger.policy import Policy
from cordillera.trust.ledger.proof import TlogProof
from cordillera.trust.ledger.sequencer import Sequencer
from cordillera.trust.ledger.tile_store import TableNodes, TileCache, head_and_nodes
from cordillera.trust.ledger.tree import EMPTY_ROOT, inclusion_proof, leaf_hash

__all__ = ["Ledger", "Sequencer"]

MAX_LAG = timedelta(seconds=60)
DETAIL_MONTHS = 25
AHEAD = timedelta(days=1)
REVIEW_BEFORE = timedelta(days=30)
SUBJECT = "ledger_detail.subject"
WITNESS_KEY = "witness"
OnBroken = Callable[[store.DetailRow, SealBroken], Exception]
PREPARE = Scope.node("ledger.prepare")


class Ledger:
    """The node's transparency log."""

    def __init__(
        self,
        keyring: KeyRing,
        clock: Clock,
        origin: str,
        *,
        max_lag: timedelta = MAX_LAG,
        watch: Watch | None = None,
    ) -> None:
        self.clock = clock
        self.watch = watch or Watch(Policy, clock)
        self.origin = origin
        self._keyring = keyring
        self._max_lag = max_lag
        self.keys = LogKeys(keyring, origin)
        self._sealer = FieldSealer(keyring, clock)
        self._month: tuple[str, DataKey] | None = None
        self._head: VerifiedCheckpoint | None = None
        self._tiles = TileCache()
        self._prepared = ("", "")
        self._entry_lock = threading.Lock()
        self._last_entry = UUID(int=0)

    @property
    def signing_key(self) -> SigningKey:
        """The key that signs checkpoints."""
        return self.keys.current()

    @property
    def witness_signing_key(self) -> SigningKey:
        """The key under which this node cosigns partners' checkpoints, and nothing else."""
        return self._keyring.signing(WITNESS_KEY)

    @property
    def note_key(self) -> NoteKey:
        """The public key under the log's name; its `vkey` is what auditors are given."""
        return self.keys.line().current

    def record(self, tx: sa.Connection, event: Event) -> RecordedLeaf:
        """Write the event's leaf into the caller's transaction; raise `LeafTooLarge`.

        The event's agency must be the transaction's, unless that runs for the node itself: PostgreSQL
        refuses an audit row in another agency's name.
        """
        return self.record_all(tx, [event])[0]

    def record_all(self, tx: sa.Connection, events: Sequence[Event]) -> list[RecordedLeaf]:
        """Write the leaves of several events, in order, in one round trip; raise `LeafTooLarge`."""
        if not events:
            return []
        at = self.clock.now()
        key = self._month_key(tx, at)
        of = _Moment(at, detail_due(at), key, self._keyring.secret("audit"))
        entries = [self._entry(event, of) for event in events]
        store.record(tx, [entry for entry, _ in entries])
        return [RecordedLeaf(hashed, entry.entry_id) for entry, hashed in entries]

    def _entry(self, event: Event, moment: "_Moment") -> tuple[store.NewEntry, bytes]:
        salt = token_bytes()
        leaf = build_leaf(event, moment.at, salt, moment.audit_key)
        hashed = leaf_hash(leaf)
        clear = _Clear(
            self._next_entry(moment.at),
            event.agency,
            event.kind.value,
            self.subject_index(event.subject_ref),
            moment.erase_after,
            moment.erase_after - REVIEW_BEFORE,
        )
        row = store.NewEntry(
            entry_id=clear.entry_id,
            agency=clear.agency,
            kind=clear.kind,
            subject=clear.subject,
            key_id=moment.key.key_id,
            sealed=self._sealer.seal(moment.key, _place(clear), seal_text(event, hashed, salt)),
            erase_after=clear.erase_after,
            review_at=clear.review_at,
            message_id=event.message_id,
            leaf=leaf,
            queued_at=to_milliseconds(moment.at),
        )
        return row, hashed

    def ahead(self, tx: sa.Connection) -> None:
        """Have `ensure_writable` answered with the next answer of a transaction that gathers."""
        store.oldest_waiting_ahead(tx)

    def ensure_writable(self, tx: sa.Connection, *, duty: bool = False) -> None:
        """Raise unless what is done now can be logged and proven: `LedgerStalled`, `LedgerUnwitnessed`.

        (1) The oldest waiting leaf has not waited longer than the allowed lag; (2) witnesses have cosigned
        the log lately enough. A duty (correct, block, erase, tell a status) discloses nothing and is
        asked for (1) only.
        """
        self._ensure_keeps_up(tx)
        if not duty:
            self.watch.ensure(tx, self)

    def witnessed(self, tx: sa.Connection) -> bool:
        """Whether witnesses have cosigned the log lately enough for something to be released."""
        return self.watch.standing(tx, self).fresh

    def _ensure_keeps_up(self, tx: sa.Connection) -> None:
        oldest = store.oldest_waiting(tx)
        if oldest is None:
            return
        lag = self.clock.now() - oldest
        if lag > self._max_lag:
            raise LedgerStalled(
                lag_seconds=int(lag.total_seconds()), limit=int(self._max_lag.total_seconds())
            )

    def events(  # noqa: PLR0913 - one parameter for each filter
        self,
        tx: sa.Connection,
        *,
        subject_ref: str | None = None,
        kind: LeafKind | None = None,
        limit: int | None = 50,
        before: UUID | None = None,
        citing: Collection[str] = (),
    ) -> list[AuditRow]:
        """Events newest first with their opened detail: "who has seen this" by `subject_ref`.

        `citing`: only those whose leaf names one of these articles, or has only the hash of its list.
        """
        subject = None if subject_ref is None else self._sealer.blind(SUBJECT, subject_ref)
        rows = store.details(
            tx,
            subject=subject,
            kind=kind.value if kind else None,
            limit=limit,
            before=before,
            marks=marks_of(citing),
        )
        opened = self.open_details(tx, rows)
        return [
            audit_row(row.leaf_index, row.entry_id, row.leaf or b"", opened[row.entry_id]) for row in rows
        ]

    def has(self, tx: sa.Connection, kind: LeafKind, subject_refs: Collection[str]) -> frozenset[str]:
        """Those of `subject_refs` about which there is an event of a kind."""
        blinds = {self._sealer.blind(SUBJECT, one): one for one in subject_refs}
        return frozenset(blinds[one] for one in store.subjects_among(tx, kind.value, list(blinds)))

    def events_of(self, tx: sa.Connection, indexes: Sequence[int]) -> tuple[AuditRow, ...]:
        """The events of these leaves, with their opened detail where it may be seen and still exists."""
        rows = [store.leaf_at(tx, index) for index in indexes]
        details = store.details_of(tx, [row.entry_id for row in rows])
        opened = self.open_details(tx, list(details.values()))
        return tuple(audit_row(row.index, row.entry_id, row.leaf, opened.get(row.entry_id)) for row in rows)

    def leaves(self, tx: sa.Connection, limit: int, before: int | None = None) -> list[AuditRow]:
        """Leaves below index `before`, newest first, without detail: what an auditor sees."""
        return [_bare(row) for row in store.newest_leaves(tx, limit, before)]

    def leaf(self, tx: sa.Connection, index: int) -> LeafRow:
        """One leaf; raise `NoSuchLeaf`."""
        return store.leaf_at(tx, index)

    def find(self, tx: sa.Connection, reference: str) -> LeafRow:
        """The leaf at an index, or the newest one that names a message; raise `NoSuchLeaf`."""
        if reference.isascii() and reference.isdecimal() and len(reference) < 19:
            return store.leaf_at(tx, int(reference))
        found = store.leaves_of_message(tx, reference)
        if not found:
            raise NoSuchLeaf(message_id=reference)
        return found[-1]

    def of_message(self, tx: sa.Connection, message_id: str) -> list[tuple[str, LeafText]]:
        """The leaves that name a message, waiting ones included, each with its hash in hex."""
        leaves = store.texts_of_message(tx, message_id)
        return [(leaf_hash(leaf).hex(), read_leaf(leaf)) for leaf in leaves]

    def checkpoint(self, tx: sa.Connection) -> VerifiedCheckpoint:
        """The newest checkpoint, its signature verified; before the first one, that of the empty tree."""
        return self._opened(store.newest_checkpoint(tx))

    def proof(self, tx: sa.Connection, index: int) -> TlogProof:
        """The proof that the leaf at `index` is under the newest checkpoint; raise `NotYetSigned`."""
        note, nodes = head_and_nodes(tx, index, self._tiles)
        return self.proof_under(tx, index, self._opened(note), nodes)

    def proof_under(
        self, tx: sa.Connection, index: int, head: VerifiedCheckpoint, nodes: TableNodes | None = None
    ) -> TlogProof:
        """The proof that the leaf at `index` is under a checkpoint of this log; raise `NotYetSigned`."""
        if not 0 <= index < head.size:
            raise NotYetSigned(index=index, signed=head.size)
        path = inclusion_proof(index, head.size, nodes or TableNodes(tx, self._tiles))
        return TlogProof(index, path, head.raw)

    def best_proof(self, tx: sa.Connection, index: int) -> TlogProof:
        """The proof under the newest cosigned checkpoint if that covers the leaf, else the newest one."""
        cosigned = witness_store.newest_cosigned(tx)
        if cosigned is None or index >= cosigned.size:
            return self.proof(tx, index)
        return self.proof_under(tx, index, self.keys.line().open(cosigned.note))

    def _opened(self, note: bytes | None) -> VerifiedCheckpoint:
        """Verify a note once; the same bytes again are known."""
        held = self._head
        if held is not None and held.raw == note:
            return held
        if note is None:
            empty = Checkpoint(self.origin, 0, EMPTY_ROOT)
            return self.keys.line().open(sign_checkpoint(empty, self.signing_key))
        self._head = self.keys.line().open(note)
        return self._head

    def prepare(self, opened: Store) -> None:
        """Make the keys of this month's details, and in time the next month's, in a transaction of its own.

        So `record` finds them, and no business transaction makes others wait for a key it has made.
        """
        at, ahead = self.clock.now(), self.clock.now() + AHEAD
        months = (month_of(at), month_of(ahead))
        if self._prepared == months:
            return
        with opened.transaction(PREPARE) as tx:
            key = self._month_key(tx, at)
            self._month_key(tx, ahead)
        self._month, self._prepared = (months[0], key), months

    def open_details(
        self, tx: sa.Connection, rows: Sequence[store.DetailRow], on_broken: OnBroken | None = None
    ) -> dict[UUID, Detail | None]:
        """Open sealed details by entry; None where the key is destroyed.

        A changed detail raises `SealBroken`, or what `on_broken` makes of it.
        """
        keys = {key_id: self._detail_key(tx, key_id) for key_id in {row.key_id for row in rows}}
        return {row.entry_id: self._open(row, keys[row.key_id], on_broken) for row in rows}

    def subject_index(self, subject_ref: str) -> bytes | None:
        """The blind index under which a subject's events are found."""
        return self._sealer.blind(SUBJECT, subject_ref) if subject_ref else None

    def _next_entry(self, at: datetime) -> UUID:
        """An id above every one given before, so that events of one millisecond keep their order."""
        with self._entry_lock:
            entry = uuid7(int(at.timestamp() * 1000))
            if entry <= self._last_entry:
                entry = UUID(int=self._last_entry.int + 1)
            self._last_entry = entry
        return entry

    def _detail_key(self, tx: sa.Connection, key_id: UUID) -> DataKey | None:
        try:
            return self._sealer.load_key(tx, key_id)
        except (KeyDestroyed, KeyUnavailable):
            return None

    def _open(self, row: store.DetailRow, key: DataKey | None, on_broken: OnBroken | None) -> Detail | None:
        if key is None:
            return None
        try:
            return read_detail(self._sealer.open(key, _place(row), row.sealed))
        except SealBroken as error:
            raise (on_broken(row, error) if on_broken else error) from error

    def _month_key(self, tx: sa.Connection, at: datetime) -> DataKey:
        """The data key of this month's details, made by whichever transaction needs it first.

        Only `prepare` remembers it, after its commit: a key made in a transaction that rolls back must
        not seal anything.
        """
        month = month_of(at)
        if self._month is not None and self._month[0] == month:
            return self._month[1]
        known = store.month_key(tx, month)
        if known is not None:
            return self._sealer.load_key(tx, known)
        key = self._sealer.new_key(tx, f"ledger-{month}", detail_due(at))
        if store.keep_month_key(tx, month, key.key_id):
            return key
        self._sealer.destroy_key(tx, key.key_id)
        return self._month_key(tx, at)


def month_of(at: datetime) -> str:
    """The month a detail belongs to, such as "2026-11"."""
    return f"{at.astimezone(UTC):%Y-%m}"


def detail_due(at: datetime) -> datetime:
    """When the details of a month are erased: two full years after it, on the first of a month."""
    months = at.year * 12 + at.month - 1 + DETAIL_MONTHS
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _bare(row: LeafRow) -> AuditRow:
    return audit_row(row.index, row.entry_id, row.leaf, None)


class _Moment(msgspec.Struct, frozen=True):
    """What the leaves of one call share."""

    at: datetime
    erase_after: datetime
    key: DataKey
    audit_key: bytes


class _Clear(msgspec.Struct, frozen=True):
    """The clear columns of a detail."""

    entry_id: UUID
    agency: str
    kind: str
    subject: bytes | None
    erase_after: datetime
    review_at: datetime


def _place(row: _Clear | store.DetailRow) -> Place:
    """Where a detail is sealed to: with every clear column, so that changing one breaks the seal."""
    subject = "" if row.subject is None else row.subject.hex()
    due = (moment(row.erase_after), moment(row.review_at))
    return Place(
        "ledger_detail", "sealed", "|".join((str(row.entry_id), row.agency, row.kind, subject, *due))
    )
