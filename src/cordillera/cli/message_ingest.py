"""`cordillera message ingest`: files taken in as the traveller desk does (docs/messages.md)."""

import sys
from pathlib import Path

import msgspec
from rich.text import Text

from cordillera.cli.common import EXIT_REFUSED, HomeOption, JsonOption, console, emit, open_node
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.runtime.node import Node


def ingest(*files: Path, json: JsonOption = False, home: HomeOption = None) -> None:
    """Take files in as the traveller desk does: flights, travellers, screening, alerts.

    Exits 1 when a file cannot be read or was quarantined; the others are taken in all the same.
    """
    refused = False
    with open_node(home) as node:
        agency = node.settings.node.agency
        for file in files:
            taken = _taken_in(node, file, Origin(Channel.FILE, file.name, agency))
            refused = refused or taken.get("status") in {None, "quarantined"}
            if json:
                emit(taken)
            else:
                console.print(Text(", ".join(f"{name} {value}" for name, value in taken.items())))
    sys.exit(EXIT_REFUSED if refused else 0)


def _taken_in(node: Node, file: Path, origin: Origin) -> dict[str, object]:
    try:
        raw = file.read_bytes()
    except OSError as error:
        return {"file": str(file), "reason": error.strerror or type(error).__name__}
    with node.store.transaction(Scope.node(origin.purpose)) as tx:
        result = node.travellers.ingest(tx, raw, origin)
    return {"file": str(file), **msgspec.to_builtins(result)}
