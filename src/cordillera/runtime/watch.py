"""Accepted notices before the watch, and what stands behind a reference: ports of the flows, filled here."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.people.errors import EntryNotFound
from cordillera.desks.people.model import Actor, EntryView
from cordillera.desks.people.service import WatchlistService
from cordillera.desks.travellers.ingest import DESK
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.exchange.model import DocumentRef
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.followup.model import CoreData
from cordillera.trust.notices.ports import Accepted
from cordillera.trust.notices.service import NoticeService
from cordillera.trust.records.model import ENDING
from cordillera.trust.review import store as alerts
from cordillera.trust.review.model import AlertSubject, Finding, NewAlert, Retention
from cordillera.trust.review.retention import ERASABLES
from cordillera.trust.review.service import ReviewService
from cordillera.trust.review.store import AlertStore
from cordillera.trust.safeguards.model import DueGroup

KIND: Final = "notice"
_ALERTS: Final = ERASABLES[0]
_BIRTH: Final = "people.field.birth"
_NATIONALITY: Final = "people.field.nationality"
_DOCUMENT: Final = "people.document."


class NoticeAlerts:
    """Alerts made from notices. Fills notices' `Watch` and, for them, records' `Derived`."""

    name = "alert"

    def __init__(self, review: ReviewService, sealer: FieldSealer, clock: Clock) -> None:
        self._review = review
        self._sealer = sealer
        self._clock = clock

    def accepted(self, tx: sa.Connection, notice: Accepted) -> None:
        """Put the person before the watch, on the ground that a partner gave notice."""
        ref = str(notice.record_id)
        finding = Finding(
            kind="finding.partner_notice", score=notice.score, terms=notice.terms, source=f"notice:{ref}"
        )
        subject = AlertSubject(
            kind=KIND,
            ref=ref,
            label=notice.content.full_name,
            occasion=notice.sender.upper(),
            group_ref=ref,
            due_at=notice.due_at,
        )
        keep = Retention(notice.erase_after, notice.review_at)
        self._review.raise_alert(tx, NewAlert(DESK, notice.agency, subject, (finding,), keep))

    def affected(self, tx: sa.Connection, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Return the alerts that were raised from these notices."""
        return tuple(str(one) for one in self._ids(tx, record_ids).values())

    def apply(self, tx: sa.Connection, change: str, record_ids: Sequence[UUID]) -> tuple[str, ...]:
        """Erase the alerts of notices that end or change; hold those of disputed or blocked ones still."""
        found = self._ids(tx, record_ids)
        if change in ENDING or change == "correct":  # what was corrected is raised again, as it reads then
            for alert_id in found.values():
                self._erase(tx, alert_id)
        elif found and change in {"dispute", "block", "unblock"}:
            AlertStore(self._sealer, self._clock).flag(
                tx, list(found.values()), in_redress=change != "unblock"
            )
        return tuple(str(one) for one in found.values())

    def _ids(self, tx: sa.Connection, record_ids: Sequence[UUID]) -> dict[str, UUID]:
        return alerts.about(tx, KIND, [str(one) for one in record_ids])

    def _erase(self, tx: sa.Connection, alert_id: UUID) -> None:
        group = DueGroup(_ALERTS.name, alert_id, "", self._clock.now())
        self._sealer.destroy_keys(tx, _ALERTS.keys_of(tx, group))
        _ALERTS.erase(tx, group)


class NoticeRounds:
    """Looks for accepted notices that nobody watches for, such as those just corrected, and raises them."""

    def __init__(self, notices: NoticeService) -> None:
        self._notices = notices

    def run_once(self, store: Store, _clock: Clock | None = None) -> int:
        """Raise what is missing; return how many."""
        with store.transaction(Scope.node("notices")) as tx:
            accepted = self._notices.watched(tx)
            known = alerts.about(tx, KIND, [str(one) for one in accepted])
            return sum(
                self._notices.deciding.watch_again(tx, one) for one in accepted if str(one) not in known
            )


class ListHoldings:
    """Fills follow-up's `Holdings` with the entry that a reference stands for."""

    def __init__(self, people: WatchlistService) -> None:
        self._people = people

    def behind(self, tx: sa.Connection, officer: Officer, reference: str) -> CoreData | None:
        """Return what the list says; that it was opened is a leaf.

        None when the list is gone, or is another partner's, which answers nobody (PCSC 13(2)).
        """
        actor = Actor(officer.officer_id, officer.agency, officer.purpose)
        try:
            entry = self._people.entry_of_reference(tx, reference, actor)
        except EntryNotFound:
            return None
        return None if entry.agreement_id else core_data(entry)


def core_data(entry: EntryView) -> CoreData:
    """Return a list entry in the words of follow-up; several births are given as the list writes them."""
    births = [value for label, value in entry.fields if label == _BIRTH]
    documents = [
        _document(label.removeprefix(_DOCUMENT), value)
        for label, value in entry.fields
        if label.startswith(_DOCUMENT)
    ]
    return CoreData(
        full_name=entry.names[0][:200] if entry.names else "",
        aliases=tuple(name[:200] for name in (*entry.names[1:], *entry.weak_names))[:20],
        date_of_birth=births[0] if len(births) == 1 else "",
        nationalities=tuple(v[:200] for label, v in entry.fields if label == _NATIONALITY)[:8],
        documents=tuple(documents[:16]),
    )


def _document(kind: str, written: str) -> DocumentRef:
    number, _, issuer = written.partition(" (")
    return DocumentRef(kind[:64], number[:64], issuer.rstrip(")")[:64])
