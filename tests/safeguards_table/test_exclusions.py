"""What is excluded is refused, and waits for a lawyer (reference 2.8, last row)."""

import msgspec
import pytest
from tests.sim.federation import GROUNDS, NODE, Pair
from tests.trust.redress.conftest import clerk

from cordillera.trust.exchange.asking import Ask, Asking, Case
from cordillera.trust.exchange.model import PersonQuery
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.safeguards.errors import TaskNotFound, TaskReasonMissing
from cordillera.trust.safeguards.legal import resolve, tasks

pytest_plugins = ["tests.sim.fixtures"]


@pytest.mark.parametrize("changes", [{"offence": "political_offence"}, {"grounds": ("asylum_status",)}])
def test_an_excluded_request_is_refused_and_a_lawyer_has_a_task(pair: Pair, changes):
    outcome = pair.ec.ask(grounds=msgspec.structs.replace(GROUNDS, **changes))
    assert outcome.query_id is None
    pair.sequence()
    who = clerk(pair.ec)
    with pair.ec.store.transaction(who.scope) as tx:
        book = pair.ec.agreements.book(tx)
        (task,) = tasks(tx, pair.ec.ledger, book)
        assert set(task.articles) <= set(outcome.decision.violated)
        with pytest.raises(TaskReasonMissing):
            resolve(tx, pair.ec.ledger, book, who, task.entry_id, "ok")
        resolve(tx, pair.ec.ledger, book, who, task.entry_id, "A training request, no case behind it")
    with pair.ec.store.transaction(who.scope) as tx:
        assert tasks(tx, pair.ec.ledger, pair.ec.agreements.book(tx)) == ()
        with pytest.raises(TaskNotFound):
            resolve(tx, pair.ec.ledger, pair.ec.agreements.book(tx), who, task.entry_id, "Once more please")


def test_any_other_refusal_is_no_task(pair: Pair):
    assert pair.ec.ask(grounds=msgspec.structs.replace(GROUNDS, case_ref="")).query_id is None
    pair.sequence()
    with pair.ec.store.transaction(NODE) as tx:
        assert tasks(tx, pair.ec.ledger, pair.ec.agreements.book(tx)) == ()


def test_no_flood_of_other_refusals_or_reviews_hides_a_task(pair: Pair):
    ec, who = pair.ec, clerk(pair.ec)
    ec.ask(grounds=msgspec.structs.replace(GROUNDS, offence="political_offence"))
    ec.ask(grounds=msgspec.structs.replace(GROUNDS, grounds=("asylum_status",)))
    other = msgspec.structs.replace(GROUNDS, case_ref="")
    person = PersonQuery("Somebody Invented")
    asks = [Ask(ec.officer, "us", Case("alert-1", person, other))] * 510
    reviewed = Event(kind=LeafKind.REVIEWED, actor=who.officer_id, agency=who.agency, subject_ref="alarm")
    with ec.store.transaction(who.scope) as tx:
        resolved, *_ = tasks(tx, ec.ledger, ec.agreements.book(tx))
        resolve(tx, ec.ledger, ec.agreements.book(tx), who, resolved.entry_id, "A training request")
        assert not any(one.query_id for one in Asking(ec.parts).ask_all(tx, asks))
        ec.ledger.record_all(tx, [reviewed] * 510)
    pair.sequence()
    with ec.store.transaction(who.scope) as tx:
        left = tasks(tx, ec.ledger, ec.agreements.book(tx))
    assert len(left) == 1
    assert left[0].entry_id != resolved.entry_id
