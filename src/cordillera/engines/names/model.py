"""What the name engine takes: subjects and listed persons.

A match is a candidate: a machine's proposal that no human has verified. Nationality and sex have no
field here, so they cannot score (DESIGN 4, rule 4).

>>> Subject("row 1", "Ana Torres").date_of_birth
''
"""

from datetime import date
from enum import StrEnum

import msgspec


class DocumentKind(StrEnum):
    """Kinds of identity document that may be compared with each other."""

    PASSPORT = "passport"
    NATIONAL_ID = "national_id"
    TAX_ID = "tax_id"
    REGISTRATION = "registration"
    ACCOUNT = "account"
    VESSEL = "vessel"
    OTHER = "other"


class SubjectKind(StrEnum):
    """What a name belongs to; each kind has its own rules for words and numbers."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    ADDRESS = "address"


class Document(msgspec.Struct, frozen=True):
    """A document or identifier as written: kind, number, and the issuing state if told."""

    kind: DocumentKind
    number: str
    issuer: str = ""


class Precision(StrEnum):
    """How finely a date of birth is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"
    APPROXIMATE = "approximate"


class BirthRange(msgspec.Struct, frozen=True):
    """A date of birth as the interval [first, last] in which it lies, both ends included."""

    first: date
    last: date
    precision: Precision


class Subject(msgspec.Struct, frozen=True, gc=False):
    """Who or what is screened. Parts of the name are used when both are given, else `full_name`."""

    ref: str
    full_name: str
    given_names: str = ""
    family_names: str = ""
    date_of_birth: str = ""
    documents: tuple[Document, ...] = ()
    birthplace: str = ""
    kind: SubjectKind = SubjectKind.PERSON


class ListedName(msgspec.Struct, frozen=True):
    """One name of a listed person. `weak`: the list itself calls this alias of low quality."""

    full: str
    given: str = ""
    family: str = ""
    weak: bool = False
    path: str = ""


class ListedPerson(msgspec.Struct, frozen=True):
    """A listed person, organisation or vessel as the engine sees it; nothing else counts."""

    entry_id: str
    names: tuple[ListedName, ...]
    births: tuple[BirthRange, ...] = ()
    documents: tuple[Document, ...] = ()
    birthplaces: tuple[str, ...] = ()
    kind: SubjectKind = SubjectKind.PERSON
