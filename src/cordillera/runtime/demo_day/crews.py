"""Who flies the aircraft: a crew list of each flight, all invented. Two carriers send none."""

from datetime import date
from random import Random
from typing import Final

import msgspec

from cordillera.engines.edifact.paxlst_model import ListKind, Role
from cordillera.engines.edifact.paxlst_writer import DocumentDraft, PaxlstDraft, TravellerDraft
from cordillera.runtime.demo_day.flights import Flight
from cordillera.runtime.demo_day.messages import Carrier, as_sent, as_traveller, write_message
from cordillera.runtime.demo_day.people import Person, draw_person

SEATS_PER_ATTENDANT: Final = 50
SILENT: Final = frozenset({"2L", "6F"})


def write_crew(flight: Flight, day: date, carrier: Carrier, seed: int) -> bytes:
    """Return the carrier's list of the crew: two pilots, and an attendant for every fifty seats."""
    chance = Random(f"crew{seed}{flight.number}")  # noqa: S311 - invented people, not secrets
    size = 2 + -(-flight.seats // SEATS_PER_ATTENDANT)
    people = tuple(_crew(draw_person(chance, day.year, (24, 62)), flight, carrier) for _ in range(size))
    draft = PaxlstDraft(
        sender=flight.number[:2],
        recipient="ECAPIS",
        prepared=flight.sent_at(day),
        reference=f"C{flight.number}{day:%m%d}",
        legs=(flight.leg(day),),
        travellers=people,
        kind=ListKind.CREW,
        transaction=f"C{flight.number}",
        reported_by=f"{flight.number[:2]} DEPARTURE CONTROL",
    )
    return write_message(draft, carrier)


def _crew(person: Person, flight: Flight, carrier: Carrier) -> TravellerDraft:
    return msgspec.structs.replace(
        as_sent(as_traveller(person), carrier.names),
        role=Role.CREW,
        documents=(DocumentDraft(person.passport, issuer=person.state, expires=person.passport_expires),),
        embarked=flight.origin,
        disembarks=flight.destination,
        clearance=flight.destination,
    )
