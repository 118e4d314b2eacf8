from datetime import timedelta

import pytest

from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.access.core import Lifetime
from cordillera.trust.access.logins import Attempt
from cordillera.trust.access.model import OfficerSession, Role
from cordillera.trust.access.officers import NewOfficer
from cordillera.trust.access.service import AccessService
from cordillera.trust.access.sessions import Desk
from cordillera.trust.ledger.service import Ledger

PASSWORD = "páramo-lluvia-42"
ADDRESS = "192.0.2.7"


class House:
    """An access service on a real database, with one officer who has replaced the one-time password."""

    def __init__(self, store: Store, clock: FixedClock, keyring: KeyRing) -> None:
        self.store, self.clock = store, clock
        self.ledger = Ledger(keyring, clock, "test")
        desk = Desk("EC", Lifetime(timedelta(minutes=15), timedelta(hours=12)))
        self.access = AccessService(self.ledger, clock, keyring, desk)

    def transaction(self):
        return self.store.transaction(Scope.node("access"))

    def add(self, login: str = "mquishpe", *roles: Role) -> str:
        new = NewOfficer(login, "María Quishpe", ("EC-PN", "EC-SENAE"), roles or (Role.WATCH_OFFICER,))
        with self.transaction() as tx:
            return self.access.add_officer(tx, "node", new)

    def log_in(
        self, password: str, login: str = "mquishpe", address: str = ADDRESS
    ) -> tuple[str, OfficerSession]:
        return self.access.logins.log_in(self.store, Attempt(login, password, address))

    def ready(self) -> tuple[str, OfficerSession]:
        _, session = self.log_in(self.add())
        with self.transaction() as tx:
            self.access.officers.replace_password(tx, session, "", PASSWORD)
        return self.log_in(PASSWORD)

    def find(self, token: str) -> OfficerSession:
        with self.transaction() as tx:
            return self.access.session(tx, token)

    def kinds(self) -> list[str]:
        with self.transaction() as tx:
            return [row.kind for row in self.ledger.events(tx, limit=50)]


@pytest.fixture
def house(store, clock, keyring) -> House:
    return House(store, clock, keyring)
