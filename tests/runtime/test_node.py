"""A node put together: what its parts ask of the whole."""

import pytest
from tests.web.house import House

from cordillera.foundation.store.database import Scope
from cordillera.trust.safeguards.store import keyed_tables


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


def test_every_table_with_an_erase_date_is_erased_from_by_the_node(house):
    with house.node.store.transaction(Scope.node("test")) as tx:
        assert keyed_tables(tx) - house.node.safeguards.tables == frozenset()
