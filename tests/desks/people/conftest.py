"""A people desk on a real database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.desks.people.persons import Persons
from tests.web.house import House

from cordillera.desks.people.asking_limits import AskingLimits
from cordillera.desks.people.importing import ListImporter
from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.people.screening import ListScreener
from cordillera.desks.people.service import WatchlistService
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.settings import PeopleSettings
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.access.model import Role
from cordillera.trust.ledger.service import Ledger


@pytest.fixture
def ledger(keyring: KeyRing, clock: FixedClock) -> Ledger:
    return Ledger(keyring, clock, "test/log")


@pytest.fixture
def screener(sealer: FieldSealer, clock: FixedClock) -> ListScreener:
    return ListScreener(sealer, clock)


@pytest.fixture
def people(
    store: Store, sealer: FieldSealer, ledger: Ledger, clock: FixedClock, screener: ListScreener
) -> WatchlistService:
    limits = AskingLimits(store, ledger, sealer, PeopleSettings())
    return WatchlistService(ListImporter(sealer, ledger, clock), screener, limits)


@pytest.fixture
def take_in(store: Store, people: WatchlistService) -> Callable[..., None]:
    """Import bytes as a list, in a transaction of its own."""
    operator = Actor("node", "EC-PN", "operation")

    def take(raw: bytes, name: str = "UN", *, smaller: bool = False) -> None:
        with store.transaction(Scope.node("test")) as tx:
            people.import_source(tx, SourceFiles(raw), (name, ListFormat.UN_XML), operator, smaller=smaller)

    return take


@pytest.fixture
def shared_screening(shared: Path) -> Path:
    return shared / "screening"


@pytest.fixture
def house(store, clock, tmp_path):
    return House(store, clock, tmp_path)


@pytest.fixture
def world(house: House) -> Persons:
    return Persons(house)


@pytest.fixture
def analyst(house: House):
    return house.browser("analista", Role.ANALYST)
