"""The composition root: a node's settings, keys, store and services, each made when first asked for.

Commands and the web open a node with `open_node`; tests build one on a store of their own. Nothing
below this package knows which implementation stands behind a port.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from cordillera.foundation.clock import Clock, SystemClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.settings import Settings, load
from cordillera.foundation.store.database import Store, migrate
from cordillera.foundation.store.embedded import ensure_running
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.service import Ledger


class Node:
    """One agency's node, opened."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock

    @cached_property
    def keyring(self) -> KeyRing:
        """The node's keys."""
        return KeyRing(self.settings.keys)

    @cached_property
    def sealer(self) -> FieldSealer:
        """Seals and opens personal fields."""
        return FieldSealer(self.keyring, self.clock)

    @cached_property
    def ledger(self) -> Ledger:
        """The transparency log."""
        return Ledger(self.keyring, self.clock, self.settings.ledger_origin)


@contextmanager
def open_node(home: Path) -> Iterator[Node]:
    """Open the node of `home`: its database runs and is migrated; closing gives everything back."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = load(home)
    with ensure_running(home, settings) as urls:
        migrate(urls.owner)
        store = Store(urls, pool_size=settings.database.pool_size)
        try:
            yield Node(settings, store, SystemClock())
        finally:
            store.close()
