"""A ledger that was filled by an older version goes on in this one: nothing lost, nothing placed twice."""

from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url

from cordillera.foundation.ids import uuid7
from cordillera.foundation.store import database
from cordillera.foundation.store.database import DatabaseUrls, Scope, Store, migrate
from cordillera.foundation.store.embedded import EmbeddedPostgres
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.selfcheck import verify_tables
from cordillera.trust.ledger.sequencer import Sequencer

NODE = Scope.node("test")
WAITING = "SELECT entry_id, leaf, queued_at FROM ledger_queue ORDER BY entry_id"
BEFORE = "0032"


@pytest.fixture
def old(cluster: EmbeddedPostgres) -> Iterator[DatabaseUrls]:
    """A database of the version before."""
    name = f"test_{uuid7().hex[-16:]}"
    cluster.create_database(name)
    urls = cluster.urls(name)
    engine = create_engine(make_url(urls.owner).set(drivername="postgresql+psycopg"))
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    with database._migrating, engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
    engine.dispose()
    yield urls
    cluster.drop_database(name)


def record(store, ledger, count):
    with store.transaction(NODE) as tx:
        ledger.record_all(
            tx,
            [
                Event(kind=LeafKind.RELEASE, actor="officer", agency="EC-PN", message_id=f"m-{number}")
                for number in range(count)
            ],
        )


def test_what_was_placed_and_what_waited_stand_after_an_upgrade_and_the_log_goes_on(old, ledger):
    store = Store(old, pool_size=2)
    record(store, ledger, 600)
    assert Sequencer(store, ledger).catch_up() == 600
    record(store, ledger, 40)
    with psycopg.connect(old.owner) as connection:
        waiting = connection.execute(WAITING).fetchall()
    store.close()
    migrate(old.owner)
    store = Store(old, pool_size=2)
    with psycopg.connect(old.owner) as connection:
        carried = connection.execute(WAITING).fetchall()
    record(store, ledger, 300)
    assert carried == waiting
    assert Sequencer(store, ledger).catch_up() == 940
    with store.transaction(NODE) as tx:
        report = verify_tables(tx, ledger)
        assert (report.size, report.checkpoints) == (940, 2)
        assert [ledger.leaf(tx, index).entry_id for index in range(600, 640)] == [row[0] for row in waiting]
    store.close()
