"""What the ledger asks of others; the composition root decides who answers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec
import sqlalchemy as sa

from cordillera.trust.ledger.witness import Answer


class Partners(Protocol):
    """The other nodes whose logs are witnessed, and whose exchange ends when one lies."""

    def log_keys(self, tx: sa.Connection) -> Mapping[str, str]:
        """The verifier key of the log of each active partner, by the partner's id."""
        ...

    def freeze(self, tx: sa.Connection, partner: str) -> None:
        """Freeze every channel with a partner, both ways, those not used yet included."""
        ...


class PartnerLine(Protocol):
    """A way to another node's port, under its mutual TLS and signatures."""

    def send(self, partner: str, path: str, body: bytes) -> Answer:
        """Send one request to an active partner; raise an `Unavailable` when it is not answered."""
        ...


class SentMessage(msgspec.Struct, frozen=True):
    """A message with the hash of its envelope, and for ours the partner's leaf that its receipt names."""

    message_id: str
    agreement_id: str
    seq: int
    direction: str
    envelope_hash: str
    peer_leaf: str = ""


class Messages(Protocol):
    """The messages as the exchange keeps them, beside the ledger's leaves."""

    def known(self, tx: sa.Connection, partner: str, ids: Collection[str]) -> Mapping[str, SentMessage]:
        """What is kept of these messages to and from a partner."""
        ...


class SampleRates(Protocol):
    """How many exchanges of an agreement a supervisor draws each month."""

    def rates(self, tx: sa.Connection) -> Mapping[str, int]:
        """`oversight.sample_audit_per_month` of every agreement, by its id."""
        ...


class Overdue(msgspec.Struct, frozen=True):
    """Records of one kind whose erasure is due and has not happened."""

    kind: str
    due: int
    oldest: datetime | None = None


class Quota(msgspec.Struct, frozen=True):
    """What was used of one day's quota with a partner; `limit` 0: the agreement sets none."""

    peer: str
    agreement_id: str
    direction: str
    day: str
    used: int
    limit: int


class Duties(Protocol):
    """What the node owes: erasures that are due, and quotas that must hold."""

    def overdue(self, tx: sa.Connection) -> Sequence[Overdue]:
        """Kinds of records with erasures due now."""
        ...

    def quotas(self, tx: sa.Connection, day: str) -> Sequence[Quota]:
        """What was used of each quota on a day (ISO date)."""
        ...
