"""Attack: data leaves in the moment between an agreement's suspension and a decision taken before it.

The policy side: a decision holds the standing until its transaction ends, so a suspension either waits
for it or comes before it. `test_exchange_agreement_suspended.py` plays it over the wire.
"""

import threading
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.ledger.service import Ledger

OFFICER = OfficerSession(
    session_id=uuid4(),
    officer_id="officer-a",
    login="a",
    name="a",
    agency="EC-PN",
    country="EC",
    roles=("agreement_officer",),
    desks=(),
    purpose="agreement_work",
    language="es",
    csrf_token="",
)
ANSWER = DisclosureRequest(
    agreement_id="us-ec-2025",
    service="query.person",
    action="answer_query",
    sender_country="US",
    recipient_country="EC",
    at=datetime(2026, 11, 21, 12, tzinfo=UTC),
    purpose="terrorism",
    offence="terrorism",
    max_penalty_months=240,
    case_ref="EC-2026-9",
    officer_id="officer-1",
    officer_roles=("analyst",),
    ordered_by="officer-2",
    subject_category="suspect",
    fields=("outcome",),
    individual_case=True,
    environment="exercise",
    queries_today=3,
    officer_queries_today=1,
    grounds=("case",),
)
NODE = Scope.node("answer")


@pytest.fixture
def service(keyring, clock) -> AgreementService:
    return AgreementService(Ledger(keyring, clock, "us.test"), clock)


def test_a_suspension_waits_for_a_release_under_way_and_stops_the_next(store, service):
    suspended = threading.Event()

    def suspend() -> None:
        with store.transaction(OFFICER.scope) as tx:
            service.suspend(tx, OFFICER, "us-ec-2025", "note from the partner")
        suspended.set()

    with store.transaction(NODE) as tx:
        assert service.book(tx).decide(ANSWER).allow
        thread = threading.Thread(target=suspend)
        thread.start()
        assert not suspended.wait(0.3)
    assert suspended.wait(10)
    thread.join()
    with store.transaction(NODE) as tx:
        assert service.book(tx).decide(ANSWER).violated == ("US-EC/art23.1",)


def test_a_decision_asked_while_a_suspension_is_being_written_waits_and_is_a_denial(store, service):
    decided: list[bool] = []

    def answer() -> None:
        with store.transaction(NODE) as tx:
            decided.append(service.book(tx).decide(ANSWER).allow)

    with store.transaction(OFFICER.scope) as tx:
        service.suspend(tx, OFFICER, "us-ec-2025", "note from the partner")
        thread = threading.Thread(target=answer)
        thread.start()
        thread.join(0.3)
        assert decided == []
    thread.join(10)
    assert decided == [False]
