"""The register of officers: add, list, reset, revoke, replace a password. Each change writes its leaf."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.trust.access import session_store, store
from cordillera.trust.access.audit import administered
from cordillera.trust.access.core import ONE_TIME_VALID, check_password
from cordillera.trust.access.errors import LoginTaken, UnknownOfficer, WrongChoice, WrongPassword
from cordillera.trust.access.model import OfficerRow, OfficerSession, Role
from cordillera.trust.access.passwords import hash_password, one_time_password, verify
from cordillera.trust.access.store import OfficerRecord
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger

_YEAR = timedelta(days=365)
_AFTER_LEAVING = 2 * _YEAR


class NewOfficer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is to be let in. The first agency is the one a session starts with."""

    login: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9._-]{1,39}$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    agencies: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=16)]
    roles: Annotated[tuple[Role, ...], msgspec.Meta(min_length=1, max_length=8)]
    desks: Annotated[tuple[str, ...], msgspec.Meta(max_length=16)] = ()


def colleagues(tx: sa.Connection, agency: str, officer_ids: Iterable[str]) -> dict[str, str]:
    """Return by their ids the names of officers of `agency`; anybody else stays the id that one has."""
    return store.names_in(tx, agency, sorted({one for one in officer_ids if one}))


class Officers:
    """Use cases on the register."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def add(self, tx: sa.Connection, actor: str, new: NewOfficer) -> str:
        """Let somebody in and return the one-time password; raise `LoginTaken` or `WrongChoice`."""
        try:
            checked = shapes.convert(msgspec.to_builtins(new), NewOfficer)
        except msgspec.ValidationError as error:
            raise WrongChoice(field="officer", reason=str(error)) from error
        now, password = self._clock.now(), one_time_password()
        record = _new_record(checked, password, now)
        if not store.insert_officer(tx, record, now + _YEAR, now + 10 * _YEAR):
            raise LoginTaken(login=new.login)
        self._leaf(tx, actor, "added", record.officer_id)
        return password

    def all(self, tx: sa.Connection) -> tuple[OfficerRow, ...]:
        """Return every officer, without secrets."""
        return tuple(record.public() for record in store.all_officers(tx))

    def active_ahead(self, tx: sa.Connection, officer_ids: Iterable[str]) -> None:
        """Have `active` answered with the next answer of a transaction that gathers."""
        store.active_officers_ahead(tx, sorted(set(officer_ids)))

    def active(self, tx: sa.Connection, officer_ids: Iterable[str]) -> frozenset[str]:
        """Return those of these officers whose account is active now."""
        return store.active_officers(tx, sorted(set(officer_ids)))

    def reset(self, tx: sa.Connection, actor: str, login: str) -> str:
        """Give a new one-time password, close all sessions, forget failures; raise `UnknownOfficer`.

        A revoked officer is let in again by it, and the leaf says so.
        """
        record = self._known(tx, login)
        now, password = self._clock.now(), one_time_password()
        store.set_password(tx, record.officer_id, hash_password(password), now + ONE_TIME_VALID)
        store.set_active(tx, record.officer_id, active=True, erase=now + 10 * _YEAR)
        session_store.end_all(tx, record.officer_id)
        self._leaf(tx, actor, "reset" if record.active else "reinstated", record.officer_id)
        return password

    def revoke(self, tx: sa.Connection, actor: str, login: str) -> None:
        """Let somebody in no longer and close their sessions at once; raise `UnknownOfficer`."""
        record = self._known(tx, login)
        store.set_active(tx, record.officer_id, active=False, erase=self._clock.now() + _AFTER_LEAVING)
        session_store.end_all(tx, record.officer_id)
        self._leaf(tx, actor, "revoked", record.officer_id)

    def replace_password(self, tx: sa.Connection, session: OfficerSession, old: str, new: str) -> None:
        """Replace the officer's own password and close the other sessions; raise `WrongPassword`.

        1. The present password is right (not asked while a one-time password is being replaced).
        2. The new one may be taken (`core.check_password`).
        3. The new one differs from the present one.
        """
        record = self._known(tx, session.login)
        if not session.must_change_password and not verify(record.password_hash, old):  # 1
            raise WrongPassword(condition=1, reason="access.password.wrong_old")
        check_password(new, record.login, record.name)  # 2
        if verify(record.password_hash, new):  # 3
            raise WrongPassword(condition=3, reason="access.password.same")
        store.set_password(tx, record.officer_id, hash_password(new), None)
        session_store.end_all(tx, record.officer_id, keep=session.session_id)
        self._leaf(tx, session.officer_id, "password", record.officer_id)

    def set_looks(self, tx: sa.Connection, session: OfficerSession, language: str, theme: str) -> None:
        """Remember how the officer wants pages to look."""
        store.set_looks(tx, session.officer_id, language, theme)

    def _known(self, tx: sa.Connection, login: str) -> OfficerRecord:
        record = store.officer_by_login(tx, login)
        if record is None:
            raise UnknownOfficer
        return record

    def _leaf(self, tx: sa.Connection, actor: str, change: str, officer_id: str) -> None:
        detail = {"change": change, "officer": officer_id}
        administered(tx, self._ledger, LeafKind.OFFICER_CHANGED, actor, detail)


def _new_record(new: NewOfficer, password: str, now: datetime) -> OfficerRecord:
    return OfficerRecord(
        officer_id=f"officer-{uuid7().hex[-20:]}",
        login=new.login,
        name=new.name,
        agencies=new.agencies,
        roles=tuple(role.value for role in new.roles),
        desks=new.desks,
        active=True,
        one_time_until=now + ONE_TIME_VALID,
        language="",
        theme="",
        password_hash=hash_password(password),
        created_at=now,
        last_login_at=None,
    )
