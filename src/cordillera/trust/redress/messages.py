"""The two messages of redress as they leave: a duty, so no agreement has to allow them, but one is cited.

`redress.find` names messages that both sides know; the person's name goes along only with their consent.
Nobody is told who did not already hold something (PCSC 14 and 20; Convention 108+ art. 9).
"""

from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.envelope import VERSION, Legal, Payload, Retention
from cordillera.trust.exchange.outbox import Draft, Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import Circumstances, judge
from cordillera.trust.exchange.records import keeping
from cordillera.trust.redress.model import Find, Found
from cordillera.trust.redress.ports import Officer

PURPOSE = "redress"
_KEPT = timedelta(days=365)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A message on its way: to whom, under which agreement, of which thread, sealed under which key."""

    type: Literal["redress.find", "redress.found"]
    peer: str
    agreement_id: str
    thread: UUID
    reference: str
    agency: str
    key: DataKey
    data: Find | Found


class Post:
    """Sends the messages of redress."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._outbox = Outbox(parts)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)

    def partners(self, tx: sa.Connection) -> tuple[Partner, ...]:
        """Return every partner this node has or had."""
        return tuple(self._directory.all(tx))

    def send(self, tx: sa.Connection, officer: Officer | None, letter: Letter) -> UUID | None:
        """Put a message into the outbox; return its id, or None when the partner is not one any more."""
        known = {one.id: one for one in self._directory.all(tx) if one.status == "active"}
        if letter.peer not in known:
            return None
        payload = self._payload(tx, officer, letter)
        own, now = self._parts.identity, self._parts.clock.now()
        about = Circumstances(own.country, known[letter.peer].country, own.environment, now)
        if not judge(self._parts.policies(tx), payload, about).allow:
            return None
        self._outbox.enqueue(tx, [self._draft(letter, payload)])
        return payload.msg_id

    def _payload(self, tx: sa.Connection, officer: Officer | None, letter: Letter) -> Payload:
        own, book = self._parts.identity, self._parts.policies(tx)
        keep = keeping(book, letter.agreement_id, self._parts.clock.now())
        legal = Legal(
            purpose=PURPOSE,
            offence="",
            max_penalty_months=0,
            case_ref=letter.reference,
            officer_id=own.pseudonym(officer.officer_id) if officer else "",
            officer_roles=tuple(officer.roles) if officer else (),
            ordered_by="",
            environment=own.environment,
        )
        return Payload(
            v=VERSION,
            msg_id=uuid7(),
            sender=own.id,
            recipient=letter.peer,
            agreement_id=letter.agreement_id,
            agr_hash=book.get(letter.agreement_id).agreement_hash,
            type=letter.type,
            legal=legal,
            subject_category="other",
            handling=keep.handling,
            retention=Retention(keep.erase_after, keep.review_at),
            data=msgspec.to_builtins(letter.data, str_keys=True),
        )

    def _draft(self, letter: Letter, payload: Payload) -> Draft:
        due = self._parts.clock.now() + _KEPT
        return Draft(
            payload=payload,
            raw=canonical.dumps(payload),
            agency=letter.agency,
            officer_id="",  # a duty is the node's: it goes out although the clerk has left meanwhile
            query_id=letter.thread,
            key=letter.key,
            erase_after=due,
            review_at=due,
        )
