"""A ledger with its sequencer on a fresh database, and a way to fill it."""

import pytest

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
