"""What waits for the officer who opens the start page: one line for each thing, the overdue ones first.

Every line is counted under the officer's own scope and only where a permission lets them act on it or asks
them to watch it. Nothing here is about a person: counts and addresses only.
"""

from collections.abc import Callable, Iterator

import msgspec
import sqlalchemy as sa

from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.exchange.operation.service import Operation
from cordillera.trust.exchange.releases import MAY_AGREE, to_second
from cordillera.web.site import Site


class Waiting(msgspec.Struct, frozen=True):
    """One thing that waits. `title` is a plural message id; `late` says that its time has passed."""

    href: str
    title: str
    count: int
    late: bool = False


_Count = Callable[[sa.Connection, Site], Iterator[Waiting]]
_RELEASES = frozenset(MAY_AGREE.values())


def _alerts(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    yield Waiting("/alerts", "home.needs", site.count_open(tx))


def _sealed(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    yield Waiting("/notices", "home.waiting.sealed", site.service("notices").undecided(tx)[0])


def _drafts(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    yield Waiting("/notices?tab=drafts", "home.waiting.drafts", site.service("notices").undecided(tx)[1])


def _requests(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    yield from _of("/followup", "requests", site.service("followups").to_answer(tx))


def _overdue(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    found = site.service("followups").overdue(tx)
    yield Waiting("/followup?tab=overdue", "home.waiting.overdue", len(found), late=True)


def _changes(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    yield Waiting("/records/changes", "home.waiting.changes", site.service("records").overdue(tx), late=True)


def _consents(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    found = site.service("records").consents_waiting(tx)
    yield Waiting("/records/changes", "home.waiting.consents", len(found))


def _tickets(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    yield from _of("/redress", "tickets", site.service("redress").to_answer(tx))


def _agreements(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    yield Waiting("/agreements", "home.waiting.agreements", site.service("agreements").waiting(tx))


def _troubles(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    dead, frozen = Operation(site.service("exchange").parts).troubles(tx)
    yield Waiting("/exchange/channels", "home.waiting.frozen", frozen, late=True)
    yield Waiting("/exchange/channels", "home.waiting.letters", dead)


def _witnesses(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    fresh = site.service("ledger").witnessed(tx)
    yield Waiting("/oversight", "home.waiting.unwitnessed", int(not fresh), late=True)


def _list_versions(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    yield Waiting("/lists", "home.waiting.lists", site.service("watchlists").troubles(tx).waiting)


def _list_sources(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    troubles = site.service("watchlists").troubles(tx)
    yield Waiting("/lists", "home.waiting.sources", troubles.failing, late=True)
    yield Waiting("/lists", "home.waiting.stale", troubles.stale, late=True)


def _suspended_rules(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    suspended, _ = site.service("rules").waiting(tx)
    yield Waiting("/rules?state=suspended", "home.waiting.rules_suspended", suspended, late=True)


def _proposed_rules(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    _, proposed = site.service("rules").waiting(tx)
    yield Waiting("/rules?state=proposed", "home.waiting.rules_proposed", proposed)


def _unkept(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    found = site.service("travellers").advice.unkept(tx)
    yield Waiting("/messages/as2", "home.waiting.unkept", len(found), late=True)


def _carriers(tx: sa.Connection, site: Site) -> Iterator[Waiting]:
    waiting = [one for one in site.service("travellers").as2.partners(tx) if one.state == "proposed"]
    yield Waiting("/messages/as2", "home.waiting.carriers", len(waiting))


def _of(href: str, name: str, counted: tuple[int, int]) -> Iterator[Waiting]:
    """One line for what is past its time, one for the rest."""
    total, late = counted
    yield Waiting(href, f"home.waiting.{name}.late", late, late=True)
    yield Waiting(href, f"home.waiting.{name}", total - late)


_COUNTS: tuple[tuple[Permission, str, _Count], ...] = (
    (Permission.ALERT_READ, "review", _alerts),
    (Permission.NOTICE_ACCEPT, "notices", _sealed),
    (Permission.NOTICE_RELEASE, "notices", _drafts),
    (Permission.FOLLOWUP_APPROVE, "followups", _requests),
    (Permission.OVERSIGHT_READ, "followups", _overdue),
    (Permission.RECORD_CHANGE, "records", _changes),
    (Permission.OVERSIGHT_READ, "records", _changes),
    (Permission.CONSENT_GIVE, "records", _consents),
    (Permission.REDRESS_READ, "redress", _tickets),
    (Permission.AGREEMENT_CHANGE, "agreements", _agreements),
    (Permission.CHANNEL_MANAGE, "exchange", _troubles),
    (Permission.KEY_MANAGE, "travellers", _unkept),
    (Permission.KEY_MANAGE, "travellers", _carriers),
    (Permission.OVERSIGHT_READ, "ledger", _witnesses),
    (Permission.LIST_APPROVE, "watchlists", _list_versions),
    (Permission.LIST_IMPORT, "watchlists", _list_sources),
    (Permission.RULE_WRITE, "rules", _suspended_rules),
    (Permission.RULE_STOP, "rules", _suspended_rules),
    (Permission.RULE_APPROVE, "rules", _proposed_rules),
)
"""Who is told of what, and the service that knows it."""

TITLES: tuple[str, ...] = tuple(
    f"home.waiting.{name}"
    for name in (
        *("sealed", "drafts", "requests", "requests.late", "overdue", "changes", "consents"),
        *("tickets", "tickets.late", "frozen", "letters", "unwitnessed", "lists", "sources", "stale"),
        *("releases", "rules_suspended", "rules_proposed", "unkept", "agreements", "carriers"),
    )
)


def waiting_for(session: OfficerSession, site: Site) -> tuple[Waiting, ...]:
    """Return what waits for the officer, what is past its time first; nothing is left out but zeros."""
    with site.node.store.transaction(session.scope) as tx:
        mine = dict.fromkeys(_mine(session, site))  # what two permissions lead to is told once
        lines = [line for count in mine for line in count(tx, site)]
        if hasattr(site.node, "exchange") and any(map(session.may, _RELEASES)):
            second = to_second(tx, site.service("exchange").parts, session)
            lines.append(Waiting("/exchange/releases", "home.waiting.releases", second))
        found = [line for line in lines if line.count]
    return tuple(sorted(found, key=lambda line: not line.late))


def _mine(session: OfficerSession, site: Site) -> Iterator[_Count]:
    for permission, service, count in _COUNTS:
        if session.may(permission) and hasattr(site.node, service):
            yield count
