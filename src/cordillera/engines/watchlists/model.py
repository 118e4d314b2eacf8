"""A listed person, organisation, vessel or aircraft as read from a list file: an allow-list of fields.

What is not a field here is not kept. Religion, ethnicity, political opinion, union membership, health and
sex life have no field; where a source states them they are dropped and counted (ADR 0012, docs/lists.md).
The listed nationality is kept to be shown beside a candidate; it never scores.
"""

from datetime import date
from enum import StrEnum

import msgspec

from cordillera.engines.names.model import BirthRange, Document, ListedName, ListedPerson, SubjectKind


class EntityKind(StrEnum):
    """What a list entry is about."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"


_SUBJECTS = {
    EntityKind.PERSON: SubjectKind.PERSON,
    EntityKind.ORGANISATION: SubjectKind.ORGANISATION,
    EntityKind.VESSEL: SubjectKind.VESSEL,
    EntityKind.AIRCRAFT: SubjectKind.VESSEL,
}


def compared_as(kind: EntityKind) -> SubjectKind:
    """Return what the name engine compares an entry as; an aircraft has a mark that must agree, as ships do.

    >>> compared_as(EntityKind.AIRCRAFT)
    <SubjectKind.VESSEL: 'vessel'>
    """
    return _SUBJECTS[kind]


class ListedEntity(msgspec.Struct, frozen=True):
    """One entry of a list. `reference` is the list's own number; `path` says where it stands in the file."""

    reference: str
    kind: EntityKind
    names: tuple[ListedName, ...]
    births: tuple[BirthRange, ...] = ()
    documents: tuple[Document, ...] = ()
    nationalities: tuple[str, ...] = ()
    programme: str = ""
    listed_on: date | None = None
    path: str = ""
    birthplaces: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def as_person(self) -> ListedPerson:
        """Return what the name engine may know of this entry."""
        return ListedPerson(
            self.reference, self.names, self.births, self.documents, self.birthplaces, compared_as(self.kind)
        )


class ParsedList(msgspec.Struct, frozen=True):
    """What a list file holds: its entries, the date it was made, and how much was refused.

    `refused_fields` counts values dropped because they state a protected trait. `unread_fields` counts
    dates and documents that could not be read, and names beyond the limit of one entry.
    """

    entities: tuple[ListedEntity, ...]
    list_date: date | None
    refused_fields: int = 0
    unread_fields: int = 0
    source_bytes: int = 0
    capped_values: int = 0

    @property
    def names(self) -> int:
        """The number of names over all entries."""
        return sum(len(entity.names) for entity in self.entities)
