"""What became of a traveller at the border after an officer's decision: recorded here, ordered by nobody.

The words are those that users of traveller targeting know. They tell a rule more than the decision does: a
confirmed alert whose check found nothing was a false alert after all.

>>> verdict(Outcome.CONFIRMED, Disposition.SECONDARY_NEGATIVE), verdict(Outcome.CONFIRMED, None)
(<Verdict.FALSE: 'false'>, <Verdict.RIGHT: 'right'>)
"""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from cordillera.desks.travellers.disposition_errors import (
    DispositionReasonMissing,
    DispositionTooEarly,
    DispositionUnknown,
)
from cordillera.trust.review.model import AlertRow, AlertStatus, Outcome

SHORTEST_REASON: Final = 8


class Disposition(StrEnum):
    """What officers did, or found."""

    DENIED_BOARDING = "denied_boarding"
    REFUSED_ENTRY = "refused_entry"
    SECONDARY_POSITIVE = "secondary_positive"
    SECONDARY_NEGATIVE = "secondary_negative"
    MISSED = "missed"
    FALSE_POSITIVE = "false_positive"


class Verdict(StrEnum):
    """What an alert's end says of the rule that raised it."""

    RIGHT = "right"
    FALSE = "false"
    MISSED = "missed"
    OPEN = "open"


_FALSE: Final = frozenset({Disposition.SECONDARY_NEGATIVE, Disposition.FALSE_POSITIVE})


class Recorded(msgspec.Struct, frozen=True):
    """One disposition of an alert: who recorded what, when and why. The newest stands."""

    id: UUID
    alert_id: UUID
    disposition: Disposition
    officer_id: str
    officer_name: str
    at: datetime
    reason: str


def check_disposition(row: AlertRow, said: str, reason: str) -> tuple[Disposition, str]:
    """Let a disposition be recorded; return it with the reason without margins. It must hold.

    1. An officer has confirmed the alert: raise `DispositionTooEarly`. Nobody is checked on a machine's word.
    2. It is one of the words: raise `DispositionUnknown`.
    3. A reason is given in words: raise `DispositionReasonMissing`.
    """
    if row.status is not AlertStatus.DECIDED or row.outcome is not Outcome.CONFIRMED:  # 1
        raise DispositionTooEarly(alert=str(row.id))
    if said not in set(Disposition):  # 2
        raise DispositionUnknown(known=", ".join(Disposition))
    if sum(sign.isalnum() for sign in reason) < SHORTEST_REASON:  # 3
        raise DispositionReasonMissing(minimum=SHORTEST_REASON)
    return Disposition(said), reason.strip()


def verdict(outcome: Outcome | None, disposition: Disposition | None) -> Verdict:
    """Return what an alert that rests on rules alone says of them.

    What happened at the border counts more than the decision; whom nobody checked says nothing.
    """
    if outcome is None or outcome is Outcome.NEEDS_MORE:
        return Verdict.OPEN
    if outcome is not Outcome.CONFIRMED or disposition in _FALSE:
        return Verdict.FALSE
    return Verdict.MISSED if disposition is Disposition.MISSED else Verdict.RIGHT
