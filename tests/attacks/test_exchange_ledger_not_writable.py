"""Attack: the ledger is made to stand still; then nothing may leave."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.sim.federation import Pair

from cordillera.trust.ledger.errors import LedgerStalled

pytest_plugins = ["tests.sim.fixtures"]


LATE = timedelta(seconds=61)


def test_a_stalled_ledger_stops_questions(pair: Pair):
    pair.ec.ask()
    pair.ec.clock.advance(LATE)
    with pytest.raises(LedgerStalled):
        pair.ec.ask()
    with pytest.raises(LedgerStalled):
        pair.ec.turn("us")
    assert pair.us.leaves("query.received") == 0
    assert pair.ec.scalar("SELECT count(*) FROM exchange_query") == 1


def test_a_stalled_ledger_stops_answers_and_takes_nothing_in(pair: Pair):
    pair.ec.ask()
    pair.ec.turn("us")
    pair.us.clock.advance(LATE)
    with pytest.raises(LedgerStalled):
        pair.us.answer()
    assert pair.us.matcher.asked == []
    pair.ec.clock.advance(LATE)
    pair.ec.sequencer.run_once()
    pair.ec.ask()
    pair.ec.turn("us")
    assert pair.us.scalar("SELECT count(*) FROM exchange_inbox") == 1


def test_a_leaf_that_cannot_be_written_takes_its_effect_with_it(pair: Pair):
    pair.ec.ask()
    owner = sa.create_engine(sa.make_url(pair.us.store.urls.owner).set(drivername="postgresql+psycopg"))
    with owner.begin() as tx:
        tx.execute(sa.text("REVOKE INSERT ON ledger_queue FROM cordillera_app"))
    owner.dispose()
    pair.ec.turn("us")
    assert pair.us.scalar("SELECT count(*) FROM exchange_inbox") == 0
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 0
    assert pair.us.scalar("SELECT count(*) FROM exchange_nonce") == 0
    assert pair.ec.scalar("SELECT state FROM exchange_outbox") == "staged"


def test_a_repaired_ledger_lets_what_waited_through(pair: Pair):
    asked = pair.ec.ask()
    pair.ec.clock.advance(LATE)
    pair.us.clock.advance(LATE)
    with pytest.raises(LedgerStalled):
        pair.ec.turn("us")
    pair.sequence()
    pair.flow()
    assert pair.ec.view(asked).status == "answered"
