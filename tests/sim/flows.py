"""Notices and follow-up at simulated nodes: the real services, and officers of several names."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from tests.sim.federation import GROUNDS, LISTED, Pair, SimNode, officer

from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.agreements import book, reading
from cordillera.trust.agreements.loading import load_agreement, load_shipped, shipped_text
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.followup.deadlines import Deadlines
from cordillera.trust.followup.model import CoreData
from cordillera.trust.followup.service import FollowUpService
from cordillera.trust.handling.choice import HandlingChoice
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.notices.model import Draft, NoticeContent
from cordillera.trust.notices.ports import Accepted
from cordillera.trust.notices.service import NoticeService
from cordillera.trust.records.service import Records

CANARY = "Zoraida Canaria Inventada"
NOTICE_GROUNDS = LegalGrounds(
    agreement_id=GROUNDS.agreement_id,
    purpose="drug_trafficking",
    offence="drug_trafficking",
    max_penalty_months=120,
    case_ref="CASE-2026-0099",
    grounds=("case",),
)
CONTENT = NoticeContent(
    full_name=CANARY,
    family_names="Canaria Inventada",
    given_names="Zoraida",
    aliases=("La Canaria",),
    date_of_birth="1979-03-02",
    nationalities=("ECU",),
    facts="Seen loading canary-facts-7731 at the pier of an invented port on two nights.",
    grading="B2",
)


BEHIND = CoreData(
    full_name="Invented Known Person",
    aliases=("Canary Known 4417",),
    date_of_birth="1980-05-17",
    nationalities=("COL",),
)


class Lookout:
    """Stands in for the queue of the watch, and follows what becomes of notices."""

    name = "alert"

    def __init__(self) -> None:
        self.raised: list[Accepted] = []
        self.taken_away: list[Any] = []

    def accepted(self, _tx: sa.Connection, notice: Accepted) -> None:
        self.raised.append(notice)

    def affected(self, _tx: sa.Connection, record_ids: Any) -> tuple[str, ...]:
        return tuple(str(one) for one in record_ids)

    def apply(self, _tx: sa.Connection, change: str, record_ids: Any) -> tuple[str, ...]:
        self.taken_away += [(change, one) for one in record_ids]
        return tuple(str(one) for one in record_ids)


class KnownPerson:
    """Knows what stands behind the one reference of the simulated matcher."""

    def behind(self, _tx: sa.Connection, _officer: Any, reference: str) -> CoreData | None:
        return BEHIND if reference == LISTED.reference else None


class Desk:
    """What officers of one node do with notices and requests."""

    def __init__(self, node: SimNode) -> None:
        self.node = node
        self.lookout = Lookout()
        self.records = Records(node.parts, (self.lookout,))
        self.deadlines = Deadlines(node.ledger, node.clock)
        self.notices = NoticeService(node.parts, self.records, self.deadlines, self.lookout)
        self.handling = HandlingService(node.parts, self.records)
        self.followups = FollowUpService(node.parts, self.handling, self.deadlines, KnownPerson())
        self.timers = Deadlines(
            node.ledger, node.clock, {"notice.necessity": self.notices.deciding.unanswered}
        )
        self.ana = self.officer("ana")
        self.berta = self.officer("berta")

    def officer(self, name: str, *roles: str) -> OfficerSession:
        return officer(self.node.identity.country, roles or ("analyst",), name)

    def do(self, use: Callable[..., Any], *given: Any, by: OfficerSession | None = None) -> Any:
        """Run one use case as an officer, in one transaction."""
        who = by or self.ana
        with self.node.store.transaction(who.scope) as tx:
            return use(tx, who, *given)

    def ask(self, use: Callable[..., Any], *given: Any) -> Any:
        """Read something in the node's own scope."""
        with self.node.store.transaction(Scope.node("test")) as tx:
            return use(tx, *given)

    def tick(self) -> int:
        return self.timers.run_once(self.node.store)


def write(
    desk: Desk, to: SimNode, content: NoticeContent = CONTENT, grounds: LegalGrounds = NOTICE_GROUNDS,
    marking: HandlingChoice | None = None,
) -> Any:  # fmt: skip
    draft = Draft(content, grounds, marking or HandlingChoice())
    return desk.do(desk.notices.draft, to.identity.id, draft)


def give(pair: Pair, here: Desk, there: Desk, **changes: Any) -> tuple[Any, PolicyDecision]:
    """Write, release and deliver a notice."""
    notice_id = write(here, there.node, **changes)
    decision = here.do(here.notices.release, notice_id, by=here.berta)
    here.node.turn(there.node.identity.id)
    pair.sequence()
    return notice_id, decision


def conditions(desk: Desk, notice_id: Any) -> str:
    return desk.do(desk.notices.view, notice_id).conditions.digest


def hit(pair: Pair, *, verdict: bool | None = True) -> Any:
    """Ask, answer, and let an officer of EC judge the candidate; return the query's id."""
    asked = pair.ec.ask()
    pair.flow()
    if verdict is not None:
        with pair.ec.store.transaction(pair.ec.officer.scope) as tx:
            pair.ec.service.confirm_candidate(
                tx, pair.ec.officer, asked.query_id, LISTED.reference, verdict, "compared with the card"
            )
        pair.ec.turn("us")
        pair.sequence()
    return asked.query_id


def with_terms(monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], None]) -> None:
    """Let both nodes hold us-ec-2025 with other terms than the shipped ones."""
    text = json.loads(shipped_text(GROUNDS.agreement_id))
    change(text)
    other = load_agreement(json.dumps(text).encode())
    rest = [one for one in load_shipped() if one.agreement.id != GROUNDS.agreement_id]
    for module in (book, reading):
        monkeypatch.setattr(module, "load_shipped", lambda: (*rest, other))
