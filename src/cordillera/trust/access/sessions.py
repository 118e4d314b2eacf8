"""Sessions on the server: the browser holds a random token, the database its hash, nothing else decides.

A session starts at login with a new token (no token survives a login), ends after idle and absolute
times, at logout, at a reset, and when its owner ends it from another place.
"""

from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.digest import constant_time_equal, hmac_sha256
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.errors import NotFound
from cordillera.foundation.ids import uuid7
from cordillera.trust.access import session_store, store
from cordillera.trust.access.audit import administered, recorded
from cordillera.trust.access.core import Lifetime, session_lives
from cordillera.trust.access.errors import ForeignAgency, NotLoggedIn, WrongChoice
from cordillera.trust.access.model import PURPOSES, OfficerSession, SessionRow
from cordillera.trust.access.passwords import new_token, token_hash
from cordillera.trust.access.session_store import SessionRecord
from cordillera.trust.access.store import OfficerRecord
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger

_NOTE_EVERY_SECONDS = 30


class Desk(msgspec.Struct, frozen=True):
    """What sessions need of the node: its country, and how long they live."""

    country: str
    lifetime: Lifetime


class Sessions:
    """Use cases on sessions."""

    def __init__(self, ledger: Ledger, clock: Clock, keyring: KeyRing, desk: Desk) -> None:
        self._ledger = ledger
        self._clock = clock
        self._keyring = keyring
        self._desk = desk

    def start(self, tx: sa.Connection, officer: OfficerRecord, address: str) -> tuple[str, OfficerSession]:
        """Open a session and return its token, which is told to the browser once, and the session."""
        now, token = self._clock.now(), new_token()
        record = SessionRecord(
            session_id=uuid7(),
            officer_id=officer.officer_id,
            agency=officer.agencies[0],
            purpose="",
            address=address,
            created_at=now,
            last_seen_at=now,
            expires_at=now + self._desk.lifetime.absolute,
        )
        session_store.insert(tx, record, token_hash(token))
        return token, self._session(record, officer)

    def find(self, tx: sa.Connection, token: str) -> OfficerSession:
        """Return the open session of `token` and note that it was used; raise `NotLoggedIn`.

        1. The token is known.
        2. The session has not run out (`core.session_lives`).
        3. Its officer is still let in and still works for its agency.
        """
        record = session_store.by_hash(tx, token_hash(token))
        if record is None:
            raise NotLoggedIn(condition=1)
        now = self._clock.now()
        if not session_lives(record.created_at, record.last_seen_at, now, self._desk.lifetime):
            raise NotLoggedIn(condition=2)
        officer = store.officer_by_id(tx, record.officer_id)
        if officer is None or not officer.active or record.agency not in officer.agencies:
            raise NotLoggedIn(condition=3)
        if (now - record.last_seen_at).total_seconds() >= _NOTE_EVERY_SECONDS:
            session_store.seen(tx, record.session_id, now)
        return self._session(record, officer)

    def declare(self, tx: sa.Connection, session: OfficerSession, agency: str, purpose: str) -> None:
        """Work for `agency` and `purpose` from now on; raise `ForeignAgency` or `WrongChoice`."""
        if agency not in session.agencies:
            raise ForeignAgency
        if purpose not in PURPOSES:
            raise WrongChoice(field="purpose")
        session_store.declare(tx, session.session_id, agency, purpose)
        declared = msgspec.structs.replace(session, agency=agency, purpose=purpose)
        recorded(tx, self._ledger, declared, LeafKind.PURPOSE_DECLARED, "")

    def all(self, tx: sa.Connection, session: OfficerSession) -> tuple[SessionRow, ...]:
        """Return the officer's open sessions; the asking one is marked."""
        rows = session_store.of_officer(tx, session.officer_id, self._clock.now())
        return tuple(
            msgspec.structs.replace(row, current=row.session_id == session.session_id) for row in rows
        )

    def end(self, tx: sa.Connection, session: OfficerSession, session_id: UUID) -> None:
        """Close one of the officer's own sessions; raise `NotFound` for any other."""
        if not session_store.end(tx, session.officer_id, session_id):
            raise NotFound
        detail = {"session": str(session_id)}
        administered(tx, self._ledger, LeafKind.LOGOUT, session.officer_id, detail)

    def proves_origin(self, session: OfficerSession, given: str) -> bool:
        """Tell whether `given` is the session's own token against forged requests."""
        return constant_time_equal(session.csrf_token.encode(), given.encode("utf-8", "surrogatepass"))

    def _session(self, record: SessionRecord, officer: OfficerRecord) -> OfficerSession:
        proof = hmac_sha256(self._keyring.secret("csrf"), record.session_id.bytes)
        return OfficerSession(
            session_id=record.session_id,
            officer_id=officer.officer_id,
            login=officer.login,
            name=officer.name,
            agency=record.agency,
            country=self._desk.country,
            roles=officer.roles,
            desks=officer.desks,
            purpose=record.purpose,
            language=officer.language,
            csrf_token=proof.hex(),
            agencies=officer.agencies,
            theme=officer.theme,
            must_change_password=officer.one_time_until is not None,
        )
