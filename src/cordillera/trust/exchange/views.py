"""Stored queries opened for reading."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.sealing import DataKey, FieldSealer, KeyDestroyed
from cordillera.trust.exchange import query_store as sql
from cordillera.trust.exchange.asking import place_of as query_place
from cordillera.trust.exchange.judging import reason_place
from cordillera.trust.exchange.model import Answer, IncomingView, QueryView, Question, Step, Verdict
from cordillera.trust.exchange.taking import AskedUnder
from cordillera.trust.exchange.taking import place_of as incoming_place


class Views:
    """Opens what is sealed; what was erased is shown as erased."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer

    def queries(
        self, tx: sa.Connection, rows: Sequence[sql.QueryRow], *, opened: bool = True
    ) -> tuple[QueryView, ...]:
        """Return queries of ours; `opened=False` leaves the person asked about sealed."""
        ids = [row.id for row in rows]
        keys = self._keys(tx, {row.key_id for row in rows})
        verdicts = self._verdicts(tx, ids, keys)
        steps = _steps(tx, ids)
        return tuple(
            self._query(
                row, keys.get(row.key_id), verdicts.get(row.id, ()), steps.get(row.id, ()), opened=opened
            )
            for row in rows
        )

    def incoming(self, tx: sa.Connection, rows: Sequence[sql.IncomingRow]) -> tuple[IncomingView, ...]:
        """Return queries of partners."""
        ids = [row.id for row in rows]
        keys = self._keys(tx, {row.record_key for row in rows})
        verdicts = self._verdicts(tx, ids, keys)
        steps = _steps(tx, ids)
        return tuple(
            self._incoming(row, keys[row.record_key], verdicts.get(row.id, ()), steps.get(row.id, ()))
            for row in rows
            if row.record_key in keys
        )

    def _query(
        self,
        row: sql.QueryRow,
        key: DataKey | None,
        verdicts: tuple[Verdict, ...],
        steps: tuple[Step, ...],
        *,
        opened: bool,
    ) -> QueryView:
        question = answer = None
        if key is not None and opened:
            raw = self._sealer.open(key, query_place("asked", row.id), row.asked)
            question = shapes.decode(raw, Question)
        if key is not None and row.answer is not None:
            answer = shapes.decode(self._sealer.open(key, query_place("answer", row.id), row.answer), Answer)
        return QueryView(
            id=row.id,
            peer=row.peer,
            subject_ref=row.subject_ref,
            agreement_id=row.agreement_id,
            agreement_hash=row.agreement_hash,
            officer_id=row.officer_id,
            purpose=row.purpose,
            status=row.state,  # type: ignore[arg-type] # the table's CHECK lists the same words
            outcome=row.outcome,  # type: ignore[arg-type] # written from Answer.outcome only
            asked_at=row.asked_at,
            answered_at=row.answered_at,
            articles=tuple(row.articles),
            answer_articles=answer.articles if answer else (),
            error=row.error,
            erase_after=row.erase_after,
            question=question,
            candidates=answer.candidates if answer else (),
            verdicts=verdicts,
            steps=steps,
        )

    def _incoming(
        self, row: sql.IncomingRow, key: DataKey, verdicts: tuple[Verdict, ...], steps: tuple[Step, ...]
    ) -> IncomingView:
        raw = self._sealer.open(key, incoming_place("legal", row.id), row.legal)
        legal = shapes.decode(raw, AskedUnder).legal
        answer = None
        if row.answer is not None:
            answer = shapes.decode(
                self._sealer.open(key, incoming_place("answer", row.id), row.answer), Answer
            )
        return IncomingView(
            id=row.id,
            peer=row.peer,
            agreement_id=row.agreement_id,
            agreement_hash=row.agreement_hash,
            status=row.state,  # type: ignore[arg-type] # the table's CHECK lists the same words
            outcome=row.outcome,
            received_at=row.received_at,
            answered_at=row.answered_at,
            erased_at=row.erased_at,
            commitment=row.commitment,
            purpose=legal.purpose,
            offence=legal.offence,
            max_penalty_months=legal.max_penalty_months,
            case_ref=legal.case_ref,
            officer=legal.officer_id,
            officer_roles=legal.officer_roles,
            ordered_by=legal.ordered_by,
            urgency=legal.urgency,
            articles=tuple(row.articles),
            candidates=answer.candidates if answer else (),
            verdicts=verdicts,
            steps=steps,
            erase_after=row.erase_after,
        )

    def _keys(self, tx: sa.Connection, ids: Iterable[UUID]) -> dict[UUID, DataKey]:
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        try:
            return self._sealer.load_keys(tx, wanted)
        except (KeyDestroyed, CordilleraError):
            found = ((key_id, self._key(tx, key_id)) for key_id in wanted)
            return {key_id: key for key_id, key in found if key is not None}

    def _key(self, tx: sa.Connection, key_id: UUID) -> DataKey | None:
        try:
            return self._sealer.load_key(tx, key_id)
        except CordilleraError:
            return None

    def _verdicts(
        self, tx: sa.Connection, ids: Sequence[UUID], keys: dict[UUID, DataKey]
    ) -> dict[UUID, tuple[Verdict, ...]]:
        found: dict[UUID, tuple[Verdict, ...]] = {}
        for row in sql.verdicts(tx, ids) if ids else ():
            key = keys.get(row.key_id) if row.key_id else None
            reason = ""
            if key is not None and row.reason is not None:
                place = reason_place(row.query_id, row.reference)
                reason = self._sealer.open(key, place, row.reason).decode()
            verdict = Verdict(row.reference, row.confirmed, row.officer, row.judged_at, reason)
            found[row.query_id] = (*found.get(row.query_id, ()), verdict)
        return found


def _steps(tx: sa.Connection, ids: Sequence[UUID]) -> dict[UUID, tuple[Step, ...]]:
    found: dict[UUID, tuple[Step, ...]] = {}
    for row in sql.steps(tx, ids) if ids else ():
        step = Step(row.msg_id, row.type, row.state, row.created_at, row.receipt_at, row.attempts, row.error)
        found[row.query_id] = (*found.get(row.query_id, ()), step)
    return found
