"""The people desk's memory of who is not whom joined to the review queue and to the traveller desk."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.people.same_core import Known
from cordillera.desks.people.same_service import Conclusion, Entry, NotTheSame
from cordillera.desks.travellers.ingest import TRAVELLER
from cordillera.desks.travellers.model import TravellerFacts
from cordillera.desks.travellers.people_store import opened
from cordillera.desks.travellers.ports import ListHit, ScreeningSubject, Silenced
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.review.model import AlertRow, Finding
from cordillera.trust.review.ports import Officer


class NotSameMemory:
    """Fills review's `ClearedMemory`: a conclusion about a traveller becomes redress numbers."""

    def __init__(self, same: NotTheSame, sealer: FieldSealer) -> None:
        self._same = same
        self._sealer = sealer

    def cleared(
        self,
        tx: sa.Connection,
        officer: Officer,
        alert: AlertRow,
        findings: Sequence[Finding],
        decision: tuple[UUID, str],
    ) -> None:
        """Remember the pair of the traveller and each entry; without the traveller's facts, nothing."""
        if alert.subject_kind != TRAVELLER:
            return
        found = opened(tx, self._sealer, _ids(alert.subject_ref))
        if not found:
            return
        concluded = Conclusion(
            desk=alert.desk,
            alert_id=alert.id,
            decision_id=decision[0],
            traveller=alert.label,
            known=_facts(found[0].row.facts),
            reason=decision[1],
        )
        entries = {
            (f.listed.list_name, f.listed.entry_id): Entry(
                f.listed.list_name,
                f.listed.entry_id,
                f.listed.name,
                tuple((field.label, field.value) for field in f.listed.fields),
            )
            for f in findings
            if f.listed is not None
        }
        self._same.remember(tx, officer, concluded, list(entries.values()))

    def restored(self, tx: sa.Connection, decision_id: UUID) -> None:
        """Forget it when the decision is undone."""
        self._same.withdraw(tx, decision_id)


class TravellerSilencer:
    """Fills the traveller desk's `Silencer`."""

    def __init__(self, same: NotTheSame) -> None:
        self._same = same

    def asks(
        self,
        tx: sa.Connection,
        agency: str,
        subjects: Sequence[ScreeningSubject],
        found: Sequence[tuple[ListHit, ...]],
    ) -> list[tuple[ListHit, ...]]:
        """Return the candidates of each subject that still ask."""
        return [
            self._same.asks(tx, agency, (subject.ref, _known(subject)), hits) if hits else ()
            for subject, hits in zip(subjects, found, strict=True)
        ]

    def silenced(self, tx: sa.Connection, subject_ref: str) -> tuple[Silenced, ...]:
        """Return why candidates about a traveller were not asked."""
        return tuple(
            Silenced(
                id=one.id,
                number=one.number,
                list_name=one.told.list_name,
                listed_name=one.told.listed_name,
                officer_name=one.officer_name,
                decided_at=one.decided_at,
                reason=one.told.reason,
            )
            for one in self._same.of_subject(tx, subject_ref)
        )


def _known(subject: ScreeningSubject) -> Known:
    given, family = subject.given_names, subject.family_names
    documents = tuple((d.number, d.issuer) for d in subject.documents)
    whole = (given, family) if given or family else (subject.full_name, "")
    return Known(*whole, subject.date_of_birth, documents)


def _facts(facts: TravellerFacts) -> Known:
    whole = (facts.given_names, facts.family_names)
    if not any(whole):
        whole = (facts.full_name, "")
    documents = tuple((d.number, d.issuer) for d in facts.documents if d.number)
    return Known(*whole, facts.date_of_birth, documents)


def _ids(subject_ref: str) -> list[UUID]:
    """The traveller that an alert is about; none for an alert that another source has raised."""
    try:
        return [UUID(subject_ref)]
    except ValueError:
        return []
