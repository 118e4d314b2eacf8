"""Consent to pass a record on: asked of the originator, given by two of its officers, withdrawn with effect.

PCSC 13(2): what was received goes to nobody else without the consent of whoever gave it. The grant is a
leaf of the originator's ledger and names record, recipient and purpose; withdrawing it erases what the
recipient has, and the proof travels back.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.errors import BadInput
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import Place
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.effects import Outcome
from cordillera.trust.exchange.envelope import MessageType, VerifiedEnvelope, data_of
from cordillera.trust.exchange.errors import WrongPayload
from cordillera.trust.exchange.leaves import Note, event_in
from cordillera.trust.exchange.ports import Named, Officer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.records import consent_store as sql
from cordillera.trust.records.changing import Changing, Wish
from cordillera.trust.records.consent_store import ConsentRow
from cordillera.trust.records.core import check_second
from cordillera.trust.records.errors import (
    ConsentKnown,
    NoSuchConsent,
    NoSuchRecord,
    NotOriginator,
    TooManyConsents,
    WrongState,
)
from cordillera.trust.records.holding import Holding
from cordillera.trust.records.model import ConsentData, ConsentUse
from cordillera.trust.records.routing import Routing
from cordillera.trust.records.sending import KEEP, REVIEW, Notice, Sender
from cordillera.trust.records.words import reason_of

ASKED, ASKED_OF = "asked", "asked_of"
ACT, ACTED = "act", "act.told"
"""For what consent is asked to act upon a record where its marking forbids it: before, or told after."""
_TYPES: Final[dict[str, MessageType]] = {
    "requested": "consent.request",
    "granted": "consent.grant",
    "refused": "consent.refuse",
    "revoked": "consent.revoke",
}
_STATES: Final = {word: state for state, word in _TYPES.items()}


class Consenting:
    """Asks for consent, and gives or withdraws it."""

    def __init__(self, holding: Holding, changing: Changing) -> None:
        self._holding = holding
        self._changing = changing
        self._parts = holding.parts
        self._sender = Sender(holding.parts)
        self._routing = Routing(holding)

    def ask(  # noqa: PLR0913 - which record, to whom, for what and why
        self, tx: sa.Connection, officer: Named, record_id: UUID, recipient: str, purpose: str, reason: str
    ) -> UUID:
        """Ask the record's originator whether it may go to `recipient`; return the id of the request.

        Of ourselves as recipient it asks whether we may act upon it (Europol H3, PAP; ADR 0082).
        Raises `ReasonNeeded`, `ReasonTooLong`, `UnknownPartner` when the originator is none of our partners,
        `TooManyConsents` when the day's quota is used up, and `NotOriginator` when the record is ours: then
        nobody need be asked.
        """
        line = reason_of(reason)
        record = self._holding.get(tx, record_id)
        if record.origin == self._holding.own:
            raise NotOriginator(origin=record.origin)
        self._parts.ledger.ensure_writable(tx, duty=True)
        if recipient == self._holding.own and purpose != ACTED:
            purpose = ACT
        told = ConsentData(uuid7(), record_id, recipient, purpose, line)
        origin = self._routing.active(tx, record.origin)
        agreement = self._routing.agreement_with(tx, origin) or record.agreement_id
        if self.left(tx, ASKED, origin.id, agreement) <= 0:
            raise TooManyConsents(limit=self._parts.settings.consents_a_day)
        row = self._row(tx, told, ASKED, origin.id, agreement, officer.officer_id)
        sql.add(tx, row)
        self._record(tx, row, officer)
        self._send(tx, row, line)
        return row.id

    def grant(self, tx: sa.Connection, officer: Officer, consent_id: UUID) -> str:
        """Agree, the first officer or the second; return the state. It must hold.

        1. The request is for a record that this node originated, and still open.
        2. Two different officers agree; only then is it granted, recorded and told.

        Raises `NoSuchConsent`, `WrongState`, `SecondOfficerMissing`.
        """
        row = self._asked_of(tx, consent_id, ("requested", "seconded"))
        if row.state == "requested":
            self._move(tx, row, state="seconded", first_officer=officer.officer_id)
            return "seconded"
        check_second(row.first_officer, officer.officer_id)
        granted = msgspec.structs.replace(row, state="granted", second_officer=officer.officer_id)
        leaf = self._record(tx, granted, officer)
        moved = self._move(tx, granted, leaf=leaf)
        self._send(tx, moved, self.reason(tx, moved))
        return "granted"

    def refuse(self, tx: sa.Connection, officer: Officer, consent_id: UUID) -> None:
        """Refuse a request; one officer is enough. Raises `NoSuchConsent`, `WrongState`."""
        row = self._asked_of(tx, consent_id, ("requested", "seconded"))
        moved = self._move(tx, row, state="refused", second_officer=officer.officer_id)
        self._record(tx, moved, officer)
        self._send(tx, moved, self.reason(tx, moved))

    def revoke(self, tx: sa.Connection, officer: Officer, consent_id: UUID, reason: str) -> UUID | None:
        """Withdraw a consent: what its recipient has is erased, with proof; return the change's id.

        Consent to act upon what the asker was given is withdrawn for what is to come; nothing is erased.

        Raises `NoSuchConsent`, `WrongState`, `ReasonNeeded`, `ReasonTooLong`.
        """
        line = reason_of(reason)
        row = self._asked_of(tx, consent_id, ("granted",))
        moved = self._move(tx, row, state="revoked", second_officer=officer.officer_id)
        self._record(tx, moved, officer)
        self._send(tx, moved, line)
        if row.recipient == row.peer:
            return None
        wish = Wish(kind="erase", reason=line, consent_id=consent_id)
        return self._changing.order(tx, officer, row.record_id, wish)

    def left(self, tx: sa.Connection, side: str, peer: str, agreement_id: str) -> int:
        """Return how many requests for consent are left today, in UTC, with a partner under an agreement."""
        today = self._parts.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        used = sql.asked_since(tx, side, peer, agreement_id, today)
        return self._parts.settings.consents_a_day - used

    def used_today(self, tx: sa.Connection) -> tuple[ConsentUse, ...]:
        """Return the requests for consent of today, in UTC, each with the quota."""
        today = self._parts.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        limit = self._parts.settings.consents_a_day
        rows = sql.used_since(tx, today)
        return tuple(ConsentUse(peer, agreement, side, used, limit) for side, peer, agreement, used in rows)

    def find(self, tx: sa.Connection, consent_id: UUID) -> ConsentRow:
        """Return a consent as stored; raise `NoSuchConsent`."""
        row = sql.get(tx, [consent_id]).get(consent_id)
        if row is None:
            raise NoSuchConsent(consent_id=str(consent_id))
        return row

    def reason(self, tx: sa.Connection, row: ConsentRow) -> str:
        """Open the reason of a request."""
        keys = self._parts.sealer.living_keys(tx, [row.key_id])
        if row.key_id not in keys:
            return ""
        return self._parts.sealer.open(keys[row.key_id], _place(row.id), row.reason).decode()

    def take_in(
        self, tx: sa.Connection, sender: str, agreement_id: str, state: str, told: ConsentData
    ) -> None:
        """Take a partner's word in, once it was judged; the same word again changes nothing."""
        if state == "requested":
            sql.add(tx, self._row(tx, told, ASKED_OF, sender, agreement_id, ""))
            return
        row = sql.get(tx, [told.consent_id], lock=True).get(told.consent_id)
        if row is not None and row.state != "revoked":
            self._move(tx, row, state=state, leaf=told.leaf or row.leaf)

    def refusal(self, tx: sa.Connection, sender: str, state: str, told: ConsentData) -> str:
        """Return why a partner's word about a consent is not taken in, or "". It must hold.

        1. A request names a record of ours that this partner was given, by us or with our consent; its id
           is new.
        2. Any other word is about a request of ours to exactly this partner, for this record and recipient.
        3. A grant names the leaf under which it stands.
        """
        if state == "requested":
            holders = {one.holder for one in self._holding.holders(tx, told.record_id)}
            holders |= {one.recipient for one in sql.of_record(tx, told.record_id) if one.state == "granted"}
            if sender not in holders or not _is_ours(tx, self._holding, told.record_id):
                return NotOriginator.code
            return ConsentKnown.code if sql.get(tx, [told.consent_id]) else ""
        row = sql.get(tx, [told.consent_id]).get(told.consent_id)
        same = row is not None and (row.side, row.peer, row.record_id, row.recipient, row.purpose) == (
            ASKED, sender, told.record_id, told.recipient, told.purpose,
        )  # fmt: skip
        if not same or (state == "granted" and not told.leaf):
            return NoSuchConsent.code
        return ""

    def _asked_of(self, tx: sa.Connection, consent_id: UUID, states: Sequence[str]) -> ConsentRow:
        row = sql.get(tx, [consent_id], lock=True).get(consent_id)
        if row is None or row.side != ASKED_OF:
            raise NoSuchConsent(consent_id=str(consent_id))
        if row.state not in states:
            raise WrongState(state=row.state)
        self._parts.ledger.ensure_writable(tx, duty=True)
        return row

    def _move(self, tx: sa.Connection, row: ConsentRow, **changes: str) -> ConsentRow:
        moved = msgspec.structs.replace(row, changed_at=self._parts.clock.now(), **changes)
        sql.move(tx, moved)
        return moved

    def _row(  # noqa: PLR0913 - everything a request consists of
        self, tx: sa.Connection, told: ConsentData, side: str, peer: str, agreement_id: str, asked_by: str
    ) -> ConsentRow:
        now = self._parts.clock.now()
        key = self._parts.sealer.new_split_key(tx, "record.consent", now + KEEP)
        return ConsentRow(
            id=told.consent_id,
            record_id=told.record_id,
            agency=self._holding.row(tx, told.record_id).agency,
            side=side,
            peer=peer,
            agreement_id=agreement_id,
            recipient=told.recipient,
            purpose=told.purpose,
            state="requested",
            asked_by=asked_by,
            made_at=now,
            changed_at=now,
            key_id=key.key_id,
            reason=self._parts.sealer.seal(key, _place(told.consent_id), told.reason.encode()),
            erase_after=now + KEEP,
            review_at=now + REVIEW,
        )

    def _record(self, tx: sa.Connection, row: ConsentRow, officer: Named) -> str:
        event = Event(
            kind=LeafKind.CONSENT,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=row.purpose,
            agreement_id=row.agreement_id,
            message_id=str(row.id),
            peer=row.recipient,
            detail={
                "state": row.state,
                "asker": row.peer if row.side == ASKED_OF else "",
                "to": row.recipient,
            },
            subject_ref=str(row.record_id),
        )
        return self._parts.ledger.record(tx, event).leaf_hash.hex()

    def _send(self, tx: sa.Connection, row: ConsentRow, reason: str) -> None:
        key = self._parts.sealer.load_key(tx, row.key_id)
        told = ConsentData(row.id, row.record_id, row.recipient, row.purpose, reason or "-", row.leaf)
        notice = Notice(
            type=_TYPES[row.state],
            peer=row.peer,
            agreement_id=row.agreement_id,
            thread=row.id,
            agency=row.agency,
            key=key,
            data=told,
        )
        self._sender.send(tx, notice)


