"""A ledger with its sequencer on a fresh database, and a way to fill it."""

import pytest
import sqlalchemy as sa

from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger, Sequencer


@pytest.fixture
def ledger(keyring, clock):
    return Ledger(keyring, clock, "cordillera/ec")


@pytest.fixture
def sequencer(store, ledger):
    return Sequencer(store, ledger)


@pytest.fixture
def fill(store, ledger):
    """Record `count` events in one transaction of the node."""

    def record(count, kind=LeafKind.CONSULTATION):
        with store.transaction(Scope.node("test")) as tx:
            for number in range(count):
                event = Event(
                    kind=kind,
                    actor=f"officer-{number % 7}",
                    agency="EC-PN",
                    message_id=f"message-{number}",
                    subject_ref=f"record-{number % 5}",
                )
                ledger.record(tx, event)

    return record


@pytest.fixture
def queue(database_urls):
    """Put `count` bare leaves straight into the queue, as the owner: for tests of numbers."""
    engine = sa.create_engine(sa.make_url(database_urls.owner).set(drivername="postgresql+psycopg"))
    statement = sa.text(
        "INSERT INTO ledger_queue (entry_id, message_id, leaf, queued_at)"
        " SELECT gen_random_uuid(), '', convert_to('leaf ' || n, 'UTF8'), now()"
        " FROM generate_series(1, :count) AS n"
    )

    def put(count):
        with engine.begin() as connection:
            connection.execute(statement, {"count": count})

    yield put
    engine.dispose()
