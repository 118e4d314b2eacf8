"""Interactive lists: taken in like any other, answered with advice, looked at by officers (ADR 0060).

1. The message is kept, screened and judged as by every channel; its answer is written in the same
   transaction as who was asked about and the leaf that says so.
2. The answer is what `advice_core` says. Nothing that a machine found is in it.
3. The same message again, from the same carrier, gets the answer of now and changes nothing.
4. An officer answers with a reason; the carrier reads it when it asks for the answer again.
5. A list that was answered without the store, and then could not be kept, is told by a leaf of its own:
   operators and officers see that it is wanting, and the carrier has no acknowledgement of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import advice_store as sql
from cordillera.desks.travellers.advice_core import (
    AdvicePolicy,
    Draw,
    Standing,
    advice_of,
    draw,
    drawn_by,
)
from cordillera.desks.travellers.board_store import Board
from cordillera.desks.travellers.errors import AdviceReasonMissing, NotAsked, NotInteractive
from cordillera.desks.travellers.ingest import Ingest
from cordillera.desks.travellers.model import IngestResult, Origin, TravellerFacts
from cordillera.desks.travellers.raising import TRAVELLER, Announced
from cordillera.desks.travellers.reading import PAXLST, plan_message
from cordillera.desks.travellers.store import StoredMessage, TravellerStore
from cordillera.engines import edifact
from cordillera.engines.edifact import cusres, paxlst
from cordillera.engines.edifact.contrl import write_contrl
from cordillera.engines.edifact.contrl_answer import answers
from cordillera.engines.edifact.cusres import Advice, CusresDraft
from cordillera.engines.edifact.writer import Envelope, NotWritable, Style, stamp
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review import store as alerts
from cordillera.trust.review.ports import Officer

SHORTEST_REASON: Final = 8
SHOWN: Final = timedelta(days=3)
ANSWERED: Final = timedelta(days=7)  # after the journey nobody needs the answer again
MOST: Final = 200
TOLD: Final = timedelta(days=7)
_NOT_KEPT: Final = "advice/not-kept"
_CONSIDERED: Final = 20_000
_PLAIN: Final = re.compile(r"[\x20-\x7e]{0,35}")


class Answered(msgspec.Struct, frozen=True):
    """The answer to an interactive list: its bytes, and which message it is about."""

    message_id: UUID
    body: bytes


class Unkept(msgspec.Struct, frozen=True):
    """A list that was answered and could not be kept: when, whose, and the kind of error."""

    at: datetime
    machine: str
    reason: str


class Advising:
    """Answers carriers, and lets officers answer."""

    def __init__(
        self,
        parts: tuple[Ledger, FieldSealer, Clock],
        ingest: Ingest,
        store: TravellerStore,
        policy: AdvicePolicy,
    ) -> None:
        self._ledger, self._sealer, self._clock = parts
        self._ingest = ingest
        self._store = store
        self._board = Board(self._sealer)
        self._policy = policy

    def ask(self, tx: sa.Connection, raw: bytes, origin: Origin) -> Answered:
        """Take an interactive list in and answer it; raise `NotInteractive`, `MessageTooLarge`.

        Nothing is kept of what is refused: a file without a passenger list is sent to the usual address.
        """
        if not any(one.type == PAXLST for one in edifact.read(raw).messages):
            raise NotInteractive

        def told(tx: sa.Connection, message: StoredMessage, people: Sequence[Announced]) -> None:
            self._keep(tx, message, origin.actor, people)

        taken = self._ingest.take(tx, raw, origin, told)
        message_id = taken.message_id if isinstance(taken, IngestResult) else taken
        if sql.asked_by(tx, message_id, self._clock.now() - ANSWERED) is None:  # it came by another way
            raise NotInteractive(message=str(message_id))
        return self._answered(tx, message_id, raw, origin)

    def again(self, tx: sa.Connection, message_id: UUID, origin: Origin) -> Answered:
        """Answer a message that was answered before, with what is known now; raise `NotAsked`.

        Only to the machine that asked: an answer tells who is aboard.
        """
        if sql.asked_by(tx, message_id, self._clock.now() - ANSWERED) != origin.actor:
            raise NotAsked
        return self._answered(tx, message_id, self._board.message_bytes(tx, message_id), origin)

    def unasked(self, raw: bytes) -> bytes:
        """Return the answer to a list that is not stored yet: what its bytes say, and the draw."""
        now = self._clock.now()
        advice = {}
        for place, one in enumerate(plan_message(raw, "UTC").travellers):
            drawn = self._draw(one.facts, now)
            standing = Standing(place, drawn.drawn, now + timedelta(seconds=drawn.delay_seconds))
            advice[place] = advice_of(standing, now)
        return written(raw, advice, f"{now:%Y-%m-%dT%H:%M}", uuid7(), acknowledged=False)

    def not_kept(self, tx: sa.Connection, raw: bytes, origin: Origin, reason: str) -> None:
        """Write down that a list was answered and could not be kept (condition 5)."""
        told = {"what": "advice not kept", "machine": origin.actor, "reason": reason}
        event = Event(
            kind=LeafKind.QUARANTINED,
            actor=origin.actor,
            agency=origin.agency,
            purpose=origin.purpose,
            payload=canonical.dumps({**told, "digest": self._store.digest(raw).hex()}),
            detail=told,
            subject_ref=_NOT_KEPT,
        )
        self._ledger.record(tx, event)

    def unkept(self, tx: sa.Connection) -> tuple[Unkept, ...]:
        """Return which lists of the last seven days were answered and not kept, the newest first."""
        since = self._clock.now() - TOLD
        rows = self._ledger.events(tx, subject_ref=_NOT_KEPT, kind=LeafKind.QUARANTINED)
        told = ((row.at, dict(row.detail or {})) for row in rows if row.at >= since)
        return tuple(Unkept(at, one.get("machine", ""), one.get("reason", "")) for at, one in told)

    def rows(self, tx: sa.Connection, officer: Officer) -> tuple["AdviceLine", ...]:
        """Whom an officer may answer about: who was drawn, who has an alert, who was answered about."""
        recent = sql.asked_since(tx, self._clock.now() - SHOWN, _CONSIDERED)
        found = alerts.about(tx, TRAVELLER, [str(ref) for ref in recent])
        rows = sql.open_rows(tx, self._sealer, [UUID(ref) for ref in found], MOST)
        self._record(tx, officer, LeafKind.CONSULTATION, {"what": "advice", "rows": str(len(rows))}, "")
        return tuple(AdviceLine(row, found.get(str(row.traveller_id))) for row in rows)

    def decide(self, tx: sa.Connection, officer: Officer, advice_id: UUID, ruling: "AdviceRuling") -> None:
        """Answer about a traveller. It must hold: (1) a reason in words; (2) the carrier asked.

        Raises `AdviceReasonMissing`, `NotAsked`.
        """
        if sum(sign.isalnum() for sign in ruling.reason) < SHORTEST_REASON:  # 1
            raise AdviceReasonMissing
        found = sql.lock(tx, advice_id)
        if found is None:  # 2
            raise NotAsked
        traveller_id, message_id, key_id = found
        key = self._sealer.load_key(tx, key_id)
        told = {"act": "advice", "advice": ruling.advice.value, "message": str(message_id)}
        values: dict[str, object] = {
            "advice": ruling.advice.value,
            "officer_id": officer.officer_id,
            "officer_name": officer.name,
            "answered_at": self._clock.now(),
            "reason": sql.reason_sealed(self._sealer, key, advice_id, ruling.reason.strip()),
        }
        sql.answer(tx, advice_id, values)
        self._record(tx, officer, LeafKind.DECISION, told, str(traveller_id))

    def _keep(
        self, tx: sa.Connection, message: StoredMessage, machine: str, people: Sequence[Announced]
    ) -> None:
        now = self._clock.now()
        asked = []
        for place, one in enumerate(people):
            drawn = self._draw(one.facts, now)
            shown = now + timedelta(seconds=drawn.delay_seconds)
            asked.append(sql.Asking(one.id, place, drawn.drawn, shown))
        sql.ask(tx, self._sealer, message, sql.Question(machine, now, tuple(asked)))

    def _draw(self, facts: TravellerFacts, now: datetime) -> Draw:
        return draw(self._sealer.blind("advice.draw", drawn_by(facts, now)), self._policy.share)

    def _answered(self, tx: sa.Connection, message_id: UUID, raw: bytes, origin: Origin) -> Answered:
        now = self._clock.now()
        advice = {one.place: advice_of(one, now) for one in sql.standing(tx, message_id)}
        body = written(raw, advice, f"{now:%Y-%m-%dT%H:%M}", message_id)
        told = {"message": str(message_id), "answer": sha256(body).hex()}
        self._ledger.record(
            tx,
            Event(
                kind=LeafKind.ANSWER_SENT,
                actor=origin.actor,
                agency=origin.agency,
                purpose=origin.purpose,
                payload=canonical.dumps(told),
                detail=told,
                subject_ref=str(message_id),
            ),
        )
        return Answered(message_id, body)

    def _record(
        self, tx: sa.Connection, officer: Officer, kind: LeafKind, told: dict[str, str], subject: str
    ) -> None:
        event = Event(
            kind=kind,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=subject,
        )
        self._ledger.record(tx, event)


class AdviceLine(msgspec.Struct, frozen=True):
    """A traveller on the page of questions, with their alert."""

    row: sql.AdviceRow
    alert_id: UUID | None


class AdviceRuling(msgspec.Struct, frozen=True):
    """What an officer answers: nothing further, or that they wish to see the traveller; and why."""

    advice: Advice
    reason: str


def written(
    raw: bytes, advice: Mapping[int, Advice], prepared: str, message_id: UUID, *, acknowledged: bool = True
) -> bytes:
    """The answer to a file: a CONTRL to each interchange, where kept, a CUSRES to each passenger list in it.

    `advice` is by place in the file, from 0, over all its lists.
    """
    reading = edifact.read(raw)
    style = Style()
    bodies = [control_of(reading, prepared)] if acknowledged else []
    for number, draft in enumerate(_drafts(reading, advice, prepared, message_id)):
        bodies.append(cusres.write_cusres(msgspec.structs.replace(draft, reference=_named(number, draft))))
    return style.line_end.encode().join(body for body in bodies if body)


def control_of(reading: edifact.Reading, prepared: str) -> bytes:
    """The CONTRL to a file; nothing where what it names has no form in an answer."""
    try:
        return write_contrl(answers(reading), prepared)
    except NotWritable:
        return b""


def _drafts(
    reading: edifact.Reading, advice: Mapping[int, Advice], prepared: str, message_id: UUID
) -> Iterator[CusresDraft]:
    at = 0
    for message in paxlst.paxlst_messages(reading):
        people = len(message.travellers)
        own = {place: advice[at + place] for place in range(people) if at + place in advice}
        at += people
        home = next(
            one for one in reading.interchanges if any(m.start == message.start for m in one.messages)
        )
        back = (home.partners[1], home.partners[0])
        number = message_id.hex[-12:]
        envelope = Envelope(home.recipient, home.sender, prepared, number, "CUSRES", back)
        yield _plain(cusres.answer(message, own, envelope))


def _named(number: int, draft: CusresDraft) -> str:
    return f"{number % 100:02d}{draft.reference}"[:14]


def _plain(draft: CusresDraft) -> CusresDraft:
    """Without what has no form in the answer: a carrier's own text may hold anything."""
    people = tuple(
        msgspec.structs.replace(
            one, passenger_reference=_said(one.passenger_reference), reservation=_said(one.reservation)
        )
        for one in draft.travellers
    )
    fields = ("sender", "recipient", "transaction", "flight", "departure", "arrival")
    said = {name: _said(getattr(draft, name)) for name in fields}
    times = {name: _time(getattr(draft, name)) for name in ("departs", "arrives")}
    named = draft.partners and all(_said(text) == text for one in draft.partners for text in one)
    partners = draft.partners if named else None
    return msgspec.structs.replace(draft, travellers=people, partners=partners, **said, **times)


def _said(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else ""


def _time(text: str) -> str:
    try:
        return text if not text or stamp(text) else ""
    except NotWritable:
        return ""
