"""`cordillera redress`: a person's request, from opening to the answer.

A named officer logs in for each command: `--officer LOGIN`, password asked for on a terminal or read from
the first line of standard input. There is no search without a ticket.
"""

from typing import Annotated, Literal
from uuid import UUID

import cyclopts
from cyclopts import Parameter

from cordillera.cli.common import HomeOption, JsonOption, emit, open_node
from cordillera.cli.review import OfficerOption, PurposeOption, at_work, say
from cordillera.foundation.clock import SystemClock
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Permission
from cordillera.trust.redress.model import Applicant, Kind, NewTicket, PersonDocument, Ruling, Sought, Ticket
from cordillera.trust.redress.model import Outcome as Result
from cordillera.trust.redress.onward import Errands
from cordillera.trust.redress.timers import escalate

app = cyclopts.App(name="redress", help="Requests of people: access, correction, erasure.")

PURPOSE = "oversight"
Asked = Literal["access", "correction", "erasure", "objection", "wrong_match"]
Checked = Literal["in_person", "notary", "consulate", "electronic_signature"]


@app.command(name="open")
def open_(  # noqa: PLR0913 - the options of a command
    name: str,
    *,
    kind: Annotated[Asked, Parameter(name="--kind", help="What the person asks for.")],
    identity: Annotated[
        str, Parameter(name="--identity", help="Document by which they proved who they are.")
    ],
    officer: OfficerOption,
    born: Annotated[str, Parameter(name="--born", help="Date of birth, ISO 8601.")] = "",
    document: Annotated[str, Parameter(name="--document", help="Document number to search for.")] = "",
    checked: Annotated[Checked, Parameter(name="--checked", help="How identity was checked.")] = "in_person",
    language: Annotated[Literal["es", "en"], Parameter(name="--language")] = "es",
    tell_partners: Annotated[
        bool,
        Parameter(name="--tell-partners", negative="", help="The person lets partners be told the name."),
    ] = False,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Open a ticket for NAME, whose identity was checked, and search this node."""
    documents = (PersonDocument(document),) if document else ()
    about = Sought(full_name=name, date_of_birth=born, documents=documents)
    applicant = Applicant(name, "self", checked, identity)
    new = NewTicket(Kind(kind), about, applicant, language, tell_partners)
    with at_work(home, officer, purpose, Permission.REDRESS_MANAGE) as (node, session, tx):
        ticket = node.redress.find(tx, session, node.redress.open(tx, session, new))
    _tell(ticket, json=json)


@app.command
def find(
    ticket: UUID,
    *,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Search this node again for TICKET, and ask the partners not asked yet."""
    with at_work(home, officer, purpose, Permission.REDRESS_MANAGE) as (node, session, tx):
        found = node.redress.find(tx, session, ticket)
    _tell(found, json=json)


@app.command
def show(
    ticket: UUID,
    *,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Show TICKET: what was found where, who was asked, what was decided."""
    with at_work(home, officer, purpose, Permission.REDRESS_READ) as (node, session, tx):
        found = node.redress.show(tx, session, ticket)
    _tell(found, json=json)


@app.command
def decide(  # noqa: PLR0913 - the options of a command
    ticket: UUID,
    *,
    outcome: Annotated[Literal["granted", "partly", "refused", "checks_made"], Parameter(name="--outcome")],
    article: Annotated[str, Parameter(name="--article", help="The article that it rests on.")],
    reason: Annotated[str, Parameter(name="--reason", help="Why, in words; stays inside.")],
    officer: OfficerOption,
    without: Annotated[tuple[str, ...], Parameter(name="--without", help="Partners that stay silent.")] = (),
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Decide TICKET, or propose what a second officer confirms."""
    ruling = Ruling(Result(outcome), article, reason, without)
    with at_work(home, officer, purpose, Permission.REDRESS_MANAGE) as (node, session, tx):
        decided = node.redress.decide(tx, session, ticket, ruling)
    _tell(decided, json=json)


@app.command
def answer(
    ticket: UUID,
    *,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Write that the letter of TICKET was handed over, and print it."""
    with at_work(home, officer, purpose, Permission.REDRESS_MANAGE) as (node, session, tx):
        told = node.redress.answer(tx, session, ticket)
    if json:
        emit(told)
    else:
        if told.handling:
            say(f"rests on: {told.handling}")
        say(told.letters[told.row.language])


@app.command(name="list")
def list_(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """List the tickets with their deadlines; nobody is named."""
    with open_node(home) as node, node.store.transaction(Scope.node("redress")) as tx:
        rows = node.redress.queue(tx)
    if json:
        emit(rows)
        return
    for row in rows:
        say(f"{row.number}  {row.kind.value:12} {row.status.value:12} {row.deadline_at:%Y-%m-%d}  {row.id}")


@app.command
def work(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """Answer partners' searches that wait and write due escalations, as the running node does each minute."""
    with open_node(home) as node:
        answered = Errands(node.flows.redress).run_once(node.store)
        escalated = escalate(node.store, node.ledger, SystemClock())
    if json:
        emit({"answered": answered, "escalated": escalated})
    else:
        say(f"{answered} answered, {escalated} escalated")


def _tell(ticket: Ticket, *, json: bool) -> None:
    if json:
        emit(ticket)
        return
    row = ticket.row
    say(f"{row.number}  {row.kind.value}  {row.status.value}  answer by {row.deadline_at:%Y-%m-%d}  {row.id}")
    for item in ticket.items:
        frozen = "  frozen" if item.frozen_at else ""
        say(
            f"  {item.held.source:10} {item.standing.value:9} {item.held.score:.2f}"
            f"  {item.held.label}{frozen}"
        )
    for one in ticket.partners:
        say(f"  partner {one.peer:6} {one.agreement_id}  {one.state}")
