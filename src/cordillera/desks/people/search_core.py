"""One line that an officer typed, read into its parts: names, documents, phones, dates of birth.

What is recognised is shown back as chips that can be taken away; nothing is guessed silently. A number that
may be a document or a phone is both until the officer takes one meaning away. Nationality is no part.

>>> [(part.kind.value, part.text) for part in read_line("Jhon Vélez 1985 0912345678")]
[('name', 'Jhon Vélez'), ('birth', '1985'), ('number', '0912345678')]
>>> [part.text for part in read_line("AB 123456, 04/05/1980 +593 99 123 4567 محمد")]
['محمد', '04/05/1980', 'AB 123456', '+593 99 123 4567']
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from cordillera.desks.people.search_zone import Zone, find_zone
from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.documents import normal_number
from cordillera.engines.names.model import Document, DocumentKind, Subject, SubjectKind

MAX_LINE: Final = 400
_BIRTH_YEARS: Final = range(1900, 2100)
_DATE: Final = re.compile(
    r"(?<![\w/.-])(?:\d{4}[/-]\d{1,2}(?:[/-]\d{1,2})?|(?:\d{1,2}[/.])?\d{1,2}[/.]\d{4}|(?:\d{1,2}-){1,2}\d{4})"
    r"(?![\w/-])",
    re.ASCII,
)
_WHOLE_DATE: Final = re.compile(
    r"(?:19|20)\d{2}[/-]\d{1,2}(?:[/-]\d{1,2})?|(?:\d{1,2}[/.-]){1,2}(?:19|20)\d{2}", re.ASCII
)
_PHONE: Final = re.compile(r"(?<!\w)\+\d(?:[ ().-]{0,2}\d){6,14}(?!\w)", re.ASCII)
_SPLIT: Final = re.compile(r"(?<!\w)[A-Za-z]{1,3}[ -]\d{5,9}(?!\w)", re.ASCII)
_NUMBER: Final = re.compile(r"(?=(?:[^\d]*\d){4})[A-Za-z0-9][A-Za-z0-9./-]{3,24}", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_LOCAL_PHONE: Final = re.compile(r"0\d{8,9}|9\d{8}", re.ASCII)
_LONGEST_IN_NAME: Final = 6  # characters of a number that may be part of a name
_EDGES: Final = ",;:()[]\"' "


class PartKind(StrEnum):
    """What a part was read as; `NUMBER` may be a document or a phone, `NO_DATE` is searched as nothing."""

    NAME = "name"
    BIRTH = "birth"
    DOCUMENT = "document"
    PHONE = "phone"
    NUMBER = "number"
    NO_DATE = "no_date"


_IN_NAMES: Final = frozenset({PartKind.BIRTH, PartKind.DOCUMENT, PartKind.NUMBER})
_ORDER: Final = {kind: place for place, kind in enumerate(PartKind)}


class Part(msgspec.Struct, frozen=True):
    """One recognised part: what it is, as typed, and as it is compared ("" for a name: the engine reads it).

    `hidden` tells that it held characters nobody sees, which were not compared.
    """

    kind: PartKind
    text: str
    value: str = ""
    hidden: bool = False


class Asked(msgspec.Struct, frozen=True):
    """A line as it is searched: its parts, and the machine readable zone that it held, if any."""

    parts: tuple[Part, ...]
    zone: Zone | None = None


def read_asked(text: str, at: date | None = None) -> Asked:
    """Return what a line asks for; `at`, the day of the search, settles the century of a zone's dates.

    Words beside a zone that has a name are what the officer calls it: they are left out, and told.
    """
    line = text[:MAX_LINE]
    found = find_zone(line, at)
    if found is None:
        return Asked(_in_order(_typed(line)))
    zone, rest = found
    beside = _typed(rest)
    if zone.name and any(part.kind is PartKind.NAME for part in beside):
        beside = [part for part in beside if part.kind is not PartKind.NAME]
        zone = msgspec.structs.replace(zone, left_out=(*zone.left_out, "words"))
    return Asked(_in_order([*beside, *_of_zone(zone)]), zone)


def read_line(text: str, at: date | None = None) -> tuple[Part, ...]:
    """Return the parts of a line in a fixed order: name, birth, document, phone, number."""
    return read_asked(text, at).parts


def _in_order(found: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda part: _ORDER[part.kind]))


def _of_zone(zone: Zone) -> Iterator[Part]:
    if zone.name:
        yield Part(PartKind.NAME, zone.name)
    if zone.birth:
        yield Part(PartKind.BIRTH, zone.birth, zone.birth)
    for number in zone.numbers:
        if normal_number(number):
            yield Part(PartKind.DOCUMENT, number, normal_number(number))


def _typed(text: str) -> list[Part]:
    """Return the parts of what is no zone. One comma between names stays: family names, given names."""
    rest, found = text, list[Part]()
    for pattern, kind in ((_DATE, PartKind.BIRTH), (_PHONE, PartKind.PHONE), (_SPLIT, PartKind.DOCUMENT)):
        rest, taken = _take(rest, pattern, kind)
        found += taken
    words = []
    for word in rest.split():
        part = _single(word.strip(_EDGES))
        if part is None:
            words.append(word.strip(";"))
        else:
            found.append(part)
    name = _name(words)
    if any(unicodedata.category(sign)[0] in "LN" for sign in name):
        found.append(Part(PartKind.NAME, name, hidden=_hides(name)))
    return found


def _name(words: Sequence[str]) -> str:
    """Return words as one name, with the comma where it parts family from given names.

    >>> _name(["Vélez", "Torres,", "Jhon,"]), _name(["Ana,", "Rosa,", "Vélez"])
    ('Vélez Torres, Jhon', 'Ana Rosa Vélez')
    """
    joined = " ".join(word for word in words if word.strip(",")).strip(", ")
    return joined if joined.count(",") == 1 else " ".join(joined.replace(",", " ").split())


def without(parts: Sequence[Part], place: int) -> str:
    """Return the line without one of its parts, as the officer took it away."""
    return " ".join(part.text for number, part in enumerate(parts) if number != place)


def subject_of(parts: Iterable[Part], ref: str = "search") -> Subject:
    """Return whom the name engine is asked for: a number is tried as every kind of document."""
    kept = tuple(parts)
    numbers = [part.value for part in kept if part.kind in {PartKind.DOCUMENT, PartKind.NUMBER}]
    documents = tuple(Document(kind, number) for number in numbers for kind in DocumentKind)
    name = " ".join(part.text for part in kept if part.kind is PartKind.NAME)
    birth = next((part.value for part in kept if part.kind is PartKind.BIRTH), "")
    return Subject(ref, name, date_of_birth=birth, documents=documents)


def others_of(parts: Iterable[Part], kinds: Iterable[SubjectKind]) -> tuple[Subject, ...]:
    """Return the organisations and vessels that the same line may name.

    Their names hold numbers: what was read as a year or a document is asked as part of the name, too.
    A number goes first, since legal forms are read at the end. A date of birth is none of theirs.

    >>> line = read_line("Grupo Control 2004")
    >>> [subject.full_name for subject in others_of(line, [SubjectKind.ORGANISATION])]
    ['Grupo Control', '2004 Grupo Control']
    """
    kept = tuple(parts)
    person = subject_of(kept)
    numbers = [part.text for part in kept if part.kind in _IN_NAMES and len(part.text) <= _LONGEST_IN_NAME]
    names = dict.fromkeys((person.full_name, " ".join((*numbers, person.full_name)).strip()))
    return tuple(
        Subject(person.ref, name, documents=person.documents, kind=kind)
        for kind in kinds
        for name in names
        if name or person.documents
    )


def plain_phone(text: str) -> str:
    """Return the last nine digits of a phone, by which it is found with and without its country code.

    >>> plain_phone("+593 99 123 4567") == plain_phone("0991234567")
    True
    """
    digits = "".join(sign for sign in text if sign.isdecimal() and sign.isascii())
    return digits.lstrip("0")[-9:] if len(digits.lstrip("0")) >= 7 else ""


def _take(text: str, pattern: re.Pattern[str], kind: PartKind) -> tuple[str, list[Part]]:
    found = []
    for match in pattern.finditer(text):
        part = _part(kind, match.group())
        if part is not None:
            found.append(part)
    taken = {part.text for part in found}
    return pattern.sub(lambda match: " " if match.group() in taken else match.group(), text), found


def _part(kind: PartKind, text: str) -> Part | None:
    if kind is PartKind.BIRTH:
        birth = read_birth(text)
        return None if birth is None else Part(kind, text, birth_value(text))
    if kind is PartKind.PHONE:
        return Part(kind, text, plain_phone(text))
    return Part(kind, text, normal_number(text)) if normal_number(text) else None


def birth_value(text: str) -> str:
    """Return a date of birth as the name engine reads it: as precise as it was typed."""
    birth = read_birth(text)
    if birth is None:
        return ""
    if birth.first == birth.last:
        return birth.first.isoformat()
    months = birth.first.month == birth.last.month
    return birth.first.isoformat()[:7] if months else str(birth.first.year)


def _single(word: str) -> Part | None:
    if _YEAR.fullmatch(word) and int(word) in _BIRTH_YEARS:
        return Part(PartKind.BIRTH, word, word)
    if _WHOLE_DATE.fullmatch(word):
        return Part(PartKind.NO_DATE, word)
    if not _NUMBER.fullmatch(word) or not normal_number(word):
        return None
    kind = PartKind.NUMBER if _LOCAL_PHONE.fullmatch(word) else PartKind.DOCUMENT
    return Part(kind, word, normal_number(word))


def phones_of(parts: Iterable[Part]) -> Iterator[str]:
    """Yield the phones that parts may be."""
    for part in parts:
        if part.kind in {PartKind.PHONE, PartKind.NUMBER} and plain_phone(part.text):
            yield plain_phone(part.text)


def _hides(text: str) -> bool:
    return any(unicodedata.category(sign) in {"Cf", "Cc"} for sign in text)
