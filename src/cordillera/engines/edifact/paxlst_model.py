"""A passenger or crew list as typed records; every field keeps the bytes it came from.

An absent or unusable field is None: unknown is never guessed, and the finding says why.
"""

from enum import StrEnum

import msgspec

from cordillera.engines.edifact.findings import Finding
from cordillera.engines.edifact.runs import BAG, in_row
from cordillera.foundation.explain import Evidence


class Field(msgspec.Struct, frozen=True, gc=False):
    """One fact read from a message: its text (dates as ISO 8601) and its bytes [start, end) in the file."""

    text: str
    start: int
    end: int

    def evidence(self, source: str) -> Evidence:
        """This field as evidence of an explanation; `source` names the stored message."""
        return Evidence(source, self.start, self.end, self.text)


def text_of(field: Field | None) -> str:
    """The text of a field, or "" when it is unknown."""
    return "" if field is None else field.text


class ListKind(StrEnum):
    """What BGM says the message is (UN/EDIFACT 1001: 745, 250, 266)."""

    PASSENGERS = "passengers"
    CREW = "crew"
    FLIGHT_STATUS = "flight_status"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What NAD says the person is (UN/EDIFACT 3035: FL, FM, DDU, DDT)."""

    PASSENGER = "passenger"
    CREW = "crew"
    TRANSIT_PASSENGER = "transit_passenger"
    TRANSIT_CREW = "transit_crew"


class Document(msgspec.Struct, frozen=True, gc=False):
    """A travel document: type code as sent (P, V, I...), number, issuing state, expiry and issue (ISO)."""

    type: Field | None = None
    number: Field | None = None
    issuer: Field | None = None
    expires: Field | None = None
    issued: Field | None = None


class Reference(msgspec.Struct, frozen=True, gc=False):
    """RFF: what it refers to (AVF, ABO, SEA...) and the value."""

    qualifier: str
    value: Field


class Address(msgspec.Struct, frozen=True, gc=False):
    """NAD: where a person lives or stays, as sent."""

    street: Field | None = None
    city: Field | None = None
    region: Field | None = None
    postal_code: Field | None = None
    country: Field | None = None


class Traveller(msgspec.Struct, frozen=True, gc=False):
    """One person of the list. Names are as written; `sex` is the code as sent.

    `bags` are tag numbers, `bag_runs` how many tags in a row each stands for (empty where each is one);
    `tags` counts them out. `more_nationalities` are those behind the first.
    `contacts` are COM (TE telephone, EM mail...), `position` is what a crew member does (EMP: CR1, CR2...),
    `verified` is GEI: 173 the carrier has verified what it tells, 174 it has not.
    `start` and `end` enclose all segments of the person; `partial` says the message was cut inside.
    """

    role: Role
    start: int
    end: int
    surname: Field | None = None
    given: Field | None = None
    more_names: tuple[Field, ...] = ()
    sex: Field | None = None
    date_of_birth: Field | None = None
    nationality: Field | None = None
    residence: Field | None = None
    birthplace: Field | None = None
    embarked: Field | None = None
    disembarks: Field | None = None
    clearance: Field | None = None
    documents: tuple[Document, ...] = ()
    references: tuple[Reference, ...] = ()
    bags: tuple[Field, ...] = ()
    bag_count: Field | None = None
    bag_weight: Field | None = None
    bag_weight_unit: str = ""
    address: Address | None = None
    contacts: tuple[Reference, ...] = ()
    position: Field | None = None
    partial: bool = False
    more_nationalities: tuple[Field, ...] = ()
    verified: Field | None = None
    bag_runs: tuple[int, ...] = ()

    @property
    def tags(self) -> tuple[Field, ...]:
        """Every tag of a bag, with the bytes that tell it."""
        if not self.bag_runs:
            return self.bags
        told = zip(self.bags, self.bag_runs, strict=True)
        return tuple(
            Field(tag, first.start, first.end)
            for first, count in told
            for tag in in_row(first.text, str(count), BAG)
        )

    @property
    def given_names(self) -> str:
        """The given and further names as written, joined by blanks."""
        return " ".join(field.text for field in (self.given, *self.more_names) if field is not None)

    @property
    def full_name(self) -> str:
        """Given names, then surname, as written."""
        return " ".join(part for part in (self.given_names, text_of(self.surname)) if part)

    def reference(self, qualifier: str) -> Field | None:
        """The first reference of that kind: AVF reservation, ABO unique passenger reference, SEA seat."""
        return next((ref.value for ref in self.references if ref.qualifier == qualifier), None)

    @property
    def reservation(self) -> Field | None:
        """The record locator of the reservation (RFF+AVF)."""
        return self.reference("AVF")

    @property
    def seat(self) -> Field | None:
        """The seat (RFF+SEA)."""
        return self.reference("SEA")


class Stop(msgspec.Struct, frozen=True, gc=False):
    """A place of a leg: LOC qualifier, port, local departure and arrival times as ISO 8601 without zone."""

    qualifier: str
    port: Field | None
    departs: Field | None = None
    arrives: Field | None = None


class Vessel(msgspec.Struct, frozen=True, gc=False):
    """A ship of a TDT group (C222): its name, and IMO number (digits), MMSI or call sign as sent."""

    name: Field | None = None
    imo: Field | None = None
    mmsi: Field | None = None
    call_sign: Field | None = None

    @property
    def title(self) -> str:
        """The name, then what tells the ship best: "OCEAN INVENTED (IMO 9074729)"."""
        numbers = (("IMO ", self.imo), ("MMSI ", self.mmsi), ("", self.call_sign))
        number = next((mark + one.text for mark, one in numbers if one is not None), "")
        return f"{text_of(self.name)} ({number})".strip() if number else text_of(self.name)


class FlightLeg(msgspec.Struct, frozen=True, gc=False):
    """One TDT group: the flight as sent ("AA123"), its carrier and number, and where and when it flies.

    A voyage of a ship has its `vessel`; its number is the voyage as sent, its ports are UN/LOCODE.
    """

    flight: Field | None
    carrier: str
    number: str
    departure: Stop | None
    arrival: Stop | None
    stops: tuple[Stop, ...]
    start: int
    end: int
    vessel: Vessel | None = None


class PaxlstMessage(msgspec.Struct, frozen=True, gc=False):
    """One PAXLST message. `findings` are those of its meaning; the file's reading holds those of its form.

    `contacts` are where who reported it can be reached (COM behind NAD+MS).
    """

    reference: str
    version: str
    kind: ListKind
    status: Field | None
    transaction: Field | None
    reported_by: Field | None
    legs: tuple[FlightLeg, ...]
    travellers: tuple[Traveller, ...]
    declared_passengers: int | None
    declared_crew: int | None
    complete: bool
    start: int
    end: int
    findings: tuple[Finding, ...]
    contacts: tuple[Reference, ...] = ()

    @property
    def departure(self) -> Stop | None:
        """Where the first leg departs."""
        return self.legs[0].departure if self.legs else None

    @property
    def arrival(self) -> Stop | None:
        """Where the last leg arrives."""
        return self.legs[-1].arrival if self.legs else None
