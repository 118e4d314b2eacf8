"""What must hold before a new version of a list replaces the active one; and how an entry is shown.

>>> shrank(old=1000, new=951), shrank(old=1000, new=949)
(False, True)
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from cordillera.desks.people.errors import ListFormatChanged, ListNameInvalid
from cordillera.desks.people.model import EntryView, ListVersion
from cordillera.engines.names.model import BirthRange, Precision
from cordillera.engines.watchlists.model import ListedEntity

LARGEST_LOSS: Final = 0.05
_NAMES: Final = frozenset({"people.field.name", "people.field.weak_alias"})
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}")
_DATE_IN_NAME: Final = re.compile(r"(?<!\d)(20\d\d)[-_]?(0[1-9]|1[0-2])(?:[-_]?(0[1-9]|[12]\d|3[01]))?(?!\d)")


def check_name(name: str) -> None:
    """Condition 1: the list has a plain name; raise `ListNameInvalid`."""
    if not _NAME.fullmatch(name):
        raise ListNameInvalid(length=len(name))


def check_successor(active: ListVersion | None, form: str) -> None:
    """Condition 2: a list keeps its format, or two versions of it cannot be compared.

    Raise `ListFormatChanged`. What a smaller version needs is judged in `lists_core.py`.
    """
    if active is not None and active.format != form:
        raise ListFormatChanged(list=active.list_name, active=active.format, new=form)


def shrank(old: int, new: int) -> bool:
    """Tell whether more than 5 % was lost."""
    return new < old * (1.0 - LARGEST_LOSS)


def date_in_name(file_name: str) -> date | None:
    """Return the date that a file name states (`..._2021-07.csv`), for formats that carry none inside."""
    found = _DATE_IN_NAME.search(file_name)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None


def shown_fields(entity: ListedEntity) -> Iterator[tuple[str, str]]:
    """Yield label (message id) and value of what an entry says, for an officer to compare."""
    for birth in entity.births:
        yield "people.field.birth", written_birth(birth)
    for place in entity.birthplaces:
        yield "people.field.place_of_birth", place
    for document in entity.documents:
        issuer = f" ({document.issuer})" if document.issuer else ""
        yield f"people.document.{document.kind.value}", f"{document.number}{issuer}"
    for nationality in entity.nationalities:
        yield "people.field.nationality", nationality
    if entity.programme:
        yield "people.field.programme", entity.programme
    if entity.listed_on:
        yield "people.field.listed_on", entity.listed_on.isoformat()
    for name in entity.names:
        yield ("people.field.weak_alias" if name.weak else "people.field.name"), name.full


def written_birth(birth: BirthRange) -> str:
    """Return a date of birth as precisely as it is known, and no more precisely."""
    if birth.precision is Precision.DAY:
        return birth.first.isoformat()
    if birth.precision is Precision.MONTH:
        return birth.first.isoformat()[:7]
    if birth.precision is Precision.YEAR:
        return str(birth.first.year)
    return f"{birth.first.year}/{birth.last.year}"


def entry_view(version: ListVersion, entity: ListedEntity) -> EntryView:
    """Return an entry with its list's name and date."""
    return EntryView(
        list_name=version.list_name,
        list_date=version.stated_date,
        version_id=version.version_id,
        entry_id=entity.reference,
        kind=entity.kind,
        names=tuple(name.full for name in entity.names if not name.weak),
        weak_names=tuple(name.full for name in entity.names if name.weak),
        fields=tuple(field for field in shown_fields(entity) if field[0] not in _NAMES),
        path=entity.path,
        agreement_id=version.agreement_id,
    )
