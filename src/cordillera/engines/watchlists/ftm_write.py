"""List entries as FollowTheMoney JSON lines, nested form: for export, and to test that reading loses nothing.

A date of birth known as a range of years is written as each of its years, as the format has no ranges.

>>> from cordillera.engines.names.model import ListedName
>>> from cordillera.engines.watchlists.model import EntityKind
>>> write_ftm(ListedEntity("a", EntityKind.PERSON, (ListedName("Ana Velez"),)))[:41]
b'{"id":"a","schema":"Person","properties":'
"""

from typing import Final

import msgspec

from cordillera.engines.names.model import BirthRange, Document, DocumentKind, Precision
from cordillera.engines.watchlists.model import EntityKind, ListedEntity

_SCHEMA: Final = {
    EntityKind.PERSON: "Person",
    EntityKind.ORGANISATION: "Organization",
    EntityKind.VESSEL: "Vessel",
    EntityKind.AIRCRAFT: "Airplane",
}
_LENGTH: Final = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}
_PROPERTY: Final = {
    DocumentKind.TAX_ID: "taxNumber",
    DocumentKind.REGISTRATION: "registrationNumber",
    DocumentKind.ACCOUNT: "swiftBic",
    DocumentKind.VESSEL: "imoNumber",
}
_Value = str | dict[str, object]


def write_ftm(entity: ListedEntity) -> bytes:
    """Return an entry as one line without its end; `read_ftm` reads it back, its path apart."""
    properties = {name: values for name, values in _properties(entity).items() if values}
    line = {"id": entity.reference, "schema": _SCHEMA[entity.kind], "properties": properties}
    return msgspec.json.encode(line)


def _properties(entity: ListedEntity) -> dict[str, list[_Value]]:
    whole = next((name for name in entity.names if name.given and name.family), None)
    found: dict[str, list[_Value]] = {
        "name": [name.full for name in entity.names if not name.weak],
        "weakAlias": [name.full for name in entity.names if name.weak],
        "firstName": [whole.given] if whole else [],
        "lastName": [whole.family] if whole else [],
        "birthDate": [text for birth in entity.births for text in _dates(birth)],
        "nationality": list(entity.nationalities),
        "birthPlace": list(entity.birthplaces),
        "address": list(entity.addresses),
        "documents": [],
        "sanctions": [_sanction(entity)] if entity.programme or entity.listed_on else [],
    }
    for place, document in enumerate(entity.documents):
        name = _PROPERTY.get(document.kind, "")
        if name and not document.issuer:
            found.setdefault(name, []).append(document.number)
        else:
            found["documents"].append(_document(f"{entity.reference}-{place}", document))
    return found


def _dates(birth: BirthRange) -> list[str]:
    length = _LENGTH.get(birth.precision)
    if length:
        return [birth.first.isoformat()[:length]]
    return [str(year) for year in range(birth.first.year, birth.last.year + 1)]


def _document(name: str, document: Document) -> _Value:
    passport = document.kind is DocumentKind.PASSPORT
    properties = {"number": [document.number], "type": [document.kind.value]}
    if document.issuer:
        properties["country"] = [document.issuer]
    return {"id": name, "schema": "Passport" if passport else "Identification", "properties": properties}


def _sanction(entity: ListedEntity) -> _Value:
    properties = {"program": [entity.programme]} if entity.programme else {}
    if entity.listed_on:
        properties["listingDate"] = [entity.listed_on.isoformat()]
    return {"id": f"{entity.reference}-sanction", "schema": "Sanction", "properties": properties}
