"""`cordillera exchange channel`: where channels stand, what froze them, and how they flow again."""

from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.cli.review import logged_in
from cordillera.foundation.store.database import NODE, Scope
from cordillera.trust.access.model import Permission
from cordillera.trust.exchange.operation.model import ChannelView
from cordillera.trust.exchange.operation.service import Operation
from cordillera.trust.exchange.thaw import Direction
from cordillera.trust.exchange.thawing import Place

app = App(name="channel", help="Channels: list, show, thaw.")
_SCOPE = Scope.node("operation")
OfficerOption = Annotated[str, Parameter(name="--officer", help="Login of the officer who does it.")]
PURPOSE = "operation"
"""What an officer who manages channels works for."""


class Actor(msgspec.Struct, frozen=True):
    """The officer who logged in at the shell."""

    officer_id: str
    agency: str
    purpose: str
    roles: tuple[str, ...]


@app.command(name="list")
def list_(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """List every channel, frozen ones first, and the messages without effect."""
    with open_node(home) as node, node.store.transaction(_SCOPE) as tx:
        view = Operation(node.exchange_parts).channels(tx)
    if json:
        emit(view)
        return
    for row in view.channels:
        state = f"FROZEN since {row.frozen_at:%Y-%m-%d %H:%M}" if row.frozen_at else "flows"
        console.print(
            f"{row.direction:3} {row.peer:8} {row.agreement_id:14} seq {row.last_seq:6}"
            f"  waiting {row.waiting:6}  {state}",
            highlight=False,
        )
    console.print(f"{len(view.letters)} messages without effect", highlight=False)


@app.command
def show(
    direction: Direction,
    peer: str,
    agreement: str,
    /,
    *,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show a channel (in or out, PEER, AGREEMENT): both histories of each fork, and the proposal."""
    with open_node(home) as node, node.store.transaction(_SCOPE) as tx:
        reader = Actor("", NODE, "operation", ())
        view = Operation(node.exchange_parts).channel(tx, reader, Place(direction, peer, agreement))
    _tell(view, json=json)


@app.command
def thaw(  # noqa: PLR0913 - the parts of a channel's name, and what is done
    direction: Direction,
    peer: str,
    agreement: str,
    /,
    *,
    officer: OfficerOption,
    reason: Annotated[str, Parameter(name="--reason", help="Why it may flow again.")] = "",
    approve: Annotated[bool, Parameter(name="--approve", negative="")] = False,
    withdraw: Annotated[bool, Parameter(name="--withdraw", negative="")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Propose (with --reason), --approve or --withdraw the thaw of a channel; two officers are needed.

    The officer's password is asked for, or read from the first line of standard input: whoever has the
    machine is not yet two officers.
    """
    place = Place(direction, peer, agreement)
    with open_node(home) as node, logged_in(node, officer, PURPOSE, Permission.CHANNEL_MANAGE) as session:
        operation = Operation(node.exchange_parts)
        actor = Actor(session.officer_id, session.agency, "operation", session.roles)
        with node.store.transaction(_SCOPE) as tx:
            if approve:
                operation.thaws.approve(tx, actor, place)
            elif withdraw:
                operation.thaws.withdraw(tx, actor, place)
            else:
                operation.thaws.propose(tx, actor, place, reason)
        operation.thaws.carry_all()
        with node.store.transaction(_SCOPE) as tx:
            view = operation.channel(tx, actor, place)
    _tell(view, json=json)


def _tell(view: ChannelView, *, json: bool) -> None:
    if json:
        emit(view)
        return
    channel = view.channel
    state = "FROZEN" if channel.frozen_at else "flows"
    console.print(
        f"{channel.direction} {channel.peer} {channel.agreement_id}: {state}, place {channel.last_seq}",
        highlight=False,
    )
    for fork in view.evidence:
        console.print(f"two histories at place {fork.channel_seq}, seen {fork.seen_at:%Y-%m-%d %H:%M}")
        for line in fork.lines:
            mark = " " if line.ours == line.theirs else "*"
            console.print(f" {mark} {line.name:14} {line.ours[:40]:40} {line.theirs[:40]}", highlight=False)
    if view.proposal is not None:
        waits = "the partner" if view.proposal.approved_at else "another officer's approval"
        console.print(f"proposed: {view.proposal.reason}; waits for {waits}", highlight=False)
