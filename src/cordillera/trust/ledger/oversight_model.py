"""What the node itself says to its supervisor: what leaves cannot show, signed when the log is exported."""

from datetime import datetime

import msgspec

from cordillera.trust.ledger.freshness import Standing
from cordillera.trust.ledger.ports import Overdue, Quota
from cordillera.trust.ledger.reconcile_store import Finding, Reconciliation


class WitnessLine(msgspec.Struct, frozen=True):
    """A witness of this log: when it last cosigned, and what went wrong since."""

    name: str
    url: str
    size: int
    at: datetime | None
    tried_at: datetime | None
    error: str


class WitnessedLine(msgspec.Struct, frozen=True):
    """A partner's log that this node cosigned last at that size."""

    origin: str
    peer: str
    size: int
    cosigned_at: datetime


class ForkLine(msgspec.Struct, frozen=True):
    """Two checkpoints that contradict each other; the notes themselves are kept."""

    origin: str
    peer: str
    ours: bool
    reason: str
    seen_at: datetime
    held: str
    other: str


class ProofLine(msgspec.Struct, frozen=True):
    """How many proofs of messages are held of a partner's log."""

    peer: str
    held: int
    cosigned: int


class Statement(msgspec.Struct, frozen=True):
    """How the node stands."""

    at: datetime
    standing: Standing
    witnesses: tuple[WitnessLine, ...]
    witnessed: tuple[WitnessedLine, ...]
    forks: tuple[ForkLine, ...]
    overdue: tuple[Overdue, ...]
    quotas: tuple[Quota, ...]
    reconciliations: tuple[Reconciliation, ...]
    findings: tuple[Finding, ...]
    proofs: tuple[ProofLine, ...]
