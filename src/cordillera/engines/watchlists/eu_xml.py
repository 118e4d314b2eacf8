"""The consolidated list of financial sanctions of the European Union (FSF), as published in XML, version 1.1.

Standard: namespace `http://eu.europa.ec/fpi/fsd/export`: `sanctionEntity` with `nameAlias`, `birthdate`,
`citizenship`, `identification`, `address`, `regulation`; values are attributes. Country code `00` means
unknown. Remarks, functions and titles are read for one purpose: to count what they state of protected
traits. None is kept.

>>> from cordillera.engines.watchlists.source import ListFile
>>> xml = b'''<export generationDate="2026-11-20T10:00:00"><sanctionEntity euReferenceNumber="EU.1.1">
... <subjectType code="person"/><nameAlias wholeName="Ana Ejemplo"/></sanctionEntity></export>'''
>>> [entity.names[0].full for entity in read_eu(ListFile.of(xml))]
['Ana Ejemplo']
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from cordillera.engines.names.birth import birth_around, birth_between, birth_of, read_birth
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import BirthRange, Document, ListedName
from cordillera.engines.watchlists.limits import Tally
from cordillera.engines.watchlists.model import EntityKind, ListedEntity
from cordillera.engines.watchlists.protected import names_protected_trait, states_protected_trait
from cordillera.engines.watchlists.reading import Reading
from cordillera.engines.watchlists.safe_xml import children, elements, local, number, text
from cordillera.engines.watchlists.source import ListFile

_GENERATED: Final = re.compile(rb'generationDate="([^"]{10})')
_HEAD: Final = 2_000
_KINDS: Final = {"person": EntityKind.PERSON, "P": EntityKind.PERSON}
_UNKNOWN: Final = frozenset({"", "00"})
_PLACE: Final = ("city", "place", "region")
_ADDRESS: Final = ("street", "poBox", "zipCode", "city", "place", "region")
_READ: Final = frozenset(
    {"regulation", "subjectType", "nameAlias", "citizenship", "birthdate", "identification", "address"}
)


def read_eu(file: ListFile) -> Reading:
    """Read the EU's list; the reading raises what `safe_xml.elements` raises, and `ListEmpty`."""
    return Reading("eu-xml", lambda reading: _entities(file, reading))


def _entities(file: ListFile, reading: Reading) -> Iterator[ListedEntity]:
    with file.stream() as stream:
        made = _GENERATED.search(stream.read(_HEAD))
    read = read_birth(made[1].decode("ascii", "replace")) if made else None
    reading.list_date = read.first if read else reading.list_date
    reading.encoding = "xml"
    for place, element in enumerate(elements(file, ("sanctionEntity",), "eu-xml"), 1):
        yield _entity(element, f"sanctionEntity[{place}]", reading.tally)


def _entity(element: etree._Element, path: str, tally: Tally) -> ListedEntity:
    _count(element, tally)
    regulations = list(children(element, "regulation"))
    days = [day.first for one in regulations if (day := read_birth(one.get("publicationDate", "")))]
    programmes = dict.fromkeys(one.get("programme", "") for one in regulations)
    return ListedEntity(
        reference=element.get("euReferenceNumber") or element.get("logicalId") or path,
        kind=_kind(element),
        names=tuple(_names(element)),
        births=tuple(_births(element, tally)),
        documents=tuple(_documents(element, tally)),
        nationalities=tuple(dict.fromkeys(_countries(element, "citizenship"))),
        programme=", ".join(name for name in programmes if name),
        listed_on=min(days) if days else None,
        path=path,
        birthplaces=tuple(dict.fromkeys(_written(element, "birthdate", _PLACE))),
        addresses=tuple(dict.fromkeys(_written(element, "address", _ADDRESS))),
    )


def _kind(element: etree._Element) -> EntityKind:
    for subject in children(element, "subjectType"):
        return _KINDS.get(
            subject.get("code", "") or subject.get("classificationCode", ""), EntityKind.ORGANISATION
        )
    return EntityKind.ORGANISATION


def _names(element: etree._Element) -> Iterator[ListedName]:
    seen: set[str] = set()
    for place, name in enumerate(children(element, "nameAlias"), 1):
        given = " ".join(part for key in ("firstName", "middleName") if (part := _value(name, key)))
        family = _value(name, "lastName")
        whole = _value(name, "wholeName") or f"{given} {family}".strip()
        if whole and whole not in seen:
            seen.add(whole)
            parts = (given, family) if given and family else ("", "")
            weak = name.get("strong", "true").casefold() == "false"
            yield ListedName(whole, parts[0], parts[1], weak, f"nameAlias[{place}]")


def _births(element: etree._Element, tally: Tally) -> Iterator[BirthRange]:
    for one in children(element, "birthdate"):
        read = _birth(one)
        if read is not None:
            yield read
        elif any(one.get(key) for key in ("birthdate", "year", "yearRangeFrom")):
            tally.unread += 1


def _birth(one: etree._Element) -> BirthRange | None:
    first, last = number(one.get("yearRangeFrom", "")), number(one.get("yearRangeTo", ""))
    if first and last:
        return birth_between(first, last)
    if one.get("calendarType", "GREGORIAN") not in {"", "GREGORIAN"}:
        return None
    year = number(one.get("year", ""))
    if one.get("circa") == "true" and year:
        return birth_around(year)
    day = read_birth(one.get("birthdate", ""))
    if day is not None or not year:
        return day
    return birth_of(year, number(one.get("monthOfYear", "")), number(one.get("dayOfMonth", "")))


def _documents(element: etree._Element, tally: Tally) -> Iterator[Document]:
    for one in children(element, "identification"):
        written = _value(one, "number") or _value(one, "latinNumber")
        label = f"{one.get('identificationTypeCode', '')} {one.get('identificationTypeDescription', '')}"
        if not written or one.get("knownFalse") == "true":
            tally.unread += 1
            continue
        yield Document(document_kind(label), written, _country(one) or _value(one, "issuedBy"))


def _countries(element: etree._Element, name: str) -> Iterator[str]:
    return (country for one in children(element, name) if (country := _country(one)))


def _country(one: etree._Element) -> str:
    code = one.get("countryIso2Code", "")
    return "" if code in _UNKNOWN else one.get("countryDescription", "").title() or code


def _written(element: etree._Element, name: str, keys: tuple[str, ...]) -> Iterator[str]:
    for one in children(element, name):
        parts = [part for key in keys if (part := _value(one, key))]
        if parts:
            yield ", ".join([*parts, *filter(None, [_country(one)])])


def _count(element: etree._Element, tally: Tally) -> None:
    """Count what states a protected trait, and what is not on the allow-list."""
    for one in element.iter("*"):
        if one is element:
            continue
        name = local(one)
        said = [text(one), *(one.get(key, "") for key in ("function", "title"))]
        stated = sum(states_protected_trait(sentence) for whole in said for sentence in whole.split(". "))
        named = names_protected_trait(name) and bool(text(one))
        tally.refused += stated + named
        parent = one.getparent()
        tally.left += parent is element and name not in _READ


def _value(one: etree._Element, key: str) -> str:
    return " ".join(one.get(key, "").split())
