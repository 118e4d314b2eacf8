"""Six months after a message came, it names nobody any more (PNR Directive 2016/681, art. 12(2)-(3)).

From day 183 on a traveller is shown without name, document, reservation, and with the year of birth only;
the carrier's bytes are not shown at all. To see them again an officer asks with the reference of the
judicial authorisation, and another officer grants it for a short while (C-817/19, 2nd operative part).

>>> due(datetime(2026, 1, 1), datetime(2026, 7, 2)), due(datetime(2026, 1, 1), datetime(2026, 7, 3))
(False, True)
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import unmask_store as sql
from cordillera.desks.travellers.errors import (
    Depersonalised,
    JudicialReferenceMissing,
    NotDepersonalised,
    SecondOfficerMissing,
    TravellerNotFound,
    UnmaskReasonMissing,
)
from cordillera.desks.travellers.model import TravellerFacts, TravellerRow
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.ports import Officer

AFTER: Final = timedelta(days=183)
OPEN_FOR: Final = timedelta(hours=24)
KEEP: Final = timedelta(days=5 * 365)
_SHORTEST: Final = 4
SHORTEST_REASON: Final = 8


class Approval(StrEnum):
    """Who approved that full data are shown (PNR Directive 2016/681, art. 12(3)(b))."""

    COURT = "art12.3.b.i"
    AUTHORITY = "art12.3.b.ii"


class Wish(msgspec.Struct, frozen=True):
    """Whom an officer asks to see again, under which authorisation, by which article, and why."""

    traveller_id: UUID
    judicial_ref: str
    article: Approval = Approval.COURT
    reason: str = ""


class UnmaskRow(msgspec.Struct, frozen=True):
    """One request to see a traveller again: who asked and why, who granted it, until when."""

    id: UUID
    traveller_id: UUID
    flight_id: UUID | None
    judicial_ref: str
    article: str
    reason: str
    asked_by: str
    asked_at: datetime
    granted_by: str
    granted_at: datetime | None
    until: datetime | None


def due(received_at: datetime, now: datetime) -> bool:
    """Tell whether six months are over."""
    return now >= received_at + AFTER


def depersonalised(facts: TravellerFacts) -> TravellerFacts:
    """Return what stays of a traveller: the journey, the nationality, the year of birth."""
    return msgspec.structs.replace(
        facts,
        full_name="",
        given_names="",
        family_names="",
        reservation="",
        documents=(),
        date_of_birth=facts.date_of_birth[:4],
        birthplace="",
        facts=(),
    )


class Masking:
    """Shows travellers as their age allows."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def shown(self, tx: sa.Connection, rows: Collection[TravellerRow]) -> tuple[TravellerRow, ...]:
        """Return travellers, those older than six months without what tells who they are."""
        masked = self.hidden(tx, rows)
        return tuple(
            msgspec.structs.replace(row, facts=depersonalised(row.facts)) if row.id in masked else row
            for row in rows
        )

    def hidden(self, tx: sa.Connection, rows: Collection[TravellerRow]) -> set[UUID]:
        """Return who of some travellers is not named any more, and was not granted to be."""
        now = self._clock.now()
        ages: Mapping[UUID, datetime] = sql.received(tx, {row.message_id for row in rows})
        old = {row.id for row in rows if row.message_id in ages and due(ages[row.message_id], now)}
        return old - sql.granted(tx, old, now)

    def check_bytes(self, tx: sa.Connection, message_id: UUID) -> None:
        """Raise `Depersonalised` when the bytes of a message name people six months later."""
        if self.hides_message(tx, message_id):
            raise Depersonalised(message=str(message_id))

    def hides_message(self, tx: sa.Connection, message_id: UUID) -> bool:
        """Tell whether a message's bytes, and findings that quote it, are not shown any more."""
        now = self._clock.now()
        came = sql.received(tx, {message_id}).get(message_id)
        return came is not None and due(came, now) and not sql.all_granted(tx, message_id, now)

    def ask(self, tx: sa.Connection, officer: Officer, wish: Wish) -> UUID:
        """Ask to see a traveller again. It must hold.

        1. An authorisation is named by its reference.
        2. A reason is given in words.
        3. The traveller is one of this agency, and six months are over.

        Raises `JudicialReferenceMissing`, `UnmaskReasonMissing`, `TravellerNotFound`, `NotDepersonalised`.
        """
        if sum(letter.isalnum() for letter in wish.judicial_ref) < _SHORTEST:  # 1
            raise JudicialReferenceMissing
        if sum(sign.isalnum() for sign in wish.reason) < SHORTEST_REASON:  # 2
            raise UnmaskReasonMissing
        now = self._clock.now()
        came = sql.came(tx, wish.traveller_id)
        if came is None:
            raise TravellerNotFound
        if not due(came, now):
            raise NotDepersonalised
        request = uuid7()
        sql.ask(
            tx,
            {
                "id": request,
                "agency": officer.agency,
                "traveller_id": wish.traveller_id,
                "judicial_ref": wish.judicial_ref.strip(),
                "article": wish.article.value,
                "reason": wish.reason.strip(),
                "asked_by": officer.officer_id,
                "asked_at": now,
                "erase_after": now + KEEP,
                "review_at": now + KEEP,
            },
        )
        told = {"act": "unmask.ask", "ref": wish.judicial_ref.strip(), "article": wish.article.value}
        self._record(tx, officer, wish.traveller_id, told)
        return request

    def grant(self, tx: sa.Connection, officer: Officer, request: UUID) -> datetime:
        """Let a traveller be seen for a day; raise `SecondOfficerMissing` for the one who asked."""
        now = self._clock.now()
        until = now + OPEN_FOR
        traveller = sql.grant(tx, request, officer.officer_id, (now, until))
        if traveller is None:
            raise SecondOfficerMissing
        self._record(tx, officer, traveller, {"act": "unmask.grant", "until": until.isoformat()})
        return until

    def requests(self, tx: sa.Connection, traveller_id: UUID | None = None) -> tuple[UnmaskRow, ...]:
        """Return who asked to see whom again, the newest first; of one traveller where one is named."""
        return tuple(UnmaskRow(**row) for row in sql.requests(tx, traveller_id))

    def _record(self, tx: sa.Connection, officer: Officer, traveller: UUID, told: dict[str, str]) -> None:
        event = Event(
            kind=LeafKind.DECISION,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=str(traveller),
        )
        self._ledger.record(tx, event)
