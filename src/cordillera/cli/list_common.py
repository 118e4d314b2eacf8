"""What the commands of `cordillera list` share."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cordillera.desks.people.errors import ListFileMissing
from cordillera.desks.people.model import Actor, ListFormat
from cordillera.foundation.store.database import NODE
from cordillera.runtime.node import Node

FormatOption = Annotated[
    ListFormat, Parameter(name="--format", help="un-xml, ofac-csv, ofac-xml, eu-xml, ftm or csv.")
]
MappingOption = Annotated[
    Path | None, Parameter(name="--mapping", help="For csv: the file that says which column is what (TOML).")
]


def actor(node: Node) -> Actor:
    """Return who acts on the command line: the node's own operator."""
    return Actor(NODE, node.settings.node.agency, "operation")


def mapping_text(path: Path | None) -> str:
    """Return the text of a mapping file, "" when none is named; raise `ListFileMissing`."""
    if path is None:
        return ""
    if not path.is_file():
        raise ListFileMissing(file=path.name)
    return path.read_text("utf-8", errors="replace")
