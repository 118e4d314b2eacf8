"""What an exclusion refused waits for a lawyer: political offence, death penalty, protected grounds.

A request that names an excluded offence or ground is refused by rule (condition 14), and the exclusion is
also a human duty: somebody must ask why it was made. The tasks are not stored; they are the refusals of
the ledger that cite an excluding article and that no lawyer has looked at.

>>> excluding(()) == frozenset()
True
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.model import Agreement
from cordillera.trust.agreements.rules import Excluded
from cordillera.trust.ledger.model import AuditRow, Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.ports import Officer
from cordillera.trust.safeguards.errors import TaskNotFound, TaskReasonMissing

_SHORTEST = 8


class LegalTask(msgspec.Struct, frozen=True):
    """A refusal that a lawyer must look at: when, under which agreement, by which excluding articles."""

    entry_id: UUID
    at: datetime
    agreement_id: str
    peer: str
    message_id: str
    articles: tuple[str, ...]


def excluding(agreements: Iterable[Agreement]) -> frozenset[str]:
    """Return the ids of the articles that exclude offences or grounds."""
    return frozenset(
        agreement.article_id(clause.article)
        for agreement in agreements
        for clause in agreement.clauses
        if any(isinstance(rule, Excluded) for rule in clause.rules)
    )


def tasks(tx: sa.Connection, ledger: Ledger, book: PolicyBook) -> tuple[LegalTask, ...]:
    """Return the refusals by exclusion that nobody has looked at, the newest first: all, however many others.

    They are chosen in the store by the articles they cite, so that no flood of other refusals hides one.
    """
    articles = excluding(loaded.agreement for loaded in book)
    if not articles:
        return ()
    refused = ledger.events(tx, kind=LeafKind.REFUSAL, limit=None, citing=articles)
    found = [task for row in refused if (task := _task(row, articles)) is not None]
    done = ledger.has(tx, LeafKind.REVIEWED, [_ref(task.entry_id) for task in found])
    return tuple(task for task in found if _ref(task.entry_id) not in done)


def resolve(  # noqa: PLR0913 - who looked at which refusal, and what they found
    tx: sa.Connection, ledger: Ledger, book: PolicyBook, officer: Officer, entry_id: UUID, reason: str
) -> None:
    """Write that a lawyer looked at a refusal; raise `TaskReasonMissing`, `TaskNotFound`."""
    if sum(letter.isalnum() for letter in reason) < _SHORTEST:
        raise TaskReasonMissing
    if entry_id not in {task.entry_id for task in tasks(tx, ledger, book)}:
        raise TaskNotFound
    told = {"refusal": str(entry_id), "reason": reason.strip()}
    event = Event(
        kind=LeafKind.REVIEWED,
        actor=officer.officer_id,
        agency=officer.agency,
        purpose=officer.purpose,
        payload=canonical.dumps(told),
        detail=told,
        subject_ref=_ref(entry_id),
    )
    ledger.record(tx, event)


def _task(row: AuditRow, articles: frozenset[str]) -> LegalTask | None:
    cited = tuple(one for one in (row.decision.articles if row.decision else ()) if one in articles)
    if not cited:
        return None
    return LegalTask(row.entry_id, row.at, row.agreement_id, row.peer, row.message_id, cited)


def _ref(entry_id: UUID) -> str:
    return f"refusal/{entry_id}"
