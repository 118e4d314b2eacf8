"""What all commands share: the home they work on, JSON or text output, and exit codes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.console import Console

from cordillera.foundation.errors import NotFound
from cordillera.foundation.settings import default_home, holds_node, user_home
from cordillera.runtime.node import Node
from cordillera.runtime.node import open_node as open_node_at

EXIT_REFUSED = 1
EXIT_USAGE = 2

HomeOption = Annotated[
    Path | None,
    Parameter(name="--home", help="Home of the node: $CORDILLERA_HOME, else the user's data folder."),
]
JsonOption = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON instead of text.")]

console = Console()
errors = Console(stderr=True)


class NoNodeHere(NotFound):
    """This folder holds no node: the path is mistyped, or `cordillera node init` was not run for it."""

    code = "node.no_node_here"


def home_of_node(home: Path | None, *, new: bool = False) -> Path:
    """Return the folder of the node that a command works on.

    A node is made where none is only in the user's data folder, where no path was typed, or when `new`
    asks for one. Raises `NoNodeHere`, which names the path.
    """
    folder = (home or default_home()).expanduser().absolute()
    if new or holds_node(folder) or folder == user_home().absolute():
        return folder
    raise NoNodeHere(home=str(folder))


@contextmanager
def open_node(home: Path | None, *, new: bool = False) -> Iterator[Node]:
    """Open the node in `home`, starting its embedded database when that is not running.

    Raises `NoNodeHere` for a named folder that holds no node, unless `new` asks to make one.
    """
    with open_node_at(home_of_node(home, new=new)) as node:
        yield node


def emit(value: object) -> None:
    """Print one JSON value on one line."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()
