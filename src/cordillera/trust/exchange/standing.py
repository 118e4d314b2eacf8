"""Telling partners where an agreement stands here, and taking in where it stands there (PCSC 23).

A suspension, a resumption or a notice of termination is told to every node of the parties in the same
transaction in which it is made, by `agreement.status`. The word travels in the channel `standing`, under
no agreement: a message that the suspension itself holds back, or another text at the partner, cannot keep
it from arriving. What a partner closed is closed here too, from the moment its word is taken in; that it
opened again opens only what it had closed itself. Reasons stay at home. Reference: docs/adr/0021.

>>> Told("us-ec-2025", "suspended", "", datetime(2026, 11, 21, tzinfo=UTC)).status
'suspended'
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Event as Stop
from typing import Annotated, Final, Literal

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.foundation import canonical
from cordillera.foundation.errors import BadInput, Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.trust.agreements import store
from cordillera.trust.agreements.book import STANDING, PolicyBook
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.agreements.reading import own_closing
from cordillera.trust.agreements.vocabulary import Status
from cordillera.trust.exchange.directory import ACTIVE, Partner, PartnerDirectory
from cordillera.trust.exchange.effects import Ended, Outcome
from cordillera.trust.exchange.envelope import (
    GENESIS,
    VERSION,
    Legal,
    Moment,
    Payload,
    Retention,
    VerifiedEnvelope,
    Word,
    data_of,
)
from cordillera.trust.exchange.errors import WrongPayload
from cordillera.trust.exchange.leaves import Note, event_in
from cordillera.trust.exchange.outbox import Draft, Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.ledger.model import LeafKind

TYPE: Final = "agreement.status"
PURPOSE: Final = "agreement_standing"
KEEP: Final = timedelta(days=731)
REVIEW: Final = timedelta(days=365)
LOOK_SECONDS: Final = 5.0
_SCOPE = Scope.node("agreements.standing")
_log = structlog.get_logger(__name__)


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one node says of an agreement: its status there, the first day on which it is ended ("": none)."""

    agreement_id: Word
    status: Literal["provisional", "in_force", "suspended", "terminated"]
    ends_on: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
    changed_at: Moment

    @property
    def last_day(self) -> date | None:
        """The first day on which it is ended; raise `ValueError` for no date."""
        return date.fromisoformat(self.ends_on) if self.ends_on else None


