"""How carriers write: each has its own service characters, repertoire, dialect and way with names."""

import re
from enum import StrEnum

import msgspec

from cordillera.engines.edifact.paxlst_writer import PaxlstDraft, TravellerDraft, write_paxlst
from cordillera.engines.edifact.service import LEVEL_A, ServiceString
from cordillera.engines.edifact.writer import Style
from cordillera.engines.mrz import mrz_name
from cordillera.engines.mrz.write import name_field
from cordillera.runtime.demo_day.people import Person

_WITH_REPETITION = ServiceString(b":", b"+", b".", b"?", b"*", b"'")
_STARS = ServiceString(b":", b"*", b".", b"?", b"", b"$")
_DASHES = ServiceString(b":", b"-", b".", b"?", b"", b"*")
_BACKSLASH = ServiceString(b":", b"+", b".", b"\\", b"*", b"'")
_WRAP = 69


class Names(StrEnum):
    """As known with accents, in plain letters, or as the 39 characters of a passport's zone."""

    ACCENTS = "accents"
    PLAIN = "plain"
    ZONE = "zone"


class Carrier(msgspec.Struct, frozen=True):
    """One way of writing: `wrapped` puts the message into a Type-B envelope of 69-character lines."""

    style: Style
    names: Names
    version: str = "D:05B"
    wrapped: bool = False
    lies_about_counts: bool = False


_ASCII = Style(syntax="UNOA", codec="ascii")
_UTF8 = Style(syntax="UNOW", codec="utf-8")
CARRIERS = (
    Carrier(Style(), Names.ACCENTS),
    Carrier(Style(_WITH_REPETITION, syntax="UNOA", codec="ascii"), Names.PLAIN, "D:12B"),
    Carrier(
        Style(una=False, line_end="", syntax="UNOA", codec="ascii", grouped=True),
        Names.PLAIN,
        "D:02B",
        lies_about_counts=True,
    ),
    Carrier(Style(_STARS, line_end="", syntax="UNOA", codec="ascii"), Names.ZONE),
    Carrier(_UTF8, Names.ACCENTS, "D:12B"),
    Carrier(Style(_BACKSLASH, syntax="UNOA", codec="ascii"), Names.PLAIN),
    Carrier(Style(LEVEL_A, line_end="", syntax="UNOA", codec="ascii"), Names.ZONE, "D:02B", wrapped=True),
    Carrier(Style(_DASHES, syntax="UNOA", codec="ascii"), Names.PLAIN, lies_about_counts=True),
)


def carrier_of(place: int) -> Carrier:
    """The carrier of the flight at that place of the day."""
    return CARRIERS[place % len(CARRIERS)]


def as_sent(person: TravellerDraft, names: Names) -> TravellerDraft:
    """The traveller with the name as this carrier has it."""
    if names is Names.ACCENTS:
        return msgspec.structs.replace(person, surname=person.surname.upper(), given=person.given.upper())
    if names is Names.PLAIN:
        plain = {"surname": _plain(person.surname), "given": _plain(person.given)}
        return msgspec.structs.replace(person, **plain)
    surname, _, given = name_field(person.surname, person.given, 39).strip("<").partition("<<")
    return msgspec.structs.replace(person, surname=surname.replace("<", " "), given=given.replace("<", " "))


def as_traveller(person: Person) -> TravellerDraft:
    """An invented person as a traveller without ticket."""
    return TravellerDraft(
        surname=person.surname,
        given=person.given_names,
        sex=person.sex,
        date_of_birth=person.date_of_birth,
        nationality=person.state,
        residence=person.state,
    )


def write_message(draft: PaxlstDraft, carrier: Carrier) -> bytes:
    """The bytes this carrier sends, envelope and lies included."""
    data = write_paxlst(msgspec.structs.replace(draft, version=carrier.version), carrier.style)
    if carrier.lies_about_counts:
        data = _with_wrong_counts(data, carrier.style.service)
    return _in_type_b(data, draft.sender) if carrier.wrapped else data


def _plain(name: str) -> str:
    return mrz_name(name).replace("<", " ")


def _with_wrong_counts(data: bytes, service: ServiceString) -> bytes:
    """What GTAS saw in the wild: an UNT that was never filled in, and a traveller count of another day."""
    plus, colon = service.element, service.component
    data = re.sub(re.escape(b"UNT" + plus) + rb"[0-9]+", b"UNT" + plus + b"50", data)
    total = re.escape(b"CNT" + plus + b"42" + colon) + rb"([0-9]+)"
    return re.sub(
        total, lambda found: found.group()[: -len(found.group(1))] + b"%d" % (int(found.group(1)) + 7), data
    )


def _in_type_b(data: bytes, sender: str) -> bytes:
    """A Type-B message: address, origin, start of text, lines of 69 characters, end of text."""
    lines = [data[at : at + _WRAP] for at in range(0, len(data), _WRAP)]
    head = f"\x01QK UIOPNXH\r\n.HDQ{sender} 211200\r\n\x02".encode("ascii")
    return head + b"\r\n".join(lines) + b"\r\n\x03"
