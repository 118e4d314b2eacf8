"""The other side: a partner's redress search arrives, is frozen for at once, and answered without content.

The answer speaks only of messages that both nodes know. Whether anything else is held is never told: the
search of our own holdings ends in "the necessary checks were made", whatever it finds (LED art. 17).
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.errors import BadInput
from cordillera.foundation.store.sealing import Place
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.effects import Ended, Outcome
from cordillera.trust.exchange.envelope import VerifiedEnvelope, data_of
from cordillera.trust.exchange.errors import WrongPayload
from cordillera.trust.exchange.leaves import Note, event_in
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.redress import errand_store, onward
from cordillera.trust.redress import store as sql
from cordillera.trust.redress.core import MOST_ANSWERS
from cordillera.trust.redress.errand_store import ErrandRow
from cordillera.trust.redress.errors import AnswerRepeated, TooManyAnswers, TooManyFinds
from cordillera.trust.redress.model import Find, Found
from cordillera.trust.redress.parts import RedressParts

KEEP: Final = timedelta(days=365)
RECORD: Final = "record"


class Arrived(msgspec.Struct, frozen=True):
    """A search that may be done, and the message it came in."""

    find: Find
    message: VerifiedEnvelope


class Told(msgspec.Struct, frozen=True):
    """An answer of a partner to a search of ours: the row that waits for it, sealed."""

    row_id: UUID
    thread: UUID
    peer: str
    found: Found
    sealed: bytes
    answers: int


class TakeInFinds:
    """The effect of `redress.find`."""

    def __init__(self, parts: RedressParts) -> None:
        self._parts = parts.exchange
        self._means = parts.means

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Take searches in, up to the day's quota: a duty is no way to fish for people."""
        del book  # a duty: the agreement is cited where the message is judged, and forbids none
        now = self._parts.clock.now()
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        left = self._parts.settings.redress_searches_a_day - errand_store.count_since(tx, partner.id, today)
        outcomes = []
        for message in messages:
            outcomes.append(self._outcome(message, left))
            left -= 1
        return outcomes

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep each search, and freeze at once what it disputes."""
        for outcome, _ in done:
            if isinstance(outcome.row, Arrived):
                self._keep(tx, outcome.row)

    def _outcome(self, message: VerifiedEnvelope, left: int) -> Outcome:
        agency = self._parts.identity.agency
        try:
            find = data_of(message.payload, Find)
        except BadInput:
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=WrongPayload.code)
            return Outcome(event_in(message, agency, note), WrongPayload.code)
        if left <= 0:
            note = Note(LeafKind.REFUSAL, payload=message.payload_bytes, code=TooManyFinds.code)
            return Outcome(event_in(message, agency, note), TooManyFinds.code)
        note = Note(LeafKind.REDRESS, payload=message.payload_bytes, subject_ref=str(find.ticket_id))
        return Outcome(event_in(message, agency, note), row=Arrived(find, message))

    def _keep(self, tx: sa.Connection, arrived: Arrived) -> None:
        header, now = arrived.message.header, self._parts.clock.now()
        key = self._parts.sealer.new_key(tx, f"redress_errand/{header.msg_id}", now + KEEP)
        asked = self._parts.sealer.seal(
            key, place_of("asked", header.msg_id), msgspec.json.encode(arrived.find)
        )
        row = ErrandRow(
            id=header.msg_id,
            agency=self._parts.identity.agency,
            peer=header.sender,
            agreement_id=header.agreement_id,
            ticket_ref=arrived.find.ticket_id,
            state="received",
            received_at=now,
            answered_at=None,
            key_id=key.key_id,
            asked=asked,
            found=None,
            erase_after=now + KEEP,
            review_at=now + KEEP,
        )
        errand_store.add(tx, row)
        if arrived.find.dispute:
            frozen = self._frozen(tx, row, arrived.find)
            errand_store.freeze(tx, frozen)
            freezer = self._means.freezers.get(RECORD)
            refs = [one.ref for one in frozen if one.source == RECORD]
            if freezer is not None and refs:
                freezer.freeze(tx, None, refs, row.id)
        else:
            self._lift(tx, row)

    def _lift(self, tx: sa.Connection, row: ErrandRow) -> None:
        """The same request without a dispute ends what it froze, where no other request holds it."""
        freezer = self._means.freezers.get(RECORD)
        for cause in errand_store.earlier(tx, row.peer, row.ticket_ref):
            free = errand_store.lift(tx, cause, row.received_at)
            refs = [ref for source, ref in free if source == RECORD]
            if freezer is not None and refs:
                freezer.lift(tx, None, refs, cause)

    def _frozen(self, tx: sa.Connection, row: ErrandRow, find: Find) -> list[errand_store.FrozenRow]:
        """What came with the messages named: the queries themselves, and the records made of messages."""
        known = errand_store.known_messages(tx, row.peer, find.messages)
        refs = [("query", str(message)) for message in known]
        if self._means.records is not None:
            refs += [
                (RECORD, str(record))
                for message in find.messages
                for record in self._means.records.of_message(tx, message, row.peer)
            ]
        times = row.received_at, row.erase_after, row.review_at
        return [errand_store.FrozenRow(row.agency, source, ref, row.id, *times) for source, ref in refs]


class TakeInFound:
    """The effect of `redress.found`: the ticket that waits for it gets it, or the errand it was sent for."""

    def __init__(self, parts: RedressParts) -> None:
        self._redress = parts
        self._parts = parts.exchange

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Match answers to searches of ours at this partner. It must hold.

        1. It can be read, and answers a search that this partner was asked.
        2. It is not what was said before: each answer tells something new, or has no effect.
        3. There are no more answers than nodes that can hold something (`MOST_ANSWERS`).
        """
        del book
        known: dict[UUID, Told] = {}
        outcomes = []
        for message in messages:
            outcome = self._outcome(tx, partner, message, known)
            if isinstance(outcome.row, Told):
                known[outcome.row.row_id] = outcome.row
            outcomes.append(outcome)
        return outcomes

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep the answers; one that was asked for a partner goes on to that partner."""
        now = self._parts.clock.now()
        for outcome, _ in done:
            told = outcome.row
            if isinstance(told, Told):
                sql.update_row(
                    tx,
                    "redress_partner",
                    told.row_id,
                    found=told.sealed,
                    state="answered",
                    answered_at=now,
                    answers=told.answers,
                )
                onward.pass_back(tx, self._redress, told.thread, told.peer, told.found)

    def _outcome(
        self, tx: sa.Connection, partner: Partner, message: VerifiedEnvelope, known: Mapping[UUID, Told]
    ) -> Outcome:
        agency = self._parts.identity.agency
        try:
            found = data_of(message.payload, Found)
            waiting = sql.partner_of(tx, found.ticket_id, partner.id, message.header.agreement_id)
            if waiting is None:
                raise WrongPayload  # 1
            told = self._told(tx, partner.id, waiting, found, known.get(waiting.row_id))
        except (BadInput, AnswerRepeated, TooManyAnswers) as error:
            code = WrongPayload.code if isinstance(error, BadInput) else error.code
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=code)
            return Outcome(event_in(message, agency, note), code)
        note = Note(LeafKind.REDRESS, payload=message.payload_bytes, subject_ref=str(found.ticket_id))
        return Outcome(event_in(message, agency, note), row=told)

    def _told(
        self, tx: sa.Connection, peer: str, waiting: sql.Waiting, found: Found, earlier: Told | None
    ) -> Told:
        key = self._parts.sealer.load_key(tx, waiting.key_id)
        place = Place("redress_partner", "found", str(waiting.row_id))
        before = earlier.found if earlier else None
        if earlier is None and waiting.found is not None:
            before = shapes.decode(self._parts.sealer.open(key, place, waiting.found), Found)
        if found == before:
            raise AnswerRepeated  # 2
        answers = (earlier.answers if earlier else waiting.answers) + 1
        if answers > MOST_ANSWERS:
            raise TooManyAnswers(limit=MOST_ANSWERS)  # 3
        sealed = self._parts.sealer.seal(key, place, msgspec.json.encode(found))
        return Told(waiting.row_id, found.ticket_id, peer, found, sealed, answers)


class FindEnding:
    """A search that ended without effect at the partner: the ticket shows it, and a person acts."""

    def ended(self, tx: sa.Connection, one: Ended) -> bool:
        """Close the search."""
        return sql.close_partner(tx, one.msg_id, one.how)


def place_of(column: str, errand_id: UUID) -> Place:
    """Where a sealed field of a partner's search lives."""
    return Place("redress_errand", column, str(errand_id))
