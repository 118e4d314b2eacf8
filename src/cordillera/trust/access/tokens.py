"""Tokens of machines: one bearer token, one scope, kept as a hash, shown once, revocable."""

import re
from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.trust.access import store
from cordillera.trust.access.audit import administered
from cordillera.trust.access.errors import NotLoggedIn, UnknownToken, WrongChoice
from cordillera.trust.access.model import MachineSession
from cordillera.trust.access.passwords import new_token, token_hash
from cordillera.trust.access.store import TokenRecord
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger

SCOPES = ("ingest", "match", "reconcile")
"""What a machine may be let do: `ingest` brings carriers' messages, `match` asks the lists, `reconcile` asks
them by the reconciliation protocol and may bring its token in the address (docs/match-api.md)."""
PREFIX = "cord_"
_VALID = timedelta(days=365)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}\Z")


class Tokens:
    """Use cases on machine tokens."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def add(self, tx: sa.Connection, actor: str, machine: MachineSession) -> str:
        """Make a token for `machine` and return it, for the only time; raise `WrongChoice`."""
        if machine.scope_name not in SCOPES:
            raise WrongChoice(field="scope")
        if not _NAME.match(machine.name):
            raise WrongChoice(field="name")
        now, token = self._clock.now(), PREFIX + new_token()
        record = TokenRecord(uuid7(), machine.name, machine.agency, machine.scope_name, now, None, None)
        store.insert_token(tx, record, token_hash(token), now + _VALID)
        self._leaf(tx, actor, "added", machine.name)
        return token

    def find(self, tx: sa.Connection, token: str) -> MachineSession:
        """Return the machine that `token` belongs to; raise `NotLoggedIn`."""
        found = self.find_all(tx, [token])
        if token not in found:
            raise NotLoggedIn
        return found[token]

    def find_all(self, tx: sa.Connection, tokens: Collection[str]) -> dict[str, MachineSession]:
        """Return the machines that those of some tokens belong to which are living."""
        hashes = {token: token_hash(token) for token in tokens}
        living = store.use_tokens(tx, set(hashes.values()), self._clock.now())
        return {
            token: MachineSession(found.name, found.agency, found.scope_name, found.token_id)
            for token, hashed in hashes.items()
            if (found := living.get(hashed)) is not None
        }

    def all(self, tx: sa.Connection) -> tuple[TokenRecord, ...]:
        """Return every token, without its secret."""
        return store.all_tokens(tx)

    def revoke(self, tx: sa.Connection, actor: str, name: str) -> None:
        """End the tokens called `name`; raise `UnknownToken`."""
        if not store.revoke_token(tx, name, self._clock.now()):
            raise UnknownToken
        self._leaf(tx, actor, "revoked", name)

    def _leaf(self, tx: sa.Connection, actor: str, change: str, name: str) -> None:
        detail = {"change": change, "machine": name}
        administered(tx, self._ledger, LeafKind.TOKEN_CHANGED, actor, detail)
