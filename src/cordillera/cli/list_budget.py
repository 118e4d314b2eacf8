"""`cordillera list budget`: the threshold that a budget of false alerts gives, and accepting it."""

from typing import Annotated
from uuid import UUID

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number
from rich.table import Table

from cordillera.cli.common import HomeOption, JsonOption, console, emit
from cordillera.cli.list_version import PURPOSE
from cordillera.cli.review import OfficerOption, at_work, say
from cordillera.desks.people.budget_core import DEFAULT, MOST, Budget, Per
from cordillera.desks.people.budget_service import Accepted, Suggestion
from cordillera.desks.people.person_errors import BudgetUnmeasured
from cordillera.desks.people.threshold_core import Rate
from cordillera.trust.access.model import Permission


class Told(msgspec.Struct, frozen=True):
    """What the command prints: the suggestion, and the proposal it became, if it did."""

    suggestion: Suggestion
    proposal: UUID | None = None


def budget(  # noqa: PLR0913 - the options of a command
    name: str,
    *,
    officer: OfficerOption,
    most: Annotated[
        float, Parameter(name="--most", help="False alerts at most.", validator=Number(gt=0, lte=MOST))
    ] = DEFAULT.most,
    per: Annotated[Per, Parameter(name="--per", help="travellers (100,000 of them) or day.")] = DEFAULT.per,
    measure: Annotated[
        bool, Parameter(name="--measure", negative="", help="First measure the node's newest travellers.")
    ] = False,
    propose: Annotated[
        bool, Parameter(name="--propose", negative="", help="Propose it; another officer decides.")
    ] = False,
    reason: Annotated[str, Parameter(name="--reason", help="Why; it is kept with your name.")] = "",
    missing: Annotated[
        int | None,
        Parameter(name="--missing", help="To raise it: the confirmed alerts it would have missed."),
    ] = None,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Show the threshold that a budget of false alerts gives for list NAME, what it costs and misses."""
    moves = measure or propose
    wanted = Permission.ALERT_DECIDE if moves else Permission.LIST_READ
    asked = Budget(most, per)
    with at_work(home, officer, PURPOSE, wanted) as (node, session, tx):
        desk = node.persons
        if measure:
            desk.thresholds.measure(tx, session, name)
        found, proposal = desk.budgets.suggest(tx, name, asked), None
        if propose:
            if found.proposed is None:
                raise BudgetUnmeasured
            accepted = Accepted(asked, found.proposed.threshold, reason, missing)
            proposal = desk.budgets.accept(tx, session, name, accepted)
    emit(Told(found, proposal)) if json else _show(Told(found, proposal))


def _show(told: Told) -> None:
    found = told.suggestion
    if found.proposed is None:
        say("nothing measured to compare this budget with: --measure")
        return
    table = Table("", f"in force {found.present:g}", f"by the budget {found.proposed.threshold:g}")
    costs = [one for one in (found.cost_now, found.proposed.cost) if one]
    table.add_row("false alerts per 100,000", *(_rate(one.share) for one in costs))
    table.add_row("false alerts per day", *("" if one.daily is None else _rate(one.daily) for one in costs))
    both = found.missed_now, found.missed
    table.add_row("confirmed alerts missed", *(f"{one.below} of {one.confirmed}" for one in both))
    table.add_row("found of shipped pairs, %", *(_rate(one, 100) for one in (found.recall_now, found.recall)))
    console.print(table)
    state = (
        "surely within"
        if found.proposed.sure
        else "within as measured"
        if found.proposed.within
        else "beyond"
    )
    where = "of this node" if found.from_own else f"shipped ({found.own_travellers} here are too few)"
    say(f"{state} the budget; measured on {found.travellers} travellers {where}")
    if told.proposal:
        say(f"proposed: {told.proposal}; another officer must agree")


def _rate(one: Rate, times: float = 1.0) -> str:
    value = "-" if one.value is None else f"{one.value * times:.1f}"
    return f"{value} ({one.low * times:.1f}-{one.high * times:.1f})"
