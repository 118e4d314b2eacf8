"""`cordillera review`: the queue, one alert, a decision, and what is due to be erased.

Alerts are about people, so a named officer logs in for each command: `--officer LOGIN`, password asked
for on a terminal or read from the first line of standard input. What they look at and decide is written
to the log as from the browser.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import cyclopts
import msgspec
import sqlalchemy as sa
from cyclopts import Parameter
from rich.table import Table

from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.foundation.errors import NotPermitted
from cordillera.foundation.store.database import Scope
from cordillera.runtime.node import Node
from cordillera.trust.access.logins import SCOPE, Attempt
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.review.model import AlertRow, Outcome, QueueFilter, Ruling

app = cyclopts.App(name="review", help="Alerts and decisions.")

PURPOSE = "border_control"
_PLACE = "command line"

OfficerOption = Annotated[str, Parameter(name="--officer", help="Login of the officer who looks or decides.")]
PurposeOption = Annotated[str, Parameter(name="--purpose", help="Declared purpose.")]


class NotThisOfficer(NotPermitted):
    """The officer's roles do not include this, or a one-time password has not been replaced."""

    code = "review.officer_may_not"


@app.command
def queue(
    *,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    limit: Annotated[int, Parameter(name="--limit", help="At most 500.")] = 50,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List pending alerts, the most urgent first."""
    with at_work(home, officer, purpose, Permission.ALERT_READ) as (node, session, tx):
        page = node.review.consult(tx, session, QueueFilter(limit=limit))
    if json:
        emit(page)
        return
    for row in page.rows:
        say(_line(row))
    console.print(f"{page.total} pending")


@app.command
def show(
    alert: UUID,
    *,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Show an alert: every reason with its share, and what was decided."""
    with at_work(home, officer, purpose, Permission.ALERT_READ) as (node, session, tx):
        opened = node.review.get(tx, session, alert)
    if json:
        emit(opened)
        return
    row = opened.row
    say(f"{row.label}  {row.score:.2f}  {row.occasion}  {row.status.value}")
    for one in opened.restraints:
        say(f"  not to be acted upon without consent: {one.giver or one.source}  {one.stamp}  {one.consent}")
    for scored in opened.terms:
        say(f"  {scored.share:+.3f}  {scored.term.name}  {scored.term.detail}")
    for decision in opened.decisions:
        said = f"{decision.decided_at:%Y-%m-%d %H:%M} UTC  {decision.outcome.value}  {decision.officer_name}"
        say(f"  {said}  {decision.reason}")


@app.command
def decide(  # noqa: PLR0913 - the options of a command
    alert: UUID,
    *,
    outcome: Annotated[
        Literal["confirmed", "not_same_person", "needs_more", "no_ground"], Parameter(name="--outcome")
    ],
    reason: Annotated[str, Parameter(name="--reason", help="Why, in words.")],
    urgent: Annotated[str, Parameter(name="--urgent", help="Why it cannot wait for consent.")] = "",
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Conclude on an alert as an officer, with a reason."""
    ruling = Ruling(Outcome(outcome), reason.strip(), urgent=urgent.strip())
    with at_work(home, officer, purpose, Permission.ALERT_DECIDE) as (node, session, tx):
        decision = node.review.decide(tx, session, alert, ruling)
    if json:
        emit(decision)
        return
    say(f"{decision.outcome.value} by {decision.officer_name}")


@app.command
def consent(  # noqa: PLR0913 - the options of a command
    alert: UUID,
    *,
    reason: Annotated[str, Parameter(name="--reason", help="Why; the giver reads it.")],
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Ask whoever gave what an alert rests on whether it may be acted upon."""
    with at_work(home, officer, purpose, Permission.ALERT_DECIDE) as (node, session, tx):
        stand = node.review.ask_consent(tx, session, alert, reason)
    if json:
        emit(stand)
        return
    for one in stand:
        say(f"{one.giver or one.source}  {one.stamp}  {one.consent}")


@app.command
def retention(
    *,
    run: Annotated[bool, Parameter(name="--run", negative="", help="Erase now what is due.")] = False,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Show how records stand with their terms; with --run, erase what is due first."""
    with open_node(home) as node:
        report = node.safeguards.run_once(node.store) if run else None
        with node.store.transaction(Scope.node("retention")) as tx:
            states, due = node.safeguards.states(tx), node.safeguards.review_due(tx)
    if json:
        emit({"report": report, "kinds": states, "to_review": due})
        return
    table = Table("records", "kept", "due", "to review", "next erasure")
    for state in states:
        next_one = "" if state.next_erasure is None else f"{state.next_erasure:%Y-%m-%d}"
        table.add_row(state.kind, str(state.records), str(state.due), str(state.to_review), next_one)
    console.print(table)
    if report is not None:
        console.print(f"{report.groups} groups erased, {report.keys_without_owner} keys without owner")


@contextmanager
def at_work(
    home: Path | None, login: str, purpose: str, wanted: Permission
) -> Iterator[tuple[Node, OfficerSession, sa.Connection]]:
    """Open the node and a transaction in the scope of the officer who logs in."""
    with (
        open_node(home) as node,
        logged_in(node, login, purpose, wanted) as session,
        node.store.transaction(session.scope) as tx,
    ):
        yield node, session, tx


@contextmanager
def logged_in(node: Node, login: str, purpose: str, wanted: Permission) -> Iterator[OfficerSession]:
    """Log the officer in for one command and out after it; raise what logging in raises."""
    password = getpass(f"{login}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    _, session = node.access.logins.log_in(node.store, Attempt(login, password, _PLACE))
    try:
        if session.must_change_password or not session.may(wanted):
            raise NotThisOfficer(login=login, permission=wanted.value)
        with node.store.transaction(SCOPE) as tx:
            node.access.sessions.declare(tx, session, session.agency, purpose)
        yield msgspec.structs.replace(session, purpose=purpose)
    finally:
        with node.store.transaction(SCOPE) as tx:
            node.access.sessions.end(tx, session, session.session_id)


def _line(row: AlertRow) -> str:
    lands = "landing unknown" if row.due_at is None else f"{row.due_at:%Y-%m-%d %H:%M} UTC"
    lists = ", ".join(sorted({listed.list_name for listed in row.lists}))
    told = (str(row.id), f"{row.score:.2f}", lands, row.occasion, row.label, lists, row.status.value)
    return "  ".join(told)


def say(text: str) -> None:
    """Print what came from outside: nothing in it may move the cursor or colour the terminal."""
    harmless = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
    console.print(harmless, markup=False, highlight=False, soft_wrap=True)
