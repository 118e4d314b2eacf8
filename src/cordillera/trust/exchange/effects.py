"""What a message does once it is taken in: each type has one effect, applied to all of a batch at once."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.envelope import VerifiedEnvelope
from cordillera.trust.exchange.errors import Expired
from cordillera.trust.ledger.model import Event


class Outcome(msgspec.Struct, frozen=True):
    """The leaf of a message, why it has no effect ("" when it has one), and what its effect will write."""

    event: Event
    code: str = ""
    row: object = None

    @property
    def word(self) -> Literal["accepted", "expired", "refused"]:
        """How the receipt names the outcome."""
        if not self.code:
            return "accepted"
        return "expired" if self.code == Expired.code else "refused"


class Effect(Protocol):
    """The effect of one message type, inside the transaction that takes it in."""

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Return the outcome of each message, in order; a refusal is an outcome, not an error."""
        ...

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Write what was prepared; with each outcome comes the hash of its leaf."""
        ...


@runtime_checkable
class AsksAhead(Protocol):
    """An effect whose first questions to the store may be asked together with the lock of the channel."""

    def ahead(self, tx: sa.Connection, partner: Partner, messages: Sequence[VerifiedEnvelope]) -> None:
        """Have what `prepare` asks first come with the next answer; nothing is decided yet."""
        ...


class Ended(msgspec.Struct, frozen=True):
    """A message of ours that has no effect at the partner: which, of which thread, how and why."""

    msg_id: UUID
    thread: UUID
    peer: str
    how: Literal["expired", "refused"]
    code: str
    articles: tuple[str, ...] = ()


class Ending(Protocol):
    """What happens here when a message of one type ends without effect at the partner."""

    def ended(self, tx: sa.Connection, one: Ended) -> bool:
        """Close what waited for the message; return whether anything still did."""
        ...


def end(endings: Mapping[str, Ending], tx: sa.Connection, kind: str, one: Ended) -> bool:
    """Tell whoever waited for a message of that type; return whether anybody did."""
    ending = endings.get(kind)
    return ending is not None and ending.ended(tx, one)
