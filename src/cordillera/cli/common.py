"""What all commands share: the home they work on, JSON or text output, and exit codes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.console import Console

from cordillera.foundation.settings import default_home
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


@contextmanager
def open_node(home: Path | None) -> Iterator[Node]:
    """Open the node in `home`, starting its embedded database when that is not running."""
    with open_node_at((home or default_home()).expanduser().absolute()) as node:
        yield node


def emit(value: object) -> None:
    """Print one JSON value on one line."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()
