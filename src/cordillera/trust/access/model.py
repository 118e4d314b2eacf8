"""Who works here and what they may do: permissions, roles, sessions. Anything not granted is denied.

>>> Permission.ALERT_DECIDE in GRANTS[Role.WATCH_OFFICER]
True
>>> Permission.ALERT_DECIDE in GRANTS[Role.SUPERVISOR]
False
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal, get_args
from uuid import UUID

import msgspec

from cordillera.foundation.store.database import Scope

Purpose = Literal[
    "border_control",
    "drug_trafficking",
    "human_trafficking",
    "migrant_smuggling",
    "organised_crime",
    "terrorism",
    "oversight",
    "agreement_work",
    "operation",
]
"""What an officer may declare to be working for; each is a message id `purpose.<id>`."""
PURPOSES: tuple[str, ...] = get_args(Purpose)
MACHINE = "machine:"
"""How the actor of a program begins; what follows is its token's name."""


class Permission(StrEnum):
    """One thing an officer may do. Each page and operation names exactly one."""

    HOME_VIEW = "home.view"
    SESSION_OWN = "session.own"
    ALERT_READ = "alert.read"
    ALERT_DECIDE = "alert.decide"
    TRAVELLER_READ = "traveller.read"
    MESSAGE_READ = "message.read"
    MESSAGE_INGEST = "message.ingest"
    LIST_READ = "list.read"
    LIST_IMPORT = "list.import"
    LIST_APPROVE = "list.approve"
    RULE_READ = "rule.read"
    RULE_WRITE = "rule.write"
    RULE_STOP = "rule.stop"
    RULE_APPROVE = "rule.approve"
    PERSON_SEARCH = "person.search"
    PARTNER_ASK = "partner.ask"
    EXCHANGE_READ = "exchange.read"
    HIT_CONFIRM = "hit.confirm"
    NOTICE_WRITE = "notice.write"
    NOTICE_RELEASE = "notice.release"
    NOTICE_ACCEPT = "notice.accept"
    FOLLOWUP_ASK = "followup.ask"
    FOLLOWUP_APPROVE = "followup.approve"
    RECORD_READ = "record.read"
    RECORD_CHANGE = "record.change"
    CONSENT_GIVE = "consent.give"
    CHANNEL_MANAGE = "channel.manage"
    KEY_MANAGE = "key.manage"
    REDRESS_READ = "redress.read"
    REDRESS_MANAGE = "redress.manage"
    OVERSIGHT_READ = "oversight.read"
    AGREEMENT_READ = "agreement.read"
    AGREEMENT_SIMULATE = "agreement.simulate"
    AGREEMENT_CHANGE = "agreement.change"
    LEDGER_READ = "ledger.read"
    AUDIT_READ = "audit.read"
    RETENTION_READ = "retention.read"
    RETENTION_RUN = "retention.run"
    OFFICER_READ = "officer.read"
    OFFICER_MANAGE = "officer.manage"


class Role(StrEnum):
    """A person's post. One person may hold several."""

    WATCH_OFFICER = "watch_officer"
    ANALYST = "analyst"
    LIAISON = "liaison"
    AGREEMENT_OFFICER = "agreement_officer"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"


_EVERYONE = frozenset({Permission.HOME_VIEW, Permission.SESSION_OWN, Permission.AGREEMENT_READ})
_DESK = frozenset(
    {
        Permission.ALERT_READ,
        Permission.ALERT_DECIDE,
        Permission.TRAVELLER_READ,
        Permission.MESSAGE_READ,
        Permission.LIST_READ,
        Permission.PERSON_SEARCH,
        Permission.PARTNER_ASK,
        Permission.EXCHANGE_READ,
    }
)

_RULE_DUTY = frozenset({Permission.RULE_READ, Permission.RULE_STOP, Permission.RULE_APPROVE})
_CASEWORK = frozenset(
    {
        Permission.HIT_CONFIRM,
        Permission.AGREEMENT_SIMULATE,
        Permission.NOTICE_WRITE,
        Permission.NOTICE_RELEASE,
        Permission.NOTICE_ACCEPT,
        Permission.FOLLOWUP_ASK,
        Permission.FOLLOWUP_APPROVE,
        Permission.RECORD_READ,
        Permission.RECORD_CHANGE,
    }
)

