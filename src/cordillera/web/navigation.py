"""The rail of desks: what the officer may open, in a fixed order, each with its count of open alerts."""

from collections.abc import Collection, Mapping

import msgspec

from cordillera.trust.access.model import OfficerSession, Permission


class Destination(msgspec.Struct, frozen=True):
    """One place the rail can lead to; `title` is a message id, `icon` a name of ui/icons.json."""

    href: str
    title: str
    icon: str
    permission: Permission


class NavigationItem(msgspec.Struct, frozen=True):
    """One line of the rail."""

    href: str
    title: str
    icon: str
    current: bool
    count: int | None = None


class NavigationGroup(msgspec.Struct, frozen=True):
    """Lines under one heading; `title` is a message id or empty."""

    title: str
    items: tuple[NavigationItem, ...]


RAIL: tuple[tuple[str, tuple[Destination, ...]], ...] = (
    (
        "",
        (
            Destination("/", "nav.home", "house", Permission.HOME_VIEW),
            Destination("/alerts", "nav.alerts", "list-checks", Permission.ALERT_READ),
        ),
    ),
    (
        "nav.group.desks",
        (
            Destination("/flights", "nav.flights", "plane-landing", Permission.TRAVELLER_READ),
            Destination("/messages", "nav.messages", "file-text", Permission.MESSAGE_READ),
            Destination("/people", "nav.people", "user-search", Permission.PERSON_SEARCH),
            Destination("/lists", "nav.lists", "list", Permission.LIST_READ),
        ),
    ),
    (
        "nav.group.trust",
        (
            Destination("/exchange", "nav.exchange", "send", Permission.EXCHANGE_READ),
            Destination("/notices", "nav.notices", "mail", Permission.EXCHANGE_READ),
            Destination("/followup", "nav.followup", "message-square", Permission.EXCHANGE_READ),
            Destination("/records", "nav.records", "inbox", Permission.RECORD_READ),
            Destination("/exchange/channels", "nav.operation", "network", Permission.CHANNEL_MANAGE),
            Destination("/agreements", "nav.agreements", "scale", Permission.AGREEMENT_READ),
            Destination("/ledger", "nav.ledger", "shield-check", Permission.LEDGER_READ),
            Destination("/oversight", "nav.oversight", "landmark", Permission.OVERSIGHT_READ),
            Destination("/redress", "nav.redress", "hand", Permission.REDRESS_READ),
            Destination("/retention", "nav.retention", "timer", Permission.RETENTION_READ),
            Destination("/officers", "nav.officers", "users", Permission.OFFICER_READ),
        ),
    ),
)


def destinations(session: OfficerSession, existing: Collection[str]) -> list[Destination]:
    """Return all places this officer may open in this app, in order."""
    return [
        place
        for _, places in RAIL
        for place in places
        if session.may(place.permission) and place.href in existing
    ]


def rail(
    session: OfficerSession, existing: Collection[str], path: str, counts: Mapping[str, int]
) -> tuple[NavigationGroup, ...]:
    """Return the rail for `session` on `path`; a group without a line is left out."""
    allowed = set(destinations(session, existing))
    groups = []
    for title, places in RAIL:
        items = tuple(_item(place, path, counts) for place in places if place in allowed)
        if items:
            groups.append(NavigationGroup(title, items))
    return tuple(groups)


def _item(place: Destination, path: str, counts: Mapping[str, int]) -> NavigationItem:
    inside = path == place.href or (place.href != "/" and path.startswith(f"{place.href}/"))
    return NavigationItem(place.href, place.title, place.icon, inside, counts.get(place.href))
