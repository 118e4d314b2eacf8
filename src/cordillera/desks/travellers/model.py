"""What the traveller desk keeps and shows: messages, flights, travellers.

A traveller's facts are kept with the bytes they came from, so that every reason can be traced to the
carrier's own message. Sex, meals, remarks and other free text are not among them (DESIGN 4.4).
"""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from cordillera.engines.edifact.paxlst_model import PaxlstMessage
from cordillera.engines.edifact.pnrgov_model import PnrgovMessage
from cordillera.foundation.explain import Evidence
from cordillera.trust.review.model import Retention


class Channel(StrEnum):
    """How a message came in."""

    FILE = "file"
    FOLDER = "folder"
    HTTPS = "https"
    INTERACTIVE = "interactive"
    AS2 = "as2"
    BULK = "bulk"


class MessageStatus(StrEnum):
    """`PARTIAL`: read, but cut or contradicting itself; `QUARANTINED`: kept whole, nothing could be read."""

    ACCEPTED = "accepted"
    PARTIAL = "partial"
    QUARANTINED = "quarantined"


class Origin(msgspec.Struct, frozen=True):
    """Who brought a message, and how: the actor and purpose are those of the ledger leaf."""

    channel: Channel
    name: str
    agency: str
    actor: str = "node"
    purpose: str = "border.ingest"


class Fact(msgspec.Struct, frozen=True):
    """One field of a traveller as read: its name, its text, and its bytes [start, end) in the message."""

    field: str
    text: str
    start: int
    end: int

    def evidence(self, source: str) -> Evidence:
        """Return this fact as evidence in the message called `source`."""
        return Evidence(source, self.start, self.end, self.text)


class TravelDocument(msgspec.Struct, frozen=True):
    """A travel document as the carrier sent it; dates are ISO 8601, unknown parts are empty."""

    type: str = ""
    number: str = ""
    issuer: str = ""
    expires: str = ""


class TravellerFacts(msgspec.Struct, frozen=True):
    """What is kept about a traveller, names as written; `start` and `end` bound them in the message."""

    full_name: str
    given_names: str
    family_names: str
    role: str
    date_of_birth: str
    nationality: str
    embarked: str
    debarked: str
    reservation: str
    documents: tuple[TravelDocument, ...]
    facts: tuple[Fact, ...]
    start: int
    end: int
    partial: bool
    birthplace: str = ""


class AskedFacts(msgspec.Struct, frozen=True):
    """Of a traveller's facts what is compared with lists: reading it alone is a third of the work."""

    full_name: str
    given_names: str
    family_names: str
    date_of_birth: str
    documents: tuple[TravelDocument, ...]
    birthplace: str = ""


class PlannedFlight(msgspec.Struct, frozen=True):
    """A leg as announced. Local times are ISO 8601 as sent; `arrives_at` is UTC, None when unknown.

    `vessel` is the ship of a voyage: its name and number ("OCEAN INVENTED (IMO 9074729)").
    """

    number: str
    origin: str
    destination: str
    departs_local: str
    arrives_local: str
    arrives_zone: str
    zone_assumed: bool
    arrives_at: datetime | None
    closed: bool
    vessel: str = ""


class Note(msgspec.Struct, frozen=True):
    """A finding about a message's quality: code (a message id), severity, byte offset, facts."""

    code: str
    severity: str
    offset: int
    text: str


class PlannedTraveller(msgspec.Struct, frozen=True):
    """A traveller with the index of their flight in the plan; `identity` tells them from the others."""

    flight: int
    facts: TravellerFacts
    identity: str


CREW: Final = frozenset({"crew", "transit_crew"})
"""Roles of those who work aboard."""


class MessagePlan(msgspec.Struct, frozen=True):
    """What a message will leave behind once stored; reservations as they may be kept.

    `lists` are the passenger lists as `raw` tells them; None where that has not been read.
    """

    sender: str
    reference: str
    status: MessageStatus
    reason: str
    flights: tuple[PlannedFlight, ...]
    travellers: tuple[PlannedTraveller, ...]
    notes: tuple[Note, ...]
    raw: bytes
    reservations: tuple[PnrgovMessage, ...] = ()
    lists: tuple[PaxlstMessage, ...] | None = None

    def counts(self) -> dict[str, int]:
        """Return what of its counts it tells itself: nobody is known, found or cleared yet."""
        crew = sum(one.facts.role in CREW for one in self.travellers)
        return {
            "travellers": len(self.travellers) - crew,
            "crew": crew,
            "known": 0,
            "alerts": 0,
            "cleared": 0,
            "reservations": sum(len(one.pnrs) for one in self.reservations),
        }


class IngestResult(msgspec.Struct, frozen=True):
    """What became of a message. `known` travellers had been announced before; `cleared` need no alert.

    `findings` counts observations about the message's quality.
    """

    message_id: UUID
    status: MessageStatus
    reason: str
    travellers: int
    crew: int
    known: int
    alerts: int
    cleared: int
    findings: int
    duplicate: bool
    reservations: int = 0


class MessageRow(msgspec.Struct, frozen=True):
    """One message in the list of messages."""

    id: UUID
    sender: str
    reference: str
    received_at: datetime
    channel: Channel
    name: str
    size: int
    status: MessageStatus
    reason: str
    travellers: int
    crew: int
    known: int
    alerts: int
    cleared: int
    findings: int
    worst: str
    reservations: int = 0


class MessageDetail(msgspec.Struct, frozen=True):
    """A message with its findings and the flights it speaks of."""

    row: MessageRow
    notes: tuple[Note, ...]
    flights: tuple["FlightRow", ...]
    keep: Retention


class FlightRow(msgspec.Struct, frozen=True):
    """One arrival: `status` is scheduled, landing (within the hour), landed or unknown."""

    id: UUID
    number: str
    origin: str
    destination: str
    departs_local: str
    arrives_local: str
    arrives_zone: str
    zone_assumed: bool
    arrives_at: datetime | None
    closed: bool
    travellers: int
    crew: int
    messages: int
    findings: int
    worst: str
    alerts: int = 0
    pending: int = 0
    status: str = "unknown"
    vessel: str = ""


class TravellerRow(msgspec.Struct, frozen=True):
    """A traveller with where they stand: message, flight, retention."""

    id: UUID
    message_id: UUID
    flight_id: UUID
    facts: TravellerFacts
    keep: Retention


class FlightFilter(msgspec.Struct, frozen=True):
    """Which arrivals to show: those landing in [since, until), and last, if wanted, those of unknown time."""

    since: datetime | None = None
    until: datetime | None = None
    unknown: bool = True
    limit: int = 200
    offset: int = 0


QUARANTINE_DAYS: Final = 30
_UNREAD: Final = MessageStatus.QUARANTINED


class Period(msgspec.Struct, frozen=True):
    """How long the desk keeps things, in days (settings `[travellers]`)."""

    traveller_days: int = 180
    alert_days: int = 365
    review_days: int = 90

    def days_of(self, status: MessageStatus) -> int:
        """Return how long a message is kept: what nobody could read only until a parser can be mended."""
        return min(QUARANTINE_DAYS, self.traveller_days) if status is _UNREAD else self.traveller_days