GRANTS: dict[str, frozenset[Permission]] = {
    Role.WATCH_OFFICER: _EVERYONE
    | _DESK
    | {
        Permission.MESSAGE_INGEST,
        Permission.NOTICE_WRITE,
        Permission.FOLLOWUP_ASK,
        Permission.RECORD_READ,
        Permission.RULE_READ,
    },
    Role.ANALYST: _EVERYONE
    | _DESK
    | _CASEWORK
    | {Permission.LIST_APPROVE, Permission.RULE_READ, Permission.RULE_WRITE, Permission.RULE_STOP},
    Role.LIAISON: _EVERYONE | _CASEWORK | {Permission.EXCHANGE_READ, Permission.PARTNER_ASK},
    Role.AGREEMENT_OFFICER: _EVERYONE
    | _RULE_DUTY
    | {
        Permission.AGREEMENT_SIMULATE,
        Permission.AGREEMENT_CHANGE,
        Permission.EXCHANGE_READ,
        Permission.LEDGER_READ,
        Permission.RECORD_READ,
        Permission.RECORD_CHANGE,
        Permission.CONSENT_GIVE,
        Permission.REDRESS_READ,
        Permission.REDRESS_MANAGE,
        Permission.OVERSIGHT_READ,
    },
    Role.SUPERVISOR: _EVERYONE
    | _RULE_DUTY
    | {
        Permission.LEDGER_READ,
        Permission.AUDIT_READ,
        Permission.EXCHANGE_READ,
        Permission.RETENTION_READ,
        Permission.RETENTION_RUN,
        Permission.LIST_READ,
        Permission.OFFICER_READ,
        Permission.AGREEMENT_SIMULATE,
        Permission.RECORD_READ,
        Permission.REDRESS_READ,
        Permission.OVERSIGHT_READ,
    },
    Role.OPERATOR: _EVERYONE
    | {
        Permission.MESSAGE_INGEST,
        Permission.LIST_READ,
        Permission.LIST_IMPORT,
        Permission.LIST_APPROVE,
        Permission.RETENTION_READ,
        Permission.OFFICER_READ,
        Permission.OFFICER_MANAGE,
        Permission.LEDGER_READ,
        Permission.CHANNEL_MANAGE,
        Permission.KEY_MANAGE,
    },
}


def permits(roles: tuple[str, ...], permission: Permission) -> bool:
    """Tell whether any of `roles` holds `permission`; an unknown role holds nothing."""
    return any(permission in GRANTS.get(role, frozenset()) for role in roles)


class OfficerSession(msgspec.Struct, frozen=True):
    """An officer at work: who, for which agency, and for which declared purpose."""

    session_id: UUID
    officer_id: str
    login: str
    name: str
    agency: str
    country: str
    roles: tuple[str, ...]
    desks: tuple[str, ...]
    purpose: str
    language: str
    csrf_token: str
    agencies: tuple[str, ...] = ()
    theme: str = ""
    must_change_password: bool = False

    @property
    def scope(self) -> Scope:
        """What the officer's transactions may see."""
        return Scope(agency=self.agency, purpose=self.purpose, actor=self.officer_id)

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the officer's roles holds `permission`."""
        return permits(self.roles, permission)


class MachineSession(msgspec.Struct, frozen=True):
    """A machine that brought a token: it may do the one thing its token is for."""

    name: str
    agency: str
    scope_name: str
    token_id: UUID | None = None

    @property
    def actor(self) -> str:
        """How the ledger names this machine."""
        return MACHINE + self.name

    @property
    def scope(self) -> Scope:
        """What the machine's transactions may see; the purpose is the token's scope."""
        return Scope(agency=self.agency, purpose=self.scope_name, actor=self.actor)


class Caller(msgspec.Struct, frozen=True):
    """Who calls an operation that is open to officers and machines, for which agency and purpose."""

    actor: str
    agency: str
    purpose: str

    @property
    def scope(self) -> Scope:
        """What the caller's transactions may see."""
        return Scope(agency=self.agency, purpose=self.purpose, actor=self.actor)


class OfficerRow(msgspec.Struct, frozen=True):
    """An officer as the operator sees them; no secret is in it."""

    officer_id: str
    login: str
    name: str
    agencies: tuple[str, ...]
    roles: tuple[str, ...]
    desks: tuple[str, ...]
    active: bool
    must_change_password: bool
    created_at: datetime
    last_login_at: datetime | None


class SessionRow(msgspec.Struct, frozen=True):
    """One open session, as its owner sees it."""

    session_id: UUID
    created_at: datetime
    last_seen_at: datetime
    address: str
    agency: str
    purpose: str
    current: bool = False
