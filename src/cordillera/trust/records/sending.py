"""Messages of records: what every duty message looks like, and the path of each into the outbox."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey
from cordillera.trust.exchange.envelope import VERSION, Legal, MessageType, Payload, Retention
from cordillera.trust.exchange.outbox import Draft, Outbox
from cordillera.trust.exchange.parts import ExchangeParts

KEEP: Final = timedelta(days=731)
REVIEW: Final = timedelta(days=365)


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One duty message: to whom, under which agreement, in which thread, sealed under which key."""

    type: MessageType
    peer: str
    agreement_id: str
    thread: UUID
    agency: str
    key: DataKey
    data: msgspec.Struct
    officer_id: str = ""


class Sender:
    """Puts duty messages into the outbox; they leave whatever became of the officer who ordered them."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._outbox = Outbox(parts)

    def send(self, tx: sa.Connection, notice: Notice) -> UUID:
        """Enqueue a message in the caller's transaction; return its id. Raises `UnknownAgreement`."""
        payload = self._payload(tx, notice)
        now = self._parts.clock.now()
        draft = Draft(
            payload=payload,
            raw=canonical.dumps(payload),
            agency=notice.agency,
            officer_id="",
            query_id=notice.thread,
            key=notice.key,
            erase_after=now + KEEP,
            review_at=now + REVIEW,
        )
        self._outbox.enqueue(tx, [draft])
        return payload.msg_id

    def _payload(self, tx: sa.Connection, notice: Notice) -> Payload:
        own, now = self._parts.identity, self._parts.clock.now()
        agreement = self._parts.policies(tx).get(notice.agreement_id)
        return Payload(
            v=VERSION,
            msg_id=uuid7(),
            sender=own.id,
            recipient=notice.peer,
            agreement_id=notice.agreement_id,
            agr_hash=agreement.agreement_hash,
            type=notice.type,
            legal=Legal(
                purpose="",
                offence="",
                max_penalty_months=0,
                case_ref=str(notice.thread),
                officer_id=own.pseudonym(notice.officer_id) if notice.officer_id else "",
                officer_roles=(),
                ordered_by="",
                environment=own.environment,
            ),
            subject_category="other",
            handling={},
            retention=Retention(now + KEEP, now + REVIEW),
            data=msgspec.to_builtins(notice.data),
        )
