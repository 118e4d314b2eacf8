"""From a traveller's hits, of lists and of rules, to one alert, whether the traveller is new or the list."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from cordillera.desks.travellers import screening as findings
from cordillera.desks.travellers.model import TravellerFacts
from cordillera.desks.travellers.ports import ListHit
from cordillera.trust.review.model import AlertSubject, Finding, NewAlert, Retention

DESK = "travellers"
TRAVELLER = "traveller"


class Announced(msgspec.Struct, frozen=True):
    """A traveller as stored: whose, by which message, and the flight they were announced on.

    `occasion` is how an alert names the flight; `arrives_at` is UTC, None when unknown.
    """

    id: UUID
    agency: str
    message_id: UUID
    flight_id: UUID
    facts: TravellerFacts
    occasion: str
    arrives_at: datetime | None


def alert_about(
    traveller: Announced, hits: Sequence[ListHit], keep: Retention, ruled: Sequence[Finding] = ()
) -> NewAlert:
    """Return the alert of a traveller's list hits and of what rules found, with the message's bytes."""
    source = source_of(traveller)
    return NewAlert(
        desk=DESK,
        agency=traveller.agency,
        subject=AlertSubject(
            kind=TRAVELLER,
            ref=str(traveller.id),
            label=findings.label(traveller.facts),
            occasion=traveller.occasion,
            group_ref=str(traveller.flight_id),
            due_at=traveller.arrives_at,
            identity=findings.lasting_identity(traveller.facts),
        ),
        findings=(*(findings.finding_of(hit, traveller.facts, source) for hit in hits), *ruled),
        keep=keep,
    )


def source_of(traveller: Announced) -> str:
    """Return how evidence names the message that announced a traveller."""
    return f"message:{traveller.message_id}"


def occasion(number: str, origin: str, destination: str) -> str:
    """Return how an alert names a flight.

    >>> occasion("LA532", "SCL", "JFK")
    'LA532 SCL → JFK'
    """
    route = " → ".join(port for port in (origin, destination) if port)
    return " ".join(part for part in (number, route) if part)
