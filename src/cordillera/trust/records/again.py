"""The same record from another partner: one record, one more giver, and nothing for officers to decide again.

In a mesh a record may reach a node by two ways. What came first stands; the second way is remembered, so
that whoever gave it may also take it back.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.effects import Effect, Outcome
from cordillera.trust.exchange.envelope import VerifiedEnvelope
from cordillera.trust.exchange.leaves import Note, event_in
from cordillera.trust.exchange.policy import Circumstances, judge
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.records import store as sql
from cordillera.trust.records.errors import RecordErased
from cordillera.trust.records.holding import Holding


class _Again(msgspec.Struct, frozen=True):
    """A further giver of a record that is held."""

    record_id: UUID
    giver: str
    until: datetime


class TakeInAgain:
    """Stands before the effect that takes a content in: what is known by its id never reaches it."""

    def __init__(self, holding: Holding, inner: Effect) -> None:
        self._holding = holding
        self._inner = inner

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Answer for records that are held or were ended; leave the others to the effect behind."""
        mine = {at: self._known(tx, partner, book, message) for at, message in enumerate(messages)}
        others = [message for at, message in enumerate(messages) if mine[at] is None]
        theirs = iter(self._inner.prepare(tx, partner, book, others) if others else ())
        return [known if known is not None else next(theirs) for known in mine.values()]

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Remember the giver; the effect behind writes what is new."""
        for outcome, _ in done:
            if isinstance(outcome.row, _Again):
                sql.add_giver(tx, outcome.row.record_id, outcome.row.giver, outcome.row.until)
        self._inner.write(tx, [pair for pair in done if not isinstance(pair[0].row, _Again)])

    def _known(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, message: VerifiedEnvelope
    ) -> Outcome | None:
        record_id, origin = _named(message)
        if record_id is None:
            return None
        agency = self._holding.parts.identity.agency
        if self._holding.is_ended(tx, record_id, origin, partner.id):
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=RecordErased.code)
            return Outcome(event_in(message, agency, note), RecordErased.code)
        held = sql.get(tx, [record_id]).get(record_id)
        if held is None or held.origin != origin or partner.id in held.givers:
            return None
        own, now = self._holding.parts.identity, self._holding.parts.clock.now()
        about = Circumstances(partner.country, own.country, own.environment, now)
        decision = judge(book, message.payload, about)
        if not decision.allow:
            return None
        note = Note(LeafKind.RECORD_KEPT, decision, message.payload_bytes, subject_ref=str(record_id))
        again = _Again(record_id, partner.id, message.payload.retention.erase_after)
        return Outcome(event_in(message, agency, note), row=again)


def _named(message: VerifiedEnvelope) -> tuple[UUID | None, str]:
    """Return the record that a content message names, and who made it first."""
    data = message.payload.data
    try:
        record_id = UUID(str(data.get("record_id", "")))
    except ValueError:
        return None, ""
    return record_id, str(data.get("origin_id") or message.header.sender)
