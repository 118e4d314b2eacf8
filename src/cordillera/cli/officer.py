"""`cordillera admin officer` and `cordillera admin token`: who and what may enter this node.

The operator of the machine acts as the node itself: who can run this command can read its keys anyway.
Every change writes its leaf.
"""

from cyclopts import App

from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.trust.access.logins import SCOPE
from cordillera.trust.access.model import MachineSession, Role
from cordillera.trust.access.officers import NewOfficer

app = App(name="officer", help="Officers of this node.")
token = App(name="token", help="Upload tokens of machines.")
_NODE = "node"


@app.command
def add(  # noqa: PLR0913 - one option per fact about an officer
    login: str,
    name: str,
    /,
    *,
    role: list[Role],
    agency: list[str] | None = None,
    desk: list[str] | None = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Let NAME in as LOGIN and print the one-time password, valid for 72 hours."""
    with open_node(home) as node, node.store.transaction(SCOPE) as tx:
        agencies = tuple(agency or [node.settings.node.agency])
        new = NewOfficer(login, name, agencies, tuple(role), tuple(desk or ()))
        password = node.access.add_officer(tx, _NODE, new)
    _tell_password(login, password, json=json)


@app.command(name="list")
def list_(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """Show who may enter."""
    with open_node(home) as node, node.store.transaction(SCOPE) as tx:
        rows = node.access.officers.all(tx)
    if json:
        emit(rows)
        return
    for row in rows:
        state = "revoked" if not row.active else "invited" if row.must_change_password else "active"
        console.print(f"{row.login:20} {state:8} {', '.join(row.roles):30} {row.name}", highlight=False)


@app.command
def reset(login: str, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Give LOGIN a new one-time password, close the sessions and forget the wrong attempts."""
    with open_node(home) as node, node.store.transaction(SCOPE) as tx:
        password = node.access.reset_officer(tx, _NODE, login)
    _tell_password(login, password, json=json)


@app.command
def revoke(login: str, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Let LOGIN in no longer and close the sessions at once."""
    with open_node(home) as node, node.store.transaction(SCOPE) as tx:
        node.access.officers.revoke(tx, _NODE, login)
    _tell({"login": login, "revoked": True}, f"{login} may no longer enter", json=json)


@token.command(name="add")
def add_token(
    name: str,
    /,
    *,
    scope: str = "ingest",
    agency: str = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Make an upload token for the machine NAME and print it, for the only time."""
    with open_node(home) as node, node.store.transaction(SCOPE) as tx:
        machine = MachineSession(name, agency or node.settings.node.agency, scope)
        secret = node.access.tokens.add(tx, _NODE, machine)
    _tell({"name": name, "scope": scope, "token": secret}, secret, json=json)


@token.command(name="list")
def list_tokens(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """Show the tokens, without their secrets."""
    with open_node(home) as node, node.store.transaction(SCOPE) as tx:
        rows = node.access.tokens.all(tx)
    if json:
        emit(rows)
        return
    for row in rows:
        state = "revoked" if row.revoked_at else "active"
        console.print(f"{row.name:30} {row.scope_name:10} {row.agency:10} {state}", highlight=False)


@token.command(name="revoke")
def revoke_token(name: str, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """End the tokens called NAME."""
    with open_node(home) as node, node.store.transaction(SCOPE) as tx:
        node.access.tokens.revoke(tx, _NODE, name)
    _tell({"name": name, "revoked": True}, f"{name} is revoked", json=json)


def _tell_password(login: str, password: str, *, json: bool) -> None:
    _tell({"login": login, "one_time_password": password}, f"{login}: {password}", json=json)


def _tell(facts: dict[str, object], line: str, *, json: bool) -> None:
    if json:
        emit(facts)
    else:
        console.print(line, highlight=False)