class Standing:
    """Tells partners where our agreements stand."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._outbox = Outbox(parts)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)

    def announce(self, tx: sa.Connection) -> int:
        """Tell every partner of a party what it has not been told yet; return how many words were sent."""
        told, changes = store.announced(tx), store.changes(tx)
        if not changes:
            return 0
        partners = [partner for partner in self._directory.all(tx) if partner.status == ACTIVE]
        book = self._parts.policies(tx)
        due = [
            (change, partner)
            for change in changes
            for partner in partners
            if _concerns(book, change.agreement_id, partner)
            and told.get((change.agreement_id, partner.id), _NEVER) < change.changed_at
        ]
        for change, partner in due:
            self._tell(tx, book, change, partner)
        return len(due)

    def _tell(
        self, tx: sa.Connection, book: PolicyBook, change: store.StatusChange, partner: Partner
    ) -> None:
        closing = own_closing(change, book.get(change.agreement_id))
        ends_on = closing.ends_on.isoformat() if closing.ends_on else ""
        word = Told(change.agreement_id, closing.status.value, ends_on, change.changed_at)
        now = self._parts.clock.now()
        payload = self._payload(partner, word, now)
        draft = Draft(
            payload=payload,
            raw=canonical.dumps(payload),
            agency=self._parts.identity.agency,
            officer_id="",
            query_id=payload.msg_id,
            key=self._parts.sealer.new_key(tx, "exchange.standing", now + KEEP),
            erase_after=now + KEEP,
            review_at=now + REVIEW,
        )
        self._outbox.enqueue(tx, [draft])
        store.set_announced(tx, change.agreement_id, partner.id, change.changed_at, payload.msg_id)

    def _payload(self, partner: Partner, word: Told, now: datetime) -> Payload:
        legal = Legal(
            purpose=PURPOSE,
            offence="",
            max_penalty_months=0,
            case_ref="",
            officer_id="",
            officer_roles=(),
            ordered_by="",
            individual_case=False,
            environment=self._parts.identity.environment,
        )
        return Payload(
            v=VERSION,
            msg_id=uuid7(),
            sender=self._parts.identity.id,
            recipient=partner.id,
            agreement_id=STANDING,
            agr_hash=GENESIS,
            type=TYPE,
            legal=legal,
            subject_category="none",
            handling={},
            retention=Retention(now + KEEP, now + REVIEW),
            data=msgspec.to_builtins(word),
        )

    def run(self, stop: Stop) -> None:
        """Tell what is still untold (a new partner, a word that came too late) until `stop` is set."""
        while not stop.wait(LOOK_SECONDS):
            try:
                with self._parts.store.transaction(_SCOPE) as tx:
                    self.announce(tx)
            except Unavailable as error:
                _log.warning("agreements.standing_waits", error=error.code)


class StandingEnding:
    """A word that came too late at the partner is told again."""

    def ended(self, tx: sa.Connection, one: Ended) -> bool:
        """Let it be announced again; what the partner refused stays as it is."""
        return one.how == "expired" and store.forget_announced(tx, one.msg_id)


class TakeInStanding:
    """The effect of `agreement.status`. It must hold.

    1. It came in the channel `standing`, and says an agreement, a status and dates.
    2. This node holds the agreement, and the partner's country is a party of it.
    3. It is newer than what that partner said before; older words change nothing.
    """

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Return what each word does."""
        del tx
        return [self._outcome(partner, book, message) for message in messages]

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep the words and the steps they stand for."""
        for told in _rows(done):
            if not store.set_partner_standing(tx, told):
                continue
            version = self._parts.policies(tx).get(told.agreement_id).agreement.version
            store.add_step(
                tx,
                store.PastStep(
                    agreement_id=told.agreement_id,
                    version=version,
                    step="announced",
                    status=told.status,
                    ends_on=told.ends_on,
                    officer_id="",
                    second_officer="",
                    partner=told.partner,
                    reason="",
                    at=told.received_at,
                ),
            )

    def _outcome(self, partner: Partner, book: PolicyBook, message: VerifiedEnvelope) -> Outcome:
        told = _told(message)
        if told is None or not _concerns(book, told.agreement_id, partner):
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=WrongPayload.code)
            return Outcome(event_in(message, self._parts.identity.agency, note), WrongPayload.code)
        row = store.PartnerStanding(
            agreement_id=told.agreement_id,
            partner=partner.id,
            country=partner.country,
            status=Status(told.status),
            ends_on=told.last_day,
            changed_at=told.changed_at,
            received_at=self._parts.clock.now(),
        )
        note = Note(LeafKind.AGREEMENT_CHANGED, payload=message.payload_bytes)
        about = msgspec.structs.replace(
            event_in(message, self._parts.identity.agency, note),
            agreement_id=told.agreement_id,
            agreement_hash=book.get(told.agreement_id).agreement_hash,
            detail={"type": TYPE, "step": "announced", "status": told.status, "ends_on": told.ends_on},
        )
        return Outcome(about, row=row)


def _rows(done: Sequence[tuple[Outcome, str]]) -> Iterator[store.PartnerStanding]:
    for outcome, _ in done:
        if isinstance(outcome.row, store.PartnerStanding):
            yield outcome.row


def _told(message: VerifiedEnvelope) -> Told | None:
    """Condition 1."""
    if message.header.agreement_id != STANDING:
        return None
    try:
        told = data_of(message.payload, Told)
        _ = told.last_day
    except (BadInput, ValueError):
        return None
    return told


def _concerns(book: PolicyBook, agreement_id: str, partner: Partner) -> bool:
    """Condition 2."""
    try:
        return partner.country in book.get(agreement_id).agreement.countries
    except UnknownAgreement:
        return False


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
