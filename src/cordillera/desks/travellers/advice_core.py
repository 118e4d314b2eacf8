r"""What a carrier is told about a traveller of an interactive list: pure decisions (ADR 0060).

Advice about a traveller rests on these things and nothing else, in this order:

1. an officer has answered about this traveller of this flight: what the officer said;
2. the traveller was drawn for a check at random, and the moment from which this shows has come: an officer
   wishes to see them;
3. else nothing further, or incomplete, as the data of the list are.

No list, rule, score or alert is among them: a machine's finding puts the traveller before an officer and
never changes the answer. Who is drawn hangs on a secret, the person and the month: asking again draws
nobody anew. Half of the drawn show at once and half within half an hour, so that a late wish of an officer
looks like a late draw.

>>> draw(bytes(16), 0.02)
Draw(drawn=True, delay_seconds=0)
>>> draw(b"\xff" * 16, 0.02).drawn
False
"""

from datetime import UTC, datetime
from typing import Final

import msgspec

from cordillera.desks.travellers.model import TravellerFacts
from cordillera.engines.edifact.cusres import Advice

LONGEST_DELAY: Final = 1_800
_WHOLE: Final = 1 << 32


class AdvicePolicy(msgspec.Struct, frozen=True):
    """How large a share of travellers is checked at random."""

    share: float = 0.02


class Draw(msgspec.Struct, frozen=True):
    """Whether somebody is checked at random, and how long after the first question that shows."""

    drawn: bool
    delay_seconds: int = 0


class Standing(msgspec.Struct, frozen=True):
    """What is known about one traveller of a list, by place from 0; `officer` is "" until one answered."""

    place: int
    drawn: bool
    shown_from: datetime
    officer: str = ""


def drawn_by(facts: TravellerFacts, at: datetime) -> str:
    """Return what a draw hangs on: the person as announced, and the month."""
    numbers = sorted(document.number for document in facts.documents)
    told = (facts.family_names, facts.given_names, facts.date_of_birth, *numbers)
    return "|".join((f"{at.astimezone(UTC):%Y-%m}", *told))


def draw(secret: bytes, share: float) -> Draw:
    """Draw by 16 secret bytes, so that `share` of all people are drawn."""
    if int.from_bytes(secret[:4], "big") >= share * _WHOLE:
        return Draw(drawn=False)
    late = secret[4] & 1
    return Draw(drawn=True, delay_seconds=int.from_bytes(secret[5:9], "big") % LONGEST_DELAY if late else 0)


def advice_of(standing: Standing, now: datetime) -> Advice:
    """Return the desk's advice about one traveller (conditions 1 to 3)."""
    if standing.officer:  # 1
        return Advice(standing.officer)
    if standing.drawn and now >= standing.shown_from:  # 2
        return Advice.OFFICER
    return Advice.NOTHING  # 3: `cusres.answer` says incomplete where data are wanting
