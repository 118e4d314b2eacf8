"""One person put together: every item that may be seen, what they contradict, what hangs on them, who looked.

Opening a person is a consultation of each of its items.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people.person_core import contradictions, first_to_go, joined
from cordillera.desks.people.person_errors import PersonNotFound
from cordillera.desks.people.person_model import (
    LIST,
    Badge,
    Contradiction,
    Found,
    Item,
    Link,
    Seen,
)
from cordillera.desks.people.person_ports import PersonSource, Redress
from cordillera.desks.people.search_service import PersonSearch, looked_at
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.ledger.model import AuditRow, Event, LeafKind

_EVENTS: Final = 100
_CLOSEST: Final = 12


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything held about one person that the officer may see. `hidden` items exist but are not shown.

    `person` is the register's id when officers joined the items, else None. `alike` resembles and is not
    joined: candidates, not verified.
    """

    title: str
    person: UUID | None
    items: tuple[Item, ...]
    hidden: int
    badge: Badge
    first_gone: datetime | None
    contradictions: tuple[Contradiction, ...]
    links: tuple[Link, ...]
    redress: tuple[Link, ...]
    alike: tuple[Found, ...]
    seen: tuple[Seen, ...]


class PersonService:
    """Puts persons together for officers."""

    def __init__(self, search: PersonSearch, redress: Redress) -> None:
        self._search = search
        self._redress = redress
        self._sources: dict[str, PersonSource] = {one.name: one for one in search.parts.sources}

    def item(self, tx: sa.Connection, officer: OfficerSession, key: tuple[str, str]) -> Item:
        """Open one item, which is a consultation; raise `PersonNotFound`."""
        found = self.items(tx, officer, [key])
        if not found:
            raise PersonNotFound
        return found[0]

    def items(
        self, tx: sa.Connection, officer: OfficerSession, keys: Sequence[tuple[str, str]]
    ) -> tuple[Item, ...]:
        """Open those of some items that the officer may see, in the order asked."""
        found: dict[tuple[str, str], Item] = {}
        for name in dict.fromkeys(source for source, _ in keys):
            source = self._sources.get(name)
            if source is None or not source.may(officer):
                continue
            refs = [ref for wanted, ref in keys if wanted == name]
            found |= {item.key: item for item in source.open(tx, officer, refs)}
        opened = tuple(found[key] for key in keys if key in found)
        self._looked(tx, officer, opened)
        return opened

    def dossier(
        self, tx: sa.Connection, officer: OfficerSession, keys: Sequence[tuple[str, str]], person: UUID | None
    ) -> Dossier:
        """Put a person together from items; raise `PersonNotFound` when none may be seen."""
        items = self.items(tx, officer, keys)
        if not items:
            raise PersonNotFound
        return Dossier(
            title=items[0].label,
            person=person,
            items=items,
            hidden=len(keys) - len(items),
            badge=joined(items),
            first_gone=first_to_go(items),
            contradictions=contradictions(items),
            links=tuple(link for item in items for link in self._sources[item.source].links(tx, item.ref)),
            redress=tuple(
                link
                for name in dict.fromkeys(item.source for item in items)
                for link in self._redress.of(tx, name, [i.ref for i in items if i.source == name])
            ),
            alike=self._alike(tx, officer, items),
            seen=self.seen(tx, items),
        )

    def seen(self, tx: sa.Connection, items: Sequence[Item]) -> tuple[Seen, ...]:
        """Return who has looked at items, the latest first, by the ledger's own account.

        Several looks of one officer within a minute are one.
        """
        found: dict[UUID, Seen] = {}
        for item in items:
            for ref in (looked_at(item), *item.seen_as):
                rows = self._search.parts.ledger.events(
                    tx, subject_ref=ref, kind=LeafKind.CONSULTATION, limit=_EVENTS
                )
                found |= {row.entry_id: _seen(row, item.source) for row in rows}
        latest = sorted(found.values(), key=lambda one: one.at)
        looks = {
            (one.who, one.purpose, one.source, one.at.replace(second=0, microsecond=0)): one for one in latest
        }
        return tuple(sorted(looks.values(), key=lambda one: one.at, reverse=True)[:_EVENTS])

    def _alike(self, tx: sa.Connection, officer: OfficerSession, items: Sequence[Item]) -> tuple[Found, ...]:
        known = {item.key for item in items}
        found: dict[tuple[str, str], Found] = {}
        for item in items[:3]:
            for one in self._search.alike(tx, officer, item):
                if one.item.key not in known:
                    found.setdefault(one.item.key, one)
        return tuple(found.values())[:_CLOSEST]

    def _looked(self, tx: sa.Connection, officer: OfficerSession, items: Sequence[Item]) -> None:
        """One leaf for each item; opening a list entry has written its own."""
        self._search.parts.ledger.record_all(
            tx,
            [
                Event(
                    kind=LeafKind.CONSULTATION,
                    actor=officer.officer_id,
                    agency=officer.agency,
                    purpose=officer.purpose,
                    agreement_id=item.provenance.agreement,
                    detail={"what": "person", "officer": officer.name},
                    subject_ref=looked_at(item),
                )
                for item in items
                if item.source != LIST
            ],
        )


def _seen(row: AuditRow, source: str) -> Seen:
    told = dict(row.detail or {})
    return Seen(
        at=row.at,
        kind=told.get("what", ""),
        who=told.get("officer", "") or (row.actor or ""),
        agency=row.agency or "",
        purpose=row.purpose,
        source=source,
        index=row.index,
    )
