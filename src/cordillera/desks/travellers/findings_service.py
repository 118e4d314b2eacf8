"""A finding that an officer adds to a traveller of whom no list and no rule said anything.

It stands in the same queue as every other, with its grounds, its purpose and the day on which it is looked at
again, and takes the same decision. All such findings have one strength: no officer makes one weigh more.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.depersonalise import Masking
from cordillera.desks.travellers.disposition_errors import (
    FindingGroundsMissing,
    FindingPurposeUnknown,
    FindingReviewWrong,
)
from cordillera.desks.travellers.errors import Depersonalised
from cordillera.desks.travellers.model import FlightRow, TravellerRow
from cordillera.desks.travellers.raising import Announced, alert_about, occasion, source_of
from cordillera.engines.rules.model import Purpose
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.explain import Term
from cordillera.foundation.ids import uuid7
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.model import Finding, Raised, Retention
from cordillera.trust.review.ports import Officer
from cordillera.trust.review.service import ReviewService

MANUAL: Final = "finding.manual"
STRENGTH: Final = 0.8
SHORTEST: Final = 8
LONGEST_REVIEW: Final = timedelta(days=90)
_NAMES: Final = frozenset({"family_names", "given_names", "documents"})


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an officer says of a traveller: why an officer should look, for what purpose, until when."""

    grounds: str
    purpose: str
    review_on: date


class Travellers(Protocol):
    """Where the travellers of findings are."""

    @property
    def masking(self) -> Masking:
        """Who is still named."""
        ...

    def traveller(self, tx: sa.Connection, traveller_id: UUID) -> TravellerRow:
        """Open one traveller; raise `TravellerNotFound`."""
        ...

    def flight(self, tx: sa.Connection, flight_id: UUID) -> FlightRow:
        """Return one flight."""
        ...


class ManualFindings:
    """Puts officers' own findings into the queue, for `alert_days`."""

    def __init__(
        self,
        recorded: tuple[Ledger, Clock],
        review: ReviewService,
        travellers: Travellers,
        alert_days: int,
    ) -> None:
        self._ledger, self._clock = recorded
        self._review = review
        self._travellers = travellers
        self._alert_days = alert_days

    def add(self, tx: sa.Connection, officer: Officer, traveller_id: UUID, said: Said) -> Raised:
        """Add a finding to a traveller. It must hold.

        1. The traveller is one of this agency: raise `TravellerNotFound`.
        2. Six months are not over, or they may be seen: raise `Depersonalised`.
        3. Grounds, purpose and day of review are told: see `check_said`.
        """
        row = self._travellers.traveller(tx, traveller_id)  # 1
        if self._travellers.masking.hidden(tx, [row]):  # 2
            raise Depersonalised(message=str(row.message_id))
        now = self._clock.now()
        said = check_said(said, now.date())  # 3
        flight = self._travellers.flight(tx, row.flight_id)
        traveller = Announced(
            id=row.id,
            agency=officer.agency,
            message_id=row.message_id,
            flight_id=row.flight_id,
            facts=row.facts,
            occasion=occasion(flight.number, flight.origin, flight.destination),
            arrives_at=flight.arrives_at,
        )
        finding_id = uuid7()
        evidence = tuple(
            fact.evidence(source_of(traveller)) for fact in row.facts.facts if fact.field in _NAMES
        )
        finding = Finding(
            kind=MANUAL,
            score=STRENGTH,
            terms=(
                Term("manual.grounds", STRENGTH, said.grounds),
                Term("manual.purpose", 0.0, said.purpose),
                Term("manual.officer", 0.0, officer.name),
            ),
            source=f"manual:{finding_id}",
            evidence=evidence,
        )
        review_on = said.review_on
        keep = Retention(
            now + timedelta(days=self._alert_days),
            datetime(review_on.year, review_on.month, review_on.day, tzinfo=UTC),
        )
        raised = self._review.raise_alert(tx, alert_about(traveller, (), keep, (finding,)))
        self._told(tx, officer, traveller_id, (said, raised))
        return raised

    def _told(
        self, tx: sa.Connection, officer: Officer, traveller_id: UUID, what: tuple[Said, Raised]
    ) -> None:
        said, raised = what
        told = {"act": MANUAL, "purpose": said.purpose, "review_on": said.review_on.isoformat()}
        event = Event(
            kind=LeafKind.DECISION,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps({**told, "grounds": said.grounds, "traveller": str(traveller_id)}),
            detail={**told, "officer": officer.name},
            subject_ref=str(raised.alert_id or traveller_id),
        )
        self._ledger.record(tx, event)


def check_said(said: Said, today: date) -> Said:
    """Return what an officer said without margins. It must hold.

    1. The grounds are told in words: raise `FindingGroundsMissing`.
    2. The purpose is one of those for which travellers are assessed: raise `FindingPurposeUnknown`.
    3. The day of review is ahead, at most ninety days: raise `FindingReviewWrong`.
    """
    if sum(sign.isalnum() for sign in said.grounds) < SHORTEST:  # 1
        raise FindingGroundsMissing(minimum=SHORTEST)
    if said.purpose not in set(Purpose):  # 2
        raise FindingPurposeUnknown(known=", ".join(Purpose))
    if not today < said.review_on <= today + LONGEST_REVIEW:  # 3
        raise FindingReviewWrong(latest=(today + LONGEST_REVIEW).isoformat())
    return msgspec.structs.replace(said, grounds=said.grounds.strip())
