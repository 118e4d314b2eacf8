"""What the intake of a message has in hand when its travellers are judged, so that nothing is read twice.

All of it can be read again from what is stored, with the same outcome (ADR 0065); who has nothing in hand
(a pre-test, a replay) does that. It lives as long as the transaction.
"""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from cordillera.desks.travellers.on_flight_store import OnFlight
from cordillera.desks.travellers.reservation_store import FlightTold
from cordillera.engines.edifact.paxlst_model import PaxlstMessage
from cordillera.trust.review.model import Retention


class AtHand(msgspec.Struct, frozen=True):
    """Passenger lists by message, as kept; what flights' reservations were told by; terms of messages.

    `people` are those whom lists alone announced for the first time, as they were stored.
    """

    lists: Mapping[UUID, tuple[PaxlstMessage, ...]] = {}
    told: Mapping[UUID, FlightTold] = {}
    keep: Mapping[UUID, Retention] = {}
    people: Mapping[UUID, OnFlight] = {}


NOTHING = AtHand()
