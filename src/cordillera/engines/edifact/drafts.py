"""Messages as read, turned into drafts that can be written again, and drafts as plain JSON.

In JSON a field is its text alone: places in a file mean nothing to who writes another one. What has its
default is left out.

>>> from cordillera.engines.edifact.pnrgov_model import Locator
>>> one = Locator(Field("DL", 4, 6), Field("MFN4TI", 7, 13))
>>> plain(one)
{'company': 'DL', 'code': 'MFN4TI'}
>>> restored({"company": None, "code": "MFN4TI"}, Locator)
Locator(company=None, code=Field(text='MFN4TI', start=0, end=0), made=None)
"""

from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from cordillera.engines.edifact.paxlst_model import (
    Address,
    Field,
    FlightLeg,
    PaxlstMessage,
    Reference,
    Stop,
    Traveller,
    Vessel,
    text_of,
)
from cordillera.engines.edifact.paxlst_writer import (
    AddressDraft,
    DocumentDraft,
    LegDraft,
    PaxlstDraft,
    StopDraft,
    TravellerDraft,
    VesselDraft,
)
from cordillera.engines.edifact.writer import Envelope
from cordillera.foundation import shapes

_PLACES = frozenset({"start", "end"})
_Record = TypeVar("_Record", bound=msgspec.Struct)


def paxlst_draft(message: PaxlstMessage, envelope: Envelope) -> PaxlstDraft:
    """A passenger list as read, to be written again."""
    return PaxlstDraft(
        sender=envelope.sender,
        recipient=envelope.recipient,
        prepared=envelope.prepared,
        reference=message.reference or envelope.reference,
        legs=tuple(_leg(leg) for leg in message.legs),
        travellers=tuple(_traveller(person) for person in message.travellers),
        kind=message.kind,
        version=message.version,
        status=text_of(message.status),
        transaction=text_of(message.transaction),
        reported_by=text_of(message.reported_by),
        contacts=_pairs(message.contacts),
    )


def _leg(leg: FlightLeg) -> LegDraft:
    departure, arrival = leg.departure or Stop("", None), leg.arrival or Stop("", None)
    return LegDraft(
        flight=text_of(leg.flight),
        departure=text_of(departure.port),
        departs=text_of(departure.departs),
        arrival=text_of(arrival.port),
        arrives=text_of(arrival.arrives),
        carrier=leg.carrier,
        stops=tuple(
            StopDraft(one.qualifier, text_of(one.port), text_of(one.departs), text_of(one.arrives))
            for one in leg.stops
        ),
        vessel=None if leg.vessel is None else _vessel(leg.vessel),
    )


def _vessel(ship: Vessel) -> VesselDraft:
    return VesselDraft(text_of(ship.name), text_of(ship.imo), text_of(ship.mmsi), text_of(ship.call_sign))


def _traveller(person: Traveller) -> TravellerDraft:
    return TravellerDraft(
        surname=text_of(person.surname),
        given=text_of(person.given),
        more_names=tuple(name.text for name in person.more_names),
        role=person.role,
        sex=text_of(person.sex),
        date_of_birth=text_of(person.date_of_birth),
        nationality=text_of(person.nationality),
        residence=text_of(person.residence),
        birthplace=text_of(person.birthplace),
        embarked=text_of(person.embarked),
        disembarks=text_of(person.disembarks),
        clearance=text_of(person.clearance),
        documents=tuple(
            DocumentDraft(*map(text_of, (one.number, one.type, one.issuer, one.expires, one.issued)))
            for one in person.documents
        ),
        bags=tuple(one.text for one in person.bags),
        bag_count=text_of(person.bag_count),
        bag_weight=text_of(person.bag_weight),
        bag_weight_unit=person.bag_weight_unit,
        references=_pairs(person.references),
        address=None if person.address is None else _address(person.address),
        contacts=_pairs(person.contacts),
        position=text_of(person.position),
        more_nationalities=tuple(one.text for one in person.more_nationalities),
        verified=text_of(person.verified),
        bag_runs=person.bag_runs,
    )


def _address(at: Address) -> AddressDraft:
    return AddressDraft(*map(text_of, msgspec.structs.astuple(at)))


def _pairs(found: tuple[Reference, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((one.qualifier, one.value.text) for one in found)


def plain(value: object) -> Any:
    """A record as JSON values: fields as their text, without places and defaults."""
    if isinstance(value, Field):
        return value.text
    if isinstance(value, msgspec.Struct):
        kept = (one for one in msgspec.structs.fields(value) if one.name not in _PLACES)
        pairs = ((one.name, getattr(value, one.name), one.default) for one in kept)
        return {name: plain(found) for name, found, default in pairs if found != default}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return msgspec.to_builtins(value)


def restored(value: object, kind: type[_Record]) -> _Record:
    """The record that JSON values describe; raises `msgspec.ValidationError`."""
    return shapes.convert(_placed(value, kind), kind)


def _placed(value: object, hint: Any) -> object:
    """Give fields and records the places they lack; what has not the shape of the hint stays as it is."""
    if hint is Field:
        return {"text": value, "start": 0, "end": 0} if isinstance(value, str) else value
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and isinstance(value, dict):
        hints = get_type_hints(hint)
        placed = dict.fromkeys(_PLACES & hints.keys(), 0)
        return placed | {name: _placed(found, hints.get(name)) for name, found in value.items()}
    inner = [one for one in get_args(hint) if one not in {NoneType, Ellipsis}]
    if len(inner) == 1:
        return (
            [_placed(one, inner[0]) for one in value] if isinstance(value, list) else _placed(value, inner[0])
        )
    return value
