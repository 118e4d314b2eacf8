"""From a carrier's file to what the desk keeps: pure, and the same for every channel.

A file holds passenger and crew lists (PAXLST), reservations (PNRGOV, also in XML), or both.

>>> plan_message(b"not a message", "America/Guayaquil").status
<MessageStatus.QUARANTINED: 'quarantined'>
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from cordillera.desks.travellers.masking import Odd, masked, odd_values, structure_of, without_odd_records
from cordillera.desks.travellers.model import (
    Fact,
    MessagePlan,
    MessageStatus,
    Note,
    PlannedFlight,
    PlannedTraveller,
    TravelDocument,
    TravellerFacts,
)
from cordillera.desks.travellers.reservation_keeping import TOLD, is_part, kept
from cordillera.desks.travellers.reservation_masking import masked_reservations, tells_reservations
from cordillera.desks.travellers.reservation_xml import is_xml, masked_markup, masked_xml, told_in_xml
from cordillera.desks.travellers.sensitive_words import tells_sensitive, tells_words
from cordillera.desks.travellers.zones import to_utc, zone_of
from cordillera.engines import edifact
from cordillera.engines.edifact import paxlst
from cordillera.engines.edifact.paxlst_model import (
    Document,
    Field,
    FlightLeg,
    ListKind,
    PaxlstMessage,
    Stop,
    Traveller,
    text_of,
)
from cordillera.engines.edifact.pnrgov import pnrgov_messages
from cordillera.engines.edifact.pnrgov_model import PnrgovMessage

PAXLST = "PAXLST"
LONGEST = 120
_MOST_COMPARED = 50_000_000
"""Bytes times findings up to which findings are compared with a file; beyond (a hostile one) none quotes."""
_WORDS = re.compile(r"[A-Za-z0-9]{3,}")
REPLACED = "\ufffd"
NOT_PAXLST = "travellers.not_paxlst"
IN_PARTS = "travellers.in_parts"
NOTHING_READABLE = "travellers.nothing_readable"


def plan_message(raw: bytes, home_zone: str) -> MessagePlan:
    """Read a file whole and say what it leaves behind; nothing raises, the unreadable is quarantined.

    1. neither PAXLST nor PNRGOV in it: quarantined whole, with the reason;
    2. a message was cut, or a finding is an error: kept as partial, its travellers are screened;
    3. else accepted, findings and all;
    4. reservations are reduced to what the law allows before anything else sees them, the bytes too;
    5. where there are signs of reservations that could not be read, nobody knows which bytes may be kept:
       only their structure is;
    6. what in a list could be a record and may not stay is blanked before the list is read for good; no
       finding quotes a word that is blanked, nor anything of a file that is quarantined;
    7. blanking changes letters and digits alone, in segments that no list is read from: where all bytes are
       ASCII, so that no character set hangs on them, the lists read are those that the kept bytes tell; and
       where there is no list, blanking makes none.
    """
    xml = told_in_xml(raw)
    if xml is not None:
        return _of_xml(raw, xml)
    reading = edifact.read(raw)
    odd = odd_values(reading)
    clean = without_odd_records(raw, odd)
    if clean != raw:
        return plan_message(clean, home_zone)
    lists = tuple(map(_as_kept, paxlst.paxlst_messages(reading)))
    reservations = tuple(kept(one) for one in pnrgov_messages(reading))
    booked = bool(reservations) or tells_reservations(raw)
    shown = _bytes(raw, (reading, odd), lists, reservations)
    legible = b"" if booked else shown if lists else structure_of(raw)
    told = _notes(reading, (*lists, *reservations), (raw, legible))
    head = reading.interchanges[0] if reading.interchanges else None
    flights, travellers = people_in(lists, home_zone)
    status, reason = _judged(reading, (*lists, *reservations), told)
    alone = not (is_xml(raw) or booked)
    return MessagePlan(
        sender="" if head is None else _said(head.sender, named=True),
        reference="" if head is None else _said(head.reference, named=False),
        status=status,
        reason=reason,
        flights=flights,
        travellers=travellers,
        notes=told,
        raw=shown,
        reservations=reservations,
        lists=lists if not lists or (alone and raw.isascii()) else None,
    )


def _of_xml(raw: bytes, message: PnrgovMessage) -> MessagePlan:
    """The plan of reservations in XML: conditions 2 to 4."""
    notes = tuple(Note(one.code, one.severity.value, one.offset, one.text) for one in message.findings)
    serious = next((note.code for note in notes if note.severity == edifact.Severity.ERROR.value), "")
    whole = message.complete and not serious
    sender = None if message.sender is None else message.sender.company
    return MessagePlan(
        sender=_said(text_of(sender), named=True),
        reference=_said(message.reference, named=False),
        status=MessageStatus.ACCEPTED if whole else MessageStatus.PARTIAL,
        reason="" if whole else serious or "edifact.message_cut",
        flights=(),
        travellers=(),
        notes=notes,
        raw=masked_xml(raw, message),
        reservations=(message,),
    )


def _as_kept(message: PaxlstMessage) -> PaxlstMessage:
    """A list without addresses and positions of its people, which the kept bytes do not have either."""
    if all(one.address is None and one.position is None for one in message.travellers):
        return message
    people = (msgspec.structs.replace(one, address=None, position=None) for one in message.travellers)
    return msgspec.structs.replace(message, travellers=tuple(people))


def _said(text: str, *, named: bool) -> str:
    """A partner's name or a reference as it is stored beside the bytes: nothing where it says more."""
    told = tells_sensitive(text) or (not named and tells_words(text))
    return "" if told else storable(text)


