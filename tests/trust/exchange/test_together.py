"""Questions that come together are kept together, and each is judged for itself."""

import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from tests.sim.federation import Pair
from tests.sim.parts import GROUNDS

from cordillera.foundation.store.database import Scope
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange.asking import Ask, Asking, Case
from cordillera.trust.exchange.errors import UnknownPartner
from cordillera.trust.exchange.model import SERVICE, AskOutcome, LegalGrounds, PersonQuery
from cordillera.trust.exchange.together import Together

pytest_plugins = ["tests.sim.fixtures"]


class Gathering(Asking):
    """Asks as ever, and notes how many questions each transaction kept; the first waits to be let go."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(pair.ec.parts)
        self.sizes: list[int] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def ask_all(self, tx, asks) -> list[AskOutcome]:
        self.sizes.append(len(asks))
        self.begun.set()
        self.go.wait(20)
        return super().ask_all(tx, asks)


def _ask(pair: Pair, number: int, partner: str = "us", grounds: LegalGrounds = GROUNDS) -> Ask:
    query = PersonQuery(f"Invented Person {number}", date_of_birth="1980-05-17")
    return Ask(pair.ec.officer, partner, Case(f"alert-{number}", query, grounds))


def _several(pair: Pair, asks: list[Ask]) -> tuple[list[AskOutcome | Exception], list[int]]:
    """Ask one question, and the others while it is being kept."""
    asking = Gathering(pair)
    together = Together(pair.ec.parts.store, asking)

    def one(ask: Ask) -> AskOutcome | Exception:
        try:
            return together.ask(ask)
        except UnknownPartner as error:
            return error

    with ThreadPoolExecutor(len(asks)) as threads:
        first = threads.submit(one, asks[0])
        assert asking.begun.wait(20)
        others = [threads.submit(one, ask) for ask in asks[1:]]
        while sum(map(len, together._waiting.values())) < len(others):
            threading.Event().wait(0.01)
        asking.go.set()
        return [future.result(60) for future in (first, *others)], asking.sizes


def test_questions_that_come_while_one_is_kept_share_the_next_transaction(pair: Pair):
    found, sizes = _several(pair, [_ask(pair, number) for number in range(6)])
    assert sizes == [1, 5]
    assert len({outcome.query_id for outcome in found}) == 6
    assert pair.ec.leaves("query.sent") == 6
    pair.flow()
    assert all(pair.ec.view(outcome).status == "answered" for outcome in found)


def test_a_refused_question_keeps_no_other_back(pair: Pair):
    forbidden = msgspec.structs.replace(GROUNDS, offence="", purpose="curiosity")
    found, _ = _several(pair, [_ask(pair, 0), _ask(pair, 1), _ask(pair, 2, grounds=forbidden), _ask(pair, 3)])
    decisions: list[PolicyDecision] = [outcome.decision for outcome in found]
    assert [decision.allow for decision in decisions] == [True, True, False, True]
    assert found[2].query_id is None
    assert (pair.ec.leaves("query.sent"), pair.ec.leaves("refusal")) == (3, 1)


def test_a_question_that_cannot_be_put_raises_in_its_own_thread_only(pair: Pair):
    found, sizes = _several(pair, [_ask(pair, 0), _ask(pair, 1), _ask(pair, 2, partner="xx"), _ask(pair, 3)])
    assert isinstance(found[2], UnknownPartner)
    assert all(isinstance(found[at], AskOutcome) for at in (0, 1, 3))
    assert sizes == [1, 3, 1, 1, 1]


def test_the_last_question_of_a_quota_is_the_last_also_within_a_batch(pair: Pair):
    with pair.ec.parts.store.transaction(Scope.node("test")) as tx:
        service = pair.ec.parts.policies(tx).get(GROUNDS.agreement_id).agreement.service(SERVICE)
    assert service is not None
    assert service.quota is not None
    asks = [_ask(pair, number) for number in range(service.quota.per_officer + 2)]
    with pair.ec.parts.store.transaction(asks[0].officer.scope, gathered=True) as tx:
        outcomes = Asking(pair.ec.parts).ask_all(tx, asks)
    allowed = [outcome.decision.allow for outcome in outcomes]
    assert allowed == [True] * service.quota.per_officer + [False] * 2


@pytest.mark.parametrize("count", [1, 2])
def test_who_asks_alone_and_who_asks_in_company_has_the_same_leaf(pair: Pair, count: int):
    asks = [_ask(pair, number) for number in range(count)]
    with pair.ec.parts.store.transaction(asks[0].officer.scope, gathered=True) as tx:
        Asking(pair.ec.parts).ask_all(tx, asks)
    with pair.ec.parts.store.transaction(asks[0].officer.scope) as tx:
        events = pair.ec.parts.ledger.events(tx, subject_ref="alert-0")
    assert {(event.kind, event.actor) for event in events} == {("query.sent", asks[0].officer.officer_id)}
