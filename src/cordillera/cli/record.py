"""`cordillera record`: what is held, and what becomes of it here and at every holder.

A named officer logs in for each command: `--officer LOGIN`, password asked for on a terminal or read from
the first line of standard input. Every change needs its reason, and is a leaf.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import cyclopts
from cyclopts import Parameter

from cordillera.cli.common import HomeOption, JsonOption, console, emit
from cordillera.cli.review import OfficerOption, PurposeOption, at_work
from cordillera.foundation import shapes
from cordillera.trust.access.model import Permission
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.records.looking import open_view, record_list, record_view
from cordillera.trust.records.model import Change, Kind
from cordillera.trust.records.store import Filter
from cordillera.trust.records.wishing import wish

app = cyclopts.App(name="record", help="Records: who has them; correct, recall, consent.")

PURPOSE = "drug_trafficking"
Reason = Annotated[str, Parameter(name="--reason", help="Why; kept sealed and told to the holders.")]
Court = Annotated[str, Parameter(name="--court", help="Court order, where this node is not the originator.")]


@app.command(name="list")
def list_(  # noqa: PLR0913 - the options of a command
    *,
    officer: OfficerOption,
    origin: Annotated[str, Parameter(name="--origin", help="Only records of this node.")] = "",
    agreement: Annotated[str, Parameter(name="--agreement", help="Only under this agreement.")] = "",
    status: Annotated[str, Parameter(name="--status", help="Only in this status.")] = "",
    open_: Annotated[bool, Parameter(name="--open", negative="", help="List open changes instead.")] = False,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List records, newest first; with --open, changes that are not proved everywhere."""
    with at_work(home, officer, purpose, Permission.RECORD_READ) as (node, _, tx):
        if open_:
            found = open_view(tx, node.records)
            emit(found) if json else _tell(found.changes)
            return
        view = record_list(tx, node.records, Filter(origin, agreement, status))
    if json:
        emit(view)
        return
    for row in view.rows:
        console.print(
            f"{row.record_id}  {row.status.value:9} {row.origin:6} {row.kind:8} {row.erase_after:%Y-%m-%d}",
            highlight=False,
        )


