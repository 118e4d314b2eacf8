"""One day of arrivals for the demo: 20 flights, 3,000 invented travellers, two watchlists, known answers.

>>> from datetime import date
>>> day = make_day(7, date(2026, 11, 21))
>>> len(day.messages), day.travellers, len(day.planted), len(day.near_misses)
(20, 3000, 12, 12)
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from random import Random

import msgspec

from cordillera.engines.edifact.paxlst_writer import DocumentDraft, PaxlstDraft, TravellerDraft
from cordillera.engines.mrz import mrz_name
from cordillera.runtime.demo_day.bookings import write_bookings
from cordillera.runtime.demo_day.cases import NEAR_MISSES, PLANTED, Case, Listed
from cordillera.runtime.demo_day.crews import SILENT, write_crew
from cordillera.runtime.demo_day.flights import FLIGHTS, Flight
from cordillera.runtime.demo_day.lists import ListFiles, write_lists
from cordillera.runtime.demo_day.messages import as_sent, as_traveller, carrier_of, write_message
from cordillera.runtime.demo_day.people import Person, draw_family, draw_person

EC_ENTRIES = 2_000
US_ENTRIES = 1_000
EC_FIRST_NUMBER = 70_001
US_FIRST_NUMBER = 90_001
BOOKINGS = 6  # flights whose carriers send reservations too
SUSPECTS = (2, 4)  # flights with somebody whom the demonstration's rule is about
_LOCATOR = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class KnownCase(msgspec.Struct, frozen=True):
    """A case of the day: the traveller as sent, and the entry numbers of the listed person ("" for none)."""

    kind: str
    message: str
    flight: str
    surname: str
    given: str
    date_of_birth: str
    document_number: str
    passenger_reference: str
    listed: str
    listed_name: str
    us_listed: str = ""


class DemoDay(msgspec.Struct, frozen=True):
    """Everything the demo feeds to its nodes, and what must come out; `suspects` are names."""

    seed: int
    day: date
    messages: tuple[tuple[str, bytes], ...]
    travellers: int
    list_ec: ListFiles
    list_us: ListFiles
    planted: tuple[KnownCase, ...]
    near_misses: tuple[KnownCase, ...]
    crews: tuple[tuple[str, bytes], ...]
    bookings: tuple[tuple[str, bytes], ...]
    suspects: tuple[str, ...]


def make_day(seed: int, day: date) -> DemoDay:
    """Make the day that lands on `day`; the same seed and day give the same bytes everywhere."""
    chance = Random(seed)  # noqa: S311 - invented people, not secrets
    flights = [_Manifest(place, flight, day) for place, flight in enumerate(FLIGHTS)]
    for case in (*PLANTED, *NEAR_MISSES):
        flights[case.flight].add_case(case)
    for manifest in flights:
        manifest.fill(chance)
    taken = {name for manifest in flights for name in manifest.names}
    ec, us = _lists(chance, day.year, taken)
    messages = tuple(manifest.written(chance) for manifest in flights)
    cases = {id(case): known for manifest in flights for case, known in manifest.known(ec, us)}
    return DemoDay(
        seed=seed,
        day=day,
        messages=messages,
        travellers=sum(manifest.size for manifest in flights),
        list_ec=write_lists(ec, EC_FIRST_NUMBER),
        list_us=write_lists(us, US_FIRST_NUMBER),
        planted=tuple(cases[id(case)] for case in PLANTED),
        near_misses=tuple(cases[id(case)] for case in NEAR_MISSES),
        crews=tuple(manifest.crewed(seed) for manifest in flights if manifest.tells_crew),
        bookings=tuple(manifest.booked(seed) for manifest in flights if manifest.tells_bookings),
        suspects=tuple(_full_name(flights[place].suspect) for place in SUSPECTS),
    )


def make_pushes(seed: int, day: date, people: int) -> Iterator[bytes]:
    """Write a day as interactive systems do (iAPI, PNR pushes): few people, or one reservation, a message.

    The flights take turns; nobody is planted in them.
    """
    chance = Random(seed)  # noqa: S311 - invented people, not secrets
    flights = [_Manifest(place, flight, day) for place, flight in enumerate(FLIGHTS)]
    for manifest in flights:
        manifest.fill(chance)
    turns = zip_longest(*(manifest.pushed(chance, seed, people) for manifest in flights))
    yield from (raw for turn in turns for raw in turn if raw is not None)


class _Manifest:
    """The people of one flight, ordinary and planted, before and after they are written."""

    def __init__(self, place: int, flight: Flight, day: date) -> None:
        self.place = place
        self.flight = flight
        self.day = day
        self.carrier = carrier_of(place)
        self.filename = f"{place + 1:02d}-{flight.number}-{flight.origin}-{flight.destination}.edi"
        self.cases: list[tuple[Case, TravellerDraft]] = []
        self.ordinary: list[TravellerDraft] = []

    @property
    def size(self) -> int:
        return len(self.cases) + len(self.ordinary)

    @property
    def names(self) -> list[frozenset[str]]:
        """The name words of everybody aboard."""
        people = [*self.ordinary, *(person for _, person in self.cases)]
        return [_name_words(f"{person.surname} {person.given}") for person in people]

    def add_case(self, case: Case) -> None:
        person = case.traveller
        if case.kind == "mrz_truncation":
            person = as_sent(person, self.carrier.names)
        self.cases.append((case, person))

    def fill(self, chance: Random) -> None:
        """Draw families until every seat is taken; give everybody a ticket."""
        drawn: list[tuple[str, Person]] = []
        while len(drawn) < self.flight.seats - len(self.cases):
            locator = "".join(chance.choices(_LOCATOR, k=6))
            drawn += [(locator, person) for person in draw_family(chance, self.day.year)]
        del drawn[self.flight.seats - len(self.cases) :]
        self.ordinary = [
            msgspec.structs.replace(
                as_sent(as_traveller(person), self.carrier.names),
                documents=(
                    DocumentDraft(person.passport, issuer=person.state, expires=person.passport_expires),
                ),
                reservation=locator,
            )
            for locator, person in drawn
        ]
        self.cases = [
            (case, msgspec.structs.replace(person, reservation="".join(chance.choices(_LOCATOR, k=6))))
            for case, person in self.cases
        ]

    def written(self, chance: Random) -> tuple[str, bytes]:
        """Seat everybody in a drawn order and write the message."""
        return self.filename, write_message(self.draft(chance), self.carrier)

    def pushed(self, chance: Random, seed: int, people: int) -> Iterator[bytes]:
        """Write the list by `people` at a time, after each three of them the reservation of the last one."""
        draft = self.draft(chance)
        for at in range(0, len(draft.travellers), people):
            few = draft.travellers[at : at + people]
            own = f"{draft.reference}{at}"
            yield write_message(msgspec.structs.replace(draft, reference=own, travellers=few), self.carrier)
            if self.tells_bookings and at // people % 3 == 2:
                code = few[-1].reservation
                party = [person for person in draft.travellers if person.reservation == code]
                yield write_bookings(self.flight, self.day, party, frozenset(), seed, push=str(at))

    def draft(self, chance: Random) -> PaxlstDraft:
        """The list with everybody seated in a drawn order."""
        aboard = [*self.ordinary, *(person for _, person in self.cases)]
        order = list(range(len(aboard)))
        chance.shuffle(order)
        seated = {place: self._ticketed(aboard[place], seat, chance) for seat, place in enumerate(order)}
        first_case = len(self.ordinary)
        self.cases = [(case, seated[first_case + at]) for at, (case, _) in enumerate(self.cases)]
        return PaxlstDraft(
            sender=self.flight.number[:2],
            recipient="ECAPIS",
            prepared=self.flight.sent_at(self.day),
            reference=f"{self.flight.number}{self.day:%y%m%d}",
            legs=(self.flight.leg(self.day),),
            travellers=tuple(seated[place] for place in order),
            transaction=f"T{self.flight.number}",
            reported_by=f"{self.flight.number[:2]} DEPARTURE CONTROL",
        )

    @property
    def tells_bookings(self) -> bool:
        """Whether this carrier sends reservations too."""
        return self.place < BOOKINGS

    @property
    def tells_crew(self) -> bool:
        """Whether this carrier sends crew lists."""
        return self.flight.number[:2] not in SILENT

    def crewed(self, seed: int) -> tuple[str, bytes]:
        """Write the crew list."""
        written = write_crew(self.flight, self.day, self.carrier, seed)
        return self.filename.replace(".edi", "-crew.edi"), written

    @property
    def suspect(self) -> TravellerDraft:
        """The first of the ordinary people who travels alone."""
        sizes = Counter(person.reservation for person in self.ordinary)
        return next(person for person in self.ordinary if sizes[person.reservation] == 1)

    def booked(self, seed: int) -> tuple[str, bytes]:
        """Write the reservations of everybody aboard."""
        aboard = [*self.ordinary, *(person for _, person in self.cases)]
        suspects = {self.suspect.reservation} if self.place in SUSPECTS else set()
        written = write_bookings(self.flight, self.day, aboard, frozenset(suspects), seed)
        return self.filename.replace(".edi", "-pnr.edi"), written

    def known(self, ec: list[Listed], us: list[Listed]) -> list[tuple[Case, KnownCase]]:
        """The cases of this flight with the numbers of their entries."""
        return [(case, self._known(case, person, ec, us)) for case, person in self.cases]

    def _ticketed(self, person: TravellerDraft, seat: int, chance: Random) -> TravellerDraft:
        bags = chance.choices((0, 1, 2), (30, 50, 20))[0]
        return msgspec.structs.replace(
            person,
            embarked=self.flight.origin,
            disembarks=self.flight.destination,
            clearance=self.flight.destination,
            seat=f"{seat // 6 + 1:02d}{'ABCDEF'[seat % 6]}",
            passenger_reference=f"{self.flight.number}{seat:04d}",
            bags=tuple(f"{self.flight.number[:2]}{chance.randrange(10**6):06d}" for _ in range(bags)),
        )

    def _known(self, case: Case, person: TravellerDraft, ec: list[Listed], us: list[Listed]) -> KnownCase:
        return KnownCase(
            kind=case.kind,
            message=self.filename,
            flight=self.flight.number,
            surname=person.surname,
            given=person.given,
            date_of_birth=person.date_of_birth,
            document_number=person.documents[0].number,
            passenger_reference=person.passenger_reference,
            listed=str(EC_FIRST_NUMBER + ec.index(case.listed)),
            listed_name=case.listed.name,
            us_listed=str(US_FIRST_NUMBER + us.index(case.listed)) if case.in_us else "",
        )


def _lists(chance: Random, year: int, taken: set[frozenset[str]]) -> tuple[list[Listed], list[Listed]]:
    """Both lists: every case for EC, the shared ones for US, the rest people who do not travel today."""
    ec = [case.listed for case in (*PLANTED, *NEAR_MISSES)]
    us = [case.listed for case in PLANTED if case.in_us]
    for people, wanted in ((ec, EC_ENTRIES), (us, US_ENTRIES)):
        while len(people) < wanted:
            person = draw_person(chance, year)
            if _name_words(f"{person.surname} {person.given_names}") not in taken:
                people.append(_listed(chance, person))
        chance.shuffle(people)
    return ec, us


def _listed(chance: Random, person: Person) -> Listed:
    """A listed person as lists write them: plain letters, at times a passport, an alias, or a bare year."""
    surname, given = (
        mrz_name(person.surname).replace("<", " "),
        mrz_name(person.given_names).replace("<", " "),
    )
    name = f"{surname}, {given.title()}"
    short = f"{surname.partition(' ')[0]}, {given.title()}"
    return Listed(
        name=name,
        born=person.date_of_birth if chance.random() < 0.92 else person.date_of_birth[:4],
        state=person.state,
        aliases=(short,) if short != name and chance.random() < 0.1 else (),
        passport=person.passport if chance.random() < 0.6 else "",
    )


def _full_name(person: TravellerDraft) -> str:
    return f"{person.given} {person.surname}"


def _name_words(name: str) -> frozenset[str]:
    return frozenset(mrz_name(name).split("<"))
