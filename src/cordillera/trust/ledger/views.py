"""What pages and API show of the log: facts only, from the leaves and the newest checkpoint.

No personal data can stand here: leaves hold commitments and pseudonyms, and the auditor's transaction
under which all of this is read sees nothing else.
"""

import base64
import shlex
from datetime import datetime

import msgspec
import sqlalchemy as sa

from cordillera.trust.ledger import store
from cordillera.trust.ledger.leaf import LeafText, read_leaf
from cordillera.trust.ledger.model import LeafDecision, LeafRow
from cordillera.trust.ledger.service import Ledger

VERIFY = "python -m cordillera.trust.ledger.verify"
ARCHIVE = "ledger.zip"


class LeafView(msgspec.Struct, frozen=True):
    """One leaf: what happened, when, under which articles, with whom."""

    index: int
    at: datetime
    kind: str
    agreement_id: str
    agreement_hash: str
    message_id: str
    peer: str
    direction: str
    seq: int | None
    purpose: str
    decision: LeafDecision | None
    actor_pseudonym: str
    commitment: str
    parents: tuple[str, ...]
    leaf_hash: str


class CheckpointView(msgspec.Struct, frozen=True):
    """The newest checkpoint: its note, and the time of the last leaf it covers."""

    origin: str
    size: int
    root: str
    note: str
    covers_until: datetime


class LogView(msgspec.Struct, frozen=True):
    """A page of the log, newest leaf first. `older` is the `before` of the next page, None at its end."""

    size: int
    waiting: int
    vkey: str
    checkpoint: CheckpointView | None
    leaves: tuple[LeafView, ...]
    older: int | None
    newest: bool
    commands: tuple[str, ...]


class LeafPage(msgspec.Struct, frozen=True):
    """One leaf with its exact bytes, whether a checkpoint covers it, and how to verify it elsewhere."""

    leaf: LeafView
    text: str
    signed: bool
    checkpoint: CheckpointView | None
    vkey: str
    commands: tuple[str, ...]


def log_page(tx: sa.Connection, ledger: Ledger, limit: int, before: int | None) -> LogView:
    """A page of leaves below index `before`, with the state of the log."""
    state = store.state(tx)
    rows = store.newest_leaves(tx, limit, before)
    vkey = ledger.note_key.vkey
    return LogView(
        size=state.size,
        waiting=state.waiting,
        vkey=vkey,
        checkpoint=checkpoint_view(tx, ledger),
        leaves=tuple(map(leaf_view, rows)),
        older=rows[-1].index if rows and rows[-1].index > 0 else None,
        newest=before is None,
        commands=(
            f"{VERIFY} --checkpoint checkpoint --vkey {shlex.quote(vkey)}",
            f"unzip {ARCHIVE} -d ledger",
            f"{VERIFY} ledger --vkey {shlex.quote(vkey)}",
        ),
    )


def leaf_page(tx: sa.Connection, ledger: Ledger, index: int) -> LeafPage:
    """One leaf; raise `NoSuchLeaf`."""
    row = ledger.leaf(tx, index)
    head = checkpoint_view(tx, ledger)
    vkey = ledger.note_key.vkey
    files = f"--proof leaf-{index}.tlog-proof --leaf leaf-{index}.json"
    return LeafPage(
        leaf=leaf_view(row),
        text=row.leaf.decode(),
        signed=head is not None and index < head.size,
        checkpoint=head,
        vkey=vkey,
        commands=(f"{VERIFY} {files} --vkey {shlex.quote(vkey)}",),
    )


def leaf_view(row: LeafRow) -> LeafView:
    """Read a leaf's bytes as facts."""
    text: LeafText = read_leaf(row.leaf)
    return LeafView(
        index=row.index,
        at=text.t,
        kind=text.kind,
        agreement_id=text.agr,
        agreement_hash=text.agr_hash,
        message_id=text.msg_id,
        peer=text.peer,
        direction=text.dir,
        seq=text.seq,
        purpose=text.purpose,
        decision=text.decision,
        actor_pseudonym=text.actor_pseud,
        commitment=text.commit,
        parents=text.parent,
        leaf_hash=row.leaf_hash.hex(),
    )


def checkpoint_view(tx: sa.Connection, ledger: Ledger) -> CheckpointView | None:
    """The newest checkpoint, or nothing while none is signed."""
    head = ledger.checkpoint(tx)
    if head.size == 0:
        return None
    last = read_leaf(ledger.leaf(tx, head.size - 1).leaf)
    root = base64.b64encode(head.root).decode()
    return CheckpointView(head.checkpoint.origin, head.size, root, head.raw.decode(), last.t)
