"""Thresholds from budgets over JSON: the same use cases as the page."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.desks.people.budget_core import DEFAULT, MOST, Budget, Per
from cordillera.desks.people.budget_service import Accepted, Suggestion
from cordillera.desks.people.person_desk import PersonDesk
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.ledger.model import LeafKind

_Name = Annotated[str, Parameter(max_length=80)]


class Proposal(msgspec.Struct, frozen=True):
    """A threshold that waits for a second officer."""

    proposal: UUID


@get(
    "/api/watchlists/{name:str}/budget",
    opt=guarded(Permission.LIST_READ, audit=NO_AUDIT("counts and thresholds of lists; nobody is named")),
    sync_to_thread=True,
    operation_id="suggestThreshold",
)
def suggest(  # noqa: PLR0913 - one parameter for each service and part of the address
    session: OfficerSession,
    store: Store,
    persons: PersonDesk,
    name: _Name,
    most: Annotated[float, Parameter(gt=0, le=MOST)] = DEFAULT.most,
    per: Per = DEFAULT.per,
) -> Suggestion:
    """Return the threshold that a budget of false alerts gives for a list, what it costs and misses."""
    with store.transaction(session.scope) as tx:
        return persons.budgets.suggest(tx, name, Budget(most, per))


@post(
    "/api/watchlists/{name:str}/budget",
    opt=guarded(Permission.ALERT_DECIDE, audit=LeafKind.RULE_CHANGED),
    sync_to_thread=True,
    status_code=201,
    operation_id="acceptBudget",
)
def accept(
    session: OfficerSession, store: Store, persons: PersonDesk, name: _Name, data: Accepted
) -> Proposal:
    """Propose the threshold that a budget gives; it is in force once a second officer agrees."""
    with store.transaction(session.scope) as tx:
        return Proposal(persons.budgets.accept(tx, session, name, data))


handlers = [suggest, accept]