def _bytes(
    raw: bytes,
    read: tuple[edifact.Reading, Sequence[Odd]],
    lists: Sequence[object],
    reservations: Sequence[PnrgovMessage],
) -> bytes:
    """The bytes as they may be kept (conditions 4 and 5)."""
    if is_xml(raw):
        return masked_markup(raw)
    if reservations or tells_reservations(raw):
        return masked_reservations(raw, read[0], reservations)
    return masked(raw, *read) if lists else raw


def _notes(
    reading: edifact.Reading,
    messages: Sequence[PaxlstMessage | PnrgovMessage],
    file: tuple[bytes, bytes],
) -> tuple[Note, ...]:
    """Findings in file order, quoting of the file (as it came, as it may be shown) what may be shown."""
    reservations = (one for one in messages if isinstance(one, PnrgovMessage))
    parts = [Note(IN_PARTS, "info", one.start, str(one.part)) for one in reservations if is_part(one)]
    found = sorted((*reading.findings, *(one for each in messages for one in each.findings)), key=_place)
    quoting = bool(file[1]) and len(found) * len(file[0]) <= _MOST_COMPARED
    told = (
        Note(one.code, one.severity.value, one.offset, one.text)
        if one.code in TOLD or (quoting and not _quotes_gone(one.text, *file))
        else Note(one.code, one.severity.value, one.offset, "")
        for one in found
    )
    return (*told, *parts)


def _quotes_gone(text: str, raw: bytes, shown: bytes) -> bool:
    """Tell whether a finding holds a word of the file that may not be shown."""
    words = (word.encode() for word in _WORDS.findall(text))
    return not text.isascii() or any(word in raw and word not in shown for word in words)


def _place(finding: edifact.Finding) -> int:
    return finding.offset


def _judged(
    reading: edifact.Reading, messages: Sequence[PaxlstMessage | PnrgovMessage], notes: Sequence[Note]
) -> tuple[MessageStatus, str]:
    if not messages:
        other = next((message.type for message in reading.messages), "")
        return MessageStatus.QUARANTINED, NOT_PAXLST if other else NOTHING_READABLE
    serious = next((note.code for note in notes if note.severity == edifact.Severity.ERROR.value), "")
    if serious or not all(one.complete for one in messages):
        return MessageStatus.PARTIAL, serious or "edifact.message_cut"
    return MessageStatus.ACCEPTED, ""


def people_in(
    lists: Sequence[PaxlstMessage], home_zone: str
) -> tuple[tuple[PlannedFlight, ...], tuple[PlannedTraveller, ...]]:
    """Return the legs of lists, and each traveller in their order on the one that lands where they disembark.

    Who disembarks nowhere that a leg lands is on the last.
    """
    flights: list[PlannedFlight] = []
    travellers: list[PlannedTraveller] = []
    seen: Counter[tuple[int, str]] = Counter()
    for one in lists:
        legs = one.legs or (None,)
        places = [_flight(leg, one, home_zone) for leg in legs]
        indices = [_index(flights, place) for place in places]
        for traveller in one.travellers:
            flight = indices[_leg_of(traveller, places)]
            facts = facts_of(traveller)
            identity = _identity(facts)
            seen[flight, identity] += 1
            travellers.append(PlannedTraveller(flight, facts, f"{identity}|{seen[flight, identity]}"))
    return tuple(flights), tuple(travellers)


