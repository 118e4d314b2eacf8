"""`cordillera node`: set up, run and inspect a node."""

from threading import Thread
from typing import Annotated

import uvicorn
from cyclopts import App, Parameter

from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.foundation.errors import Conflict
from cordillera.foundation.log import configure
from cordillera.foundation.settings import FILE_NAME, default_home
from cordillera.foundation.store.database import Scope
from cordillera.runtime.child import end_with_input
from cordillera.runtime.node import Node
from cordillera.runtime.process import Server, run_node
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.runtime.warming import compile_kernels
from cordillera.runtime.workers import workers_of
from cordillera.trust.exchange.listener import Listener
from cordillera.web.serve import server_options

NewOption = Annotated[bool, Parameter(negative="", help="Make a node where none is.")]
InputOption = Annotated[
    bool,
    Parameter(
        name="--end-with-input",
        negative="",
        help="End also when standard input ends: with whoever started it.",
    ),
]

app = App(name="node", help="Set up, run and inspect a node.")


class AlreadySetUp(Conflict):
    """The home has a settings file; edit it instead."""

    code = "node.already_set_up"


@app.command
def init(  # noqa: PLR0913 - one option per setting that a new node must not guess
    id: str,  # noqa: A002 - the setting's name
    country: str,
    agency: str,
    /,
    *,
    web_port: int = 8700,
    exchange_port: int = 8701,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Write the settings of a new node ID of AGENCY in COUNTRY, and make its keys and database."""
    folder = (home or default_home()).expanduser().absolute()
    if (folder / FILE_NAME).exists():
        raise AlreadySetUp(home=str(folder))
    write_settings(folder, NewNode(id, country, agency, web_port=web_port, exchange_port=exchange_port))
    status(home=folder, json=json)


@app.command
def run(*, new: NewOption = False, with_input: InputOption = False, home: HomeOption = None) -> None:
    """Run the node of this home until SIGTERM or Ctrl-C: both its sites and its background work.

    A home that holds no node is refused, unless --new asks to make one there with every default.
    """
    if with_input:
        end_with_input()
    with open_node(home, new=new) as node:
        configure(node.settings.home / "logs", "node")
        with node.store.transaction(Scope.node("agreements.start")) as tx:
            node.agreements.check_adopted(tx)
        listener = Listener(node.exchange_parts, node.flows.effects, node.flows.routes)
        servers = [Server(uvicorn.Config(**server_options(node))), Server(listener.config())]
        console.print(f"{node.settings.node.name}: {site_url(node)}", highlight=False)
        Thread(target=compile_kernels, name="kernels", daemon=True).start()
        run_node(servers, workers_of(node, listener))


@app.command
def status(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """Show who this node is and where it listens."""
    with open_node(home) as node:
        told = {
            "id": node.settings.node.id,
            "country": node.settings.node.country,
            "agency": node.settings.node.agency,
            "environment": node.settings.node.environment,
            "site": site_url(node),
            "exchange": node.exchange_parts.identity.url,
            "ledger": node.settings.ledger_origin,
            "home": str(node.settings.home),
        }
    if json:
        emit(told)
    else:
        for name, value in told.items():
            console.print(f"{name:12} {value}", highlight=False)


def site_url(node: Node) -> str:
    """Return where people reach the node."""
    web = node.settings.web
    return f"{'https' if web.tls_certificate else 'http'}://{web.host}:{web.port}"
