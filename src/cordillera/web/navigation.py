"""The rail of desks: what the officer may open, in a fixed order, each with its count of open alerts."""

from collections.abc import Collection, Mapping

import msgspec

from cordillera.trust.access.model import OfficerSession, Permission


class Destination(msgspec.Struct, frozen=True):
    """One place the rail can lead to; `title` is a message id, `icon` a name of ui/icons.json.

    `also` are the beginnings of other addresses that belong to it.
    """

    href: str
    title: str
    icon: str
    permission: Permission
    also: tuple[str, ...] = ()


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
            Destination("/messages", "nav.messages", "file-text", Permission.MESSAGE_READ, ("/advice",)),
            Destination("/people", "nav.people", "user-search", Permission.PERSON_SEARCH),
            Destination("/lists", "nav.lists", "list", Permission.LIST_READ),
            Destination("/rules", "nav.rules", "flag", Permission.RULE_READ),
        ),
    ),
    (
        "nav.group.partners",
        (
            Destination("/agreements", "nav.agreements", "scale", Permission.AGREEMENT_READ),
            Destination("/exchange", "nav.exchange", "send", Permission.EXCHANGE_READ, ("/lookups",)),
            Destination("/notices", "nav.notices", "mail", Permission.EXCHANGE_READ),
            Destination("/followup", "nav.followup", "message-square", Permission.EXCHANGE_READ),
            Destination("/records", "nav.records", "inbox", Permission.RECORD_READ, ("/handling",)),
        ),
    ),
    (
        "nav.group.account",
        (
            Destination("/ledger", "nav.ledger", "shield-check", Permission.LEDGER_READ),
            Destination(
                "/oversight", "nav.oversight", "landmark", Permission.OVERSIGHT_READ, ("/travellers/unmask",)
            ),
            Destination("/redress", "nav.redress", "hand", Permission.REDRESS_READ, ("/safeguards",)),
            Destination("/retention", "nav.retention", "timer", Permission.RETENTION_READ),
        ),
    ),
    (
        "nav.group.node",
        (
            Destination(
                "/exchange/channels",
                "nav.operation",
                "network",
                Permission.CHANNEL_MANAGE,
                ("/exchange/partners", "/exchange/keys"),
            ),
            Destination(
                "/messages/as2", "nav.carriers", "file-text", Permission.KEY_MANAGE, ("/messages/bulk",)
            ),
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
    allowed = destinations(session, existing)
    here = _nearest(allowed, path)
    groups = []
    for title, places in RAIL:
        items = tuple(_item(place, here, counts) for place in places if place in allowed)
        if items:
            groups.append(NavigationGroup(title, items))
    return tuple(groups)


def _nearest(allowed: Collection[Destination], path: str) -> Destination | None:
    """Return the one place that `path` lies in: of several, the one whose address says most of it."""
    found = [
        (len(start), place)
        for place in allowed
        for start in (place.href, *place.also)
        if path == start or (start != "/" and path.startswith(f"{start}/"))
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _item(place: Destination, here: Destination | None, counts: Mapping[str, int]) -> NavigationItem:
    return NavigationItem(place.href, place.title, place.icon, place == here, counts.get(place.href))