class _Judged(msgspec.Struct, frozen=True):
    """A partner's word about a consent that may be taken in."""

    sender: str
    agreement_id: str
    state: str
    told: ConsentData


class TakeInConsents:
    """The effect of `consent.*`."""

    def __init__(self, holding: Holding, consenting: Consenting) -> None:
        self._agency = holding.parts.identity.agency
        self._consenting = consenting

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Judge each word (`Consenting.refusal`); requests up to the day's quota of the agreement."""
        del book  # a duty is owed whatever became of the agreement (PCSC 23)
        asked: dict[str, set[UUID]] = {}
        outcomes = []
        for message in messages:
            outcome = self._judge(tx, partner, message, asked.setdefault(message.header.agreement_id, set()))
            if isinstance(outcome.row, _Judged) and outcome.row.state == "requested":
                asked[message.header.agreement_id].add(outcome.row.told.consent_id)
            outcomes.append(outcome)
        return outcomes

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep requests for our officers, and the partner's word on ours."""
        for outcome, _ in done:
            one = outcome.row
            if isinstance(one, _Judged):
                self._consenting.take_in(tx, one.sender, one.agreement_id, one.state, one.told)

    def _judge(
        self, tx: sa.Connection, partner: Partner, message: VerifiedEnvelope, asked: set[UUID]
    ) -> Outcome:
        """Judge one word; `asked` are the requests of this batch before it, under the same agreement."""
        state = _STATES[message.header.type]
        try:
            told = data_of(message.payload, ConsentData)
            code = self._consenting.refusal(tx, partner.id, state, told)
            if state == "requested" and not code:
                left = self._consenting.left(tx, ASKED_OF, partner.id, message.header.agreement_id)
                code = ConsentKnown.code if told.consent_id in asked else code
                code = TooManyConsents.code if left - len(asked) <= 0 else code
        except BadInput:
            told, code = None, WrongPayload.code
        if told is None or code:
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=code)
            return Outcome(event_in(message, self._agency, note), code)
        note = Note(LeafKind.CONSENT, payload=message.payload_bytes, subject_ref=str(told.record_id))
        judged = _Judged(partner.id, message.header.agreement_id, state, told)
        return Outcome(event_in(message, self._agency, note), row=judged)


def _place(consent_id: UUID) -> Place:
    return Place("record_consent", "reason", str(consent_id))


def _is_ours(tx: sa.Connection, holding: Holding, record_id: UUID) -> bool:
    """Whether this node originated the record."""
    try:
        return holding.get(tx, record_id).origin == holding.own
    except NoSuchRecord:
        return False
