"""The consolidated list of the UN Security Council, as the UN publishes it in XML.

Standard: the UN's schema `sc-sanctions.xsd` (CONSOLIDATED_LIST, INDIVIDUALS/INDIVIDUAL, ENTITIES/ENTITY).
Read without network, without entities and without a document type; a file that has any is refused.

>>> xml = b'''<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:00Z"><INDIVIDUALS><INDIVIDUAL>
... <DATAID>1</DATAID><FIRST_NAME>ANA</FIRST_NAME><SECOND_NAME>EJEMPLO</SECOND_NAME>
... <REFERENCE_NUMBER>XXi.1</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>'''
>>> parse_un(xml).entities[0].names[0].full
'ANA EJEMPLO'
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from cordillera.engines.names.birth import birth_around, birth_between, birth_of, read_birth
from cordillera.engines.names.constants import MAX_NAMES
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import BirthRange, Document, ListedName
from cordillera.engines.watchlists.errors import (
    ListEmpty,
    ListForbiddenXml,
    ListTruncated,
    ListUnreadable,
)
from cordillera.engines.watchlists.model import EntityKind, ListedEntity, ParsedList
from cordillera.engines.watchlists.protected import names_protected_trait, states_protected_trait
from cordillera.engines.watchlists.source import unpack

_XINCLUDE: Final = "{http://www.w3.org/2001/XInclude}"
_SECTIONS: Final = (
    ("INDIVIDUALS/INDIVIDUAL", EntityKind.PERSON),
    ("ENTITIES/ENTITY", EntityKind.ORGANISATION),
)
_NAME_PARTS: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_PLACE_PARTS: Final = ("CITY", "STATE_PROVINCE", "COUNTRY")
_SPACES: Final = re.compile(r"\s+")
_SENTENCE_END: Final = re.compile(r"(?<=[.;])\s+|\n+")
# Free text is read for one purpose only: to count what it states of protected traits. None of it is kept.
_FREE_TEXT: Final = frozenset({"COMMENTS1", "NOTE", "DESIGNATION", "TITLE"})
_YEAR: Final = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


class _Counts:
    """Values left out while a file is read."""

    def __init__(self) -> None:
        self.refused = 0
        self.unread = 0


def parse_un(raw: bytes) -> ParsedList:
    """Read a UN consolidated list, plain or gzip.

    Raises `ListTruncated`, `ListForbiddenXml`, `ListUnreadable`, `ListEmpty`, `ListTooLarge`.
    """
    text = unpack(raw)
    root = _root(text)
    counts = _Counts()
    entities = tuple(
        entity
        for path, kind in _SECTIONS
        for number, element in enumerate(root.iterfind(path), 1)
        if (entity := _entity(element, kind, f"{path}[{number}]", counts)).names
    )
    if not entities:
        raise ListEmpty(format="un-xml")
    made = read_birth(root.get("dateGenerated", ""))
    return ParsedList(entities, made.first if made else None, counts.refused, counts.unread, len(text))


def _begins_as_xml(text: bytes) -> bool:
    """Whether a text that ends too early was one at all, or nothing yet, and no picture, page or table."""
    begin = text[:100].lstrip(b"\xef\xbb\xbf \t\r\n")
    return not begin or begin.startswith(b"<")


def _root(text: bytes) -> etree._Element:
    """Parse defensively: an entity bomb, an external DTD and an inclusion are refused, never resolved."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise ListForbiddenXml(format="un-xml", found="doctype")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        if _begins_as_xml(text) and not text.rstrip().endswith(b"</CONSOLIDATED_LIST>"):
            raise ListTruncated(format="un-xml", line=error.lineno or 0) from error
        raise ListUnreadable(format="un-xml", line=error.lineno or 0) from error
    if (
        etree.ElementTree(root).docinfo.internalDTD is not None
        or next(root.iter(f"{_XINCLUDE}*"), None) is not None
    ):
        raise ListForbiddenXml(format="un-xml", found="doctype or inclusion")
    if root.tag != "CONSOLIDATED_LIST":
        raise ListUnreadable(format="un-xml", root=str(root.tag)[:60])
    return root


