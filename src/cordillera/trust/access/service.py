"""Access to the node, one object for web and commands: officers, their sessions, machines with tokens."""

from collections.abc import Collection

import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.trust.access.logins import Logins
from cordillera.trust.access.model import MachineSession, OfficerSession
from cordillera.trust.access.officers import NewOfficer, Officers
from cordillera.trust.access.sessions import Desk, Sessions
from cordillera.trust.access.tokens import Tokens
from cordillera.trust.ledger.service import Ledger


class AccessService:
    """The parts of trust/access, wired."""

    def __init__(self, ledger: Ledger, clock: Clock, keyring: KeyRing, desk: Desk) -> None:
        self.officers = Officers(ledger, clock)
        self.sessions = Sessions(ledger, clock, keyring, desk)
        self.logins = Logins(ledger, clock, keyring, self.sessions)
        self.tokens = Tokens(ledger, clock)

    def add_officer(self, tx: sa.Connection, actor: str, new: NewOfficer) -> str:
        """Let somebody in and return the one-time password."""
        return self.officers.add(tx, actor, new)

    def reset_officer(self, tx: sa.Connection, actor: str, login: str) -> str:
        """Return a new one-time password; wrong attempts so far are forgotten."""
        password = self.officers.reset(tx, actor, login)
        self.logins.forgive(tx, login)
        return password

    def session(self, tx: sa.Connection, token: str) -> OfficerSession:
        """Return the open session of a browser's token; raise `NotLoggedIn`."""
        return self.sessions.find(tx, token)

    def machine(self, tx: sa.Connection, token: str) -> MachineSession:
        """Return the machine of a bearer token; raise `NotLoggedIn`."""
        return self.tokens.find(tx, token)

    def machines(self, tx: sa.Connection, tokens: Collection[str]) -> dict[str, MachineSession]:
        """Return the machines of those of some bearer tokens that are living, by token."""
        return self.tokens.find_all(tx, tokens)
