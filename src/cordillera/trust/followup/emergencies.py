"""What was done as an emergency is looked at afterwards, by another person, within a day.

Budapest Second Protocol 9 and 10: urgency shortens the way and does not end the account. An emergency that
nobody reviewed stands before the supervisor after 24 hours, and stays there.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.trust.exchange.envelope import Payload
from cordillera.trust.exchange.ports import Asked, Officer, PolicySource
from cordillera.trust.exchange.records import keeping
from cordillera.trust.followup import deadline_store as sql
from cordillera.trust.followup.deadlines import Deadlines, NewDeadline
from cordillera.trust.followup.errors import NothingToReview, NotOwnReview, ReasonNeeded
from cordillera.trust.followup.timers import EMERGENCY, EMERGENCY_TERM, Deadline
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger


class EmergencyWatch:
    """Gives every emergency query its review; fills the exchange's `AskWatcher`."""

    def __init__(self, ledger: Ledger, clock: Clock, policies: PolicySource) -> None:
        self._clock = clock
        self._policies = policies
        self._deadlines = Deadlines(ledger, clock)

    def asked(self, tx: sa.Connection, questions: Sequence[Asked]) -> None:
        """Open the reviews of emergencies; any other question passes."""
        for one in questions:
            if one.payload.legal.urgency == "emergency":
                self._open(tx, one.officer, one.payload)

    def _open(self, tx: sa.Connection, officer: Officer, payload: Payload) -> None:
        now = self._clock.now()
        keep = keeping(self._policies(tx), payload.agreement_id, now)
        new = NewDeadline(
            kind=EMERGENCY,
            ref=payload.msg_id,
            agency=officer.agency,
            peer=payload.recipient,
            agreement_id=payload.agreement_id,
            officer=officer.officer_id,
            due_at=now + EMERGENCY_TERM,
            erase_after=keep.erase_after,
            review_at=keep.review_at,
        )
        self._deadlines.open(tx, new)


class Emergencies:
    """Reviews of emergencies of this node."""

    def __init__(self, ledger: Ledger, deadlines: Deadlines) -> None:
        self._ledger = ledger
        self._deadlines = deadlines

    def review(
        self, tx: sa.Connection, officer: Officer, ref: UUID, reason: str, *, justified: bool
    ) -> Deadline:
        """Record what a second person found about an emergency. It must hold.

        1. The finding says why.
        2. An emergency of this agency waits for it.
        3. The one who acted is not the one who reviews.

        Raises `ReasonNeeded`, `NothingToReview`, `NotOwnReview`.
        """
        if not any(sign.isalnum() for sign in reason):
            raise ReasonNeeded(condition=1)
        found = sql.find(tx, EMERGENCY, ref, lock=True)
        if found is None or found.closed_at is not None:
            raise NothingToReview(condition=2)
        if found.officer == officer.officer_id:
            raise NotOwnReview(condition=3)
        self._deadlines.close(tx, EMERGENCY, ref, officer.officer_id)
        told = {"act": "emergency review", "finding": "justified" if justified else "unjustified"}
        event = Event(
            kind=LeafKind.REVIEWED,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            agreement_id=found.agreement_id,
            peer=found.peer,
            payload=canonical.dumps(told | {"reason": reason.strip()}),
            detail=told | {"reason": reason.strip()},
            subject_ref=str(ref),
        )
        self._ledger.record(tx, event)
        return found
