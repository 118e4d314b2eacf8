"""The ledger cannot be written: the effect does not happen either, and nothing is released."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger.errors import LedgerStalled
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger, Sequencer

NODE = Scope.node("release")
EVENT = Event(kind=LeafKind.RELEASE, actor="node", agency="node", payload=b"what leaves")


@pytest.fixture
def ledger(keyring, clock, store):
    made = Ledger(keyring, clock, "cordillera/ec")
    made.prepare(store)
    return made


@pytest.fixture
def owner(database_urls):
    engine = sa.create_engine(sa.make_url(database_urls.owner).set(drivername="postgresql+psycopg"))

    def execute(statement):
        with engine.begin() as connection:
            connection.execute(sa.text(statement))

    yield execute
    engine.dispose()


@pytest.fixture
def release(store, sealer, ledger):
    """A business act with a real effect (a data key), its leaf, and the fail-closed check before it."""

    def act():
        with store.transaction(NODE) as tx:
            ledger.ensure_writable(tx)
            sealer.new_key(tx, "released", datetime(2027, 1, 1, tzinfo=UTC))
            ledger.record(tx, EVENT)

    return act


def effects(store):
    with store.transaction(NODE) as tx:
        query = "SELECT count(*) FROM data_key WHERE record_group = 'released'"
        return tx.execute(sa.text(query)).scalar_one()


def test_the_effect_happens_with_its_leaf(store, release, ledger):
    release()
    assert effects(store) == 1
    assert Sequencer(store, ledger).catch_up() == 1


@pytest.mark.parametrize(
    "fault",
    [
        "REVOKE INSERT ON ledger_queue FROM cordillera_app",
        "REVOKE INSERT ON ledger_detail FROM cordillera_app",
        "ALTER TABLE ledger_queue RENAME TO ledger_queue_gone",
        "ALTER TABLE ledger_queue ADD CONSTRAINT full_disk CHECK (octet_length(message_id) < 0)",
    ],
)
def test_without_a_leaf_the_effect_is_rolled_back(store, release, owner, fault):
    owner(fault)
    with pytest.raises(sa.exc.SQLAlchemyError):
        release()
    assert effects(store) == 0


def test_a_stalled_sequencer_stops_releases_and_they_resume_when_it_does(store, release, ledger, clock):
    release()
    clock.advance(timedelta(seconds=61))
    with pytest.raises(LedgerStalled):
        release()
    assert effects(store) == 1
    Sequencer(store, ledger).catch_up()
    release()
    assert effects(store) == 2


def test_without_the_audit_key_nothing_is_recorded_and_nothing_happens(store, sealer, clock, keyring):
    ledger = Ledger(keyring, clock, "cordillera/ec")
    (keyring.directory / "audit.secret").mkdir()

    def act():
        with store.transaction(NODE) as tx:
            sealer.new_key(tx, "released", datetime(2027, 1, 1, tzinfo=UTC))
            ledger.record(tx, EVENT)

    with pytest.raises(KeyUnavailable):
        act()
    assert effects(store) == 0
