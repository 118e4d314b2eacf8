"""What the pages of search and person show; the same views are their JSON twins."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

import msgspec
from anyascii import anyascii

from cordillera.desks.people.model import ListVersion
from cordillera.desks.people.person_model import Item, SearchResult
from cordillera.desks.people.person_service import Dossier
from cordillera.desks.people.register_service import Merge
from cordillera.desks.people.same_service import NotSame

Tab = Literal["overview", "relations", "timeline", "documents", "history", "seen"]
TABS: tuple[Tab, ...] = get_args(Tab)


class RecentSearch(msgspec.Struct, frozen=True):
    """One of the officer's own last searches."""

    id: UUID
    text: str


class SearchPage(msgspec.Struct, frozen=True):
    """The search box, and once something was asked, what was found. `readings`: names in Latin letters."""

    text: str
    search_id: UUID | None
    lists: tuple[ListVersion, ...]
    recent: tuple[RecentSearch, ...] = ()
    result: SearchResult | None = None
    source: str = ""
    readings: dict[str, str] = {}
    error: str = ""


class Moment(msgspec.Struct, frozen=True):
    """One event in the life of a person's items: what, of which source, when."""

    at: datetime
    what: str
    source: str
    text: str
    href: str = ""


class PersonPage(msgspec.Struct, frozen=True, kw_only=True):
    """One person. `address` is the page's own, to which tabs are added."""

    dossier: Dossier
    address: str
    tab: Tab
    timeline: tuple[Moment, ...] = ()
    readings: dict[str, str] = {}
    merges: tuple[Merge, ...] = ()
    silenced: tuple[NotSame, ...] = ()
    error: str = ""


def readings_of(items: Iterable[Item]) -> dict[str, str]:
    """Return the names that are not in Latin letters with their reading."""
    names = {name for item in items for name in (*item.names, item.label)}
    return {name: reading for name in sorted(names) if (reading := reading_of(name))}


def reading_of(name: str) -> str:
    """Return a name in Latin letters, or "" when it is.

    >>> reading_of("Ana Núñez"), reading_of("习近平")
    ('', 'XiJinPing')
    """
    if all(ord(sign) < 0x250 or not sign.isalpha() for sign in name):
        return ""
    return anyascii("".join(sign for sign in name if sign.isprintable()))


def timeline_of(dossier: Dossier) -> tuple[Moment, ...]:
    """Return what happened to a person's items, the latest first, and when they are looked at and erased."""
    found = [
        Moment(item.provenance.since, "people.event.came", item.source, item.provenance.origin, item.home)
        for item in dossier.items
        if item.provenance.since is not None
    ]
    found += [
        Moment(link.at, f"people.link.{link.kind}", "", link.text, link.href)
        for link in (*dossier.links, *dossier.redress)
    ]
    for item in dossier.items:
        origin = item.provenance.origin
        if item.review_at is not None:
            found.append(Moment(item.review_at, "people.event.review", item.source, origin, item.home))
        if item.erase_after is not None:
            found.append(Moment(item.erase_after, "people.event.erase", item.source, origin, item.home))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))