def _index(flights: list[PlannedFlight], wanted: PlannedFlight) -> int:
    if wanted not in flights:
        flights.append(wanted)
    return flights.index(wanted)


def _leg_of(traveller: Traveller, places: Sequence[PlannedFlight]) -> int:
    port = text_of(traveller.disembarks)
    landing = [index for index, place in enumerate(places) if port and place.destination == port]
    return landing[-1] if landing else len(places) - 1


def _flight(leg: FlightLeg | None, message: PaxlstMessage, home_zone: str) -> PlannedFlight:
    departure, arrival = (None, None) if leg is None else (leg.departure, leg.arrival)
    destination = _port(arrival)
    zone = zone_of(destination, home_zone)
    arrives = "" if arrival is None else storable(text_of(arrival.arrives))
    return PlannedFlight(
        number="" if leg is None else storable(text_of(leg.flight)),
        origin=_port(departure),
        destination=destination,
        departs_local="" if departure is None else storable(text_of(departure.departs)),
        arrives_local=arrives,
        arrives_zone=zone.name,
        zone_assumed=zone.assumed,
        arrives_at=to_utc(arrives, zone.name),
        closed=message.kind is ListKind.FLIGHT_STATUS,
        vessel="" if leg is None or leg.vessel is None else storable(leg.vessel.title),
    )


def _port(stop: Stop | None) -> str:
    return "" if stop is None else storable(text_of(stop.port))


def storable(text: str) -> str:
    r"""Return `text` as a column can hold and index it: no NUL, no lone surrogate, at most 120 characters.

    >>> storable("XA\x0012") == "XA\ufffd12"
    True
    """
    cut = text[:LONGEST].replace("\x00", REPLACED)
    return cut.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def facts_of(traveller: Traveller) -> TravellerFacts:
    """Take over the allowed facts of a traveller (`safeguards.traits.ALLOWED`), each with its bytes."""
    return TravellerFacts(
        full_name=traveller.full_name,
        given_names=traveller.given_names,
        family_names=text_of(traveller.surname),
        role=traveller.role.value,
        date_of_birth=text_of(traveller.date_of_birth),
        nationality=text_of(traveller.nationality),
        embarked=text_of(traveller.embarked),
        debarked=text_of(traveller.disembarks),
        reservation=text_of(traveller.reservation),
        documents=tuple(_document(document) for document in traveller.documents),
        facts=tuple(_facts(traveller)),
        start=traveller.start,
        end=traveller.end,
        partial=traveller.partial,
        birthplace=text_of(traveller.birthplace),
    )


def _document(document: Document) -> TravelDocument:
    return TravelDocument(
        type=text_of(document.type),
        number=text_of(document.number),
        issuer=text_of(document.issuer),
        expires=text_of(document.expires),
    )


def _facts(traveller: Traveller) -> Iterator[Fact]:
    single: list[tuple[str, Field | None]] = [
        ("family_names", traveller.surname),
        ("given_names", traveller.given),
        *(("given_names", name) for name in traveller.more_names),
        ("date_of_birth", traveller.date_of_birth),
        ("birthplace", traveller.birthplace),
        ("nationality", traveller.nationality),
        *(("nationality", nation) for nation in traveller.more_nationalities),
        ("embarked", traveller.embarked),
        ("debarked", traveller.disembarks),
        ("reservation", traveller.reservation),
    ]
    for document in traveller.documents:
        single += [("documents", document.number), ("documents", document.issuer)]
    for name, field in single:
        if field is not None:
            yield Fact(name, field.text, field.start, field.end)


def _identity(facts: TravellerFacts) -> str:
    """Tell one traveller of a flight from another: name, birth date and every document."""
    documents = sorted(f"{d.type}/{d.number}/{d.issuer}" for d in facts.documents)
    return "|".join((facts.family_names, facts.given_names, facts.date_of_birth, *documents))
