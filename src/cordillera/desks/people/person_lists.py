"""List entries as items: from the hits of a search, and by the list's own number in the list in use.

>>> ref_of("UN", "QDi.430"), parts_of("UN~QDi.430")
('UN~QDi.430', ('UN', 'QDi.430'))
"""

from collections.abc import Sequence

import sqlalchemy as sa

from cordillera.desks.people.asking import actor_of
from cordillera.desks.people.errors import EntryNotFound
from cordillera.desks.people.model import EntryView, ListVersion, PersonHit
from cordillera.desks.people.person_model import LIST, Badge, Item, Link, Provenance
from cordillera.desks.people.service import WatchlistService
from cordillera.engines.names.model import Document, DocumentKind
from cordillera.engines.watchlists.model import EntityKind
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.handling.display import badge_of
from cordillera.trust.handling.wire import caveats_of

_NAMES = ("people.field.name", "people.field.weak_alias")
_BIRTH = "people.field.birth"
_DOCUMENT = "people.document."


def ref_of(list_name: str, entry_id: str) -> str:
    """Return how an entry is called whatever the version of its list."""
    return f"{list_name}~{entry_id}"


def parts_of(ref: str) -> tuple[str, str]:
    """Return the list and the entry of a reference."""
    name, _, entry = ref.partition("~")
    return name, entry


class ListSource:
    """Entries of the lists in use. Opening one writes the leaf that says so."""

    name = LIST

    def __init__(self, people: WatchlistService) -> None:
        self._people = people

    def may(self, officer: OfficerSession) -> bool:
        """Whoever may search people."""
        return officer.may(Permission.PERSON_SEARCH)

    def open(self, tx: sa.Connection, officer: OfficerSession, refs: Sequence[str]) -> tuple[Item, ...]:
        """Return entries of lists in use; one that is gone is left out."""
        versions = {version.list_name: version for version in self._people.active(tx)}
        found = []
        for ref in refs:
            name, entry_id = parts_of(ref)
            version = versions.get(name)
            if version is None:
                continue
            try:
                entry = self._people.entry(tx, version.version_id, entry_id, actor_of(officer))
            except EntryNotFound:
                continue
            found.append(item_of_entry(entry, version))
        return tuple(found)

    def links(self, tx: sa.Connection, ref: str) -> tuple[Link, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: what hangs on an entry hangs on the travellers that resemble it."""
        return ()


def item_of_hit(hit: PersonHit, version: ListVersion) -> Item:
    """Return the item of a search's hit."""
    names = tuple(value for label, value in hit.fields if label in _NAMES)
    return _item(version, (hit.entry_id, hit.kind), (names or (hit.listed_name,), hit.fields))


def item_of_entry(entry: EntryView, version: ListVersion) -> Item:
    """Return the item of an entry."""
    said = (*entry.names, *entry.weak_names), entry.fields
    return _item(version, (entry.entry_id, entry.kind), said)


def _item(
    version: ListVersion,
    entry: tuple[str, EntityKind],
    said: tuple[tuple[str, ...], tuple[tuple[str, str], ...]],
) -> Item:
    (entry_id, kind), (names, fields) = entry, said
    plain = tuple(
        (label, value)
        for label, value in fields
        if label not in _NAMES and label != _BIRTH and not label.startswith(_DOCUMENT)
    )
    return Item(
        source=LIST,
        ref=ref_of(version.list_name, entry_id),
        label=names[0],
        kind=kind,
        names=names,
        births=tuple(value.replace("/", "..") for label, value in fields if label == _BIRTH),
        documents=tuple(_document(label, value) for label, value in fields if label.startswith(_DOCUMENT)),
        facts=plain,
        provenance=Provenance(
            version.list_name, version.agreement_id, version.imported_at, version.stated_date
        ),
        badge=_badge(version),
        erase_after=version.erase_after,
        review_at=version.review_at,
        home=f"/lists/{version.version_id}/{entry_id}",
        mark=version.source_hash,
        seen_as=(f"list:{version.list_name}/{entry_id}",),
    )


def _badge(version: ListVersion) -> Badge:
    """Return the handling of a list: that which its partner marked it with, amber for a published one."""
    if not version.handling:
        return Badge("amber")
    shown = badge_of(caveats_of(version.handling))
    return Badge(shown.level, shown.stamp, shown.codes, shown.conditions)


def _document(label: str, value: str) -> Document:
    number, _, issuer = value.partition(" (")
    known = label.removeprefix(_DOCUMENT)
    kind = DocumentKind(known) if known in set(DocumentKind) else DocumentKind.OTHER
    return Document(kind, number, issuer.rstrip(")"))
