"""What a request follows: a confirmed candidate of a query, or a notice whose conditions were accepted."""

from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import KeyDestroyed
from cordillera.trust.exchange import query_store as queries
from cordillera.trust.exchange.model import SERVICE, LegalGrounds, Verdict
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.views import Views
from cordillera.trust.notices import store as notices
from cordillera.trust.notices.model import SERVICE as NOTICE
from cordillera.trust.notices.model import NoticeContent, Terms
from cordillera.trust.notices.writing import place_of
from cordillera.trust.records import derived_store
from cordillera.trust.records.core import read_as
from cordillera.trust.records.derived import Answers
from cordillera.trust.records.service import Records


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """What a reference belongs to; `verdict` is what a person concluded, None when nobody did."""

    id: UUID
    service: str
    peer: str
    agreement_id: str
    verdict: bool | None
    subject_ref: str = ""
    grounds: LegalGrounds | None = None
    parents: tuple[UUID, ...] = ()
    erase_after: datetime | None = None


class Threads:
    """Finds what a request follows, on either side."""

    def __init__(self, parts: ExchangeParts, records: Records) -> None:
        self._parts = parts
        self._records = records
        self._views = Views(parts.sealer)

    def asked(self, tx: sa.Connection, thread_id: UUID, reference: str) -> Thread | None:
        """Return what we asked, or were noticed, that holds this reference; None when nothing does."""
        row = queries.queries(tx, [thread_id]).get(thread_id)
        if row is None:
            return self._noticed(tx, thread_id, reference)
        view = self._views.queries(tx, [row])[0]
        if view.question is None or reference not in {one.reference for one in view.candidates}:
            return None
        return Thread(
            id=row.id,
            service=SERVICE,
            peer=row.peer,
            agreement_id=row.agreement_id,
            verdict=_verdict(view.verdicts, reference),
            subject_ref=row.subject_ref,
            grounds=view.question.legal,
            parents=self._parents(tx, row.id),
            erase_after=row.erase_after,
        )

    def answered(self, tx: sa.Connection, peer: str, thread_id: UUID, reference: str) -> Thread | None:
        """Return what this partner asked, or was given, that holds this reference; None when nothing does."""
        row = queries.incoming(tx, [thread_id]).get(thread_id)
        if row is None:
            return self._given(tx, peer, thread_id, reference)
        views = self._views.incoming(tx, [row])
        if row.peer != peer or not views or reference not in {one.reference for one in views[0].candidates}:
            return None
        return Thread(
            id=row.id,
            service=SERVICE,
            peer=row.peer,
            agreement_id=row.agreement_id,
            verdict=_verdict(views[0].verdicts, reference),
        )

    def content(self, tx: sa.Connection, thread_id: UUID) -> NoticeContent | None:
        """Return what a notice of ours said, or None when the thread is none."""
        row = notices.get(tx, thread_id)
        if row is None or row.direction != "out":
            return None
        return read_as(self._records.body(tx, row.id), NoticeContent)

    def _noticed(self, tx: sa.Connection, thread_id: UUID, reference: str) -> Thread | None:
        row = notices.get(tx, thread_id)
        if row is None or row.direction != "in" or reference != str(row.id):
            return None
        try:
            key = self._parts.sealer.load_key(tx, row.key_id)
        except KeyDestroyed:
            return None
        raw = self._parts.sealer.open(key, place_of("body", row.id), row.body)
        legal = shapes.decode(raw, Terms).legal
        return Thread(
            id=row.id,
            service=NOTICE,
            peer=row.peer,
            agreement_id=row.agreement_id,
            verdict=True if row.state == "accepted" else None,
            subject_ref=str(row.id),
            grounds=LegalGrounds(
                agreement_id=row.agreement_id,
                purpose=legal.purpose,
                offence=legal.offence,
                max_penalty_months=max(0, legal.max_penalty_months),
                case_ref=legal.case_ref,
                subject_category=row.subject_category,
                grounds=("partner_notice", "case"),
            ),
            parents=(row.id,),
            erase_after=row.erase_after,
        )

    def _given(self, tx: sa.Connection, peer: str, thread_id: UUID, reference: str) -> Thread | None:
        row = notices.get(tx, thread_id)
        if row is None or row.direction != "out" or row.peer != peer or reference != str(row.id):
            return None
        verdict = True if row.state == "accepted" else None
        return Thread(id=row.id, service=NOTICE, peer=peer, agreement_id=row.agreement_id, verdict=verdict)

    def _parents(self, tx: sa.Connection, query_id: UUID) -> tuple[UUID, ...]:
        """Return the records of the answer that the reference came with."""
        return tuple(derived_store.sources(tx, Answers.name, str(query_id)))


def _verdict(verdicts: tuple[Verdict, ...], reference: str) -> bool | None:
    return next((one.confirmed for one in verdicts if one.reference == reference), None)
