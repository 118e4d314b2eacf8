"""Schemata and properties of FollowTheMoney, to the engine's subjects and from the lists' entries.

Only what the engine may know is read: names, birth dates and places, documents, identifiers. Nationality,
country and gender of a query are left unread, because they never score; traits that are protected have no
property here at all.

>>> found = subjects_of("Person", {"firstName": ["Ana"], "lastName": ["Loor"], "birthDate": ["1980"]})
>>> [(subject.full_name, subject.date_of_birth) for subject in found]
[('Ana Loor', '1980')]
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final

import msgspec

from cordillera.desks.people.core import written_birth
from cordillera.desks.people.match_errors import UnknownSchema
from cordillera.engines.names.model import Document, DocumentKind, Subject, SubjectKind
from cordillera.engines.watchlists.model import EntityKind, ListedEntity

MAX_NAMES: Final = 8
"""Forms of a name that one query may have; further ones are not asked."""

_MAX_DOCUMENTS: Final = 8
Properties = Mapping[str, list[str]]
Told = str | int | float | None


class Schema(msgspec.Struct, frozen=True):
    """A kind of thing on the wire: label, what the engine compares it as, kinds of entries."""

    name: str
    label: str
    kinds: tuple[SubjectKind, ...]
    entries: tuple[EntityKind, ...]


_PERSON: Final = (SubjectKind.PERSON,)
_BODY: Final = (SubjectKind.ORGANISATION,)
_CRAFT: Final = (SubjectKind.VESSEL,)
_LISTED: Final = (EntityKind.ORGANISATION,)
SCHEMATA: Final = {
    schema.name: schema
    for schema in (
        Schema("Person", "Person", _PERSON, (EntityKind.PERSON,)),
        Schema("Organization", "Organization", _BODY, _LISTED),
        Schema("Company", "Company", _BODY, _LISTED),
        Schema("LegalEntity", "Legal entity", _PERSON + _BODY, (EntityKind.PERSON, *_LISTED)),
        Schema("Vessel", "Vessel", _CRAFT, (EntityKind.VESSEL,)),
        Schema("Airplane", "Airplane", _CRAFT, (EntityKind.AIRCRAFT,)),
        Schema("Address", "Address", (SubjectKind.ADDRESS,), ()),
        Schema("Thing", "Thing", _PERSON + _BODY + _CRAFT, tuple(EntityKind)),
    )
}
_SCHEMA_OF: Final = {
    EntityKind.PERSON: "Person",
    EntityKind.ORGANISATION: "Organization",
    EntityKind.VESSEL: "Vessel",
    EntityKind.AIRCRAFT: "Airplane",
}
_NAMES: Final = ("name", "alias", "previousName", "weakAlias", "full")
_DOCUMENTS: Final = {
    "passportNumber": DocumentKind.PASSPORT,
    "idNumber": DocumentKind.NATIONAL_ID,
    "taxNumber": DocumentKind.TAX_ID,
    "innCode": DocumentKind.TAX_ID,
    "vatCode": DocumentKind.TAX_ID,
    "registrationNumber": DocumentKind.REGISTRATION,
    "leiCode": DocumentKind.REGISTRATION,
    "ogrnCode": DocumentKind.REGISTRATION,
    "imoNumber": DocumentKind.VESSEL,
    "mmsi": DocumentKind.VESSEL,
    "callSign": DocumentKind.VESSEL,
}
_PROPERTY_OF: Final = {
    DocumentKind.PASSPORT: "passportNumber",
    DocumentKind.NATIONAL_ID: "idNumber",
    DocumentKind.TAX_ID: "taxNumber",
    DocumentKind.REGISTRATION: "registrationNumber",
    DocumentKind.VESSEL: "imoNumber",
    DocumentKind.ACCOUNT: "bankAccount",
    DocumentKind.OTHER: "idNumber",
}
LABELS: Final = {
    "name": "Name",
    "alias": "Other name",
    "weakAlias": "Weak alias",
    "previousName": "Previous name",
    "firstName": "First name",
    "secondName": "Second name",
    "middleName": "Middle name",
    "lastName": "Last name",
    "fatherName": "Patronymic",
    "motherName": "Matronymic",
    "full": "Full address",
    "birthDate": "Date of birth",
    "birthPlace": "Place of birth",
    "nationality": "Nationality",
    "address": "Address",
    "passportNumber": "Passport number",
    "idNumber": "ID number",
    "taxNumber": "Tax number",
    "registrationNumber": "Registration number",
    "leiCode": "LEI",
    "imoNumber": "IMO number",
    "mmsi": "MMSI",
    "callSign": "Call sign",
    "bankAccount": "Account",
    "programId": "Programme",
    "topics": "Topics",
    "createdAt": "Listed on",
}
"""Properties that are shown or asked, with their English labels."""


def schema(name: str) -> Schema:
    """The schema of this name; raise `UnknownSchema`."""
    found = SCHEMATA.get(name)
    if found is None:
        raise UnknownSchema(name=name if name.isascii() and name.isalnum() and len(name) <= 40 else "")
    return found


def schema_of(kind: EntityKind) -> Schema:
    """The schema as which an entry is shown."""
    return SCHEMATA[_SCHEMA_OF[kind]]


def as_lists(properties: Mapping[str, Told | Sequence[Told]]) -> dict[str, list[str]]:
    """Every property as a list of texts, without empty ones; programs write numbers and nothing as well."""
    lists = {
        name: [value] if value is None or isinstance(value, str | int | float) else value
        for name, value in properties.items()
    }
    return {
        name: kept
        for name, values in lists.items()
        if (kept := [text for value in values if (text := _text(value)).strip()])
    }


def _text(value: Told) -> str:
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    return "" if whole is None else str(whole)


def subjects_of(name: str, properties: Properties) -> list[Subject]:
    """What the engine is to compare: a subject per form of the name and per kind, or documents alone."""
    kinds = schema(name).kinds
    documents = tuple(islice(_documents(properties), _MAX_DOCUMENTS))
    born = _first(properties, "birthDate")
    place = _first(properties, "birthPlace")
    found = [
        Subject(
            ref="match",
            full_name=whole,
            given_names=given,
            family_names=family,
            date_of_birth=born,
            documents=documents,
            birthplace=place,
            kind=kind,
        )
        for whole, given, family in islice(_names(properties), MAX_NAMES)
        for kind in kinds
    ]
    if not found and documents:
        found = [Subject(ref="match", full_name="", documents=documents, kind=kind) for kind in kinds]
    return found


def _names(properties: Properties) -> Iterator[tuple[str, str, str]]:
    """Whole names first, then the parts put together; whole, given, family."""
    given = [_first(properties, part) for part in ("firstName", "secondName", "middleName")]
    firsts = " ".join(part for part in given if part)
    lasts = [*properties.get("lastName", []), *properties.get("fatherName", [])][:2]
    seen = set()
    for name in _NAMES:
        for whole in properties.get(name, []):
            if whole not in seen:
                seen.add(whole)
                yield whole, "", ""
    for first, last in product([firsts] if firsts else [], lasts):
        if f"{first} {last}" not in seen:
            yield f"{first} {last}", first, last
    if not seen and not (firsts and lasts):
        yield from ((part, "", "") for part in (firsts, *lasts) if part)


def _documents(properties: Properties) -> Iterator[Document]:
    issuers = [*properties.get("country", []), *properties.get("nationality", [])]
    issuer = issuers[0] if len(issuers) == 1 else ""
    for name, kind in _DOCUMENTS.items():
        for number in properties.get(name, []):
            yield Document(kind, number, issuer if kind is not DocumentKind.VESSEL else "")


def _first(properties: Properties, name: str) -> str:
    return next(iter(properties.get(name, [])), "")


def properties_of(entity: ListedEntity, topic: str) -> dict[str, list[str]]:
    """What an entry says, under the wire's names."""
    strong = [name.full for name in entity.names if not name.weak]
    told: list[tuple[str, Iterable[str]]] = [
        ("name", strong[:1]),
        ("alias", strong[1:]),
        ("weakAlias", [name.full for name in entity.names if name.weak]),
        ("birthDate", [written_birth(birth) for birth in entity.births]),
        ("birthPlace", entity.birthplaces),
        ("nationality", entity.nationalities),
        ("address", entity.addresses),
        *((_PROPERTY_OF[document.kind], [document.number]) for document in entity.documents),
        ("programId", [entity.programme]),
        ("createdAt", [entity.listed_on.isoformat() if entity.listed_on else ""]),
        ("topics", [topic]),
    ]
    found: dict[str, list[str]] = {}
    for name, values in told:
        kept = [value for value in values if value]
        if kept:
            found[name] = list(dict.fromkeys([*found.get(name, []), *kept]))
    return found


def caption_of(entity: ListedEntity) -> str:
    """The name under which an entry is shown."""
    strong = [name.full for name in entity.names if not name.weak]
    return next(iter(strong or [name.full for name in entity.names]), entity.reference)
