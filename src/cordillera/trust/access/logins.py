"""Logging in: same time for every login, a growing delay after failures, never a block.

The attempt is counted before the password is looked at and taken back when it was right, so attempts
made at the same time cannot slip past the count.
"""

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.digest import hmac_sha256
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.access import session_store, store
from cordillera.trust.access.audit import administered
from cordillera.trust.access.core import FORGET_FAILURES, FREE_BY_ADDRESS, FREE_BY_LOGIN, delay_seconds
from cordillera.trust.access.errors import TooManyAttempts, WrongLogin
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.access.passwords import NOBODY, verify
from cordillera.trust.access.sessions import Sessions
from cordillera.trust.access.store import OfficerRecord
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger

SCOPE = Scope.node("access")
_FREE = {"login": FREE_BY_LOGIN, "address": FREE_BY_ADDRESS}


class Attempt(msgspec.Struct, frozen=True):
    """Somebody wants in, from an address."""

    login: str
    password: str
    address: str


class Logins:
    """The use case of logging in."""

    def __init__(self, ledger: Ledger, clock: Clock, keyring: KeyRing, sessions: Sessions) -> None:
        self._ledger = ledger
        self._clock = clock
        self._keyring = keyring
        self._sessions = sessions

    def log_in(self, database: Store, attempt: Attempt) -> tuple[str, OfficerSession]:
        """Open a session for the right password; raise `TooManyAttempts` or `WrongLogin`.

        It opens its own transactions, because what is counted must stay when the attempt is refused.

        1. Neither the login nor the address must wait.
        2. The login is of an officer who is let in.
        3. The password is right.
        4. A one-time password is not older than 72 hours.
        """
        keys = self._keys(attempt)
        with database.transaction(SCOPE) as tx:
            self._count(tx, keys)  # 1
            officer = store.officer_by_login(tx, attempt.login.strip().lower())
        right = self._right(officer, attempt.password)  # 2, 3, 4: always as long
        with database.transaction(SCOPE) as tx:
            if not right or officer is None:
                self._refused(tx, keys)
            else:
                return self._opened(tx, officer, attempt, keys)
        raise WrongLogin

    def forgive(self, tx: sa.Connection, login: str) -> None:
        """Forget the failures of a login: the operator has reset it."""
        session_store.forget_failures(tx, self._key("login", login))

    def _right(self, officer: OfficerRecord | None, password: str) -> bool:
        hashed = officer.password_hash if officer is not None and officer.active else NOBODY  # 2
        matches = verify(hashed, password)  # 3
        if officer is None or not officer.active:
            return False
        return matches and (officer.one_time_until is None or officer.one_time_until > self._clock.now())  # 4

    def _count(self, tx: sa.Connection, keys: tuple[tuple[str, bytes], ...]) -> None:
        now = self._clock.now()
        states = [(key, *session_store.lock_delay(tx, key, now, now + FORGET_FAILURES)) for key in keys]
        wait = max((moment - now for _, _, moment in states), default=timedelta())
        if wait > timedelta():
            raise TooManyAttempts(seconds=int(wait.total_seconds()) + 1)
        for key, failures, _ in states:
            delay = timedelta(seconds=delay_seconds(failures + 1, free=_FREE[key[0]]))
            session_store.set_delay(tx, key, failures + 1, now + delay)

    def _refused(self, tx: sa.Connection, keys: tuple[tuple[str, bytes], ...]) -> None:
        detail = {"login": keys[0][1].hex(), "address": keys[1][1].hex()}
        administered(tx, self._ledger, LeafKind.LOGIN_REFUSED, "node", detail)

    def _opened(
        self, tx: sa.Connection, officer: OfficerRecord, attempt: Attempt, keys: tuple[tuple[str, bytes], ...]
    ) -> tuple[str, OfficerSession]:
        now: datetime = self._clock.now()
        session_store.purge(tx, now)
        session_store.forget_failures(tx, keys[0])
        session_store.forget_one_failure(tx, keys[1])
        store.logged_in(tx, officer.officer_id, now)
        token, session = self._sessions.start(tx, officer, attempt.address)
        detail = {"session": str(session.session_id), "address": attempt.address}
        administered(tx, self._ledger, LeafKind.LOGIN, officer.officer_id, detail)
        return token, session

    def _keys(self, attempt: Attempt) -> tuple[tuple[str, bytes], ...]:
        return self._key("login", attempt.login), self._key("address", attempt.address)

    def _key(self, kind: str, subject: str) -> tuple[str, bytes]:
        """Name a login or an address without keeping it: a typed login may be a password."""
        plain = f"{kind}|{subject.strip().lower()}".encode("utf-8", "surrogatepass")
        return kind, hmac_sha256(self._keyring.secret("login-delay"), plain)[:16]