def _entity(element: etree._Element, kind: EntityKind, path: str, counts: _Counts) -> ListedEntity:
    counts.refused += _protected(element)
    prefix = str(element.tag)
    reference = _text(element, "REFERENCE_NUMBER") or _text(element, "DATAID") or path
    listed_on = read_birth(_text(element, "LISTED_ON"))
    names = tuple(_unique(_names(element, prefix)))
    counts.unread += len(names[MAX_NAMES:])
    return ListedEntity(
        reference=reference,
        kind=kind,
        names=names[:MAX_NAMES],
        births=tuple(_births(element.iterfind(f"{prefix}_DATE_OF_BIRTH"), counts)),
        documents=tuple(_documents(element.iterfind(f"{prefix}_DOCUMENT"), counts)),
        nationalities=tuple(_values(element, "NATIONALITY")),
        programme=_text(element, "UN_LIST_TYPE"),
        listed_on=listed_on.first if listed_on else None,
        path=path,
        birthplaces=tuple(dict.fromkeys(_birthplaces(element, prefix))),
    )


def _birthplaces(element: etree._Element, prefix: str) -> Iterator[str]:
    """Yield places of birth as town, province, country; the note beside is free text and not kept."""
    for place in element.iterfind(f"{prefix}_PLACE_OF_BIRTH"):
        written = ", ".join(part for tag in _PLACE_PARTS if (part := _text(place, tag)))
        if written:
            yield written


def _names(element: etree._Element, prefix: str) -> Iterator[ListedName]:
    whole = " ".join(part for part in (_text(element, tag) for tag in _NAME_PARTS) if part)
    yield ListedName(whole, path="name")
    original = _text(element, "NAME_ORIGINAL_SCRIPT")
    yield ListedName(original, path="name_original_script")
    for number, alias in enumerate(element.iterfind(f"{prefix}_ALIAS"), 1):
        weak = _text(alias, "QUALITY").casefold() == "low"
        for name in _text(alias, "ALIAS_NAME").split(";"):
            yield ListedName(name.strip(), weak=weak, path=f"alias[{number}]")


def _unique(names: Iterable[ListedName]) -> Iterator[ListedName]:
    seen: set[str] = set()
    for name in names:
        if name.full and name.full not in seen:
            seen.add(name.full)
            yield name


def _births(elements: Iterable[etree._Element], counts: _Counts) -> Iterator[BirthRange]:
    for element in elements:
        if len(element) == 0 or not any(_clean(child.text) for child in element):
            continue
        read = _birth(element)
        if read is not None:
            yield read
        elif any(_text(element, tag) for tag in ("DATE", "YEAR", "FROM_YEAR")):
            counts.unread += 1


def _birth(element: etree._Element) -> BirthRange | None:
    kind = _text(element, "TYPE_OF_DATE")
    first, last = _number(element, "FROM_YEAR"), _number(element, "TO_YEAR")
    if first and last:
        return birth_between(first, last)
    day = read_birth(_text(element, "DATE"))
    year = _number(element, "YEAR") or (day.first.year if day else 0)
    if kind == "APPROXIMATELY" and year:
        return birth_around(year)
    if day is not None:
        return day
    if year:
        return birth_of(year)
    noted = _YEAR.search(_text(element, "NOTE"))
    return birth_around(int(noted[1])) if noted else None


def _documents(elements: Iterable[etree._Element], counts: _Counts) -> Iterator[Document]:
    for element in elements:
        number = _text(element, "NUMBER")
        label = f"{_text(element, 'TYPE_OF_DOCUMENT')} {_text(element, 'TYPE_OF_DOCUMENT2')}".strip()
        issuer = _text(element, "ISSUING_COUNTRY") or _text(element, "COUNTRY_OF_ISSUE")
        if number:
            yield Document(document_kind(label), number, issuer)
        elif label:
            counts.unread += 1


def _protected(element: etree._Element) -> int:
    """Count values of an entry that state a protected trait; none of the texts read here is kept."""
    return sum(_refused_values(child) for child in element.iter())


def _refused_values(element: etree._Element) -> int:
    if not isinstance(element.tag, str) or not (element.text or "").strip():
        return 0
    if names_protected_trait(element.tag):
        return 1
    parent = element.getparent()
    inside = element.tag in _FREE_TEXT or (parent is not None and parent.tag in _FREE_TEXT)
    sentences = _SENTENCE_END.split(element.text or "") if inside else []
    return sum(1 for sentence in sentences if states_protected_trait(sentence))


def _values(element: etree._Element, tag: str) -> Iterator[str]:
    for value in element.iterfind(f"{tag}/VALUE"):
        text = _clean(value.text)
        if text:
            yield text


def _text(element: etree._Element, tag: str) -> str:
    return _clean(element.findtext(tag))


def _clean(text: str | None) -> str:
    return _SPACES.sub(" ", text or "").strip()


def _number(element: etree._Element, tag: str) -> int:
    text = _text(element, tag)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