@app.command
def show(
    record: UUID,
    *,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Show RECORD with its holders, changes and proofs; that it was read is a leaf."""
    with at_work(home, officer, purpose, Permission.RECORD_READ) as (node, session, tx):
        view = record_view(tx, node.records, session, record)
    if json:
        emit(view)
        return
    console.print(f"{view.record.status.value}  of {view.record.origin}, version {view.record.version}")
    console.print(view.content or view.closed, markup=False, highlight=False)
    for holder in view.holders:
        console.print(f"holder {holder.holder:6} {'gone' if holder.gone_at else 'holds it'}")
    _tell(view.changes)


@app.command
def correct(  # noqa: PLR0913 - the options of a command
    record: UUID,
    file: Path,
    *,
    reason: Reason,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Put the content in FILE (JSON) in place of RECORD's, here and at every holder."""
    asked = wish("correct", reason, content=file.read_text("utf-8"))
    with at_work(home, officer, purpose, Permission.RECORD_CHANGE) as (node, session, tx):
        done = node.records.wish(tx, session, record, asked)
    emit(done) if json else _tell((done,))


@app.command
def block(  # noqa: PLR0913 - the options of a command
    record: UUID,
    *,
    reason: Reason,
    officer: OfficerOption,
    court: Court = "",
    lift: Annotated[bool, Parameter(name="--lift", negative="", help="Open it again instead.")] = False,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Close RECORD to everyone, here and at every holder; with --lift, open it again."""
    kind: Kind = "unblock" if lift else "block"
    with at_work(home, officer, purpose, Permission.RECORD_CHANGE) as (node, session, tx):
        done = node.records.wish(tx, session, record, wish(kind, reason, court))
    emit(done) if json else _tell((done,))


@app.command
def erase(  # noqa: PLR0913 - the options of a command
    record: UUID,
    *,
    reason: Reason,
    officer: OfficerOption,
    court: Court = "",
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Destroy RECORD's content, here and at every holder."""
    with at_work(home, officer, purpose, Permission.RECORD_CHANGE) as (node, session, tx):
        done = node.records.wish(tx, session, record, wish("erase", reason, court))
    emit(done) if json else _tell((done,))


@app.command
def recall(  # noqa: PLR0913 - the options of a command
    record: UUID,
    *,
    reason: Reason,
    officer: OfficerOption,
    court: Court = "",
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Take RECORD back from everyone who was given it."""
    with at_work(home, officer, purpose, Permission.RECORD_CHANGE) as (node, session, tx):
        done = node.records.wish(tx, session, record, wish("recall", reason, court))
    emit(done) if json else _tell((done,))


@app.command
def dispute(  # noqa: PLR0913 - the options of a command
    record: UUID,
    *,
    reason: Reason,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Flag RECORD as disputed, here, at its originator and at every holder: it scores no more."""
    with at_work(home, officer, purpose, Permission.RECORD_CHANGE) as (node, session, tx):
        done = node.records.wish(tx, session, record, wish("dispute", reason))
    emit(done) if json else _tell((done,))


@app.command
def extend(  # noqa: PLR0913 - the options of a command
    record: UUID,
    *,
    until: Annotated[datetime, Parameter(name="--until", help="The new last day, ISO 8601.")],
    reason: Reason,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Propose to keep RECORD longer; a second officer must agree (`record second`)."""
    asked = wish("extend", reason, until=until.replace(tzinfo=until.tzinfo or UTC))
    with at_work(home, officer, purpose, Permission.RECORD_CHANGE) as (node, session, tx):
        done = node.records.wish(tx, session, record, asked)
    emit(done) if json else _tell((done,))


@app.command
def second(
    change: UUID,
    *,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Agree, as another officer, to CHANGE, which waits for one."""
    with at_work(home, officer, purpose, Permission.RECORD_CHANGE) as (node, session, tx):
        done = node.records.second(tx, session, change)
    emit(done) if json else _tell((done,))


@app.command
def share(  # noqa: PLR0913 - the options of a command
    record: UUID,
    partner: str,
    *,
    grounds: Annotated[
        Path, Parameter(name="--grounds", help="JSON: agreement, purpose, offence, case, judicial_order, ...")
    ],
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Give RECORD to PARTNER on the grounds of a file; where two officers are taken, the first one waits."""
    why = shapes.decode(grounds.read_bytes(), LegalGrounds)
    with at_work(home, officer, purpose, Permission.RECORD_CHANGE) as (node, session, tx):
        told = node.records.share(tx, session, record, partner, why)
    if json:
        emit(told)
        return
    state = "given" if told.message_id else "waits for a second officer" if told.waits else "refused"
    refused = () if told.message_id or told.waits else (*told.withheld, *told.decision.violated)
    console.print(f"{state}  {told.message_id or ' '.join(refused)}", highlight=False)


@app.command
def consent(  # noqa: PLR0913 - the options of a command
    record: UUID,
    recipient: str,
    *,
    reason: Reason,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Ask RECORD's originator whether it may go to RECIPIENT for the declared purpose."""
    with at_work(home, officer, purpose, Permission.RECORD_CHANGE) as (node, session, tx):
        asked = node.records.ask_consent(tx, session, record, recipient, purpose, reason)
    emit(asked) if json else console.print(f"{asked.consent_id}  {asked.state}", highlight=False)


@app.command
def answer(  # noqa: PLR0913 - the options of a command
    consent_id: UUID,
    verdict: Literal["grant", "refuse", "revoke"],
    *,
    officer: OfficerOption,
    reason: Annotated[str, Parameter(name="--reason", help="Why it is withdrawn.")] = "",
    purpose: PurposeOption = "agreement_work",
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Grant (two officers), refuse or revoke the consent CONSENT-ID."""
    with at_work(home, officer, purpose, Permission.CONSENT_GIVE) as (node, session, tx):
        said = node.records.say(tx, session, consent_id, verdict, reason)
    emit(said) if json else console.print(f"{said.consent_id}  {said.state}", highlight=False)


def _tell(changes: tuple[Change, ...]) -> None:
    for change in changes:
        console.print(
            f"{change.change_id}  {change.kind:8} {change.state:9} {change.effect}", highlight=False
        )
        for task in change.tasks:
            word = "proved" if task.complete else "OVERDUE" if task.overdue else task.state
            console.print(f"    {task.holder:8} {word:9} due {task.due_at:%Y-%m-%d %H:%M}", highlight=False)
